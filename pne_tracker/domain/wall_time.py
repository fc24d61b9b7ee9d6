"""Dates and wall times, read strictly and turned into instants across midnight and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pne_tracker.domain.errors import BadInputError

YEARS: Final = range(1900, 2200)


def zone_of(name: str) -> ZoneInfo:
    """The IANA time zone of that name; BadInputError `unknown_zone` when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInputError("Give a time zone such as America/Chicago.", code="unknown_zone") from None


def clock_minutes(clock: str) -> int:
    """Minutes since midnight of "HH:MM"."""
    hour, minute = clock.split(":")
    return 60 * int(hour) + int(minute)


def instant(day: date, minutes: int, zone: str, *, second: bool = False) -> int:
    """Minutes of UTC since 1970 of a wall time; `second` picks the later one when clocks go back.

    A wall time skipped when clocks go forward is read by the clock before the change.
    """
    wall = time(minutes // 60, minutes % 60, fold=1 if second else 0)
    local = datetime.combine(day, wall, zone_of(zone))
    if second and local.astimezone(UTC) < local.replace(fold=0).astimezone(UTC):
        local = local.replace(fold=0)
    return int(local.astimezone(UTC).timestamp()) // 60


@lru_cache(maxsize=4096)
def parsed_day(text: str) -> date | None:
    """The date of "YYYY-MM-DD", from 1900 to 2199; None when it is not one."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS and day.isoformat() == text else None
