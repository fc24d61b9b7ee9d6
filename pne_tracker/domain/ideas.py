"""What the checks of an episode say of one idea of the curriculum: whether it was missed, and whether it is now."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final


class Idea(StrEnum):
    """Never missed; or missed at first or only later, and closed since or open now."""

    HELD = "h"
    CLOSED = "c"
    CLOSED_LATER = "l"
    OPEN = "o"
    OPEN_LATER = "p"


MISSED_AT_FIRST: Final = frozenset({Idea.CLOSED, Idea.OPEN})
CLOSED_SINCE: Final = frozenset({Idea.CLOSED, Idea.CLOSED_LATER})
OPEN_NOW: Final = frozenset({Idea.OPEN, Idea.OPEN_LATER})


def idea_of(scores: Sequence[float], pass_mark: float) -> Idea:
    """What these scores of an idea say, the first leading; each is a share of 1, at least one is given."""
    missed = [score < pass_mark for score in scores]
    if not any(missed):
        return Idea.HELD
    if missed[-1]:
        return Idea.OPEN if missed[0] else Idea.OPEN_LATER
    return Idea.CLOSED if missed[0] else Idea.CLOSED_LATER
