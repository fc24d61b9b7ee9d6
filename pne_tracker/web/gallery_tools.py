"""Invented data of the homework tools in the portal's gallery."""

from __future__ import annotations

from typing import Any

from pne_tracker.domain.cup import layers_of
from pne_tracker.web.cup_drawing import cup_drawing
from pne_tracker.web.limb_drawings import LIMBS
from pne_tracker.web.pairs_chart import Pair, pairs_chart


def invented_tools() -> dict[str, Any]:
    """What the macros of the tools are shown with."""
    return {
        "limbs": list(LIMBS.items()),
        "limb_pictures": [
            {"name": name, "mirrored": nth % 2 == 1, "turn": 30 * nth % 360} for nth, name in enumerate(LIMBS)
        ],
        "rates": [(rate, "In for 4 seconds, out for 6.") for rate in range(4, 9)],
        "cup": cup_drawing(
            7,
            layers_of("Money 6, my knee 4, moving house 8"),
            title="Your cup",
            finding="Your cup is 7 of 10 full.",
            before=9,
        ),
        "strokes": [[(100, 500), (300, 200), (500, 800), (700, 200), (900, 500)]],
        "pairs": pairs_chart(
            [Pair("16 Nov", 6, 4), Pair("17 Nov", 5, 5), Pair("18 Nov", 7, 3)],
            title="Stress at first and after",
            finding="18 Nov: 7 before, 3 after.",
        ),
    }
