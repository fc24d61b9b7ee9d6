"""A QR code as the outline of its dark squares, for an SVG of our own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import segno

QUIET = 4
"""Light squares around the code, as its standard wants them."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """`size` is the side with its quiet edge, in squares; `path` the `d` of one SVG path in those units."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """The code of a text, readable with a quarter of it creased or stained where that costs no larger code."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    runs: list[str] = []
    for y, row in enumerate(rows, start=QUIET):
        x = QUIET
        for dark, squares in groupby(row):
            length = len(list(squares))
            if dark:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return QrCode(len(rows) + 2 * QUIET, "".join(runs))
