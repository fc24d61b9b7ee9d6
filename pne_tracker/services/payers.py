"""Payers and their fee schedules. A correction keeps what stood there before; signed lines keep their fee."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing.fee_sheet import FeeRow, checked
from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.models import Account, BillingLine, Claim, Fee, FeeBefore, Payer, new_id
from pne_tracker.queries.payers import payer_of, signer
from pne_tracker.services import audit, claims

FACTS = (
    *("name", "unit_rule", "payer_number", "filing_code", "max_timed_units_per_day"),
    *("separate_pne_allowed", "counts_towards_threshold"),
    *("submitter_id", "receiver_id", "receiver_name", "address_line", "city", "state", "postal_code"),
)
SIGNER_FACTS = ("npi", "taxonomy", "family_name")
Fact = str | int | bool | None


def add_payer(session: Session, viewer: Viewer, facts: Mapping[str, Fact], *, now: dt.datetime) -> uuid.UUID:
    """A new payer; returns its id. Raises BadInputError at `name` when there is one of that name."""
    _refuse_taken(session, str(facts["name"]), None)
    payer = Payer(id=new_id(), organisation_id=viewer.organisation_id, name="", unit_rule="")
    _write(payer, facts)
    session.add(payer)
    session.flush()
    audit.record(session, viewer, "create", "payer", subject_id=payer.id, now=now)
    return payer.id


def change_payer(
    session: Session, viewer: Viewer, payer_id: uuid.UUID, facts: Mapping[str, Fact], *, now: dt.datetime
) -> None:
    """Keep what changed. Raises BadInputError at `name` when another payer has it, NotFoundError."""
    payer = payer_of(session, payer_id)
    _refuse_taken(session, str(facts["name"]), payer_id)
    changed = _write(payer, facts)
    audit.record(session, viewer, "change", "payer", subject_id=payer_id, now=now, fields=changed)
    session.flush()
    claims.check_where(session, viewer, Claim.payer_id == payer_id, now=now)


def _refuse_taken(session: Session, name: str, but: uuid.UUID | None) -> None:
    found = session.scalar(select(Payer.id).where(Payer.name == name))
    if found is not None and found != but:
        raise BadInputError("There is a payer of this name already. Change that one.", at="name")


def _write(payer: Payer, facts: Mapping[str, Fact]) -> list[str]:
    kept = {name: value if isinstance(value, bool | int) else value or None for name, value in facts.items()}
    changed = [name for name in FACTS if name in kept and kept[name] != getattr(payer, name)]
    for name in changed:
        setattr(payer, name, kept[name])
    return changed


def keep_fee(session: Session, viewer: Viewer, payer_id: uuid.UUID, row: FeeRow, *, now: dt.datetime) -> str:
    """Keep one fee; "new", "changed" or "same". One of the same code and first day is replaced, and kept as history."""
    payer_of(session, payer_id)
    checked(row)
    known = session.scalars(
        select(Fee)
        .where(Fee.payer_id == payer_id, Fee.code == row.code, Fee.effective_on == row.effective_on)
        .with_for_update()
    ).one_or_none()
    done = _keep(session, viewer, payer_id, known, row, now)
    if done != "same":
        audit.record(session, viewer, "change", "fee", subject_id=payer_id, now=now, code=row.code)
    session.flush()
    _check_lacking(session, viewer, payer_id, now)
    return done


def _keep(
    session: Session, viewer: Viewer, payer_id: uuid.UUID, known: Fee | None, row: FeeRow, now: dt.datetime
) -> str:
    if known is None:
        session.add(
            Fee(
                organisation_id=viewer.organisation_id,
                payer_id=payer_id,
                code=row.code,
                cents=row.cents,
                effective_on=row.effective_on,
                ends_on=row.ends_on,
                entered_at=now,
                entered_by=viewer.account_id,
            )
        )
        return "new"
    if (known.cents, known.ends_on) == (row.cents, row.ends_on):
        return "same"
    _remember(session, viewer, known, now)
    known.cents, known.ends_on = row.cents, row.ends_on
    known.entered_at, known.entered_by = now, viewer.account_id
    return "changed"


def _remember(session: Session, viewer: Viewer, fee: Fee, now: dt.datetime) -> None:
    session.add(
        FeeBefore(
            organisation_id=fee.organisation_id,
            payer_id=fee.payer_id,
            code=fee.code,
            cents=fee.cents,
            effective_on=fee.effective_on,
            ends_on=fee.ends_on,
            replaced_at=now,
            replaced_by=viewer.account_id,
        )
    )


def remove_fee(
    session: Session, viewer: Viewer, payer_id: uuid.UUID, fee_id: uuid.UUID, *, now: dt.datetime
) -> FeeRow:
    """Take a fee out of the schedule; it stays in the history. Returns it, so that it can be put back."""
    fee = session.scalars(
        select(Fee).where(Fee.payer_id == payer_id, Fee.id == fee_id).with_for_update()
    ).one_or_none()
    if fee is None:
        raise NotFoundError
    row = FeeRow(fee.code, fee.cents, fee.effective_on, fee.ends_on)
    _remember(session, viewer, fee, now)
    session.delete(fee)
    audit.record(session, viewer, "remove", "fee", subject_id=payer_id, now=now, code=fee.code)
    session.flush()
    _check_lacking(session, viewer, payer_id, now)
    return row


def compare_fees(session: Session, payer_id: uuid.UUID, rows: Iterable[FeeRow]) -> list[tuple[FeeRow, str]]:
    """Each row with what keeping it would do: "new", "changed" or "same"."""
    known = {
        (fee.code, fee.effective_on): (fee.cents, fee.ends_on)
        for fee in session.scalars(select(Fee).where(Fee.payer_id == payer_id))
    }
    found = []
    for row in rows:
        before = known.get((row.code, row.effective_on))
        same = before == (row.cents, row.ends_on)
        found.append((row, "new" if before is None else "same" if same else "changed"))
    return found


def import_fees(
    session: Session, viewer: Viewer, payer_id: uuid.UUID, rows: Iterable[FeeRow], *, now: dt.datetime
) -> dict[str, int]:
    """Keep every row of a sheet; returns how many were "new", "changed" and "same"."""
    payer_of(session, payer_id)
    known = {
        (fee.code, fee.effective_on): fee
        for fee in session.scalars(select(Fee).where(Fee.payer_id == payer_id).with_for_update())
    }
    counts = {"new": 0, "changed": 0, "same": 0}
    for row in rows:
        done = _keep(session, viewer, payer_id, known.get((row.code, row.effective_on)), checked(row), now)
        counts[done] += 1
    new, changed = counts["new"], counts["changed"]
    audit.record(session, viewer, "import", "fee", subject_id=payer_id, now=now, new=new, changed=changed)
    session.flush()
    _check_lacking(session, viewer, payer_id, now)
    return counts


def _check_lacking(session: Session, viewer: Viewer, payer_id: uuid.UUID, now: dt.datetime) -> None:
    """Claims with a line that was signed without a fee take the schedule's."""
    lacking = (Claim.payer_id == payer_id) & Claim.visit_id.in_(
        select(BillingLine.visit_id).where(
            BillingLine.payer_id == payer_id, BillingLine.charge_cents.is_(None)
        )
    )
    claims.check_where(session, viewer, lacking, now=now)


def change_signer(
    session: Session, viewer: Viewer, account_id: uuid.UUID, facts: Mapping[str, str], *, now: dt.datetime
) -> None:
    """Keep what claims say of a therapist of the viewer's clinics. Raises NotFoundError for anybody else."""
    signer(session, viewer, account_id)
    account = session.scalars(select(Account).where(Account.id == account_id)).one()
    changed = [name for name in SIGNER_FACTS if (facts[name] or None) != getattr(account, name)]
    for name in changed:
        setattr(account, name, facts[name] or None)
    audit.record(session, viewer, "change", "account", subject_id=account_id, now=now, fields=changed)
    session.flush()
    claims.check_where(session, viewer, Claim.therapist_id == account_id, now=now)
