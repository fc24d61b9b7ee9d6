"""Text messages in the 7-bit alphabet of GSM 03.38: what fits, and how many segments it takes."""

from __future__ import annotations

import unicodedata
from typing import Final

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED: Final = frozenset("\f^{}\\[~]|€")
ONE: Final = 160
EACH: Final = 153


def folded(text: str) -> str:
    """`text` with the alphabet's characters alone: an accent it does not know is dropped, the rest becomes "?"."""
    return "".join(one if one in BASIC or one in EXTENDED else _nearest(one) for one in text)


def _nearest(character: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFKD", character) if one in BASIC)
    return plain or "?"


def septets(text: str) -> int:
    """How many 7-bit units `text` takes; ValueError for a character outside the alphabet."""
    count = 0
    for one in text:
        if one not in BASIC and one not in EXTENDED:
            raise ValueError(f"{one!r} is not in the GSM alphabet")
        count += 2 if one in EXTENDED else 1
    return count


def segments(text: str) -> int:
    """How many messages a text of that length is sent and charged as."""
    count = septets(text)
    return 1 if count <= ONE else -(-count // EACH)
