"""Records by how long they are kept: one patient's, those past their period, holds, and deletions asked or done."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, func, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.people import full_name
from pne_tracker.domain.retention import ADULT, DeletionReason, DeletionState, kept_until, years_after
from pne_tracker.models import (
    Account,
    Clinic,
    Deletion,
    Episode,
    EpisodeStanding,
    EpisodeStatus,
    LegalHold,
    Organisation,
    Patient,
    Visit,
    VisitStatus,
)
from pne_tracker.models.of_patient import patient_tables, rows_of_patient
from pne_tracker.queries.access import deletions_in_reach, reachable_patients

MOST = 200
TRAIL = "audit_event"


@dataclass(frozen=True, slots=True)
class Keeping:
    """What decides whether a record may go."""

    last_on: dt.date
    until: dt.date
    signed: int
    running: bool
    held: LegalHold | None
    asked: Deletion | None


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A record under a hold."""

    patient_id: uuid.UUID
    name: str
    mrn: str
    reason: str
    since: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class OverRow:
    """A record past its period."""

    patient_id: uuid.UUID
    name: str
    mrn: str
    last_on: dt.date


@dataclass(frozen=True, slots=True)
class DeletionRow:
    """A deletion asked for or done, without a word about the patient."""

    id: uuid.UUID
    subject_id: uuid.UUID
    clinic: str
    reason: DeletionReason
    state: DeletionState
    asked_at: dt.datetime
    asked_by: str
    done_at: dt.datetime | None
    done_by: str
    rows: int


def retention_years(session: Session, viewer: Viewer) -> int:
    """How many years the viewer's organisation keeps records after the last care."""
    return session.scalars(
        select(Organisation.retention_years).where(Organisation.id == viewer.organisation_id)
    ).one()


def records_to_delete() -> tuple[Table, ...]:
    """The tables whose rows go with a patient, those that point first. The trail stays."""
    return tuple(table for table in reversed(patient_tables()) if table.name != TRAIL)


def row_counts(session: Session, organisation_id: uuid.UUID, patient_id: uuid.UUID) -> dict[str, int]:
    """How many rows of each table are this patient's, where there are any."""
    found = {
        table.name: session.scalar(
            select(func.count()).select_from(table).where(rows_of_patient(table, organisation_id, patient_id))
        )
        or 0
        for table in records_to_delete()
    }
    return {name: count for name, count in found.items() if count}


def keeping(session: Session, patient: Patient, years: int) -> Keeping:
    """How things stand with one record, which the caller has loaded."""
    visits = select(func.max(Visit.on_date)).where(Visit.patient_id == patient.id)
    active = select(func.max(EpisodeStanding.active_on)).where(EpisodeStanding.patient_id == patient.id)
    closed = select(func.max(Episode.closed_on)).where(Episode.patient_id == patient.id)
    days = [session.scalar(one) for one in (visits, active, closed)]
    last = max([patient.created_at.date(), *(day for day in days if day)])
    signed = session.scalar(
        select(func.count())
        .select_from(Visit)
        .where(Visit.patient_id == patient.id, Visit.status == VisitStatus.SIGNED)
    )
    running = session.scalar(
        select(Episode.id)
        .where(Episode.patient_id == patient.id, Episode.status == EpisodeStatus.OPEN)
        .limit(1)
    )
    return Keeping(
        last,
        kept_until(last, patient.birth_date, years),
        signed or 0,
        running is not None,
        standing_hold(session, patient.id),
        asked_deletion(session, patient.id),
    )


def standing_hold(session: Session, patient_id: uuid.UUID) -> LegalHold | None:
    """The hold on a record that stands now."""
    return session.scalars(
        select(LegalHold).where(LegalHold.patient_id == patient_id, LegalHold.lifted_at.is_(None))
    ).one_or_none()


def asked_deletion(session: Session, patient_id: uuid.UUID) -> Deletion | None:
    """The deletion of a record that waits for somebody to carry it out."""
    return session.scalars(
        select(Deletion).where(Deletion.subject_id == patient_id, Deletion.state == DeletionState.ASKED)
    ).one_or_none()


def past_period(session: Session, viewer: Viewer, years: int, today: dt.date) -> tuple[OverRow, ...]:
    """Records in reach past their period, with neither hold nor open episode, those of the longest ago first."""
    before = years_after(today, -years)
    later_visit = select(Visit.id).where(Visit.patient_id == Patient.id, Visit.on_date >= before)
    later_care = select(Episode.id).outerjoin(EpisodeStanding, EpisodeStanding.episode_id == Episode.id)
    later_care = later_care.where(
        Episode.patient_id == Patient.id,
        or_(
            Episode.status == EpisodeStatus.OPEN,
            Episode.closed_on >= before,
            EpisodeStanding.active_on >= before,
        ),
    )
    held = select(LegalHold.id).where(LegalHold.patient_id == Patient.id, LegalHold.lifted_at.is_(None))
    grown = or_(Patient.birth_date.is_(None), Patient.birth_date < years_after(before, -ADULT))
    last = select(func.max(Visit.on_date)).where(Visit.patient_id == Patient.id).scalar_subquery()
    rows = session.execute(
        select(Patient, last)
        .where(
            reachable_patients(viewer),
            Patient.created_at < dt.datetime.combine(before, dt.time(), dt.UTC),
            grown,
            *(~one.correlate(Patient).exists() for one in (later_visit, later_care, held)),
        )
        .order_by(Patient.created_at, Patient.id)
        .limit(MOST)
    ).all()
    return tuple(
        OverRow(one.id, full_name(one.given_name, one.family_name), one.mrn, day or one.created_at.date())
        for one, day in rows
    )


def holds(session: Session, viewer: Viewer) -> tuple[HeldRow, ...]:
    """The records in reach under a hold, the oldest first."""
    rows = session.execute(
        select(LegalHold, Patient, Account.name)
        .join(Patient, Patient.id == LegalHold.patient_id)
        .join(Account, Account.id == LegalHold.set_by)
        .where(reachable_patients(viewer), LegalHold.lifted_at.is_(None))
        .order_by(LegalHold.set_at, LegalHold.id)
        .limit(MOST)
    ).all()
    return tuple(
        HeldRow(one.id, full_name(one.given_name, one.family_name), one.mrn, hold.reason, hold.set_at, by)
        for hold, one, by in rows
    )


def deletions(session: Session, viewer: Viewer) -> tuple[DeletionRow, ...]:
    """Deletions in reach, those that wait first, then the latest."""
    found = session.scalars(
        select(Deletion)
        .where(deletions_in_reach(viewer), Deletion.state != DeletionState.WITHDRAWN)
        .order_by(Deletion.state, Deletion.asked_at.desc(), Deletion.id)
        .limit(MOST)
    ).all()
    return deletion_rows(session, found)


def deletion_rows(session: Session, found: Sequence[Deletion]) -> tuple[DeletionRow, ...]:
    """The same with the names of clinics and of who asked and did it."""
    people = {who for one in found for who in (one.asked_by, one.done_by) if who}
    accounts = select(Account.id, Account.name).where(Account.id.in_(people))
    names = {key: name for key, name in session.execute(accounts)}  # noqa: C416
    clinics = {key: name for key, name in session.execute(select(Clinic.id, Clinic.name))}  # noqa: C416
    return tuple(
        DeletionRow(
            one.id,
            one.subject_id,
            clinics[one.clinic_id],
            one.reason,
            one.state,
            one.asked_at,
            names.get(one.asked_by, ""),
            one.done_at,
            names.get(one.done_by, "") if one.done_by else "",
            sum(one.counts.values()),
        )
        for one in found
    )
