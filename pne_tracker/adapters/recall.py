"""The scheduler of recall questions, by the `fsrs` library: exact days, no chance, whole days only.

The library's published parameters, but for three: a concept just understood lasts a week (the stability of
*good*), and the growth of stability (its strength and how it slows) is set so that answers remembered on the
day give 7, 28 and 84 days. Nothing is due later than half a year.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, cast

import fsrs
from fsrs.card import CardDict
from fsrs.scheduler import DEFAULT_PARAMETERS

from pne_tracker.domain.recall import Card

MOST_DAYS: Final = 182
RETENTION: Final = 0.9
STABILITY_OF_GOOD, GROWTH, SLOWING = 2, 8, 9


def _parameters() -> tuple[float, ...]:
    chosen = {STABILITY_OF_GOOD: 7.0, GROWTH: 1.974, SLOWING: 0.2925}
    return tuple(chosen.get(place, value) for place, value in enumerate(DEFAULT_PARAMETERS))


class FsrsScheduler:
    """`domain.recall.Scheduler` by fsrs. The memory it keeps is the library's card as JSON."""

    def __init__(self) -> None:
        self._fsrs = fsrs.Scheduler(
            parameters=_parameters(),
            desired_retention=RETENTION,
            learning_steps=(),
            relearning_steps=(),
            maximum_interval=MOST_DAYS,
            enable_fuzzing=False,
        )

    def review(self, card: Card, remembered: bool, on: dt.date) -> tuple[dict[str, Any], int]:
        """The memory after an answer on that day, and the whole days until the next question, at least 1."""
        at = _instant(on)
        rating = fsrs.Rating.Good if remembered else fsrs.Rating.Again
        after, _log = self._fsrs.review_card(self._learnt(card), rating, at)
        return cast("dict[str, Any]", after.to_dict()), (after.due - at).days

    def retrievability(self, card: Card, on: dt.date) -> float:
        """How likely the concept is recalled on that day, 0 to 1; 0 after a miss until it is understood again."""
        if card.missed_on is not None:
            return 0.0
        return float(self._fsrs.get_card_retrievability(self._learnt(card), _instant(on)))

    def _learnt(self, card: Card) -> fsrs.Card:
        """The library's card; a day it was learnt after the last answer counts as remembered."""
        at = _instant(card.learnt_on)
        if not card.memory:
            return self._fsrs.review_card(fsrs.Card(card_id=0, due=at), fsrs.Rating.Good, at)[0]
        known = fsrs.Card.from_dict(cast("CardDict", dict(card.memory)))
        if known.last_review is not None and known.last_review < at:
            return self._fsrs.review_card(known, fsrs.Rating.Good, at)[0]
        return known


def _instant(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


SCHEDULER: Final = FsrsScheduler()
