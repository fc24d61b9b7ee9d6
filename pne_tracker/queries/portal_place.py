"""Whose portal it is, and where care stands."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import case
from sqlalchemy.orm import Session, aliased

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.domain.received import ASKED_AFTER
from pne_tracker.models import Account, Clinic, Episode, EpisodeStatus, Patient
from pne_tracker.queries.access import patients
from pne_tracker.queries.received import unanswered_since


@dataclass(frozen=True, slots=True)
class Place:
    """Whose portal this is, and where care stands. `zone` is an IANA name, names are first names or "".

    `looked_at` and `looked_by` say when and who of the staff looked at all that came back.
    `unanswered_since` is the day of the first section while the patient has not said what came across.
    """

    patient_id: uuid.UUID
    given_name: str
    zone: str
    clinic_name: str
    clinic_phone: str
    therapist: str
    episode_id: uuid.UUID | None
    clinic_id: uuid.UUID | None
    pack_version_id: uuid.UUID | None
    looked_at: dt.datetime | None = None
    looked_by: str = ""
    unanswered_since: dt.date | None = None

    def today(self, now: dt.datetime) -> dt.date:
        """The patient's day at that instant."""
        return self.local(now).date()

    def local(self, now: dt.datetime) -> dt.datetime:
        """The patient's wall time at that instant."""
        return now.astimezone(ZoneInfo(self.zone))

    def is_asked(self, today: dt.date) -> bool:
        """Whether the patient is to be asked now what came across."""
        return self.unanswered_since is not None and self.unanswered_since + ASKED_AFTER <= today


def place_of(session: Session, viewer: Viewer) -> Place:
    """Where the viewing patient's care stands: the open episode opened last, else the last one. One query."""
    reader = aliased(Account)
    row = session.execute(
        patients(viewer)
        .add_columns(Clinic.name, Clinic.phone, Clinic.timezone, Account.name, Episode, reader.name)
        .add_columns(unanswered_since(Episode.id))
        .join(Clinic, Clinic.id == Patient.clinic_id)
        .outerjoin(Episode, Episode.patient_id == Patient.id)
        .outerjoin(Account, Account.id == Episode.therapist_id)
        .outerjoin(reader, reader.id == Episode.reviewed_by)
        .where(Patient.id == viewer.patient_id)
        .order_by(
            case((Episode.status == EpisodeStatus.DISCHARGED, 1), else_=0),
            Episode.opened_on.desc(),
            Episode.id,
        )
        .limit(1)
    ).first()
    if row is None:
        raise NotFoundError
    patient, clinic, phone, zone, therapist, episode, reader_name, unanswered = row
    return Place(
        patient_id=patient.id,
        given_name=patient.given_name,
        zone=patient.timezone or zone,
        clinic_name=clinic,
        clinic_phone=phone or "",
        therapist=first_name(therapist),
        episode_id=episode.id if episode else None,
        clinic_id=episode.clinic_id if episode else None,
        pack_version_id=episode.pack_version_id if episode else None,
        looked_at=episode.reviewed_at if episode else None,
        looked_by=first_name(reader_name),
        unanswered_since=unanswered,
    )


def first_name(name: str | None) -> str:
    """ "Maya" of "Maya Okonjo"."""
    return name.split()[0] if name and name.strip() else ""
