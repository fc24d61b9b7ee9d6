"""Recall: what was understood fades, so each concept is asked again now and then, one question at a time.

Days are the patient's own. A concept that was missed, or whose section is not understood just now, rests until
the section is understood again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from pne_tracker.domain.curriculum import Pack, Question

FIRST_DAYS: Final = 7
QUIET_DAYS: Final = 3


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of one concept that was understood.

    `learnt_on` is the day of the check that showed it, `due_on` the day of the next question, None while the
    card rests. `missed_on` is set from a miss until the section is understood again. `memory` belongs to the
    scheduler and is empty before the first answer.
    """

    learnt_on: dt.date
    due_on: dt.date | None
    answered_on: dt.date | None = None
    missed_on: dt.date | None = None
    answers: int = 0
    memory: Mapping[str, Any] = field(default_factory=dict)


class Scheduler(Protocol):
    """Who knows how memory fades (adapters.recall)."""

    def review(self, card: Card, remembered: bool, on: dt.date) -> tuple[dict[str, Any], int]:
        """The memory after an answer on that day, and the days until the next question."""
        ...

    def retrievability(self, card: Card, on: dt.date) -> float:
        """How likely the concept is recalled on that day, 0 to 1."""
        ...


def kept(card: Card | None, understood_on: dt.date | None) -> Card | None:
    """The card after progress moved: `understood_on` is the day of the check that shows it now, None if none does.

    A concept newly understood is due a week later, and so is one that rested. After a miss only a later check
    ends the rest.
    """
    if understood_on is None:
        return replace(card, due_on=None) if card else None
    if card is None:
        return Card(understood_on, understood_on + dt.timedelta(days=FIRST_DAYS))
    if card.due_on is not None or (card.missed_on is not None and understood_on <= card.missed_on):
        return card
    start = max(understood_on, card.answered_on or understood_on)
    return replace(
        card, learnt_on=understood_on, due_on=start + dt.timedelta(days=FIRST_DAYS), missed_on=None
    )


def answered(card: Card, remembered: bool, on: dt.date, scheduler: Scheduler) -> Card:
    """The card after an answer; a missed one rests until its section is understood again."""
    memory, days = scheduler.review(card, remembered, on)
    return replace(
        card,
        due_on=on + dt.timedelta(days=max(days, FIRST_DAYS)) if remembered else None,
        answered_on=on,
        missed_on=None if remembered else on,
        answers=card.answers + 1,
        memory=memory,
    )


def waiting(cards: Mapping[str, Card], today: dt.date) -> str | None:
    """The one card of a patient whose question waits today: the longest due, never within three days of an answer."""
    last = max((card.answered_on for card in cards.values() if card.answered_on), default=None)
    if last is not None and today < last + dt.timedelta(days=QUIET_DAYS):
        return None
    due = [(card.due_on, key) for key, card in cards.items() if card.due_on and card.due_on <= today]
    return min(due)[1] if due else None


def teaching(pack: Pack, concept: str) -> tuple[int, ...]:
    """Numbers of the sections that teach a concept first of all."""
    return tuple(section.number for section in pack.sections if concept in section.primary)


def questions_on(pack: Pack, concept: str) -> tuple[Question, ...]:
    """The check questions on a concept: those of the sections that teach it, else those of any section."""
    every = [
        (section, one) for section in pack.sections for one in section.questions if one.concept == concept
    ]
    own = tuple(one for section, one in every if concept in section.primary)
    return own or tuple(one for _, one in every)


def next_question(questions: Sequence[Question], answers: int) -> Question | None:
    """The question that follows `answers` earlier ones: sets b and a in turn, each from its first to its last.

    Set b comes first because the first quiz asks set a. A concept with one set alone repeats it.
    """
    sets = [[one for one in questions if one.parallel_set == name] for name in ("b", "a")]
    if not all(sets):
        return questions[answers % len(questions)] if questions else None
    chosen = sets[answers % 2]
    return chosen[answers // 2 % len(chosen)]
