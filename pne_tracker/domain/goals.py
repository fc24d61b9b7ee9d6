"""What a clinic wants to reach in completion, and the figures of one clinic on one day that tell how far it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.report import share


class Measure(StrEnum):
    """What a goal may be about: shares of a clinic, from the figures of the first screen."""

    UNDERSTOOD = "understood"
    COMPLETION = "completion"
    ADHERENCE = "adherence"
    STALLED = "stalled"


WORDS: Final[Mapping[Measure, str]] = {
    Measure.UNDERSTOOD: "Understood, of taught",
    Measure.COMPLETION: "Completion",
    Measure.ADHERENCE: "Homework adherence",
    Measure.STALLED: "Stalled, of open episodes",
}
LOW_IS_GOOD: Final = frozenset({Measure.STALLED})
"""Measures that a goal wants at most so high; the others at least."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of a clinic's open episodes on one day; `expected` and `done` are of the 28 days before."""

    open: int = 0
    taught: int = 0
    understood: int = 0
    complete: int = 0
    counted: int = 0
    stalled: int = 0
    expected: int = 0
    done: int = 0

    def share_of(self, measure: Measure) -> float | None:
        """The share that a goal of `measure` is compared with; None where there is nothing to share."""
        part, whole = {
            Measure.UNDERSTOOD: (self.understood, self.taught),
            Measure.COMPLETION: (self.complete, self.counted),
            Measure.ADHERENCE: (self.done, self.expected),
            Measure.STALLED: (self.stalled, self.open),
        }[measure]
        return share(part, whole)


def is_reached(measure: Measure, target: int, found: float | None) -> bool | None:
    """Whether a share reaches a goal in per cent; None when there is no share."""
    if found is None:
        return None
    percent = round(found * 100)
    return percent <= target if measure in LOW_IS_GOOD else percent >= target


def checked_measure(text: str) -> Measure:
    """The measure of that name. Raises BadInputError for another."""
    if text not in set(Measure):
        raise BadInputError("Choose what the goal is about.", at="measure")
    return Measure(text)


def checked_target(text: str) -> int:
    """A goal in whole per cent. Raises BadInputError for what is none."""
    digits = text.replace("%", "").strip()
    if not digits.isascii() or not digits.isdigit() or not 1 <= int(digits) <= 100:
        raise BadInputError("Write the goal in whole per cent, 1 to 100.", at="target")
    return int(digits)


def month_of(day: dt.date) -> dt.date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_before(day: dt.date) -> dt.date:
    """The first day of the month before a day's."""
    return month_of(month_of(day) - dt.timedelta(days=1))
