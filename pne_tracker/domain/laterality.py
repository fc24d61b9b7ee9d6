"""Left or right judgements: which pictures are shown, and what a row of answers amounts to (curriculum.md 7).

A series follows from its seed alone, so the server can tell again which answer was right. Times are in
milliseconds; a side without a measured correct answer has no speed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from statistics import median
from typing import Final

FEWEST, USUAL, MOST = 10, 20, 100
SHORTEST_MS, LONGEST_MS = 300, 10_000
BLOCK: Final = 4


class Side(StrEnum):
    """The right answer. Of necks and backs it is the way the person turns or bends."""

    LEFT = "left"
    RIGHT = "right"


class Part(StrEnum):
    """The body parts that are drawn."""

    HAND = "hand"
    FOOT = "foot"
    NECK = "neck"
    BACK = "back"


VIEWS: Final[dict[Part, tuple[str, ...]]] = {
    Part.HAND: ("palm", "back", "pointing"),
    Part.FOOT: ("sole", "top"),
    Part.NECK: ("front", "behind", "above"),
    Part.BACK: ("front", "behind"),
}
TURNS: Final = tuple(range(0, 360, 30))


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawing: of which side, seen how, turned by how many degrees."""

    part: Part
    view: str
    side: Side
    turn: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was tapped, and after how long; None where no device measured it."""

    side: Side
    ms: int | None = None


@dataclass(frozen=True, slots=True)
class SideResult:
    """One side: pictures shown, answers that were right, median time of the right ones."""

    shown: int
    correct: int
    ms: int | None

    @property
    def accuracy(self) -> float:
        """Right answers in percent of pictures shown."""
        return 100 * self.correct / self.shown if self.shown else 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """Both sides of one practice."""

    left: SideResult
    right: SideResult

    @property
    def pictures(self) -> int:
        """How many were answered."""
        return self.left.shown + self.right.shown


def series(part: Part, count: int, seed: int) -> tuple[Picture, ...]:
    """`count` pictures: as many left as right (one more when odd), every view and turn before one returns.

    No side comes more than four times running.
    """
    rng = Random(seed)  # noqa: S311 (it picks pictures, not secrets)
    looks: list[tuple[str, int]] = []
    found: list[Picture] = []
    for side in _sides(count, rng):
        if not looks:
            looks = [(view, turn) for view in VIEWS[part] for turn in TURNS]
            rng.shuffle(looks)
        view, turn = looks.pop()
        found.append(Picture(part, view, side, turn))
    return tuple(found)


def _sides(count: int, rng: Random) -> list[Side]:
    sides: list[Side] = []
    while len(sides) < count:
        left = min(BLOCK, count - len(sides))
        block = [Side.LEFT, Side.RIGHT] * (left // 2)
        if left % 2:
            block.append(rng.choice((Side.LEFT, Side.RIGHT)))
        rng.shuffle(block)
        sides += block
    return sides


def result_of(pictures: Sequence[Picture], answers: Sequence[Answer]) -> Result:
    """What the answers amount to; pictures that were not answered do not count."""
    pairs = list(zip(pictures, answers, strict=False))
    return Result(_of_side(pairs, Side.LEFT), _of_side(pairs, Side.RIGHT))


def _of_side(pairs: Sequence[tuple[Picture, Answer]], side: Side) -> SideResult:
    shown = [answer for picture, answer in pairs if picture.side is side]
    right = [answer for answer in shown if answer.side is side]
    times = [min(one.ms, LONGEST_MS) for one in right if one.ms is not None and one.ms >= SHORTEST_MS]
    return SideResult(len(shown), len(right), round(median(times)) if times else None)


def as_fields(result: Result) -> dict[str, str]:
    """The result as the fields of a laterality entry; unmeasured speeds are left blank."""
    found = {"pictures": str(result.pictures)}
    for name, side in (("left", result.left), ("right", result.right)):
        found[f"{name}_shown"] = str(side.shown)
        found[f"{name}_correct"] = str(side.correct)
        found[f"{name}_ms"] = "" if side.ms is None else str(side.ms)
    return found
