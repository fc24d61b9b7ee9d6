"""A clinic's rules give each reminder its moment, by day and only while it is of use."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.reminders.reasons import TASK_STEPS, Reason
from pne_tracker.domain.reminders.rules import (
    DEFAULT,
    Rule,
    checked,
    from_dict,
    next_task_moment,
    task_moments,
    to_dict,
    visit_moments,
    without,
)
from pne_tracker.domain.reminders.when import instant_of, is_quiet

ZONE = "America/New_York"
DUE = dt.date(2026, 11, 30)


def test_a_task_is_reminded_of_the_evening_before_that_morning_and_when_missed() -> None:
    found = task_moments(DEFAULT, DUE, dt.time(19, 15), ZONE)
    assert [(one.reason, f"{one.wall:%d %H:%M}") for one in found] == [
        (Reason.TASK_DUE, "29 19:15"),
        (Reason.TASK_DUE_TODAY, "30 08:30"),
        (Reason.TASK_MISSED, "01 19:15"),
    ]
    assert all(one.expires_at > one.at for one in found)


def test_the_next_reminder_of_a_task_is_the_first_that_lies_ahead() -> None:
    found = task_moments(DEFAULT, DUE, None, ZONE)
    noon = instant_of(DUE, dt.time(12), ZONE)
    assert next_task_moment(found, noon).reason is Reason.TASK_MISSED  # type: ignore[union-attr]
    early = instant_of(DUE - dt.timedelta(days=3), dt.time(12), ZONE)
    assert next_task_moment(found, early, Reason.TASK_DUE).reason is Reason.TASK_DUE_TODAY  # type: ignore[union-attr]
    assert next_task_moment(found, early, Reason.TASK_MISSED) is None


def test_an_early_visit_has_no_reminder_after_it_starts() -> None:
    starts = instant_of(DUE, dt.time(8, 15), ZONE)
    assert [one.reason for one in visit_moments(DEFAULT, starts, None, ZONE)] == [Reason.VISIT_TOMORROW]


def test_an_evening_visit_is_on_the_day_it_has_at_the_patients_place() -> None:
    starts = instant_of(DUE, dt.time(20, 0), ZONE)
    found = visit_moments(DEFAULT, starts, None, ZONE)
    assert [one.wall.date() for one in found] == [DUE - dt.timedelta(days=1), DUE]
    assert {one.expires_at for one in found} == {starts}


def test_an_hour_at_night_is_refused() -> None:
    with pytest.raises(BadInputError, match="08:00 to 20:59"):
        checked({Reason.TASK_DUE: Rule(on=True, at=dt.time(21, 0))})


@pytest.mark.parametrize("days", [0, 1, 31])
def test_the_days_of_silence_are_two_to_thirty(days: int) -> None:
    with pytest.raises(BadInputError, match="2 to 30"):
        checked({Reason.NOTHING_LOGGED: Rule(on=True, at=dt.time(18), days=days)})


def test_stored_rules_come_back_and_missing_ones_are_as_shipped() -> None:
    assert from_dict(to_dict(DEFAULT), paused=False) == DEFAULT
    assert from_dict({}, paused=True).rules == DEFAULT.rules


def test_a_patient_can_only_switch_off() -> None:
    off = without(DEFAULT, frozenset({Reason.RECALL_DUE}))
    assert [reason for reason in Reason if not off.on(reason)] == [Reason.RECALL_DUE]


@given(
    due=st.dates(dt.date(2025, 1, 1), dt.date(2030, 12, 31)),
    preferred=st.none() | st.times(),
    zone=st.sampled_from(["America/New_York", "America/Phoenix", "Pacific/Honolulu", "Europe/Madrid"]),
)
def test_no_moment_is_at_night_and_steps_keep_their_order(
    due: dt.date, preferred: dt.time | None, zone: str
) -> None:
    found = task_moments(DEFAULT, due, preferred, zone)
    assert [one.reason for one in found] == list(TASK_STEPS)
    assert not any(is_quiet(one.at, zone) for one in found)
    assert [one.at for one in found] == sorted(one.at for one in found)
