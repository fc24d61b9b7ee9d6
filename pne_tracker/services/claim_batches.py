"""Claims into files: one a payer and day, kept to the byte. A file made once is only ever handed out again."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing.claim import ClaimFacts, Interchange
from pne_tracker.domain.billing.claim_states import VOIDS, ClaimAct, ClaimStatus, refuse_any
from pne_tracker.domain.errors import RefusedError
from pne_tracker.models import Claim, ClaimBatch, ClaimBatchLine, NumberSeries, Organisation, new_id
from pne_tracker.queries.claim_records import ClaimRecord, records
from pne_tracker.services import audit, claims

INTERCHANGE, CLAIM = "interchange", "claim"
Writer = Callable[[Interchange], str]


def next_numbers(session: Session, organisation_id: uuid.UUID, name: str, count: int = 1) -> range:
    """The next `count` numbers of a series, from 1. Whoever comes at the same time waits, and gets later ones."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row: Insert = insert(NumberSeries).values(id=new_id(), organisation_id=organisation_id, name=name, last=0)
    session.execute(row.on_conflict_do_nothing())  # type: ignore[attr-defined]
    series = session.scalars(
        select(NumberSeries)
        .where(NumberSeries.organisation_id == organisation_id, NumberSeries.name == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    first = series.last + 1
    series.last += count
    session.flush()
    return range(first, first + count)


def export(
    session: Session,
    viewer: Viewer,
    ids: Iterable[uuid.UUID],
    write: Writer,
    *,
    today: dt.date,
    now: dt.datetime,
) -> list[uuid.UUID]:
    """Put ready claims into files, one for each payer; returns the batches' ids, by payer.

    All are checked once more first. The same claims again give the batches they are in. Raises RefusedError
    when one is not ready, with what to do; then nothing goes out.
    """
    chosen = claims.chosen_claims(session, viewer, ids)
    if all(one.batch_id and one.status is not ClaimStatus.READY for one in chosen):
        return list(dict.fromkeys(one.batch_id for one in chosen if one.batch_id))
    claims.check(session, chosen, now=now)
    stand = claims.standing(session, chosen)
    if not all(claim.current for claim in chosen):
        raise RefusedError("Another claim took the place of one of these. Load the list again.")
    refuse_any(ClaimAct.EXPORTED, [stand[claim.id] for claim in chosen])
    by_payer: dict[uuid.UUID, list[Claim]] = {}
    for claim in chosen:
        by_payer.setdefault(claim.payer_id, []).append(claim)
    return [_batch(session, viewer, of_payer, write, today, now) for of_payer in by_payer.values()]


def _batch(
    session: Session,
    viewer: Viewer,
    chosen: Sequence[Claim],
    write: Writer,
    today: dt.date,
    now: dt.datetime,
) -> uuid.UUID:
    organisation_id = viewer.organisation_id
    numbers = next_numbers(session, organisation_id, CLAIM, len(chosen))
    for claim, number in zip(chosen, numbers, strict=True):
        claim.number = f"{number:08d}"
    session.flush()
    found = records(session, [one.id for one in chosen])
    control = next_numbers(session, organisation_id, INTERCHANGE)[0]
    interchange = _interchange(session, viewer, [found[one.id] for one in chosen], control, now)
    content = write(interchange)
    batch = ClaimBatch(
        id=new_id(),
        organisation_id=organisation_id,
        payer_id=chosen[0].payer_id,
        made_on=today,
        made_at=now,
        made_by=viewer.account_id,
        control_number=control,
        file_name=f"837p-{today:%Y%m%d}-{control:09d}.x12",
        content=content,
        content_hash=hashlib.sha256(content.encode()).hexdigest(),
        claims=len(chosen),
        lines=sum(one.lines for one in chosen),
        charge_cents=sum(one.charge_cents or 0 for one in chosen),
    )
    session.add(batch)
    session.flush()
    _stamp(session, viewer, batch, chosen, found, now)
    audit.record(
        session,
        viewer,
        "export",
        "claim_batch",
        subject_id=batch.id,
        now=now,
        claims=batch.claims,
        lines=batch.lines,
    )
    audit.record_list(session, viewer, "claim", [one.patient_id for one in chosen], now=now, action="export")
    session.flush()
    return batch.id


def _interchange(
    session: Session, viewer: Viewer, found: Sequence[ClaimRecord], control: int, now: dt.datetime
) -> Interchange:
    """Claims in the order of the file: by clinic, by card, by day."""
    facts = sorted((one.facts for one in found), key=_place)
    sender = session.scalars(select(Organisation.name).where(Organisation.id == viewer.organisation_id)).one()
    utc = now.astimezone(dt.UTC)
    return Interchange(
        control,
        (utc.year, utc.month, utc.day, utc.hour, utc.minute),
        replace(facts[0].billing, family=sender),
        facts[0].payer,
        tuple(facts),
    )


def _place(facts: ClaimFacts) -> tuple[object, ...]:
    patient = facts.patient
    return facts.billing.npi, patient.family, patient.given, repr(facts.insured), facts.day, facts.number


def _stamp(
    session: Session,
    viewer: Viewer,
    batch: ClaimBatch,
    chosen: Sequence[Claim],
    found: dict[uuid.UUID, ClaimRecord],
    now: dt.datetime,
) -> None:
    """Every line gets its batch, time and person; every claim its state. One that voids is done with going out."""
    for claim in chosen:
        claim.status = ClaimStatus.VOID if claim.frequency == VOIDS else ClaimStatus.EXPORTED
        claim.batch_id, claim.exported_at, claim.exported_by = batch.id, now, viewer.account_id
        claims.note(session, viewer, claim, ClaimAct.EXPORTED, now=now, batch_id=batch.id)
        session.add_all(
            ClaimBatchLine(
                organisation_id=claim.organisation_id,
                batch_id=batch.id,
                claim_id=claim.id,
                billing_line_id=uuid.UUID(line.key),
                charge_cents=line.cents or 0,
                exported_at=now,
                exported_by=viewer.account_id,
            )
            for line in found[claim.id].facts.lines
        )
