"""A patient's calendar at a secret address: made, renewed, ended, and read by whoever holds the address."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.door import hash_of
from pne_tracker.domain.errors import NotAllowedError
from pne_tracker.models import Appointment, CalendarFeed, Clinic, Patient, new_id
from pne_tracker.services import audit

BACK = dt.timedelta(days=60)


def own_feed(session: Session, viewer: Viewer) -> CalendarFeed | None:
    """The viewing patient's feed, if there is one."""
    return session.scalars(
        select(CalendarFeed).where(CalendarFeed.patient_id == viewer.patient_id)
    ).one_or_none()


def renew(session: Session, viewer: Viewer, token: str, *, now: dt.datetime) -> None:
    """Give the viewing patient's calendar a new address; the old one is dead at once. `token`: 32 random characters."""
    if viewer.patient_id is None:
        raise NotAllowedError("Only patients have a calendar here.")
    row = own_feed(session, viewer)
    if row is None:
        row = CalendarFeed(id=new_id(), organisation_id=viewer.organisation_id, patient_id=viewer.patient_id)
        session.add(row)
    row.token_hash, row.made_at = hash_of(token), now
    _record(session, viewer, "renew", now)


def end(session: Session, viewer: Viewer, *, now: dt.datetime) -> None:
    """Take the calendar's address away."""
    row = own_feed(session, viewer)
    if row is not None:
        session.delete(row)
        _record(session, viewer, "end", now)


def _record(session: Session, viewer: Viewer, action: str, now: dt.datetime) -> None:
    audit.record(session, viewer, action, "calendar_feed", patient_id=viewer.patient_id, now=now)
    session.flush()


def read_feed(
    session: Session, token: str, *, now: dt.datetime
) -> tuple[Patient, Clinic, str, list[Appointment]] | None:
    """Whose calendar is at that address, their zone and visits; None for an address that is none. Unscoped."""
    found = session.execute(
        select(Patient, Clinic, func.coalesce(Patient.timezone, Clinic.timezone))
        .join(CalendarFeed, CalendarFeed.patient_id == Patient.id)
        .join(Clinic, Clinic.id == Patient.clinic_id)
        .where(CalendarFeed.token_hash == hash_of(token))
    ).first()
    if found is None:
        return None
    patient, clinic, zone = found
    visits = session.scalars(
        select(Appointment)
        .where(Appointment.patient_id == patient.id, Appointment.starts_at >= now - BACK)
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
    audit.record_by_itself(
        session, patient.organisation_id, "read", "calendar_feed", patient_id=patient.id, now=now
    )
    session.flush()
    return patient, clinic, zone, list(visits)
