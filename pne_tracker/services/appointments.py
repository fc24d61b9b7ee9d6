"""Appointments: booked, moved, called off, and kept by the visit that is signed."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.appointments import Slot, checked_reason, refuse_slot
from pne_tracker.domain.errors import BadInputError, ConflictError, RefusedError
from pne_tracker.models import (
    Appointment,
    AppointmentStatus,
    Clinic,
    Episode,
    EpisodeStatus,
    Patient,
    Visit,
    built_once,
    new_id,
)
from pne_tracker.queries.access import load, lock
from pne_tracker.queries.appointments import (
    AppointmentLine,
    BookingPlace,
    booking_place,
    givers,
    in_the_way,
    line_of,
)
from pne_tracker.queries.parameters import EPISODE
from pne_tracker.services import audit
from pne_tracker.services.reminders.planning import plan_new_visit, plan_visit, take_back_visit


def open_booking(
    session: Session, viewer: Viewer, episode_id: uuid.UUID, *, now: dt.datetime
) -> BookingPlace:
    """What the form of a new appointment needs. Raises NotFoundError out of reach."""
    place = booking_place(session, viewer, episode_id)
    audit.record(
        session, viewer, "read", "appointments", subject_id=episode_id, patient_id=place.patient_id, now=now
    )
    return place


def open_appointment(
    session: Session, viewer: Viewer, appointment_id: uuid.UUID, *, now: dt.datetime
) -> tuple[AppointmentLine, BookingPlace]:
    """One appointment with what its form needs. Raises NotFoundError out of reach."""
    line = line_of(session, viewer, appointment_id)
    audit.record(
        session, viewer, "read", "appointment", subject_id=line.id, patient_id=line.patient_id, now=now
    )
    return line, booking_place(session, viewer, line.episode_id)


def book_appointment(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    slot: Slot,
    *,
    therapist_id: uuid.UUID,
    now: dt.datetime,
) -> Appointment:
    """A new appointment of an open episode.

    Raises RefusedError for a patient who has died or an episode that is not open, BadInputError at the field
    for a slot in the past, one in which the patient is expected already, or a clinician outside the care team.
    """
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    patient = load(session, viewer, Patient, episode.patient_id)
    if patient.deceased:
        raise RefusedError("The patient has died: no appointment can be made.")
    if episode.status is not EpisodeStatus.OPEN:
        raise RefusedError("This episode is not open. Open it again before you make an appointment.")
    _check(session, episode, slot, therapist_id, now)
    row = Appointment(
        id=new_id(),
        organisation_id=episode.organisation_id,
        clinic_id=episode.clinic_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        therapist_id=therapist_id,
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        status=AppointmentStatus.BOOKED,
        booked_at=now,
        booked_by=viewer.account_id,
        changed_at=now,
        changed_by=viewer.account_id,
    )
    session.add(row)
    session.flush()
    plan_new_visit(session, row, now=now)
    _audit(session, viewer, row, "book", now)
    return row


def move_appointment(
    session: Session,
    viewer: Viewer,
    appointment_id: uuid.UUID,
    slot: Slot,
    *,
    therapist_id: uuid.UUID,
    version: int,
    now: dt.datetime,
) -> Appointment:
    """Give a booked appointment another time, length or clinician. Raises as `book_appointment` does,
    ConflictError when somebody else changed it first."""
    row = _booked(session, viewer, appointment_id, version)
    episode = load(session, viewer, Episode, row.episode_id)
    _check(session, episode, slot, therapist_id, now, but=row.id)
    row.starts_at, row.minutes, row.therapist_id = slot.starts_at, slot.minutes, therapist_id
    _changed(session, viewer, row, "move", now)
    plan_visit(session, row, now=now)
    return row


def cancel_appointment(
    session: Session,
    viewer: Viewer,
    appointment_id: uuid.UUID,
    reason: str,
    *,
    version: int,
    now: dt.datetime,
) -> Appointment:
    """Call a booked appointment off, with the reason. Raises BadInputError without one, ConflictError when
    somebody else changed it first."""
    row = _booked(session, viewer, appointment_id, version)
    row.reason = checked_reason(reason)
    row.status = AppointmentStatus.CANCELLED
    _changed(session, viewer, row, "cancel", now)
    take_back_visit(session, row.id, now=now)
    return row


def restore_appointment(
    session: Session, viewer: Viewer, appointment_id: uuid.UUID, *, now: dt.datetime
) -> Appointment:
    """Undo a cancellation; one that is booked stays as it is. Raises BadInputError once its time is over or
    taken, RefusedError when the episode is not open."""
    row = load(session, viewer, Appointment, appointment_id, Access.EDIT)
    if row.status is not AppointmentStatus.CANCELLED:
        return row
    episode = load(session, viewer, Episode, row.episode_id)
    if episode.status is not EpisodeStatus.OPEN:
        raise RefusedError("This episode is not open. Open it again before you make an appointment.")
    _check(session, episode, Slot(row.starts_at, row.minutes), row.therapist_id, now)
    row.status, row.reason = AppointmentStatus.BOOKED, ""
    _changed(session, viewer, row, "restore", now)
    plan_visit(session, row, now=now)
    return row


_BOOKED = built_once(
    select(Appointment)
    .where(
        Appointment.episode_id == EPISODE,
        Appointment.status == AppointmentStatus.BOOKED,
        Appointment.starts_at >= bindparam("start"),
        Appointment.starts_at < bindparam("end"),
    )
    .order_by(Appointment.starts_at, Appointment.id)
)


def keep_by_visit(session: Session, viewer: Viewer, visit: Visit, now: dt.datetime) -> None:
    """Mark the booked appointment of the visit's day as kept by it: of several, the visit's clinician's first."""
    zone = _zone(session, visit.clinic_id)
    start = dt.datetime.combine(visit.on_date, dt.time(), zone).astimezone(dt.UTC)
    end = dt.datetime.combine(visit.on_date + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)
    rows = session.scalars(_BOOKED, {"episode": visit.episode_id, "start": start, "end": end}).all()
    if not rows:
        return
    row = min(rows, key=lambda one: one.therapist_id != visit.therapist_id)
    row.status, row.visit_id = AppointmentStatus.KEPT, visit.id
    _changed(session, viewer, row, "keep", now)


