"""An assigned item of homework as its patient sees it, with what was written for it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from pne_tracker.domain.barriers import BarrierReason
from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Rhythm
from pne_tracker.domain.homework import OPEN, HomeworkStatus, expected_days


@dataclass(frozen=True, slots=True)
class Written:
    """One entry of the patient's own: a draft as typed, or handed in with values by type."""

    occurrence: int
    for_date: dt.date
    done: bool
    values: Mapping[str, Any]
    derived: Mapping[str, Any]
    late: bool
    shared: bool
    handed_in_at: dt.datetime | None
    version: int
    from_paper: bool = False


@dataclass(frozen=True)
class Item:
    """One assigned homework item with everything the patient wrote for it, in order of occurrence.

    `told_why` says that the patient told what got in the way; `barriers` names it where one item is read alone.
    """

    id: uuid.UUID
    episode_id: uuid.UUID
    section: int
    template: HomeworkTemplate
    message: str
    assigned_on: dt.date
    due_on: dt.date
    expected: int
    done_at: int
    status: HomeworkStatus
    zone: str
    reviewed_on: dt.date | None = None
    reviewed_at: dt.datetime | None = None
    reviewer: str = ""
    reply: str = ""
    entries: tuple[Written, ...] = field(default=())
    barriers: tuple[BarrierReason, ...] = ()
    told_why: bool = False

    @property
    def kind(self) -> HomeworkKind:
        """How it is done."""
        return self.template.kind

    @property
    def closed(self) -> bool:
        """Whether the therapist took it back or let it go."""
        return self.status in {HomeworkStatus.WAIVED, HomeworkStatus.WITHDRAWN}

    @property
    def wanted(self) -> bool:
        """Whether it still waits to be done, late or not."""
        return self.status in OPEN or self.status is HomeworkStatus.MISSED

    @property
    def asks_why(self) -> bool:
        """Whether it was missed and nobody said yet what got in the way."""
        return self.status is HomeworkStatus.MISSED and not self.told_why

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """The day each occurrence is expected on, one for each of `expected`."""
        planned = expected_days(self.template.schedule, self.assigned_on, self.due_on)
        return (*planned, *(planned[-1],) * (self.expected - len(planned)))[: self.expected]

    @cached_property
    def by_occurrence(self) -> dict[int, Written]:
        """Entries by occurrence, drafts too."""
        return {entry.occurrence: entry for entry in self.entries}

    @property
    def handed_in(self) -> tuple[Written, ...]:
        """Entries that count."""
        return tuple(entry for entry in self.entries if entry.done)

    @property
    def daily(self) -> bool:
        """Whether each occurrence has a day of its own."""
        return self.template.schedule.rhythm is Rhythm.DAILY

    def is_done(self, occurrence: int) -> bool:
        """Whether that occurrence is handed in."""
        entry = self.by_occurrence.get(occurrence)
        return entry is not None and entry.done

    def open_occurrences(self, today: dt.date) -> tuple[int, ...]:
        """Occurrences that can be filled in on that day: for a daily log the days that have come."""
        return tuple(
            number
            for number, day in enumerate(self.days, start=1)
            if not self.is_done(number) and (not self.daily or day <= today)
        )

    def done_today(self, today: dt.date) -> Written | None:
        """The entry that settles the item for today: today's of a daily log, else one sent today."""
        for entry in self.handed_in:
            day = entry.for_date if self.daily else _sent_on(entry, self.zone)
            if day == today:
                return entry
        return None

    def was_read(self, entry: Written) -> bool:
        """Whether the therapist reviewed the item since this entry was sent."""
        if self.reviewed_at is not None and entry.handed_in_at is not None:
            return entry.handed_in_at <= self.reviewed_at
        sent = _sent_on(entry, self.zone)
        return self.reviewed_on is not None and sent is not None and sent <= self.reviewed_on

    def takes_more(self, today: dt.date) -> bool:
        """Whether an entry can be added: while it waits to be done, and for a done log until it is due."""
        return (self.wanted or today <= self.due_on) and bool(self.open_occurrences(today))

    def next_occurrence(self, today: dt.date) -> int | None:
        """The occurrence to offer now: a daily log's latest open day, else the first open one."""
        waiting = self.open_occurrences(today)
        if not waiting:
            return None
        return waiting[-1] if self.daily else waiting[0]


def _sent_on(entry: Written, zone: str) -> dt.date | None:
    return entry.handed_in_at.astimezone(ZoneInfo(zone)).date() if entry.handed_in_at else None
