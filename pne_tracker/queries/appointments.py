"""Appointments as lists show them: a clinician's day, an episode's next ones, and who is free."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.appointments import LONGEST, Slot
from pne_tracker.domain.people import full_name
from pne_tracker.models import (
    Account,
    Appointment,
    AppointmentStatus,
    CareTeamMember,
    Clinic,
    Episode,
    EpisodeStatus,
    Patient,
    Visit,
    VisitStatus,
)
from pne_tracker.queries.access import load, reachable_patients

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """One appointment; `visit_id` names the visit that kept it, or the draft that is open for it."""

    id: uuid.UUID
    patient_id: uuid.UUID
    episode_id: uuid.UUID
    name: str
    therapist_id: uuid.UUID
    therapist: str
    starts_at: dt.datetime
    minutes: int
    status: str
    reason: str
    visit_id: uuid.UUID | None
    version: int

    @property
    def slot(self) -> Slot:
        """When."""
        return Slot(self.starts_at, self.minutes)


def day_of(session: Session, viewer: Viewer, day: dt.date) -> tuple[AppointmentLine, ...]:
    """The viewer's appointments of one day of theirs, cancelled ones included, in order of time.

    A therapist's are those they give themselves; an assistant's those of the episodes they treat in.
    """
    start, end = _bounds(day, viewer.timezone)
    return _lines(session, _of_day(viewer, start, end))


@lru_cache(maxsize=128)
def _of_day(viewer: Viewer, start: dt.datetime, end: dt.datetime) -> Select[*tuple[Any, ...]]:
    """The same question for the same day is the same statement (ADR 85)."""
    inside = (Appointment.starts_at >= start, Appointment.starts_at < end)
    return _listed().where(*inside, _given_by(viewer), _reachable(viewer))


def of_episode(session: Session, episode_id: uuid.UUID, *, since: dt.datetime) -> tuple[AppointmentLine, ...]:
    """The appointments of an episode in reach that start at `since` or later, in order of time."""
    return _lines(
        session,
        _listed().where(Appointment.episode_id == episode_id, Appointment.starts_at >= since),
    )


def next_visit_on(session: Session, episode_id: uuid.UUID, after: dt.date) -> dt.date | None:
    """The clinic's day of the episode's first appointment that is booked for a day after that, or None."""
    rows = session.execute(
        select(Appointment.starts_at, Clinic.timezone)
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .where(
            Appointment.episode_id == episode_id,
            Appointment.status == AppointmentStatus.BOOKED,
            Appointment.starts_at >= dt.datetime.combine(after, dt.time.min, dt.UTC),
        )
        .order_by(Appointment.starts_at)
    )
    days = (starts_at.astimezone(ZoneInfo(zone)).date() for starts_at, zone in rows)
    return next((day for day in days if day > after), None)


def line_of(session: Session, viewer: Viewer, appointment_id: uuid.UUID) -> AppointmentLine:
    """One appointment in reach. Raises NotFoundError."""
    found = load(session, viewer, Appointment, appointment_id)
    return _lines(session, _listed().where(Appointment.id == found.id))[0]


def in_the_way(
    session: Session, patient_id: uuid.UUID, slot: Slot, *, but: uuid.UUID | None = None
) -> Appointment | None:
    """A booked appointment of the patient that overlaps `slot`, leaving out `but`."""
    earliest = slot.starts_at - dt.timedelta(minutes=LONGEST)
    statement = select(Appointment).where(
        Appointment.patient_id == patient_id,
        Appointment.status == AppointmentStatus.BOOKED,
        Appointment.starts_at > earliest,
        Appointment.starts_at < slot.ends_at,
    )
    for row in session.scalars(statement.order_by(Appointment.starts_at)):
        if row.id != but and slot.overlaps(Slot(row.starts_at, row.minutes)):
            return row
    return None


@dataclass(frozen=True, slots=True)
class BookingPlace:
    """Whose appointment is to be made: the person, the usual length, and the therapists who may give it."""

    episode_id: uuid.UUID
    patient_id: uuid.UUID
    name: str
    minutes: int
    therapist_id: uuid.UUID
    therapists: tuple[tuple[uuid.UUID, str], ...]
    zone: str
    open: bool


def booking_place(session: Session, viewer: Viewer, episode_id: uuid.UUID) -> BookingPlace:
    """What the form of a new appointment needs. Raises NotFoundError out of reach."""
    episode = load(session, viewer, Episode, episode_id)
    patient = load(session, viewer, Patient, episode.patient_id)
    return BookingPlace(
        episode_id=episode.id,
        patient_id=patient.id,
        name=full_name(patient.given_name, patient.family_name),
        minutes=episode.visit_minutes,
        therapist_id=episode.therapist_id,
        therapists=tuple((one.id, one.name) for one in givers(session, episode)),
        zone=session.scalars(select(Clinic.timezone).where(Clinic.id == episode.clinic_id)).one(),
        open=episode.status is EpisodeStatus.OPEN and not patient.deceased,
    )


def givers(session: Session, episode: Episode) -> list[Account]:
    """The active clinicians of the episode's care team, by name; only they give its visits."""
    on_team = select(CareTeamMember.account_id).where(CareTeamMember.episode_id == episode.id)
    return list(
        session.scalars(
            select(Account)
            .where(
                or_(Account.id == episode.therapist_id, Account.id.in_(on_team)),
                Account.active.is_(True),
                Account.role.in_((Role.THERAPIST, Role.ASSISTANT)),
            )
            .order_by(Account.name, Account.id)
        )
    )


def _bounds(day: dt.date, zone: str) -> tuple[dt.datetime, dt.datetime]:
    start = dt.datetime.combine(day, dt.time(), ZoneInfo(zone))
    return start.astimezone(dt.UTC), (start + DAY).astimezone(dt.UTC)


def _given_by(viewer: Viewer) -> ColumnElement[bool]:
    mine = Appointment.therapist_id == viewer.account_id
    if viewer.role is not Role.ASSISTANT:
        return mine
    teamed = exists().where(
        CareTeamMember.episode_id == Appointment.episode_id, CareTeamMember.account_id == viewer.account_id
    )
    return or_(mine, teamed)


def _reachable(viewer: Viewer) -> ColumnElement[bool]:
    return Appointment.patient_id.in_(select(Patient.id).where(reachable_patients(viewer)))


def _listed() -> Select[*tuple[Any, ...]]:
    draft = (
        select(Visit.id)
        .where(
            Appointment.status == AppointmentStatus.BOOKED,
            Visit.episode_id == Appointment.episode_id,
            Visit.status == VisitStatus.DRAFT,
        )
        .order_by(Visit.id)
        .limit(1)
        .correlate(Appointment)
        .scalar_subquery()
    )
    return (
        select(Appointment, Patient.given_name, Patient.family_name, Account.name, draft)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(Account, Account.id == Appointment.therapist_id)
        .order_by(Appointment.starts_at, Appointment.id)
    )


def _lines(session: Session, statement: Select[*tuple[Any, ...]]) -> tuple[AppointmentLine, ...]:
    return tuple(
        AppointmentLine(
            id=row.id,
            patient_id=row.patient_id,
            episode_id=row.episode_id,
            name=full_name(given, family),
            therapist_id=row.therapist_id,
            therapist=therapist,
            starts_at=row.starts_at,
            minutes=row.minutes,
            status=row.status.value,
            reason=row.reason,
            visit_id=row.visit_id or draft_id,
            version=row.version,
        )
        for row, given, family, therapist, draft_id in session.execute(statement)
    )
