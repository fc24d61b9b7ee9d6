"""How long records are kept, and holds on them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.domain.people import full_name
from pne_tracker.domain.retention import FEWEST, LONGEST, MOST, DeletionState
from pne_tracker.models import Account, Deletion, LegalHold, Organisation, Patient, new_id
from pne_tracker.queries import retention
from pne_tracker.queries.access import load
from pne_tracker.queries.retention import DeletionRow, HeldRow, Keeping, OverRow
from pne_tracker.services import audit


@dataclass(frozen=True, slots=True)
class RecordKeeping:
    """One patient's record: how things stand, what would go, and who asked or holds."""

    name: str
    years: int
    facts: Keeping
    counts: dict[str, int]
    asked: DeletionRow | None
    held_by: str


@dataclass(frozen=True, slots=True)
class Records:
    """The organisation's records by how long they are kept."""

    years: int
    over: tuple[OverRow, ...]
    held: tuple[HeldRow, ...]
    deletions: tuple[DeletionRow, ...]


def open_record(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, *, now: dt.datetime
) -> RecordKeeping:
    """The page of one patient in reach. Raises NotFoundError."""
    patient = load(session, viewer, Patient, patient_id)
    audit.record(session, viewer, "read", "retention", subject_id=patient.id, patient_id=patient.id, now=now)
    years = retention.retention_years(session, viewer)
    facts = retention.keeping(session, patient, years)
    asked = retention.deletion_rows(session, [facts.asked])[0] if facts.asked else None
    held_by = session.get_one(Account, facts.held.set_by).name if facts.held else ""
    counts = retention.row_counts(session, viewer.organisation_id, patient.id)
    return RecordKeeping(
        full_name(patient.given_name, patient.family_name), years, facts, counts, asked, held_by
    )


def open_records(session: Session, viewer: Viewer, *, now: dt.datetime, today: dt.date) -> Records:
    """What is past its period, what is held, what was asked and done; each patient shown is told who looked."""
    years = retention.retention_years(session, viewer)
    over = retention.past_period(session, viewer, years, today)
    held = retention.holds(session, viewer)
    seen = [one.patient_id for one in over] + [one.patient_id for one in held]
    audit.record_list(session, viewer, "retention", seen, now=now)
    return Records(years, over, held, retention.deletions(session, viewer))


def open_deletions(session: Session, viewer: Viewer) -> tuple[DeletionRow, ...]:
    """What was asked and done, without a word about a patient."""
    return retention.deletions(session, viewer)


def open_deletion(
    session: Session, viewer: Viewer, deletion_id: uuid.UUID, *, now: dt.datetime
) -> tuple[DeletionRow, dict[str, int], bool]:
    """One deletion, what goes or went, and whether a hold stands. Raises NotFoundError."""
    wish = load(session, viewer, Deletion, deletion_id)
    audit.record(session, viewer, "read", "deletion", subject_id=wish.id, patient_id=wish.subject_id, now=now)
    counts = dict(wish.counts)
    if wish.state is DeletionState.ASKED:
        counts = retention.row_counts(session, viewer.organisation_id, wish.subject_id)
    held = retention.standing_hold(session, wish.subject_id) is not None
    return retention.deletion_rows(session, [wish])[0], counts, held


def set_years(session: Session, viewer: Viewer, years: int | None, *, now: dt.datetime) -> None:
    """Choose how many years records are kept. Raises BadInputError."""
    if years is None or not FEWEST <= years <= MOST:
        raise BadInputError(f"Write a whole number of years from {FEWEST} to {MOST}.", at="years")
    organisation = session.get_one(Organisation, viewer.organisation_id)
    if organisation.retention_years == years:
        return
    organisation.retention_years = years
    audit.record(session, viewer, "change", "retention", now=now, years=years)
    session.flush()


def hold(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, reason: str, *, now: dt.datetime
) -> LegalHold:
    """Forbid the deletion of a record in reach. Raises NotFoundError, BadInputError, RefusedError."""
    patient = load(session, viewer, Patient, patient_id, Access.EDIT)
    if not reason.strip():
        raise BadInputError("Write why the record has to be kept.", at="why")
    if retention.standing_hold(session, patient.id):
        raise RefusedError("A hold keeps this record already.")
    row = LegalHold(
        id=new_id(),
        patient_id=patient.id,
        reason=reason.strip()[:LONGEST],
        set_at=now,
        set_by=viewer.account_id,
    )
    session.add(row)
    audit.record(session, viewer, "hold", "record", subject_id=row.id, patient_id=patient.id, now=now)
    session.flush()
    return row


def lift(session: Session, viewer: Viewer, patient_id: uuid.UUID, *, now: dt.datetime) -> None:
    """End the hold on a record in reach. Raises NotFoundError, RefusedError."""
    patient = load(session, viewer, Patient, patient_id, Access.EDIT)
    row = retention.standing_hold(session, patient.id)
    if row is None:
        raise RefusedError("No hold keeps this record.")
    row.lifted_at, row.lifted_by = now, viewer.account_id
    audit.record(session, viewer, "lift_hold", "record", subject_id=row.id, patient_id=patient.id, now=now)
    session.flush()
