"""Where an episode stands on the imagery ladder, and what the rule suggests."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.ladder import Practice, Step, Suggestion, suggest
from pne_tracker.models import Entry, EntryStatus, Episode, Homework, LadderMove

ON_THE_LADDER = frozenset({HomeworkKind.LATERALITY, HomeworkKind.IMAGERY})


@dataclass(frozen=True, slots=True)
class Ladder:
    """The step of an episode, since when, and the suggestion."""

    step: Step
    since: dt.date
    suggestion: Suggestion
    practices: int


def step_of(session: Session, episode_id: uuid.UUID) -> Step:
    """The step an episode is on. The caller has checked that the viewer reaches it."""
    latest = _latest(session, episode_id)
    return Step(latest.step) if latest else Step.LEFT_RIGHT


def ladder_of(session: Session, episode_id: uuid.UUID, today: dt.date) -> Ladder:
    """The ladder of an episode. The caller has checked that the viewer reaches it."""
    latest = _latest(session, episode_id)
    step = Step(latest.step) if latest else Step.LEFT_RIGHT
    opened = session.scalars(select(Episode.opened_on).where(Episode.id == episode_id)).one()
    since = latest.moved_on if latest else opened
    kind = HomeworkKind.LATERALITY if step is Step.LEFT_RIGHT else HomeworkKind.IMAGERY
    practices = [one for one in _practices(session, episode_id, kind) if one.day >= since]
    return Ladder(step, since, suggest(practices, step, since, today), len(practices))


def _latest(session: Session, episode_id: uuid.UUID) -> LadderMove | None:
    return session.scalars(
        select(LadderMove)
        .where(LadderMove.episode_id == episode_id)
        .order_by(LadderMove.moved_at.desc(), LadderMove.id.desc())
        .limit(1)
    ).one_or_none()


def _practices(session: Session, episode_id: uuid.UUID, kind: HomeworkKind) -> Sequence[Practice]:
    rows = session.execute(
        select(Entry.for_date, Entry.values, Entry.derived)
        .join(Homework, Homework.id == Entry.homework_id)
        .where(Homework.episode_id == episode_id, Homework.kind == kind, Entry.status == EntryStatus.DONE)
    )
    make = _left_right if kind is HomeworkKind.LATERALITY else _imagined
    return [make(day, values, derived) for day, values, derived in rows]


def _left_right(day: dt.date, values: dict[str, Any], derived: dict[str, Any]) -> Practice:
    return Practice(
        day=day,
        pain_before=values["pain_before"],
        pain_after=values["pain_after"],
        part=values["body_part"],
        left_accuracy=derived["left_accuracy"],
        right_accuracy=derived["right_accuracy"],
        left_ms=values["left_ms"],
        right_ms=values["right_ms"],
    )


def _imagined(day: dt.date, values: dict[str, Any], _derived: dict[str, Any]) -> Practice:
    before = values.get("pain-before") or 0
    return Practice(
        day=day,
        pain_before=before,
        pain_after=values.get("pain-after") or before,
        swelling=bool(values.get("swelling")),
    )
