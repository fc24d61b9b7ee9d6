"""The review of the plan gathers what the logs of four weeks say."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.plan_review import Handed, sums_of

TODAY = dt.date(2026, 11, 23)


def night(days_ago: int, asleep: int | None, in_bed: int = 480) -> Handed:
    return Handed(
        HomeworkKind.SLEEP_LOG,
        TODAY - dt.timedelta(days=days_ago),
        {"quality": 3},
        {"minutes_in_bed": in_bed, "minutes_asleep": asleep},
    )


def walk(days_ago: int, minutes: int, before: int = 4, after: int = 5) -> Handed:
    values = {"done_minutes": minutes, "pain_before": before, "pain_after": after}
    return Handed(HomeworkKind.EXERCISE_LOG, TODAY - dt.timedelta(days=days_ago), values, {})


def test_averages_are_over_the_last_four_weeks() -> None:
    sums = sums_of([walk(0, 10), walk(27, 20), walk(28, 300)], TODAY)
    assert (sums.exercise.entries, sums.exercise.minutes, sums.exercise.change) == (2, 15.0, 1.0)


def test_sleep_is_time_asleep_over_time_in_bed_of_the_known_nights() -> None:
    assert sums_of([night(1, 360), night(2, 408), night(3, None)], TODAY).sleep.share == 80.0
    assert sums_of([night(1, None)], TODAY).sleep.share is None


def test_a_part_without_logs_is_said_to_have_none() -> None:
    sums = sums_of([], TODAY, goal="Walk to the market")
    assert sums.breathing.entries == sums.relaxation.entries == 0
    assert sums.breathing.change is None
    assert sums.goal == "Walk to the market"


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 300)), max_size=30))
def test_the_order_of_entries_changes_nothing(walks: list[tuple[int, int]]) -> None:
    entries = [walk(*one) for one in walks]
    assert sums_of(entries, TODAY) == sums_of(reversed(entries), TODAY)
