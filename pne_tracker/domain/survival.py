"""Time to an event when some have not had it yet, counted rightly (Kaplan and Meier, 1958)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Followed:
    """People followed for `days` (0 or more): until the event, or until now or leaving without it."""

    days: int
    had_event: bool
    people: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """On a day with events: the estimated share that has had the event by then, and who was still followed."""

    day: int
    share: float
    at_risk: int
    events: int


def time_to_event(followed: Iterable[Followed]) -> tuple[Step, ...]:
    """The product-limit estimate, one step for each day with an event, in order of days.

    Who leaves on the day of an event counts as followed on that day. Empty when nobody had the event.
    """
    events, ends = Counter[int](), Counter[int]()
    for one in followed:
        ends[one.days] += one.people
        events[one.days] += one.people if one.had_event else 0
    at_risk, without, steps = ends.total(), 1.0, []
    for day in sorted(ends):
        if events[day]:
            without *= 1 - events[day] / at_risk
            steps.append(Step(day, 1 - without, at_risk, events[day]))
        at_risk -= ends[day]
    return tuple(steps)


def median_day(steps: Iterable[Step]) -> int | None:
    """The first day by which half had the event, or None while fewer have."""
    return next((step.day for step in steps if step.share >= 0.5), None)
