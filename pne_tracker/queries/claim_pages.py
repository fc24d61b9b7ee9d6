"""One claim with all that a biller may see of it, and the batches that went out. No note, no remark, no journal."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.models import Account, Claim, ClaimBatch, ClaimEvent, Coverage, Payer, Visit
from pne_tracker.queries.access import load
from pne_tracker.queries.claim_records import records
from pne_tracker.queries.claims import ClaimRow, read_rows

PAGE = 50
SIGNED_FACTS = (
    "on_date",
    "minutes",
    "signed_by",
    "discipline",
    "payer",
    "treatments",
    "rule",
    "unbilled",
    "diagnoses",
)
"""What of a signed visit's content the claim's page shows."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a claim of the visit."""

    act: str
    at: dt.datetime
    by: str
    reason: str
    cents: int | None
    on_date: dt.date | None
    batch_id: uuid.UUID | None
    frequency: str


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """A claim and its surroundings. `charges` are cents by line, what the claim asks for each."""

    row: ClaimRow
    current: bool
    current_id: uuid.UUID | None
    replaces_id: uuid.UUID | None
    reference: str | None
    payer_number: str | None
    charges: dict[str, int | None]
    signed: dict[str, Any]
    signed_at: dt.datetime | None
    visit_status: str
    content_hash: str | None
    coverage: Coverage | None
    events: tuple[Event, ...]
    episode_id: uuid.UUID
    payer_id: uuid.UUID
    clinic_id: uuid.UUID
    therapist_id: uuid.UUID


def claim_page(session: Session, viewer: Viewer, claim_id: uuid.UUID) -> ClaimPage:
    """The page of a claim. Raises NotFoundError out of reach."""
    claim = load(session, viewer, Claim, claim_id)
    visit = session.scalars(select(Visit).where(Visit.id == claim.visit_id)).one()
    content = visit.content or {}
    facts = records(session, [claim.id])[claim.id].facts
    return ClaimPage(
        row=read_rows(session, [Claim.id == claim.id], 1)[0],
        current=claim.current,
        current_id=session.scalar(
            select(Claim.id).where(Claim.visit_id == claim.visit_id, Claim.current.is_(True))
        ),
        replaces_id=claim.replaces_id,
        reference=claim.reference,
        payer_number=claim.payer_number,
        charges={line.key: line.cents for line in facts.lines},
        signed={name: content.get(name) for name in SIGNED_FACTS},
        signed_at=visit.signed_at,
        visit_status=visit.status.value,
        content_hash=visit.content_hash,
        coverage=session.scalars(
            select(Coverage).where(Coverage.episode_id == claim.episode_id)
        ).one_or_none(),
        events=_events(session, claim.visit_id),
        episode_id=claim.episode_id,
        payer_id=claim.payer_id,
        clinic_id=claim.clinic_id,
        therapist_id=claim.therapist_id,
    )


def _events(session: Session, visit_id: uuid.UUID) -> tuple[Event, ...]:
    found = session.execute(
        select(ClaimEvent, Account.name, Claim.frequency)
        .join(Claim, Claim.id == ClaimEvent.claim_id)
        .outerjoin(Account, Account.id == ClaimEvent.by)
        .where(Claim.visit_id == visit_id)
        .order_by(ClaimEvent.id)
    )
    return tuple(
        Event(one.act.value, one.at, name or "", one.reason, one.cents, one.on_date, one.batch_id, frequency)
        for one, name, frequency in found
    )


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch in the list."""

    id: uuid.UUID
    file_name: str
    payer: str
    made_at: dt.datetime
    made_by: str
    control_number: int
    claims: int
    lines: int
    charge_cents: int
    content_hash: str
    cut: bool


def batches(
    session: Session, viewer: Viewer, *, after: uuid.UUID | None = None, limit: int = PAGE
) -> list[BatchRow]:
    """Batches with a claim of the viewer's clinics, the latest first; `after` is the last of the page before."""
    statement = _batches(viewer)
    if after is not None:
        at = aliased(ClaimBatch)
        made = select(at.made_at).where(at.id == after).scalar_subquery()
        statement = statement.where(
            or_(ClaimBatch.made_at < made, and_(ClaimBatch.made_at == made, ClaimBatch.id < after))
        )
    found = session.execute(
        statement.order_by(ClaimBatch.made_at.desc(), ClaimBatch.id.desc()).limit(limit)
    ).all()
    return [_batch_row(*row) for row in found]


def batch(session: Session, viewer: Viewer, batch_id: uuid.UUID) -> tuple[BatchRow, list[ClaimRow]]:
    """A batch with its claims. Raises NotFoundError out of reach."""
    found = session.execute(_batches(viewer).where(ClaimBatch.id == batch_id)).one_or_none()
    if found is None:
        raise NotFoundError
    mine = [Claim.batch_id == batch_id, Claim.clinic_id.in_(viewer.clinic_ids)]
    return _batch_row(*found), read_rows(session, mine, 5000)


def batch_content(session: Session, viewer: Viewer, batch_id: uuid.UUID) -> tuple[str, str]:
    """(name, content) of a batch's file, as it was made. Raises NotFoundError out of reach.

    A file is whole or not at all: whoever works in all of its clinics can have it.
    """
    others = select(Claim.id).where(Claim.batch_id == batch_id, Claim.clinic_id.not_in(viewer.clinic_ids))
    found = session.execute(_batches(viewer).where(ClaimBatch.id == batch_id, ~others.exists())).one_or_none()
    if found is None:
        raise NotFoundError
    return found[0].file_name, found[0].content


def _batches(viewer: Viewer) -> Any:
    mine = select(Claim.id).where(Claim.batch_id == ClaimBatch.id, Claim.clinic_id.in_(viewer.clinic_ids))
    return (
        select(ClaimBatch, Payer.name, Account.name)
        .join(Payer, Payer.id == ClaimBatch.payer_id)
        .join(Account, Account.id == ClaimBatch.made_by)
        .where(mine.correlate(ClaimBatch).exists())
    )


def _batch_row(one: ClaimBatch, payer: str, by: str) -> BatchRow:
    return BatchRow(
        one.id,
        one.file_name,
        payer,
        one.made_at,
        by,
        one.control_number,
        one.claims,
        one.lines,
        one.charge_cents,
        one.content_hash,
        one.cut_at is not None,
    )
