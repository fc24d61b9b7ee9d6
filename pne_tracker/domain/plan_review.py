"""The coping plan of section 13: what the logs of the last weeks say about each of its parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.entry_derived import mean
from pne_tracker.domain.sleep import percent

WEEKS: Final = 4
DAYS: Final = 7 * WEEKS


@dataclass(frozen=True, slots=True)
class Handed:
    """One entry that was handed in."""

    kind: HomeworkKind
    for_date: dt.date
    values: Mapping[str, Any]
    derived: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sums:
    """One part of the plan over the last four weeks: how many entries, and averages; None where not known.

    `minutes` per entry, `change` of tension, ease or pain (after less before), `share` of time in bed asleep in
    percent.
    """

    entries: int = 0
    minutes: float | None = None
    change: float | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class PlanSums:
    """The parts of the plan that have logs, and the goal that stands."""

    relaxation: Sums
    breathing: Sums
    exercise: Sums
    sleep: Sums
    goal: str = ""


def sums_of(handed: Iterable[Handed], today: dt.date, goal: str = "") -> PlanSums:
    """Averages over the entries of the last 28 days, today included."""
    recent = [one for one in handed if dt.timedelta(0) <= today - one.for_date < dt.timedelta(days=DAYS)]

    def of(kind: HomeworkKind) -> list[Handed]:
        return [one for one in recent if one.kind is kind and one.values]

    practice, breathing = of(HomeworkKind.PRACTICE), of(HomeworkKind.BREATHING)
    exercise, sleep = of(HomeworkKind.EXERCISE_LOG), of(HomeworkKind.SLEEP_LOG)
    return PlanSums(
        relaxation=Sums(len(practice), change=_change(practice, "ease-before", "ease-after")),
        breathing=Sums(
            len(breathing),
            minutes=_mean(breathing, "minutes"),
            change=_change(breathing, "tension_before", "tension_after"),
        ),
        exercise=Sums(
            len(exercise),
            minutes=_mean(exercise, "done_minutes"),
            change=_change(exercise, "pain_before", "pain_after"),
        ),
        sleep=Sums(len(sleep), share=_share(sleep)),
        goal=goal,
    )


def _mean(entries: Sequence[Handed], name: str) -> float | None:
    return mean(one.values[name] for one in entries if one.values.get(name) is not None)


def _change(entries: Sequence[Handed], before: str, after: str) -> float | None:
    return mean(
        one.values[after] - one.values[before]
        for one in entries
        if one.values.get(before) is not None and one.values.get(after) is not None
    )


def _share(nights: Sequence[Handed]) -> float | None:
    known = [one.derived for one in nights if one.derived.get("minutes_asleep") is not None]
    if not known:
        return None
    return percent(sum(one["minutes_asleep"] for one in known), sum(one["minutes_in_bed"] for one in known))
