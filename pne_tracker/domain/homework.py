"""Homework: the status of an item, the days its entries are expected on, and whether it waits for review.

Everything is derived from dates and facts (product.md: homework status, adherence; curriculum.md 2 and 4).
Late is accepted and shown; a blank submission never counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Final, Protocol

from pne_tracker.domain.curriculum import Rhythm, Schedule

WEEK: Final = 7


class HomeworkStatus(StrEnum):
    """Where one assigned item stands."""

    ASSIGNED = "assigned"
    STARTED = "started"
    DONE = "done"
    DONE_LATE = "done_late"
    MISSED = "missed"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


CLOSED: Final = frozenset({HomeworkStatus.WAIVED, HomeworkStatus.WITHDRAWN})
OPEN: Final = frozenset({HomeworkStatus.ASSIGNED, HomeworkStatus.STARTED})
HANDED_IN: Final = frozenset({HomeworkStatus.DONE, HomeworkStatus.DONE_LATE})
SETTLED: Final = HANDED_IN | {HomeworkStatus.WAIVED}


@dataclass(frozen=True, slots=True)
class HomeworkFact:
    """What the rules need to know of one assigned item.

    `review_recorded` says whether this source records reviews at all: then `reviewed` (a date or None) is
    the fact; without it the rule of curriculum.md 4 infers it. `kind` is a HomeworkKind or just "log",
    `label` names the item to staff, `ref` is an id for links.
    """

    kind: str
    required: bool
    status: HomeworkStatus
    due: dt.date
    reviewed: dt.date | None = None
    review_recorded: bool = False
    label: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """An entry handed in on a date (the patient's own); `blank` when nothing was filled in."""

    on: dt.date
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One expected entry: its day, and the day it was handed in (None while it is not)."""

    day: dt.date
    handed_in: dt.date | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Adherence:
    """Expected entries so far, how many of them were handed in, and how many of those late."""

    expected: int
    done: int
    late: int

    @property
    def share(self) -> float | None:
        """`done / expected`, 0 to 1; None while nothing was expected."""
        return self.done / self.expected if self.expected else None


def expected_days(schedule: Schedule, assigned_on: dt.date, due_on: dt.date) -> tuple[dt.date, ...]:
    """The days entries are expected on, in order, none after `due_on` and at least one.

    Daily: from the day after assigning. Weekly: `per_week` days spread evenly over each week. Once and free:
    every entry by the due date.
    """
    if schedule.rhythm is Rhythm.DAILY:
        offsets: Sequence[int] = range(1, schedule.entries + 1)
    elif schedule.rhythm is Rhythm.WEEKLY:
        offsets = _weekly_offsets(schedule)
    else:
        return (due_on,) * schedule.entries
    days = tuple(assigned_on + dt.timedelta(days=offset) for offset in offsets)
    return tuple(day for day in days if day <= due_on) or (due_on,)


def _weekly_offsets(schedule: Schedule) -> list[int]:
    per_week = schedule.per_week or schedule.entries
    return [
        WEEK * (nth // per_week) + ceil(WEEK * (nth % per_week + 1) / per_week)
        for nth in range(schedule.entries)
    ]


def due_date(schedule: Schedule, assigned_on: dt.date, next_visit: dt.date | None = None) -> dt.date:
    """When an item is due: the next visit or day 7, whichever is first (curriculum.md 2).

    A log that cannot reach `done_at` entries by then is due at the end of its own days, so that nobody
    misses a task that could not yet be done.
    """
    week = assigned_on + dt.timedelta(days=WEEK)
    due = min(next_visit, week) if next_visit and next_visit > assigned_on else week
    full = assigned_on + dt.timedelta(days=max(schedule.days, 1))
    possible = expected_days(schedule, assigned_on, full)
    if schedule.rhythm in {Rhythm.DAILY, Rhythm.WEEKLY} and possible[: schedule.done_at][-1] > due:
        return full
    return due


class Settling(Protocol):
    """What the status of an assigned item rests on: its columns of these names."""

    @property
    def closed_as(self) -> str | None: ...
    @property
    def done_on(self) -> dt.date | None: ...
    @property
    def due_on(self) -> dt.date: ...


def status_of(item: Settling, *, begun: bool, today: dt.date | None) -> HomeworkStatus:
    """The status of an assigned item.

    `closed_as` is how a therapist closed it, `done_on` the day it became done (see `done_on`), `begun` says that
    something was written for it. Late when it was done after the due date; missed when the due date is past and it
    is not done. A day is past once `today` is after it; None passes no day.
    """
    if item.closed_as is not None:
        return HomeworkStatus(item.closed_as)
    if item.done_on is not None:
        return HomeworkStatus.DONE_LATE if item.done_on > item.due_on else HomeworkStatus.DONE
    if today is not None and today > item.due_on:
        return HomeworkStatus.MISSED
    return HomeworkStatus.STARTED if begun else HomeworkStatus.ASSIGNED


def done_on(done_at: int, submissions: Iterable[Submission]) -> dt.date | None:
    """The day the item became done: of the entry that was the `done_at`th filled one; None while it is not."""
    filled = sorted(one.on for one in submissions if not one.blank)
    return filled[done_at - 1] if len(filled) >= done_at else None


def waits_for_review(fact: HomeworkFact, last_activity: dt.date | None, today: dt.date) -> bool:
    """Whether the item waits for the therapist (curriculum.md 4).

    Done or late: not reviewed, or, where reviews are not recorded, the section was neither taught nor
    checked (`last_activity`) on or after the due date. Assigned, started or missed: due, and not reviewed
    since it was due. Waived and withdrawn never wait.
    """
    if fact.status in HANDED_IN:
        if fact.review_recorded:
            return fact.reviewed is None
        return last_activity is None or last_activity < fact.due
    if fact.status in OPEN or fact.status is HomeworkStatus.MISSED:
        return fact.due <= today and (fact.reviewed is None or fact.reviewed < fact.due)
    return False


def occurrences(
    days: Sequence[dt.date], due_on: dt.date, submissions: Iterable[Submission]
) -> tuple[Occurrence, ...]:
    """Each expected day with the entry that fills it: the first filled entry for the first day, and so on."""
    filled = sorted(one.on for one in submissions if not one.blank)
    return tuple(
        Occurrence(day, filled[nth], filled[nth] > due_on) if nth < len(filled) else Occurrence(day)
        for nth, day in enumerate(days)
    )


def adherence(expected: Iterable[Occurrence], since: dt.date, today: dt.date) -> Adherence:
    """Expected entries done / expected entries so far, for the days `since` to `today` (product.md).

    Leave out waived and withdrawn items. Today's entry is expected only once the day is over, and counts
    at once when it is in.
    """
    so_far = [
        one
        for one in expected
        if since <= one.day and (one.day < today or (one.day == today and one.handed_in is not None))
    ]
    done = [one for one in so_far if one.handed_in is not None]
    return Adherence(len(so_far), len(done), sum(one.late for one in done))
