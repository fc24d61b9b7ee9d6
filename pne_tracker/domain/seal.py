"""The seal of a signed visit: what it is made of, and what no longer agrees with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

SealedLine = tuple[str, int, int, tuple[str, ...], str | None]
"""Code, minutes, units, modifiers, charge as Decimal text."""
CONTENT = "content"
NOTE = "note"
LINES = "lines"
_SENTENCES = {
    CONTENT: "What was signed is not what is stored now.",
    NOTE: "The stored note is not the one that was signed.",
    LINES: "The stored billing lines are not the ones that were signed.",
}


def hash_of(content: Mapping[str, Any]) -> str:
    """The SHA-256, in hexadecimal, that seals a signed visit's content."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal, blind to the kind of its line ends and to blanks around it."""
    return hashlib.sha256(text.replace("\r\n", "\n").strip().encode()).hexdigest()


def broken_parts(
    content: Mapping[str, Any],
    seal: str | None,
    *,
    note: str | None,
    lines: Sequence[SealedLine],
) -> tuple[str, ...]:
    """Which parts of a signed visit no longer agree with its seal, by name; empty when all is as signed.

    `note` is the note as stored apart from the content, `lines` the stored billing lines in order.
    """
    found = []
    if hash_of(content) != seal:
        found.append(CONTENT)
    signed_note = content.get("note_text")
    if signed_note is not None and signed_note != note:
        found.append(NOTE)
    signed_lines = [
        (line["code"], line["minutes"], line["units"], tuple(line["modifiers"]), line["charge"])
        for line in content.get("lines", ())
    ]
    if signed_lines != list(lines):
        found.append(LINES)
    return tuple(found)


def sentence_of(part: str) -> str:
    """What is wrong, in words."""
    return _SENTENCES[part]
