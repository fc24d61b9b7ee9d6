"""Whose course is over in the demo: what papers are issued for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.models import Episode, EpisodeStatus, Patient, Visit, VisitStatus


@dataclass(frozen=True, slots=True)
class Finished:
    """A discharged episode and its signed visits, the latest first."""

    episode_id: uuid.UUID
    visit_ids: tuple[uuid.UUID, ...]


def finished_courses(session: Session, therapist: Viewer) -> tuple[Finished, ...]:
    """The therapist's discharged episodes of living patients, in order of their last day."""
    episodes = session.scalars(
        select(Episode.id)
        .join(Patient, Patient.id == Episode.patient_id)
        .where(
            Episode.therapist_id == therapist.account_id,
            Episode.status == EpisodeStatus.DISCHARGED,
            Patient.deceased.is_(False),
        )
        .order_by(Episode.closed_on, Episode.id)
    ).all()
    return tuple(Finished(episode_id, _visits(session, episode_id)) for episode_id in episodes)


def _visits(session: Session, episode_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    return tuple(
        session.scalars(
            select(Visit.id)
            .where(Visit.episode_id == episode_id, Visit.status == VisitStatus.SIGNED)
            .order_by(Visit.on_date.desc(), Visit.id.desc())
        )
    )
