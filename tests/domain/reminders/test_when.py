"""Nothing at night, nothing lost or doubled when the clocks change, one a day and three a week."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from zoneinfo import ZoneInfo, available_timezones

import pytest

from pne_tracker.domain.reminders.when import (
    DAY_ENDS,
    DAY_STARTS,
    first_allowed,
    free_on,
    instant_of,
    is_quiet,
    local,
)
from tests.soak import rounds

NEW_YORK = "America/New_York"
US_ZONES = (
    *("America/New_York", "America/Detroit", "America/Kentucky/Louisville", "America/Indiana/Indianapolis"),
    *("America/Chicago", "America/Menominee", "America/Denver", "America/Boise", "America/Phoenix"),
    *("America/Los_Angeles", "America/Anchorage", "America/Juneau", "America/Adak", "Pacific/Honolulu"),
    *("America/Puerto_Rico", "Pacific/Guam"),
)
YEARS = range(2025, 2031)


def changes(year: int) -> tuple[dt.date, dt.date]:
    """The second Sunday of March and the first of November."""
    march, november = dt.date(year, 3, 8), dt.date(year, 11, 1)
    return tuple(day + dt.timedelta(days=(6 - day.weekday()) % 7) for day in (march, november))  # type: ignore[return-value]


def instants(count: int) -> list[tuple[str, dt.datetime]]:
    """Random (zone, instant) pairs from 2025 to 2030, the same each time."""
    dice = random.Random(20261123)
    zones = sorted(available_timezones())
    start, seconds = dt.datetime(2025, 1, 1, tzinfo=dt.UTC), 6 * 365 * 86400
    return [(dice.choice(zones), start + dt.timedelta(seconds=dice.randrange(seconds))) for _ in range(count)]


@pytest.mark.soak
def test_nothing_is_ever_allowed_at_night_and_nothing_waits_longer_than_a_night() -> None:
    for zone, at in instants(rounds(5_000, 100_000)):
        allowed = first_allowed(at, zone)
        assert DAY_STARTS <= local(allowed, zone).time() < DAY_ENDS, (zone, at)
        assert allowed >= at
        assert allowed - at <= dt.timedelta(hours=24)
        assert (allowed == at) is not is_quiet(at, zone)


@pytest.mark.soak
@pytest.mark.parametrize("zone", US_ZONES[: rounds(4, len(US_ZONES))])
def test_each_minute_around_a_clock_change_names_one_instant(zone: str) -> None:
    """Skipped minutes are read by the clock before the change, of doubled ones the first counts."""
    for day in (one for year in YEARS for one in changes(year)):
        seen = Counter[dt.datetime]()
        for minute in range(4 * 60 + 1):
            clock = dt.time(minute // 60, minute % 60)
            at = instant_of(day, clock, zone)
            before = dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).utcoffset()
            shown, wanted = local(at, zone).replace(tzinfo=None), dt.datetime.combine(day, clock)
            if shown != wanted:
                assert before is not None
                assert at == (wanted - before).replace(tzinfo=dt.UTC)
                assert shown - wanted == dt.timedelta(hours=1)
            else:
                earlier = at - dt.timedelta(hours=1)
                assert local(earlier, zone).replace(tzinfo=None) != wanted, "the first of two"
            assert first_allowed(at, zone) == instant_of(day, DAY_STARTS, zone)
            seen[at] += 1
        assert max(seen.values()) <= 2, "the minute skipped and the minute it is moved to"


@pytest.mark.soak
@pytest.mark.parametrize("zone", US_ZONES[: rounds(4, len(US_ZONES))])
def test_a_daily_hour_comes_once_a_day_through_every_change(zone: str) -> None:
    for year in YEARS:
        days = [dt.date(year, 1, 1) + dt.timedelta(days=number) for number in range(365)]
        for clock in (dt.time(8, 0), dt.time(18, 0), dt.time(20, 59)):
            wanted = [instant_of(day, clock, zone) for day in days]
            assert [local(at, zone).date() for at in wanted] == days
            assert {local(at, zone).time() for at in wanted} == {clock}


@pytest.mark.soak
def test_however_many_are_due_one_a_day_and_three_a_week_go_out() -> None:
    dice = random.Random(7)
    for zone, start in instants(rounds(150, 3_000)):
        sent: list[dt.datetime] = []
        now = start
        for _ in range(40):
            now += dt.timedelta(minutes=dice.choice([1, 30, 300, 720, 1440, 2000]))
            if not is_quiet(now, zone) and free_on(sent, now, zone) == local(now, zone).date():
                sent.append(now)
        days = Counter(local(at, zone).date() for at in sent)
        assert max(days.values(), default=0) <= 1
        for at in sent:
            within = [one for one in sent if at <= one < at + dt.timedelta(hours=168)]
            assert len(within) <= 3
            running = [one for one in days if 0 <= (one - local(at, zone).date()).days < 7]
            assert len(running) <= 3


def test_a_skipped_half_past_two_becomes_half_past_three() -> None:
    at = instant_of(dt.date(2027, 3, 14), dt.time(2, 30), NEW_YORK)
    assert local(at, NEW_YORK).time() == dt.time(3, 30)


def test_of_two_half_past_ones_the_first_counts() -> None:
    at = instant_of(dt.date(2026, 11, 1), dt.time(1, 30), NEW_YORK)
    assert at == dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC)


def test_nine_in_the_evening_is_night_and_eight_in_the_morning_is_day() -> None:
    for clock, quiet in ((dt.time(20, 59), False), (dt.time(21, 0), True), (dt.time(7, 59), True)):
        assert is_quiet(instant_of(dt.date(2026, 11, 23), clock, NEW_YORK), NEW_YORK) is quiet
    assert not is_quiet(instant_of(dt.date(2026, 11, 23), DAY_STARTS, NEW_YORK), NEW_YORK)


def test_a_message_that_bears_a_later_time_counts_when_the_clock_was_set_back() -> None:
    now = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)
    assert free_on([now + dt.timedelta(hours=1)], now, NEW_YORK) > local(now, NEW_YORK).date()
