"""What every chart shares: the width of the viewBox and a placed word."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 360


@dataclass(frozen=True, slots=True)
class Text:
    """A word at a place; `anchor` is SVG's text-anchor."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
