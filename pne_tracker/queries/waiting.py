"""What waits for a clinician on Today: visits that are not signed, and patients whom the lead asks to look at."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, String, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.people import full_name
from pne_tracker.models import (
    IS_DRAFT,
    Account,
    Episode,
    EpisodeStanding,
    EpisodeStatus,
    Patient,
    StallAsk,
    Visit,
)
from pne_tracker.models.base import UtcDateTime
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.patients import labelled

_DRAFT, _STALL = "draft", "stall"
QUESTIONS = 128
"""How many statements are kept, one for each viewer (ADR 85)."""


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A visit that is not signed yet.

    `ready_at` when it was handed over for the signature, by `ready_by`; `mine_to_sign` for the therapist whose
    signature it waits for.
    """

    visit_id: uuid.UUID
    patient_id: uuid.UUID
    name: str
    therapist: str
    on: dt.date
    saved_at: dt.datetime
    saved_by: str
    ready_at: dt.datetime | None
    ready_by: str
    mine_to_sign: bool


@dataclass(frozen=True, slots=True)
class StallTask:
    """A wish that waits for the therapist's answer."""

    id: uuid.UUID
    patient_id: uuid.UUID
    episode_id: uuid.UUID
    name: str
    since: dt.date
    asked_at: dt.datetime
    asked_by: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Both lists, oldest first."""

    drafts: tuple[OpenDraft, ...]
    stalls: tuple[StallTask, ...]


def waiting_for(session: Session, viewer: Viewer) -> Waiting:
    """Drafts that the viewer began or has to sign, and what was asked about own patients who still stall. One query."""
    found = session.execute(_statement(viewer)).all()
    drafts = sorted([one for one in found if one.what == _DRAFT], key=lambda one: (one.day, one.id))
    stalls = sorted([one for one in found if one.what == _STALL], key=lambda one: (one.at, one.id))
    return Waiting(tuple(_draft(one, viewer) for one in drafts), tuple(_stall(one) for one in stalls))


@lru_cache(maxsize=QUESTIONS)
def _statement(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    return select(union_all(_drafts(viewer), _stalls(viewer)).subquery())


def _draft(row: Row[Any], viewer: Viewer) -> OpenDraft:
    return OpenDraft(
        visit_id=row.id,
        patient_id=row.patient_id,
        name=full_name(row.given_name, row.family_name),
        therapist=labelled(row.therapist_name, row.therapist_credential),
        on=row.day,
        saved_at=row.at,
        saved_by=labelled(row.by_name, row.by_credential),
        ready_at=row.ready_at,
        ready_by=labelled(row.ready_name, row.ready_credential),
        mine_to_sign=row.ready_at is not None and row.therapist_id == viewer.account_id,
    )


def _stall(row: Row[Any]) -> StallTask:
    return StallTask(
        id=row.id,
        patient_id=row.patient_id,
        episode_id=row.episode_id,
        name=full_name(row.given_name, row.family_name),
        since=row.day,
        asked_at=row.at,
        asked_by=labelled(row.by_name, row.by_credential),
    )


def _drafts(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    therapist, saver, readier = aliased(Account), aliased(Account), aliased(Account)
    me = viewer.account_id
    return (
        select(
            literal(_DRAFT).label("what"),
            Visit.id,
            Visit.patient_id,
            Visit.episode_id,
            Patient.given_name,
            Patient.family_name,
            Visit.on_date.label("day"),
            Visit.saved_at.label("at"),
            saver.name.label("by_name"),
            saver.credential.label("by_credential"),
            Visit.therapist_id,
            therapist.name.label("therapist_name"),
            therapist.credential.label("therapist_credential"),
            Visit.ready_at,
            readier.name.label("ready_name"),
            readier.credential.label("ready_credential"),
        )
        .join(Patient, Patient.id == Visit.patient_id)
        .outerjoin(therapist, therapist.id == Visit.therapist_id)
        .outerjoin(saver, saver.id == Visit.saved_by)
        .outerjoin(readier, readier.id == Visit.ready_by)
        .where(
            IS_DRAFT,
            or_(Visit.therapist_id == me, Visit.saved_by == me, Visit.ready_by == me),
            reachable_patients(viewer),
        )
    )


def _stalls(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    nobody = cast(null(), String)
    return (
        select(
            literal(_STALL),
            StallAsk.id,
            StallAsk.patient_id,
            StallAsk.episode_id,
            Patient.given_name,
            Patient.family_name,
            StallAsk.since,
            StallAsk.asked_at,
            Account.name,
            Account.credential,
            Episode.therapist_id,
            nobody,
            nobody,
            cast(null(), UtcDateTime),
            nobody,
            nobody,
        )
        .join(Episode, Episode.id == StallAsk.episode_id)
        .join(EpisodeStanding, EpisodeStanding.episode_id == Episode.id)
        .join(Patient, Patient.id == Episode.patient_id)
        .outerjoin(Account, Account.id == StallAsk.asked_by)
        .where(
            Episode.therapist_id == viewer.account_id,
            Episode.status == EpisodeStatus.OPEN,
            StallAsk.answered_at.is_(None),
            StallAsk.since == EpisodeStanding.active_on,
            reachable_patients(viewer),
        )
    )
