"""How much homework goes home: three items at a time unless the therapist insists, each as often as asked."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Final

from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Rhythm
from pne_tracker.domain.errors import BadInputError

MOST_ACTIVE: Final = 3
MOST_TIMES: Final = 28
MAX_INSIST: Final = 300
ONCE_ONLY: Final = frozenset({HomeworkKind.QUIZ, HomeworkKind.REVIEW})


def is_crowded(active: int, more: int) -> bool:
    """Whether `more` items beside those that are active are too many at a time."""
    return more > 0 and active + more > MOST_ACTIVE


def why_more(active: int, more: int, insist: str) -> str | None:
    """The reason to keep with what goes out beyond the third item; None while there is room.

    Raises BadInputError where there is no room and no reason, or the reason is too long.
    """
    insist = insist.strip()
    if len(insist) > MAX_INSIST:
        raise BadInputError(f"Shorten the reason to {MAX_INSIST} characters.", at="insist")
    if not is_crowded(active, more):
        return None
    if not insist:
        raise BadInputError(
            f"That makes {active + more} tasks at a time, and up to {MOST_ACTIVE} are followed best. "
            "Take some away, or write why they go out all the same.",
            at="insist",
        )
    return insist


def repeated(item: HomeworkTemplate, times: int | None) -> HomeworkTemplate:
    """The item with that many entries; it counts as done at the same share of them as before."""
    schedule = item.schedule
    if times is None or times == schedule.entries or item.kind in ONCE_ONLY:
        return item
    changed = replace(
        schedule,
        rhythm=Rhythm.FREE if schedule.rhythm is Rhythm.ONCE else schedule.rhythm,
        entries=times,
        done_at=ceil(times * schedule.done_at / schedule.entries),
    )
    return replace(item, schedule=changed)
