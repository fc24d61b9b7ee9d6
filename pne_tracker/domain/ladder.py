"""The graded motor imagery ladder: left or right, imagine, mirror, function (curriculum.md 7).

A rule only suggests; the therapist moves a patient up or down. The limits are a guide by the makers of such
tools, the gap between sides is ours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from itertools import pairwise
from typing import Final

ACCURACY: Final = 80.0
TARGET_MS: Final = {"neck": 1600, "back": 1600, "hand": 2000, "foot": 2000}
OTHER_TARGET_MS: Final = 2000
TOLERANCE_MS: Final = 500
MOST_GAP_MS: Final = 300
STEADY_DAYS: Final = 7
FEWEST_STEADY: Final = 3
STEP_DAYS: Final = 14
MOST_RISE: Final = 1
STALE_DAYS: Final = 14


class Step(IntEnum):
    """The four steps."""

    LEFT_RIGHT = 1
    IMAGINE = 2
    MIRROR = 3
    FUNCTION = 4


class Reason(StrEnum):
    """Why a step is suggested, or why to stay."""

    PAIN_STAYED_UP = "pain_stayed_up"
    SWELLING_STAYED = "swelling_stayed"
    NOTHING_YET = "nothing_yet"
    TOO_FEW = "too_few"
    NOT_RECENT = "not_recent"
    ACCURACY_LOW = "accuracy_low"
    SPEED_UNKNOWN = "speed_unknown"
    TOO_SLOW = "too_slow"
    SIDES_DIFFER = "sides_differ"
    NOT_LONG_ENOUGH = "not_long_enough"
    STEADY = "steady"
    TWO_WEEKS = "two_weeks"
    TOP = "top"


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice on its day.

    Accuracies in percent and times in ms belong to left or right practice alone, `swelling` (the part swelled more)
    to imagined and mirror practice.
    """

    day: dt.date
    pain_before: int
    pain_after: int
    part: str = ""
    left_accuracy: float | None = None
    right_accuracy: float | None = None
    left_ms: int | None = None
    right_ms: int | None = None
    swelling: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The step that is suggested, and why; the same step as now means stay."""

    step: Step
    reason: Reason


def target_ms(part: str) -> int:
    """The usual time of a correct answer for that part, in ms; within half a second of it, or faster, is fine."""
    return TARGET_MS.get(part, OTHER_TARGET_MS)


def suggest(practices: Sequence[Practice], step: Step, since: dt.date, today: dt.date) -> Suggestion:
    """What to do next for somebody who has been on `step` since that day.

    `practices` are those of this step, in any order. Pain or swelling that stayed over a day suggests a step back
    whatever else is so; a first step has none before it and stays.
    """
    ordered = sorted((one for one in practices if since <= one.day <= today), key=lambda one: one.day)
    for stayed, reason in (
        (pain_stayed_up, Reason.PAIN_STAYED_UP),
        (swelling_stayed, Reason.SWELLING_STAYED),
    ):
        if stayed(ordered):
            return Suggestion(Step(max(step - 1, Step.LEFT_RIGHT)), reason)
    if step is Step.FUNCTION:
        return Suggestion(step, Reason.TOP)
    if not ordered:
        return Suggestion(step, Reason.NOTHING_YET)
    if (today - ordered[-1].day).days > STALE_DAYS:
        return Suggestion(step, Reason.NOT_RECENT)
    reason = _steady(ordered) if step is Step.LEFT_RIGHT else _long_enough(ordered, since, today)
    up = reason in {Reason.STEADY, Reason.TWO_WEEKS}
    return Suggestion(Step(step + 1) if up else step, reason)


def pain_stayed_up(practices: Sequence[Practice]) -> bool:
    """Whether pain that rose with the latest practices was still up at a later day's practice.

    `practices` are in order of their days; only the last two pairs count, an old rise that settled does not.
    """
    return any(
        first.pain_after > first.pain_before
        and later.day > first.day
        and later.pain_before > first.pain_before + MOST_RISE
        for first, later in list(pairwise(practices))[-2:]
    )


def swelling_stayed(practices: Sequence[Practice]) -> bool:
    """Whether the part swelled more with two practices in a row, a day or more apart; as above, the last two pairs."""
    return any(
        first.swelling and later.swelling and later.day > first.day
        for first, later in list(pairwise(practices))[-2:]
    )


def reached(one: Practice) -> Reason:
    """Whether one left or right practice is within the guide: STEADY, or the first thing that is not."""
    if one.left_accuracy is None or one.right_accuracy is None:
        return Reason.NOTHING_YET
    if min(one.left_accuracy, one.right_accuracy) < ACCURACY:
        return Reason.ACCURACY_LOW
    if one.left_ms is None or one.right_ms is None:
        return Reason.SPEED_UNKNOWN
    if max(one.left_ms, one.right_ms) > target_ms(one.part) + TOLERANCE_MS:
        return Reason.TOO_SLOW
    if abs(one.left_ms - one.right_ms) > MOST_GAP_MS:
        return Reason.SIDES_DIFFER
    return Reason.STEADY


def _steady(ordered: Sequence[Practice]) -> Reason:
    """Whether the run of practices within the guide that ends with the latest one spans seven days."""
    latest = reached(ordered[-1])
    if latest is not Reason.STEADY:
        return latest
    run = [ordered[-1]]
    for one in reversed(ordered[:-1]):
        if reached(one) is not Reason.STEADY:
            break
        run.append(one)
    if len(run) < FEWEST_STEADY:
        return Reason.TOO_FEW
    days = (run[0].day - run[-1].day).days + 1
    return Reason.STEADY if days >= STEADY_DAYS else Reason.NOT_LONG_ENOUGH


def _long_enough(ordered: Sequence[Practice], since: dt.date, today: dt.date) -> Reason:
    if len(ordered) < FEWEST_STEADY:
        return Reason.TOO_FEW
    return Reason.TWO_WEEKS if (today - since).days >= STEP_DAYS else Reason.NOT_LONG_ENOUGH
