"""What becomes of homework: its status, its days, its review, its adherence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.domain.curriculum import Rhythm, Schedule
from pne_tracker.domain.homework import (
    HomeworkFact,
    HomeworkStatus,
    Submission,
    adherence,
    done_on,
    due_date,
    expected_days,
    occurrences,
    status_of,
    waits_for_review,
)
from tests.domain.pack_fixture import HOMEWORK, template

ASSIGNED = dt.date(2026, 11, 2)
DUE = dt.date(2026, 11, 9)
S = HomeworkStatus


def day(number: int) -> dt.date:
    return ASSIGNED + dt.timedelta(days=number)


@dataclass(frozen=True)
class Item:
    done_on: dt.date | None
    due_on: dt.date = DUE
    closed_as: str | None = None


def found(today: int, entries: list[Submission], done_at: int = 1) -> HomeworkStatus:
    begun = any(not one.blank for one in entries)
    return status_of(Item(done_on(done_at, entries)), begun=begun, today=day(today))


def status(today: int, *submitted: int, done_at: int = 1) -> HomeworkStatus:
    return found(today, [Submission(day(number)) for number in submitted], done_at)


def test_nothing_handed_in_is_assigned_until_the_due_day_is_past() -> None:
    assert status(7) is S.ASSIGNED
    assert status(8) is S.MISSED


def test_a_draft_or_a_first_entry_is_a_start() -> None:
    assert status_of(Item(None), begun=True, today=day(3)) is S.STARTED
    assert status(3, 1, done_at=5) is S.STARTED


def test_done_counts_filled_entries_up_to_the_number_asked_for() -> None:
    assert status(6, 1, 2, 3, 4, done_at=5) is S.STARTED
    assert status(6, 1, 2, 3, 4, 5, done_at=5) is S.DONE


def test_late_is_accepted_and_shown_as_late() -> None:
    assert status(9, 9) is S.DONE_LATE
    assert status(9, 7) is S.DONE
    assert status(20, 1, 2, 3, 4, 9, done_at=5) is S.DONE_LATE


def test_an_extra_entry_after_the_due_day_makes_nothing_late() -> None:
    assert status(20, 1, 2, 3, 4, 5, 12, done_at=5) is S.DONE


def test_a_blank_submission_is_never_done() -> None:
    blank = [Submission(day(1), blank=True)]
    assert found(2, blank) is S.ASSIGNED
    assert found(9, blank) is S.MISSED
    assert done_on(1, blank) is None


@pytest.mark.parametrize("closed", [S.WAIVED, S.WITHDRAWN])
def test_a_closed_item_stays_closed(closed: HomeworkStatus) -> None:
    assert status_of(Item(None, closed_as=closed), begun=True, today=day(30)) is closed
    assert status_of(Item(day(1), closed_as=closed), begun=True, today=day(30)) is closed


def test_without_a_day_nothing_is_missed() -> None:
    assert status_of(Item(None), begun=False, today=None) is S.ASSIGNED


def test_a_daily_log_expects_an_entry_from_the_next_day_on() -> None:
    days = expected_days(template("s05-sleep").schedule, ASSIGNED, day(7))
    assert days == tuple(day(number) for number in range(1, 8))
    assert expected_days(template("s05-sleep").schedule, ASSIGNED, day(3)) == (day(1), day(2), day(3))


def test_a_weekly_log_is_spread_over_each_week() -> None:
    days = expected_days(template("s05-exercise").schedule, ASSIGNED, day(14))
    assert days == tuple(day(number) for number in (3, 5, 7, 10, 12, 14))


def test_a_single_task_is_expected_by_its_due_date() -> None:
    assert expected_days(template("s01-quiz").schedule, ASSIGNED, DUE) == (DUE,)
    assert expected_days(template("s07-journal").schedule, ASSIGNED, DUE) == (DUE, DUE)


def test_homework_is_due_at_the_next_visit_or_on_day_seven() -> None:
    schedule = template("s01-quiz").schedule
    assert due_date(schedule, ASSIGNED) == day(7)
    assert due_date(schedule, ASSIGNED, day(3)) == day(3)
    assert due_date(schedule, ASSIGNED, day(10)) == day(7)


def test_a_log_is_not_due_before_it_can_be_done() -> None:
    sleep, exercise = template("s05-sleep").schedule, template("s05-exercise").schedule
    assert due_date(sleep, ASSIGNED, day(3)) == day(7)
    assert due_date(sleep, ASSIGNED, day(5)) == day(5)
    assert due_date(exercise, ASSIGNED, day(3)) == day(14)


@given(
    st.sampled_from([template(key).schedule for key in HOMEWORK]),
    st.integers(0, 30),
)
def test_every_item_can_still_be_done_by_its_due_date(schedule: Schedule, visit: int) -> None:
    due = due_date(schedule, ASSIGNED, day(visit))
    expected = expected_days(schedule, ASSIGNED, due)
    assert expected == tuple(sorted(expected))
    assert expected[0] > ASSIGNED
    assert expected[-1] <= due
    assert len(expected) >= schedule.done_at
    assert len(expected) <= schedule.entries


@settings(max_examples=200)
@given(
    st.lists(st.builds(Submission, st.integers(0, 20).map(day), st.booleans()), max_size=8),
    st.integers(1, 5),
    st.integers(0, 25),
)
def test_more_entries_never_undo_done(entries: list[Submission], done_at: int, today: int) -> None:
    done = {S.DONE, S.DONE_LATE}
    filled = [one for one in entries if not one.blank]
    was = found(today, entries, done_at)
    assert was is found(today, filled, done_at)
    assert (was in done) == (len(filled) >= done_at)
    if was in done:
        assert found(today, [*entries, Submission(day(20))], done_at) in done
    elif today > 7:
        assert was is S.MISSED


def fact(state: HomeworkStatus, **more: object) -> HomeworkFact:
    return HomeworkFact("journal", True, state, DUE, **more)  # type: ignore[arg-type]


def test_done_homework_waits_until_the_section_is_taken_up_again() -> None:
    assert waits_for_review(fact(S.DONE), day(3), day(20))
    assert not waits_for_review(fact(S.DONE), day(7), day(20))
    assert waits_for_review(fact(S.DONE_LATE), None, day(20))


def test_undone_homework_waits_once_it_is_due() -> None:
    for state in (S.ASSIGNED, S.STARTED, S.MISSED):
        assert not waits_for_review(fact(state), None, day(6))
        assert waits_for_review(fact(state), day(20), day(7))


def test_closed_homework_waits_for_nobody() -> None:
    assert not waits_for_review(fact(S.WAIVED), None, day(20))
    assert not waits_for_review(fact(S.WITHDRAWN), None, day(20))


def test_a_recorded_review_settles_it() -> None:
    assert not waits_for_review(fact(S.DONE, reviewed=day(2), review_recorded=True), None, day(20))
    assert waits_for_review(fact(S.DONE, review_recorded=True), day(10), day(20))
    assert not waits_for_review(fact(S.MISSED, reviewed=day(9), review_recorded=True), None, day(20))
    assert waits_for_review(fact(S.MISSED, reviewed=day(2), review_recorded=True), None, day(20))


def test_adherence_counts_what_was_expected_so_far() -> None:
    expected = expected_days(Schedule(Rhythm.DAILY, 7, 7, 5), ASSIGNED, DUE)
    entries = [Submission(day(1)), Submission(day(2)), Submission(day(3), blank=True)]
    found = adherence(occurrences(expected, DUE, entries), ASSIGNED, day(4))
    assert (found.expected, found.done, found.late) == (3, 2, 0)
    assert found.share == 2 / 3


def test_todays_entry_counts_at_once_and_is_missed_only_tomorrow() -> None:
    expected = (day(1),)
    assert adherence(occurrences(expected, DUE, []), ASSIGNED, day(1)).share is None
    assert adherence(occurrences(expected, DUE, [Submission(day(1))]), ASSIGNED, day(1)).share == 1
    assert adherence(occurrences(expected, DUE, []), ASSIGNED, day(2)).share == 0


def test_late_entries_count_and_are_shown_apart() -> None:
    entries = [Submission(day(9))]
    found = adherence(occurrences((DUE,), DUE, entries), ASSIGNED, day(10))
    assert (found.expected, found.done, found.late) == (1, 1, 1)


def test_adherence_looks_at_its_window_alone() -> None:
    expected = (day(1), day(2), day(3))
    assert adherence(occurrences(expected, DUE, []), day(3), day(10)).expected == 1