def release_of_visit(session: Session, viewer: Viewer, visit: Visit, now: dt.datetime) -> None:
    """Open the appointment again that a visit had kept: the visit was entered in error."""
    kept = select(Appointment).where(
        Appointment.episode_id == visit.episode_id, Appointment.visit_id == visit.id
    )
    for row in session.scalars(kept):
        row.status, row.visit_id = AppointmentStatus.BOOKED, None
        _changed(session, viewer, row, "release", now)


def _booked(session: Session, viewer: Viewer, appointment_id: uuid.UUID, version: int) -> Appointment:
    row = load(session, viewer, Appointment, appointment_id, Access.EDIT)
    if row.version != version:
        raise ConflictError("Somebody else changed this appointment first. Look at it, then change it.")
    if row.status is AppointmentStatus.KEPT:
        raise RefusedError("The visit of this appointment is signed. It stays as it is.")
    if row.status is AppointmentStatus.CANCELLED:
        raise RefusedError("This appointment was called off. Book it again first.")
    return row


def _check(
    session: Session,
    episode: Episode,
    slot: Slot,
    therapist_id: uuid.UUID,
    now: dt.datetime,
    but: uuid.UUID | None = None,
) -> None:
    zone = _zone(session, episode.clinic_id)
    refuse_slot(slot, today=now.astimezone(zone).date(), zone=zone.key)
    if therapist_id not in {one.id for one in givers(session, episode)}:
        raise BadInputError("Choose a clinician of this episode's care team.", at="therapist_id")
    lock(session, Patient, episode.patient_id)
    taken = in_the_way(session, episode.patient_id, slot, but=but)
    if taken is not None:
        at = taken.starts_at.astimezone(zone)
        raise BadInputError(
            f"The patient is expected at {at:%H:%M} already, for {taken.minutes} minutes. Choose another time.",
            at="clock",
        )


def _zone(session: Session, clinic_id: uuid.UUID) -> ZoneInfo:
    return ZoneInfo(session.get_one(Clinic, clinic_id).timezone)


def _changed(session: Session, viewer: Viewer, row: Appointment, action: str, now: dt.datetime) -> None:
    row.changed_at, row.changed_by = now, viewer.account_id
    session.flush()
    _audit(session, viewer, row, action, now)


def _audit(session: Session, viewer: Viewer, row: Appointment, action: str, now: dt.datetime) -> None:
    audit.record(
        session, viewer, action, "appointment", subject_id=row.id, patient_id=row.patient_id, now=now
    )
