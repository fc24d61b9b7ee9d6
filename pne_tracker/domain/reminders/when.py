"""Wall times at the patient's place, clock changes included, and the hours in which nothing is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final
from zoneinfo import ZoneInfo

DAY_STARTS: Final = dt.time(8, 0)
DAY_ENDS: Final = dt.time(21, 0)
A_DAY: Final = 1
A_WEEK: Final = 3
WEEK: Final = dt.timedelta(days=7)


def instant_of(day: dt.date, clock: dt.time, zone: str) -> dt.datetime:
    """The one instant, in UTC, of a wall time at a place.

    A wall time that the clocks skip is read by the clock before the change, so 02:30 becomes 03:30; of one
    that comes twice the first counts.
    """
    wall = dt.datetime.combine(day, clock.replace(fold=0, tzinfo=None))
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def local(at: dt.datetime, zone: str) -> dt.datetime:
    """The wall time of an instant."""
    return at.astimezone(ZoneInfo(zone))


def is_quiet(at: dt.datetime, zone: str) -> bool:
    """Whether it is night at that place: from 21:00 to 08:00 on the clock there."""
    return not DAY_STARTS <= local(at, zone).time() < DAY_ENDS


def first_allowed(at: dt.datetime, zone: str) -> dt.datetime:
    """`at` itself by day, else the next 08:00 there."""
    if not is_quiet(at, zone):
        return at
    here = local(at, zone)
    day = here.date() + dt.timedelta(days=1) if here.time() >= DAY_ENDS else here.date()
    while (morning := instant_of(day, DAY_STARTS, zone)) < at or is_quiet(morning, zone):
        day += dt.timedelta(days=1)
    return morning


def free_on(sent: Collection[dt.datetime], at: dt.datetime, zone: str) -> dt.date:
    """The first day, not before that of `at`, on which one more may be sent after those `sent` already.

    At most one a day there, three in any seven days running, and three in any 168 hours. What bears a later
    time than `at` (a clock was set back) counts as well.
    """
    day = local(at, zone).date()
    days = sorted(local(one, zone).date() for one in sent)
    while not _is_free(days, day):
        day += dt.timedelta(days=1)
    while sum(one > instant_of(day, DAY_STARTS, zone) - WEEK for one in sent) >= A_WEEK:
        day += dt.timedelta(days=1)
    return day


def _is_free(days: list[dt.date], day: dt.date) -> bool:
    on_it = sum(one == day for one in days)
    within = sum(day - WEEK < one for one in days)
    return on_it < A_DAY and within < A_WEEK
