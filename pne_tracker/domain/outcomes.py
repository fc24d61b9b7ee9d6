"""Outcome measures that are built in: how each is scored, and how a change is read against its error.

A change smaller than the measurement error reads "within measurement error", whatever its size may mean to
the patient (outcomes.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pne_tracker.domain.errors import BadInputError

LEAST: Final = 0.01
"""The least step of a score in points: all have two decimals."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `error` is its minimal detectable change in points, `sizes` name changes from the largest.

    `important` is the difference that matters to patients: in points, in points from a first score above
    another (`important_above`), or as a share of the first score. `bands` are cut-offs; with `needs_band` a
    change matters only when it crosses one. `version` tells forms of one measure apart, `built_in` says that
    it is entered item by item; the others by total score alone. `is_change` says that each score tells the change
    since the start by itself. `source` says whose figures these are: first
    author, year, population.
    """

    id: str
    name: str
    short: str
    low: int
    high: int
    lower_is_better: bool
    error: float | None
    sizes: tuple[tuple[float, str], ...] = ()
    source: str = ""
    important: float | None = None
    important_above: tuple[float, float] | None = None
    important_share: float | None = None
    bands: tuple[float, ...] = ()
    needs_band: bool = False
    version: str = ""
    whole: bool = True
    built_in: bool = False
    is_change: bool = False

    @property
    def clear_from(self) -> float:
        """The least change that is clear, in points: what reaches the error, or any where that is not known."""
        return max(self.error or 0, LEAST)

    def important_from(self, first: float) -> float | None:
        """The difference that matters from that first score, in points; None where no figure is known."""
        if self.important_share is not None:
            return round(first * self.important_share, 2)
        if self.important_above is not None and first > self.important_above[0]:
            return self.important_above[1]
        return self.important


NPRS: Final = Measure(
    "nprs",
    "Pain, worst in 24 hours",
    "NPRS",
    0,
    10,
    lower_is_better=True,
    error=2.0,
    source="Error 2 points: Childs 2005, low back pain",
    built_in=True,
)
PSFS: Final = Measure(
    "psfs",
    "Own activities, mean",
    "PSFS",
    0,
    10,
    lower_is_better=False,
    error=2.0,
    sizes=((2.7, "large"), (2.3, "medium"), (1.3, "small")),
    source="Error 2 points on the mean (90 % confidence)",
    built_in=True,
)
GROC: Final = Measure(
    "groc",
    "Change since the start, as the patient rates it",
    "GROC",
    -7,
    7,
    lower_is_better=False,
    error=None,
    source="No single threshold",
    built_in=True,
    is_change=True,
)
MEASURES: Final[Mapping[str, Measure]] = {one.id: one for one in (NPRS, PSFS, GROC)}
MIN_ACTIVITIES: Final = 3
MAX_ACTIVITIES: Final = 5


@dataclass(frozen=True, slots=True)
class Scored:
    """A score in the measure's points, and the items it was made from."""

    score: float
    items: dict[str, object]


def score_nprs(*, now: int, least: int, worst: int) -> Scored:
    """The worst pain of the last 24 hours counts; the other two ratings are kept. All 0 to 10."""
    for at, value in (("now", now), ("least", least), ("worst", worst)):
        _within(NPRS, value, at)
    if least > worst:
        raise BadInputError("The least pain cannot be above the worst. Compare the two.", at="least")
    return Scored(float(worst), {"now": now, "least": least, "worst": worst})


def score_psfs(activities: Sequence[tuple[str, int]]) -> Scored:
    """The mean of 3 to 5 of the patient's own activities, each 0 (unable) to 10 (as before)."""
    if not MIN_ACTIVITIES <= len(activities) <= MAX_ACTIVITIES:
        raise BadInputError("Name three to five activities and rate each.", at="activities")
    for name, value in activities:
        if not name.strip():
            raise BadInputError("Name each activity that is rated.", at="activities")
        _within(PSFS, value, "activities")
    mean = sum(value for _, value in activities) / len(activities)
    rated: list[object] = [{"name": name.strip(), "score": value} for name, value in activities]
    return Scored(round(mean, 2), {"activities": rated})


def score_groc(value: int) -> Scored:
    """One rating from -7 (a very great deal worse) to +7 (a very great deal better)."""
    _within(GROC, value, "change")
    return Scored(float(value), {"change": value})


def _within(measure: Measure, value: int, at: str) -> None:
    if not measure.low <= value <= measure.high:
        raise BadInputError(f"Rate it from {measure.low} to {measure.high}.", at=at)


@dataclass(frozen=True, slots=True)
class Change:
    """A later score beside an earlier one. `better` is None while the change is within the error."""

    points: float
    better: bool | None
    words: str


def read_change(measure: Measure, first: float, latest: float) -> Change:
    """How the step from `first` to `latest` reads: direction, size, and whether it exceeds the error.

    The size is that between the two as they are shown, with one decimal.
    """
    points = round(latest - first, 2)
    size = abs(points)
    if points == 0:
        return Change(points, None, "no change")
    better = is_better(measure, points)
    if better is None:
        return Change(points, None, "within measurement error")
    shown = round(abs(round(latest, 1) - round(first, 1)), 1)
    words = [f"{shown:g} {'better' if better else 'worse'}"]
    if measure.error is not None:
        words.append("more than the error")
    named = next((name for least, name in measure.sizes if size >= least), "")
    if named:
        words.append(named)
    words += _important(measure, first, latest)
    return Change(points, better, ", ".join(words))


def hundredths(points: float) -> int:
    """Points of a change, of two decimals, as they are kept and counted."""
    return round(points * 100)


def is_better(measure: Measure, points: float) -> bool | None:
    """Whether a change by so many points is one for the better; None where it is no clear change."""
    return (points < 0) is measure.lower_is_better if abs(points) >= measure.clear_from else None


def change_over(measure: Measure, scores: Sequence[float]) -> Change | None:
    """The change over these scores, the first leading; None while one alone tells none."""
    if measure.is_change:
        return read_change(measure, 0, scores[-1]) if scores else None
    return read_change(measure, scores[0], scores[-1]) if len(scores) > 1 else None


def _important(measure: Measure, first: float, latest: float) -> list[str]:
    least = measure.important_from(first)
    if least is None:
        return []
    crossed = not measure.needs_band or _band(measure, first) != _band(measure, latest)
    reached = abs(latest - first) >= least and crossed
    figure = f"{least:g}, with a change of band" if measure.needs_band else f"{least:g}"
    return [f"{'at least' if reached else 'less than'} the important difference ({figure})"]


def _band(measure: Measure, score: float) -> int:
    return sum(score >= one for one in measure.bands)
