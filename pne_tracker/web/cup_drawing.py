"""Geometry of the cup: a vessel of 200 by 190, filled from the bottom in layers. Numbers in, positions out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pne_tracker.domain.cup import FULL, Layer

TOP, BOTTOM = 26.0, 166.0
BRIM, BASE = (24.0, 176.0), (48.0, 152.0)
SMALLEST_LABEL = 15.0


@dataclass(frozen=True, slots=True)
class Fill:
    """One layer: a polygon's points, and where its name stands, if it is tall enough for one."""

    points: str
    name: str
    text_y: float | None


@dataclass(frozen=True, slots=True)
class Cup:
    """All that the macro `cup` draws. `was` is the height of an earlier level, drawn as a dashed line."""

    id: str
    title: str
    finding: str
    fills: tuple[Fill, ...]
    was: float | None
    was_ends: tuple[float, float]
    rows: tuple[tuple[str, str], ...]


def cup_drawing(
    level: int,
    layers: Sequence[Layer] = (),
    *,
    title: str,
    finding: str,
    before: int | None = None,
    cup_id: str = "cup",
) -> Cup:
    """A cup that is `level` of ten full; `before` marks how full it was."""
    shares = [(one.name, one.share) for one in layers] or [("", 1.0)]
    height, y = (BOTTOM - TOP) * level / FULL, BOTTOM
    fills = []
    for name, share in shares if level else []:
        top = y - height * share
        fills.append(_fill(name, y, top))
        y = top
    was = None if before is None or before == level else round(BOTTOM - (BOTTOM - TOP) * before / FULL, 1)
    return Cup(
        id=cup_id,
        title=title,
        finding=finding,
        fills=tuple(fills),
        was=was,
        was_ends=_ends(was) if was is not None else (0.0, 0.0),
        rows=tuple((one.name, str(one.size)) for one in layers),
    )


def _fill(name: str, low: float, top: float) -> Fill:
    (left_low, right_low), (left_top, right_top) = _ends(low), _ends(top)
    points = f"{left_low},{low:.1f} {left_top},{top:.1f} {right_top},{top:.1f} {right_low},{low:.1f}"
    tall = low - top >= SMALLEST_LABEL
    return Fill(points, name[:18], round((low + top) / 2 + 5, 1) if tall and name else None)


def _ends(y: float) -> tuple[float, float]:
    """Left and right wall at that height, a little inside."""
    share = (y - TOP) / (BOTTOM - TOP)
    left = BRIM[0] + (BASE[0] - BRIM[0]) * share + 4
    return round(left, 1), round(200 - left, 1)
