"""Whether a new password is worth its length: what is left of it without what everybody would try first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from pne_tracker.domain.people import folded

SHORTEST: Final = 15
LONGEST: Final = 200
ENOUGH: Final = 6
"""So many letters or digits must be left when common words, names, rows of keys and repeats are taken out."""

_LEET: Final = str.maketrans("0134578@$!", "oieastbasi")
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertz",
    "azerty",
    "01234567890",
)
_RUN: Final = 4
_REPEAT: Final = re.compile(r"(.{1,12}?)\1+")
_YEAR: Final = re.compile(r"(19|20)\d\d")


class Weakness(StrEnum):
    """What is wrong with a new password."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"


@cache
def common_words() -> tuple[str, ...]:
    """The words of the list, longest first."""
    text = (Path(__file__).parent / "common_words.txt").read_text(encoding="utf-8")
    words = {line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def weakness(password: str, *, context: Iterable[str] = ()) -> Weakness | None:
    """Why this cannot be a new password, or None. `context`: names that somebody who knows the person would try."""
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    known = {part for text in context for part in re.split(r"[^a-z0-9]+", folded(text)) if len(part) > 2}
    return Weakness.COMMON if len(_rest(password, known)) < ENOUGH else None


def _rest(password: str, known: set[str]) -> str:
    plain = re.sub(r"[^a-z0-9]", "", _YEAR.sub("", folded(password)))
    left = min((_without(form, known) for form in (plain, _letters(password))), key=len)
    while (shorter := _REPEAT.sub(r"\1", left)) != left:
        left = shorter
    return _without(left, known)


def _letters(password: str) -> str:
    """ "P4$$w0rd" as it is meant."""
    return re.sub(r"[^a-z]", "", folded(password).translate(_LEET))


def _without(text: str, known: set[str]) -> str:
    for word in (*sorted(known, key=len, reverse=True), *common_words()):
        text = text.replace(word, "")
    return _without_rows(text)


def _without_rows(text: str) -> str:
    """The text without runs of neighbouring keys, letters or digits, forwards or backwards."""
    rows = [row for one in _ROWS for row in (one, one[::-1])]
    kept, at = "", 0
    while at < len(text):
        length = max((_run(text[at:], row) for row in rows), default=0)
        if length >= _RUN:
            at += length
        else:
            kept += text[at]
            at += 1
    return kept


def _run(text: str, row: str) -> int:
    length = 0
    while length < len(text) and text[: length + 1] in row:
        length += 1
    return length
