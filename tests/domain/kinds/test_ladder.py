"""The ladder of motor imagery: when the next step is suggested, and when a step back."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.ladder import Practice, Reason, Step, pain_stayed_up, suggest, swelling_stayed

START = dt.date(2026, 11, 2)
PAINS = st.integers(0, 10)
PRACTICES = st.lists(
    st.builds(
        Practice,
        day=st.dates(START, START + dt.timedelta(days=30)),
        pain_before=PAINS,
        pain_after=PAINS,
        part=st.sampled_from(["hand", "neck", "knee"]),
        left_accuracy=st.none() | st.floats(0, 100),
        right_accuracy=st.none() | st.floats(0, 100),
        left_ms=st.none() | st.integers(300, 10_000),
        right_ms=st.none() | st.integers(300, 10_000),
        swelling=st.booleans(),
    ),
    max_size=20,
)
STEPS = st.sampled_from(Step)
TODAY = START + dt.timedelta(days=30)


def steady(day: int, **changes: object) -> Practice:
    """A practice within the guide, `day` days after the start."""
    values = {
        "day": START + dt.timedelta(days=day),
        "pain_before": 4,
        "pain_after": 4,
        "part": "hand",
        "left_accuracy": 90.0,
        "right_accuracy": 85.0,
        "left_ms": 1900,
        "right_ms": 2100,
    }
    return Practice(**{**values, **changes})  # type: ignore[arg-type]


def after(days: int, *practices: Practice, step: Step = Step.LEFT_RIGHT) -> tuple[Step, Reason]:
    found = suggest(practices, step, START, START + dt.timedelta(days=days))
    return found.step, found.reason


@given(PRACTICES, STEPS)
def test_a_suggestion_is_at_most_one_step_away_and_on_the_ladder(
    practices: list[Practice], step: Step
) -> None:
    found = suggest(practices, step, START, TODAY)
    assert abs(found.step - step) <= 1
    assert found.step in Step


@given(PRACTICES, STEPS)
def test_going_up_always_has_its_reason_and_never_while_pain_or_swelling_stayed(
    practices: list[Practice], step: Step
) -> None:
    found = suggest(practices, step, START, TODAY)
    ordered = sorted(practices, key=lambda one: one.day)
    if found.step > step:
        assert found.reason in {Reason.STEADY, Reason.TWO_WEEKS}
    if pain_stayed_up(ordered) or swelling_stayed(ordered):
        assert found.step == max(step - 1, Step.LEFT_RIGHT)


@given(st.permutations([steady(day) for day in range(8)]))
def test_the_order_in_which_practices_are_given_does_not_matter(practices: list[Practice]) -> None:
    assert after(8, *practices) == (Step.IMAGINE, Reason.STEADY)


def test_a_steady_week_suggests_imagined_movement() -> None:
    assert after(6, *(steady(day) for day in (0, 3, 6))) == (Step.IMAGINE, Reason.STEADY)


def test_six_days_are_not_a_week() -> None:
    assert after(5, *(steady(day) for day in (0, 3, 5))) == (Step.LEFT_RIGHT, Reason.NOT_LONG_ENOUGH)


def test_a_day_outside_the_guide_starts_the_week_again() -> None:
    days = [steady(0), steady(3, left_accuracy=70.0), steady(5), steady(6), steady(7)]
    assert after(7, *days) == (Step.LEFT_RIGHT, Reason.NOT_LONG_ENOUGH)


def test_the_first_thing_outside_the_guide_is_named() -> None:
    week = [steady(0), steady(3)]
    assert after(6, *week, steady(6, right_accuracy=79.9))[1] is Reason.ACCURACY_LOW
    assert after(6, *week, steady(6, right_ms=None))[1] is Reason.SPEED_UNKNOWN
    assert after(6, *week, steady(6, left_ms=2600, right_ms=2550))[1] is Reason.TOO_SLOW
    assert after(6, *week, steady(6, left_ms=1500, right_ms=1801))[1] is Reason.SIDES_DIFFER


def test_necks_are_judged_faster_than_hands() -> None:
    neck = [steady(day, part="neck", left_ms=2200, right_ms=2200) for day in (0, 3, 6)]
    assert after(6, *neck)[1] is Reason.TOO_SLOW


def test_pain_that_is_still_up_the_day_after_suggests_a_step_back() -> None:
    raised = [steady(0, pain_after=6), steady(1, pain_before=6)]
    assert after(1, *raised, step=Step.IMAGINE) == (Step.LEFT_RIGHT, Reason.PAIN_STAYED_UP)
    assert after(1, *raised) == (Step.LEFT_RIGHT, Reason.PAIN_STAYED_UP)


def test_pain_that_settled_by_the_day_after_changes_nothing() -> None:
    assert not pain_stayed_up([steady(0, pain_after=7), steady(1, pain_before=5)])


def test_a_part_that_swells_at_two_practices_in_a_row_suggests_a_step_back() -> None:
    swollen = [steady(0, swelling=True), steady(1, swelling=True)]
    assert after(1, *swollen, step=Step.MIRROR) == (Step.IMAGINE, Reason.SWELLING_STAYED)


def test_swelling_that_settled_or_was_told_twice_on_one_day_changes_nothing() -> None:
    assert not swelling_stayed([steady(0, swelling=True), steady(1), steady(2, swelling=True)])
    assert not swelling_stayed([steady(0, swelling=True), steady(0, swelling=True)])


def test_later_steps_take_two_weeks_each() -> None:
    days = [steady(day) for day in (0, 6, 12)]
    assert after(13, *days, step=Step.MIRROR) == (Step.MIRROR, Reason.NOT_LONG_ENOUGH)
    assert after(14, *days, step=Step.MIRROR) == (Step.FUNCTION, Reason.TWO_WEEKS)
    assert after(14, *days, step=Step.FUNCTION) == (Step.FUNCTION, Reason.TOP)


def test_nothing_practised_suggests_nothing() -> None:
    assert after(20) == (Step.LEFT_RIGHT, Reason.NOTHING_YET)
    assert after(30, *(steady(day) for day in (0, 3, 6)))[1] is Reason.NOT_RECENT
