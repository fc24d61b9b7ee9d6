"""What the checks of an episode say of an idea."""

from __future__ import annotations

import pytest

from pne_tracker.domain.ideas import CLOSED_SINCE, MISSED_AT_FIRST, OPEN_NOW, Idea, idea_of
from pne_tracker.domain.outcomes import GROC, NPRS, PSFS, hundredths, is_better


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ([0.75], Idea.HELD),
        ([1.0, 0.8], Idea.HELD),
        ([0.5], Idea.OPEN),
        ([0.5, 1.0, 0.7], Idea.OPEN),
        ([1.0, 0.5], Idea.OPEN_LATER),
        ([0.5, 1.0], Idea.CLOSED),
        ([1.0, 0.5, 1.0], Idea.CLOSED_LATER),
    ],
)
def test_an_idea_is_missed_under_the_pass_mark_and_open_while_the_latest_score_is(
    scores: list[float], said: Idea
) -> None:
    assert idea_of(scores, 0.75) is said


def test_closed_since_and_open_now_exclude_each_other_and_never_missed_is_neither() -> None:
    assert not CLOSED_SINCE & OPEN_NOW
    assert set(Idea) - CLOSED_SINCE - OPEN_NOW == {Idea.HELD}
    assert Idea.HELD not in MISSED_AT_FIRST


def test_less_pain_is_better_more_function_too_and_under_the_error_nothing_is() -> None:
    assert [is_better(NPRS, points) for points in (-2, -1.99, 0, 1.99, 2)] == [True, None, None, None, False]
    assert [is_better(PSFS, points) for points in (-2, -1.99, 1.99, 2)] == [False, None, None, True]


def test_where_no_error_is_known_any_change_is_clear() -> None:
    assert [is_better(GROC, points) for points in (-1, 0, 1)] == [False, None, True]
    assert hundredths(GROC.clear_from) == 1


def test_points_are_kept_to_the_hundredth() -> None:
    assert [hundredths(points) for points in (-2.67, 0.29, 1.15)] == [-267, 29, 115]
