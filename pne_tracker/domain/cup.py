"""The cup of section 14: what was written in it, with sizes where the words give some, and how full it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

FULL: Final = 10
MOST_LAYERS: Final = 8
_SIZED: Final = re.compile(r"^(?P<name>.*?\S)[\s:,=(–-]*\b(?P<size>10|\d)\)?[.\s]*$")


@dataclass(frozen=True, slots=True)
class Layer:
    """One thing in the cup; its share is of all sizes, so that the shares of a cup add up to 1."""

    name: str
    size: int
    share: float


def layers_of(text: str) -> tuple[Layer, ...]:
    """The things of a text that end in a size from 1 to 10, one a line or between commas; first comes at the bottom.

    None when no size can be read: the cup is then drawn as a whole.
    """
    found: list[tuple[str, int]] = []
    for part in re.split(r"[\n;,]+", text):
        match = _SIZED.match(part.strip())
        if match and int(match["size"]) > 0:
            found.append((match["name"].strip(), int(match["size"])))
    found = found[:MOST_LAYERS]
    total = sum(size for _, size in found)
    return tuple(Layer(name, size, size / total) for name, size in found)
