"""A night from its log: on instants, never guessed."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.sleep import Night, night_of, week_efficiency

CHICAGO = "America/Chicago"
LOG: dict[str, Any] = {
    "wake_day": "2026-11-10",
    "in_bed": "22:30",
    "lights_out": "23:00",
    "minutes_to_sleep": 20,
    "awakenings": 2,
    "minutes_awake": 25,
    "last_waking": "06:15",
    "out_of_bed": "06:30",
}


def night(zone: str = CHICAGO, **changes: Any) -> Night:
    found, errors = night_of(LOG | changes, zone)
    assert found is not None, errors
    return found


def refused(**changes: Any) -> dict[str, str]:
    found, errors = night_of(LOG | changes, CHICAGO)
    assert found is None
    return {name: message.code for name, message in errors.items()}


def test_a_night_over_midnight() -> None:
    assert night() == Night(in_bed=480, asleep=390, efficiency=81.3)


def test_a_night_that_starts_after_midnight() -> None:
    assert night(in_bed="00:30", lights_out="00:45").in_bed == 360


def test_a_night_worker_sleeps_by_day() -> None:
    found = night(in_bed="08:00", lights_out="08:10", last_waking="14:50", out_of_bed="15:00")
    assert (found.in_bed, found.asleep) == (420, 355)


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        (CHICAGO, "2026-03-08", 420),
        (CHICAGO, "2026-11-01", 540),
        ("America/Phoenix", "2026-03-08", 480),
        ("Australia/Lord_Howe", "2026-04-05", 510),
    ],
)
def test_a_clock_change_shortens_or_lengthens_the_night(zone: str, day: str, minutes: int) -> None:
    assert night(zone, wake_day=day).in_bed == minutes


def test_an_hour_that_comes_twice_is_the_second_one_on_waking() -> None:
    found = night(wake_day="2026-11-01", last_waking="01:30", out_of_bed="01:40")
    assert found.in_bed == 190 + 60


def test_wakings_without_minutes_leave_the_efficiency_unknown() -> None:
    assert night(minutes_awake=None) == Night(in_bed=480, asleep=None, efficiency=None)


def test_no_wakings_means_no_minutes_awake() -> None:
    assert night(minutes_awake=None, awakenings=0).asleep == 415


def test_times_out_of_order_are_named() -> None:
    assert refused(lights_out="22:00") == {"lights_out": "lights_before_bed"}
    assert refused(last_waking="22:45") == {"last_waking": "waking_before_lights"}
    assert refused(out_of_bed="06:00") == {"out_of_bed": "up_before_waking"}


def test_time_in_bed_is_one_to_sixteen_hours() -> None:
    assert refused(in_bed="06:00", lights_out="06:00", last_waking="06:30") == {"in_bed": "time_in_bed"}
    assert refused(in_bed="14:00") == {"in_bed": "time_in_bed"}
    assert night(in_bed="14:30").in_bed == 960


def test_a_night_without_sleep_left_is_questioned() -> None:
    assert refused(minutes_to_sleep=400, minutes_awake=35) == {"minutes_to_sleep": "no_sleep_left"}


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(BadInputError, match="time zone"):
        night("Mars/Olympus")


def test_a_week_needs_five_known_nights() -> None:
    known, unknown = Night(480, 390, 81.3), Night(480, None, None)
    assert week_efficiency([known] * 4 + [unknown] * 3) is None
    assert week_efficiency([known] * 4 + [Night(300, 300, 100.0), unknown]) == 83.8


@settings(max_examples=200, deadline=None)
@given(
    st.dates(dt.date(2025, 1, 1), dt.date(2030, 12, 31)),
    st.tuples(*[st.integers(0, 400)] * 3),
    st.integers(0, 1439),
    st.sampled_from([CHICAGO, "America/Los_Angeles", "Pacific/Honolulu", "UTC"]),
)
def test_a_night_lasts_as_long_as_the_clock_of_the_world_says(
    day: dt.date, gaps: tuple[int, int, int], start: int, zone: str
) -> None:
    place = ZoneInfo(zone)
    up = dt.datetime.combine(day, dt.time(start // 60, start % 60), place).astimezone(dt.UTC)
    moments = [up]
    for gap in gaps:
        moments.insert(0, moments[0] - dt.timedelta(minutes=gap))
    names = ("in_bed", "lights_out", "last_waking", "out_of_bed")
    local = [moment.astimezone(place) for moment in moments]
    if len({one.utcoffset() for one in local}) > 1 or any(one.fold for one in local):
        return
    values = {name: one.strftime("%H:%M") for name, one in zip(names, local, strict=True)}
    found, errors = night_of(
        LOG | values | {"wake_day": local[-1].date().isoformat(), "minutes_to_sleep": 0, "minutes_awake": 0},
        zone,
    )
    total = sum(gaps)
    if 60 <= total <= 960 and gaps[1] > 0:
        assert found == Night(total, gaps[1], found.efficiency if found else None)
        assert found.efficiency is not None
        assert 0 < found.efficiency <= 100
    else:
        assert errors
