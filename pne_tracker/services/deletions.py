"""Deleting a patient's record: one person asks, another carries it out, and no row of it is left."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Role, Viewer
from pne_tracker.domain.billing.claim_cut import without_claims
from pne_tracker.domain.errors import BadInputError, NotFoundError, RefusedError
from pne_tracker.domain.retention import DeletionReason, DeletionState, refuse
from pne_tracker.models import (
    Account,
    CaregiverAccess,
    Claim,
    ClaimBatch,
    ClaimEvent,
    Deletion,
    Patient,
    forget_old_pages,
    new_id,
)
from pne_tracker.models.of_patient import rows_of_account, rows_of_patient
from pne_tracker.queries import retention
from pne_tracker.queries.access import load
from pne_tracker.services import audit, standing


def ask(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, reason: str, *, now: dt.datetime, today: dt.date
) -> Deletion:
    """Ask that a record in reach be deleted. Raises NotFoundError, BadInputError, RefusedError."""
    patient = load(session, viewer, Patient, patient_id, Access.EDIT)
    if reason not in set(DeletionReason):
        raise BadInputError("Choose why the record goes.", at="reason")
    _refuse(session, viewer, patient, DeletionReason(reason), today)
    if retention.asked_deletion(session, patient.id):
        raise RefusedError("The deletion was asked for already. An administrator carries it out.")
    wish = Deletion(
        id=new_id(),
        subject_id=patient.id,
        clinic_id=patient.clinic_id,
        reason=DeletionReason(reason),
        state=DeletionState.ASKED,
        asked_at=now,
        asked_by=viewer.account_id,
        counts={},
    )
    session.add(wish)
    _record(session, viewer, "ask", wish, now, reason=wish.reason.value)
    session.flush()
    return wish


def withdraw(session: Session, viewer: Viewer, deletion_id: uuid.UUID, *, now: dt.datetime) -> uuid.UUID:
    """Take back what was asked and not done yet; returns the patient's id. Raises NotFoundError, RefusedError."""
    wish = _waiting(session, viewer, deletion_id)
    wish.state = DeletionState.WITHDRAWN
    _record(session, viewer, "withdraw", wish, now)
    session.flush()
    return wish.subject_id


def carry_out(
    session: Session,
    viewer: Viewer,
    deletion_id: uuid.UUID,
    record_number: str,
    *,
    now: dt.datetime,
    today: dt.date,
) -> int:
    """Delete every row of the record; returns how many. Who asked told `record_number` to who carries out.

    Raises NotFoundError, RefusedError, and BadInputError where the number is another record's.
    """
    wish = _waiting(session, viewer, deletion_id)
    if wish.asked_by == viewer.account_id:
        raise RefusedError("You asked for it yourself. Somebody else has to carry it out.")
    patient = session.scalars(
        select(Patient).where(Patient.id == wish.subject_id).with_for_update()
    ).one_or_none()
    if patient is None:
        raise NotFoundError
    _refuse(session, viewer, patient, wish.reason, today)
    if record_number.strip() != patient.mrn:
        raise BadInputError("This is not the number of the record. Ask who asked for it.", at="number")
    counts = retention.row_counts(session, viewer.organisation_id, patient.id)
    standing.forget_patient(session, patient.id)
    wish.state, wish.done_by, wish.done_at, wish.counts = (
        DeletionState.RUNNING,
        viewer.account_id,
        now,
        counts,
    )
    session.flush()
    session.expunge(patient)
    _cut_claims(session, wish.subject_id, now)
    _let_caregivers_go(session, viewer, wish.subject_id)
    for table in retention.records_to_delete():
        session.execute(delete(table).where(rows_of_patient(table, viewer.organisation_id, wish.subject_id)))
    wish.state = DeletionState.DONE
    rows = sum(counts.values())
    _record(session, viewer, "delete", wish, now, reason=wish.reason.value, rows=rows)
    session.flush()
    forget_old_pages(session)
    return rows


def _refuse(
    session: Session, viewer: Viewer, patient: Patient, reason: DeletionReason, today: dt.date
) -> None:
    facts = retention.keeping(session, patient, retention.retention_years(session, viewer))
    refuse(
        reason,
        held=facts.held is not None,
        until=facts.until,
        today=today,
        signed=facts.signed,
        running=facts.running,
    )


def _waiting(session: Session, viewer: Viewer, deletion_id: uuid.UUID) -> Deletion:
    wish = load(session, viewer, Deletion, deletion_id, Access.EDIT)
    if wish.state is not DeletionState.ASKED:
        raise RefusedError("This was withdrawn or carried out already.")
    return wish


def _cut_claims(session: Session, patient_id: uuid.UUID, now: dt.datetime) -> None:
    """Take the patient's claims out of the files they went out in; a file without another's claim goes whole."""
    own = select(Claim.id).where(Claim.patient_id == patient_id)
    went = select(ClaimEvent.batch_id).where(ClaimEvent.claim_id.in_(own), ClaimEvent.batch_id.is_not(None))
    batches = session.scalars(select(ClaimBatch).where(ClaimBatch.id.in_(went))).all()
    numbers = [number for number in session.scalars(select(Claim.number).where(Claim.id.in_(own))) if number]
    for batch in batches:
        batch.content, batch.cut_at = without_claims(batch.content, numbers), now
        others = select(ClaimEvent.id).where(ClaimEvent.batch_id == batch.id, ClaimEvent.claim_id.not_in(own))
        if session.scalar(others.limit(1)) is None:
            session.delete(batch)
    # Claims point at their batch until they go themselves; the keys are checked at the commit.
    session.flush()


def _let_caregivers_go(session: Session, viewer: Viewer, patient_id: uuid.UUID) -> None:
    """Delete the accounts of caregivers who looked after nobody else."""
    here = select(CaregiverAccess.account_id).where(CaregiverAccess.patient_id == patient_id)
    elsewhere = select(CaregiverAccess.account_id).where(
        CaregiverAccess.patient_id != patient_id, CaregiverAccess.account_id.is_not(None)
    )
    accounts = session.scalars(
        select(Account.id).where(
            Account.role == Role.CAREGIVER, Account.id.in_(here), Account.id.not_in(elsewhere)
        )
    ).all()
    for table, owner in rows_of_account():
        session.execute(
            delete(table).where(
                table.c.organisation_id == viewer.organisation_id, table.c[owner].in_(accounts)
            )
        )


def _record(
    session: Session, viewer: Viewer, action: str, wish: Deletion, now: dt.datetime, **details: str | int
) -> None:
    audit.record(
        session,
        viewer,
        action,
        "record",
        subject_id=wish.id,
        patient_id=wish.subject_id,
        now=now,
        **details,
    )
