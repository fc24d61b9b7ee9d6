"""Whose portal it is, and where care stands."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Executable, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.domain.received import ASKED_AFTER
from pne_tracker.models import Account, Clinic, Episode, EpisodeStatus, Patient, built_once
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.received import unanswered_since


@dataclass(frozen=True, slots=True)
class Place:
    """Whose portal this is, and where care stands. `zone` is an IANA name, names are first names or "".

    `looked_at` and `looked_by` say when and who of the staff looked at all that came back.
    `unanswered_since` is the day of the first section while the patient has not said what came across.
    `recall_on` says whether a recall question may wait (`queries.recall.Switches`).
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
    recall_on: bool = False

    def today(self, now: dt.datetime) -> dt.date:
        """The patient's day at that instant."""
        return self.local(now).date()

    def local(self, now: dt.datetime) -> dt.datetime:
        """The patient's wall time at that instant."""
        return now.astimezone(ZoneInfo(self.zone))

    def is_asked(self, today: dt.date) -> bool:
        """Whether the patient is to be asked now what came across."""
        return self.unanswered_since is not None and self.unanswered_since + ASKED_AFTER <= today


_READER, _RUNNING = aliased(Account), aliased(Episode)
_IN_CARE = exists().where(_RUNNING.patient_id == Patient.id, _RUNNING.status == EpisodeStatus.OPEN)
_PLACE = (
    select(
        Patient.given_name,
        func.coalesce(func.nullif(Patient.timezone, ""), Clinic.timezone),
        Clinic.name,
        Clinic.phone,
        Account.name,
        Episode.id,
        Episode.clinic_id,
        Episode.pack_version_id,
        Episode.reviewed_at,
        _READER.name,
        unanswered_since(Episode.id),
        and_(Clinic.recall_enabled, Patient.recall_enabled, Patient.active, ~Patient.deceased, _IN_CARE),
    )
    .select_from(Patient)
    .join(Clinic, Clinic.id == Patient.clinic_id)
    .outerjoin(Episode, Episode.patient_id == Patient.id)
    .outerjoin(Account, Account.id == Episode.therapist_id)
    .outerjoin(_READER, _READER.id == Episode.reviewed_by)
    .order_by(
        case((Episode.status == EpisodeStatus.DISCHARGED, 1), else_=0), Episode.opened_on.desc(), Episode.id
    )
    .limit(1)
)


@lru_cache(maxsize=512)
def _place(viewer: Viewer) -> Executable:
    return built_once(_PLACE.where(Patient.id == viewer.patient_id, reachable_patients(viewer)))


def place_of(session: Session, viewer: Viewer) -> Place:
    """Where the viewing patient's care stands: the open episode opened last, else the last one. One query."""
    if viewer.patient_id is None:
        raise NotFoundError
    row = session.execute(_place(viewer)).first()
    if row is None:
        raise NotFoundError
    given, zone, clinic, phone, therapist, episode, of_clinic, pack, looked, looked_by, unanswered, recall = (
        row
    )
    return Place(
        patient_id=viewer.patient_id,
        given_name=given,
        zone=zone,
        clinic_name=clinic,
        clinic_phone=phone or "",
        therapist=first_name(therapist),
        episode_id=episode,
        clinic_id=of_clinic,
        pack_version_id=pack,
        looked_at=looked,
        looked_by=first_name(looked_by),
        unanswered_since=unanswered,
        recall_on=recall,
    )


def first_name(name: str | None) -> str:
    """ "Maya" of "Maya Okonjo"."""
    return name.split()[0] if name and name.strip() else ""
