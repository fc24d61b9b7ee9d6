"""What happens when: acts in order of time, each free to put later acts on the agenda."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable
from zoneinfo import ZoneInfo

Act = Callable[[dt.datetime], object]
WEEKEND = 5


class Agenda:
    """Acts by instant. Whatever lies after `until` never happens, so nothing is dated ahead."""

    def __init__(self, until: dt.datetime) -> None:
        self._until = until
        self._waiting: list[tuple[dt.datetime, int, Act]] = []
        self._count = 0

    def at(self, when: dt.datetime, act: Act) -> None:
        """Put `act` on the agenda; of two at one instant the one put first comes first."""
        if when <= self._until:
            heapq.heappush(self._waiting, (when, self._count, act))
            self._count += 1

    def run(self) -> None:
        """Do everything in order of time."""
        while self._waiting:
            when, _, act = heapq.heappop(self._waiting)
            act(when)


def local(day: dt.date, clock: dt.time, zone: str) -> dt.datetime:
    """The instant of that wall time, in UTC."""
    return dt.datetime.combine(day, clock, ZoneInfo(zone)).astimezone(dt.UTC)


def visit_days(last: dt.date, count: int, per_week: int) -> tuple[dt.date, ...]:
    """`count` weekdays in order, evenly spread at `per_week`; the last one is `last` or the Friday before it."""
    step = 7 / per_week
    days: list[dt.date] = []
    for nth in range(count):
        day = _weekday(last - dt.timedelta(days=round(nth * step)))
        while days and day >= days[-1]:
            day = _weekday(day - dt.timedelta(days=1))
        days.append(day)
    return tuple(reversed(days))


def _weekday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=max(0, day.weekday() - WEEKEND + 1))
