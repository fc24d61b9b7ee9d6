"""The calendar of visits as other programs read it: the wall time at the clinic, on both sides of a clock change."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from pne_tracker.adapters.calendars import Time, calendar_of

DAYS = [dt.date(2026, 11, 1), dt.date(2027, 3, 13), dt.date(2027, 3, 14), dt.date(2027, 11, 8)]
ZONES = [
    *("America/New_York", "America/Los_Angeles", "America/Phoenix", "America/St_Johns"),
    *("Pacific/Auckland", "Asia/Kathmandu", "Africa/Casablanca"),
]


def calendar(zone: str) -> str:
    """Visits at nine in the morning there."""
    times = [
        Time(
            uuid.uuid4(),
            dt.datetime.combine(day, dt.time(9), ZoneInfo(zone)).astimezone(dt.UTC),
            45,
            zone,
            dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        )
        for day in DAYS
    ]
    return calendar_of(times, "Harbor Lane Therapy", "en").decode().replace("\r\n", "\n")


def zone_in(text: str) -> dt.tzinfo:
    """The zone as a parser that knows no zones but those of the file reads it."""
    start, end = text.index("BEGIN:VTIMEZONE"), text.index("END:VTIMEZONE")
    found = tzical(io.StringIO(f"{text[start:end]}END:VTIMEZONE\n")).get()
    assert isinstance(found, dt.tzinfo)
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_another_program_shows_the_wall_time_of_the_clinic_through_every_change(zone: str) -> None:
    there = zone_in(calendar(zone))
    for day in (dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(3 * 365)):
        for hour in (0, 9, 18):
            wall = dt.datetime.combine(day, dt.time(hour))
            ours = wall.replace(tzinfo=ZoneInfo(zone)).utcoffset()
            assert wall.replace(tzinfo=there).utcoffset() == ours, wall


def test_no_rule_of_a_zone_needs_more_than_its_first_date() -> None:
    text = calendar("America/New_York")
    assert "RDATE" not in text
    assert "DTSTART:20270314T020000" in text, "by the clock before the change"
    assert "DTSTART:20271107T020000" in text


def test_a_visit_is_written_at_the_time_on_the_wall() -> None:
    text = calendar("America/New_York")
    assert [line for line in text.splitlines() if line.startswith("DTSTART;")] == [
        f"DTSTART;TZID=America/New_York:{day:%Y%m%d}T090000" for day in DAYS
    ]
