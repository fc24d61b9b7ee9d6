"""Left or right: the pictures of a practice, and what its answers amount to."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.laterality import (
    FEWEST,
    LONGEST_MS,
    MOST,
    SHORTEST_MS,
    TURNS,
    VIEWS,
    Answer,
    Part,
    Picture,
    Side,
    as_fields,
    result_of,
    series,
)

PARTS = st.sampled_from(Part)
COUNTS = st.integers(FEWEST, MOST)
SEEDS = st.integers(0, 2**31)


@given(PARTS, COUNTS, SEEDS)
def test_the_same_seed_shows_the_same_pictures(part: Part, count: int, seed: int) -> None:
    assert series(part, count, seed) == series(part, count, seed)
    assert len(series(part, count, seed)) == count


@given(PARTS, COUNTS, SEEDS)
def test_left_and_right_are_even_and_never_come_five_times_running(part: Part, count: int, seed: int) -> None:
    sides = [picture.side for picture in series(part, count, seed)]
    assert abs(sides.count(Side.LEFT) - sides.count(Side.RIGHT)) <= 1
    assert max(len(list(run)) for _, run in groupby(sides)) <= 4


@given(PARTS, SEEDS)
def test_every_view_and_turn_comes_before_one_returns(part: Part, seed: int) -> None:
    looks = len(VIEWS[part]) * len(TURNS)
    seen = [(one.view, one.turn) for one in series(part, looks, seed)]
    assert len(set(seen)) == looks


@given(PARTS, COUNTS, SEEDS, st.data())
def test_counts_add_up_whatever_is_answered(part: Part, count: int, seed: int, data: st.DataObject) -> None:
    pictures = series(part, count, seed)
    answers = data.draw(
        st.lists(st.builds(Answer, st.sampled_from(Side), st.none() | st.integers(0, 60_000)), max_size=count)
    )
    result = result_of(pictures, answers)
    assert result.pictures == len(answers)
    for side in (result.left, result.right):
        assert 0 <= side.correct <= side.shown
        assert 0 <= side.accuracy <= 100
        assert side.ms is None or SHORTEST_MS <= side.ms <= LONGEST_MS


def test_speed_is_the_median_of_the_right_answers_alone() -> None:
    left = Picture(Part.HAND, "palm", Side.LEFT, 0)
    answers = [
        Answer(Side.LEFT, 1000),
        Answer(Side.LEFT, 1400),
        Answer(Side.LEFT, 9000),
        Answer(Side.RIGHT, 400),
    ]
    result = result_of([left] * 4, answers)
    assert (result.left.shown, result.left.correct, result.left.ms) == (4, 3, 1400)
    assert result.right.ms is None


def test_without_a_measuring_device_the_speed_stays_blank() -> None:
    picture = Picture(Part.FOOT, "sole", Side.RIGHT, 30)
    fields = as_fields(result_of([picture], [Answer(Side.RIGHT)]))
    assert fields["right_correct"] == "1"
    assert fields["right_ms"] == ""


def test_a_tap_that_was_too_fast_to_judge_does_not_count_as_speed() -> None:
    picture = Picture(Part.FOOT, "sole", Side.RIGHT, 30)
    result = result_of([picture] * 2, [Answer(Side.RIGHT, 90), Answer(Side.RIGHT, 1500)])
    assert result.right.ms == 1500
