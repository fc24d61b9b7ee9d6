"""Outcome scores of episodes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.outcome_catalogue import EVERY
from pne_tracker.domain.outcomes import PSFS, Change, Measure, change_over
from pne_tracker.models import OutcomeScore, Visit, VisitStatus, built_once
from pne_tracker.queries.parameters import EPISODE


@dataclass(frozen=True, slots=True)
class Score:
    """One score on one day; `change` compares it with the first of its measure, None where one alone tells none."""

    on: dt.date
    value: float
    change: Change | None


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """Scores of one measure in an episode, in order of days; at least one."""

    measure: Measure
    scores: tuple[Score, ...]

    @property
    def first(self) -> Score:
        """The score that later ones are compared with."""
        return self.scores[0]

    @property
    def latest(self) -> Score:
        """The newest score."""
        return self.scores[-1]


def counted() -> ColumnElement[bool]:
    """Condition on OutcomeScore: not of a visit that was entered in error."""
    signed = select(Visit.id).where(Visit.id == OutcomeScore.visit_id, Visit.status == VisitStatus.SIGNED)
    return or_(OutcomeScore.visit_id.is_(None), signed.correlate(OutcomeScore).exists())


_FIRST = built_once(
    select(OutcomeScore.measure, OutcomeScore.score)
    .where(
        OutcomeScore.episode_id == EPISODE,
        or_(OutcomeScore.visit_id.is_(None), OutcomeScore.visit_id != bindparam("but")),
        counted(),
    )
    .order_by(OutcomeScore.on_date.desc(), OutcomeScore.id.desc())
)


def first_scores(session: Session, episode_id: uuid.UUID, *, but: uuid.UUID) -> dict[str, float]:
    """The first score of each measure in an episode, those of the visit `but` left out. One query."""
    rows = session.execute(_FIRST, {"episode": episode_id, "but": but})
    return {row[0]: row[1] for row in rows}


Points = Sequence[tuple[dt.date, float]]


def score_lines(session: Session, episode_id: uuid.UUID) -> tuple[ScoreLine, ...]:
    """The measures that were scored in an episode, in the order of the catalogue. One query."""
    rows = session.execute(
        select(OutcomeScore.measure, OutcomeScore.on_date, OutcomeScore.score)
        .where(OutcomeScore.episode_id == episode_id, OutcomeScore.measure.in_(list(EVERY)), counted())
        .order_by(OutcomeScore.on_date, OutcomeScore.id)
    )
    found: dict[str, list[tuple[dt.date, float]]] = {}
    for measure, on_date, score in rows:
        found.setdefault(measure, []).append((on_date, score))
    return tuple(line_of(measure, found[name]) for name, measure in EVERY.items() if name in found)


def line_of(measure: Measure, points: Points) -> ScoreLine:
    """The line of these scores, in order of days; each is compared with the first of them."""
    values = [value for _, value in points]
    scores = [
        Score(on, value, change_over(measure, values[:number]))
        for number, (on, value) in enumerate(points, 1)
    ]
    return ScoreLine(measure, tuple(scores))


def own_activities(session: Session, episode_id: uuid.UUID) -> tuple[str, ...]:
    """The activities the patient named at the latest PSFS, to be rated again."""
    items = session.scalars(
        select(OutcomeScore.items)
        .where(OutcomeScore.episode_id == episode_id, OutcomeScore.measure == PSFS.id, counted())
        .order_by(OutcomeScore.on_date.desc(), OutcomeScore.id.desc())
        .limit(1)
    ).first()
    return tuple(str(one["name"]) for one in items.get("activities", [])) if items else ()
