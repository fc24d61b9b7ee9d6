"""The belief map: how each idea of the pack fared at its first and at its latest check."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.quiz_sets import asked_in
from pne_tracker.models import Check, CheckKind


@dataclass(frozen=True, slots=True)
class Belief:
    """One idea: right answers of `of` asked at the latest check, and at the first (None when checked once).

    An earlier check with another number of questions is given on the scale of the latest. `sections` are those
    that teach the idea.
    """

    idea: str
    then: int | None
    now: int
    of: int
    gap: bool
    sections: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BeliefMap:
    """The ideas checked so far, gaps first, and how many are not."""

    rows: tuple[Belief, ...]
    unchecked: int


def belief_map(session: Session, episode_id: uuid.UUID, pack: Pack) -> BeliefMap:
    """The belief map of one episode. One query."""
    checks = session.scalars(
        select(Check).where(Check.episode_id == episode_id).order_by(Check.on_date, Check.at, Check.id)
    )
    earlier: Counter[int] = Counter()
    results: dict[str, list[tuple[float, int]]] = {}
    for check in checks:
        quiz = check.kind is CheckKind.QUIZ
        asked = check.asked or (asked_in(pack, check.section, earlier[check.section]) if quiz else {})
        earlier[check.section] += quiz
        for concept, share in check.concepts.items():
            results.setdefault(concept, []).append((float(share), asked.get(concept, 1)))
    rows = [
        _belief(pack, concept.id, concept.idea.en, results[concept.id])
        for concept in pack.concepts
        if concept.id in results
    ]
    rows.sort(key=lambda row: not row.gap)
    return BeliefMap(tuple(rows), len(pack.concepts) - len(rows))


def _belief(pack: Pack, concept: str, idea: str, results: list[tuple[float, int]]) -> Belief:
    share, of = results[-1]
    return Belief(
        idea=idea,
        then=round(results[0][0] * of) if len(results) > 1 else None,
        now=round(share * of),
        of=of,
        gap=share < pack.pass_mark,
        sections=tuple(
            section.number for section in pack.sections if concept in (*section.primary, *section.secondary)
        ),
    )
