"""Time to complete, with those still on the way counted rightly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.survival import Followed, median_day, time_to_event

people = st.lists(st.builds(Followed, st.integers(0, 400), st.booleans()), max_size=40)


def test_a_worked_example_from_the_method() -> None:
    followed = [
        Followed(6, True),
        Followed(6, True),
        Followed(6, True),
        Followed(6, False),
        Followed(7, True),
        Followed(9, False),
        Followed(10, True),
    ]
    steps = time_to_event(followed)
    assert [(step.day, step.at_risk, step.events) for step in steps] == [(6, 7, 3), (7, 3, 1), (10, 1, 1)]
    assert [round(step.share, 4) for step in steps] == [0.4286, 0.619, 1.0]
    assert median_day(steps) == 7


def test_nobody_finished_has_no_median() -> None:
    assert time_to_event([Followed(30, False)]) == ()
    assert median_day(()) is None


@given(st.lists(st.integers(0, 400), min_size=1, max_size=40))
def test_when_everybody_finished_it_is_the_plain_share(days: list[int]) -> None:
    for step in time_to_event(Followed(day, True) for day in days):
        assert step.share == pytest.approx(sum(day <= step.day for day in days) / len(days))


@given(people)
def test_shares_only_grow_and_stay_within_all(followed: list[Followed]) -> None:
    steps = time_to_event(followed)
    shares = [step.share for step in steps]
    assert shares == sorted(shares)
    assert all(0 < share <= 1 + 1e-9 for share in shares)
    assert sum(step.events for step in steps) == sum(one.had_event for one in followed)


@given(people, st.integers(0, 400))
def test_somebody_still_on_the_way_never_makes_the_others_look_faster(
    followed: list[Followed], until: int
) -> None:
    before = {step.day: step.share for step in time_to_event(followed)}
    after = {step.day: step.share for step in time_to_event([*followed, Followed(until, False)])}
    assert all(after[day] <= before[day] + 1e-9 for day in before)
