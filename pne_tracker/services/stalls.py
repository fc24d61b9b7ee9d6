"""A lead asks therapists to look at patients who stall; the therapist answers with a word."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.domain.stalling import StallAnswer, may_ask
from pne_tracker.models import Episode, EpisodeStanding, EpisodeStatus, Patient, StallAsk, new_id
from pne_tracker.queries.access import load, reachable_patients
from pne_tracker.queries.stalls import asked_about
from pne_tracker.services import audit


@dataclass(frozen=True, slots=True)
class Asked:
    """How many episodes were asked about now, and how many were not: asked about before, or no longer open."""

    now: int
    not_again: int


def ask(session: Session, viewer: Viewer, episode_ids: Collection[uuid.UUID], *, now: dt.datetime) -> Asked:
    """Ask the therapists of these open episodes in reach to look at them. The same stall is asked about once."""
    wanted = set(episode_ids)
    if not wanted:
        raise BadInputError("Choose at least one patient.", at="episode")
    rows = session.execute(
        select(Episode, EpisodeStanding.active_on)
        .join(EpisodeStanding, EpisodeStanding.episode_id == Episode.id)
        .join(Patient, Patient.id == Episode.patient_id)
        .where(Episode.id.in_(wanted), Episode.status == EpisodeStatus.OPEN, reachable_patients(viewer))
        .order_by(Episode.id)
        .with_for_update(of=Episode)
    ).all()
    known = asked_about(session, {episode.id: since for episode, since in rows})
    zone = ZoneInfo(viewer.timezone)
    today, asked = now.astimezone(zone).date(), 0
    for episode, since in rows:
        line = known.get(episode.id)
        answered = line.answered_at.astimezone(zone).date() if line and line.answered_at else None
        if may_ask(line is not None, answered, today):
            _write(session, viewer, episode, since, now)
            asked += 1
    session.flush()
    return Asked(asked, len(wanted) - asked)


def _write(session: Session, viewer: Viewer, episode: Episode, since: dt.date, now: dt.datetime) -> None:
    row = StallAsk(
        id=new_id(),
        organisation_id=episode.organisation_id,
        episode_id=episode.id,
        patient_id=episode.patient_id,
        since=since,
        asked_at=now,
        asked_by=viewer.account_id,
    )
    session.add(row)
    _record(session, viewer, row, "ask", now)


def answer(
    session: Session, viewer: Viewer, stall_ask_id: uuid.UUID, word: str, *, now: dt.datetime
) -> StallAsk:
    """The therapist of the episode answers; the first answer stays.

    Raises NotFoundError for whoever is not that therapist, BadInputError for another word than the four.
    """
    row = load(session, viewer, StallAsk, stall_ask_id, Access.EDIT)
    if load(session, viewer, Episode, row.episode_id).therapist_id != viewer.account_id:
        raise NotFoundError
    if word not in set(StallAnswer):
        raise BadInputError("Choose what you will do.", at="answer")
    if row.answer is None:
        row.answer, row.answered_at, row.answered_by = StallAnswer(word), now, viewer.account_id
        _record(session, viewer, row, "answer", now)
        session.flush()
    return row


def _record(session: Session, viewer: Viewer, row: StallAsk, action: str, now: dt.datetime) -> None:
    audit.record(session, viewer, action, "stall", subject_id=row.id, patient_id=row.patient_id, now=now)
