"""Discharging an episode: why, what became of its goals, and what was still open."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.discharge import Discharge
from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.people import full_name
from pne_tracker.domain.progress import tally, tally_sentence
from pne_tracker.models import Episode, EpisodeStatus, Homework, Patient, Visit, VisitStatus
from pne_tracker.queries.access import load
from pne_tracker.queries.progress import section_rows
from pne_tracker.services import audit, homework_review

LET_GO = "The course of treatment is over."


def discharge_episode(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    discharge: Discharge,
    *,
    today: dt.date,
    now: dt.datetime,
) -> int:
    """End an episode today; homework still open is waived, and its number returned.

    Raises RefusedError when it is discharged already or has a draft visit, NotFoundError out of reach.
    """
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    if episode.status is EpisodeStatus.DISCHARGED:
        raise RefusedError("The episode is discharged already. Load the page again.")
    if _draft(session, episode.id) is not None:
        raise RefusedError("A visit of this episode is still a draft. Sign or discard it first.")
    waived = _let_go(session, viewer, episode.id, now)
    episode.status = EpisodeStatus.DISCHARGED
    episode.closed_on = today
    episode.end_reason, episode.end_result = discharge.reason.value, discharge.result.value
    episode.end_words = discharge.words
    audit.record(
        session,
        viewer,
        "discharge",
        "episode",
        subject_id=episode.id,
        patient_id=episode.patient_id,
        now=now,
        waived=waived,
    )
    session.flush()
    return waived


@dataclass(frozen=True, slots=True)
class Ending:
    """What the page of a discharge says first: whose episode, how far it got, what is still open."""

    patient_id: uuid.UUID
    name: str
    taught: str
    homework: int
    draft_id: uuid.UUID | None


def open_ending(session: Session, viewer: Viewer, episode_id: uuid.UUID, *, now: dt.datetime) -> Ending:
    """What there is to know before an episode in reach is discharged. Raises NotFoundError."""
    episode = load(session, viewer, Episode, episode_id)
    patient = load(session, viewer, Patient, episode.patient_id)
    audit.record(
        session,
        viewer,
        "read",
        "episode",
        subject_id=episode.id,
        patient_id=patient.id,
        now=now,
        page="discharge",
    )
    rows = section_rows(session, [episode.id])[episode.id]
    return Ending(
        patient_id=patient.id,
        name=full_name(patient.given_name, patient.family_name),
        taught=tally_sentence(tally(row.as_progress() for row in rows)),
        homework=len(_open_homework(session, episode.id)),
        draft_id=_draft(session, episode.id),
    )


def _draft(session: Session, episode_id: uuid.UUID) -> uuid.UUID | None:
    drafts = select(Visit.id).where(Visit.episode_id == episode_id, Visit.status == VisitStatus.DRAFT)
    return session.scalars(drafts.order_by(Visit.on_date, Visit.id).limit(1)).first()


def _open_homework(session: Session, episode_id: uuid.UUID) -> Sequence[uuid.UUID]:
    return session.scalars(
        select(Homework.id).where(
            Homework.episode_id == episode_id, Homework.done_on.is_(None), Homework.closed_as.is_(None)
        )
    ).all()


def _let_go(session: Session, viewer: Viewer, episode_id: uuid.UUID, now: dt.datetime) -> int:
    open_items = _open_homework(session, episode_id)
    for homework_id in open_items:
        homework_review.waive(session, viewer, homework_id, reason=LET_GO, now=now)
    return len(open_items)
