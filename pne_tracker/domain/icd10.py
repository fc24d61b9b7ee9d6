"""ICD-10-CM codes: whether one exists, what it means, and whether it is specific enough for a claim.

The tables are those of the installed package simple-icd-10-cm, read as files: importing it builds a tree of
180 MB in seconds, and three questions do not need one.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import islice, takewhile
from pathlib import Path
from typing import Final

_SHAPE: Final = re.compile(r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?")
_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class DiagnosisCode:
    """One code as typed, in its usual form. `problem` is "" when it can be billed, else what to do instead."""

    code: str
    meaning: str
    problem: str = ""


def split_codes(text: str) -> tuple[str, ...]:
    """The codes of a text, separated by commas, semicolons or blanks, in order, each once, with their dot."""
    found = [_dotted(one.upper().replace(".", "")) for one in re.split(r"[\s,;]+", text) if one]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=2048)
def look_up(code: str) -> DiagnosisCode:
    """What ICD-10-CM says of one code."""
    plain = code.upper().replace(".", "")
    code = _dotted(plain)
    codes = _codes()
    at = bisect_left(codes, plain)
    if not _SHAPE.fullmatch(code) or at == len(codes) or codes[at] != plain:
        return DiagnosisCode(code, "", f"{code[:12]} is not an ICD-10-CM code. Compare it with the referral.")
    below = list(takewhile(lambda one: one.startswith(plain), islice(codes, at + 1, at + 2000)))
    if not below:
        return DiagnosisCode(code, _meaning(plain))
    shortest = min(map(len, below))
    longer = [_dotted(one) for one in below if len(one) == shortest]
    shown = ", ".join(longer[:_SHOWN]) + (" and others" if len(longer) > _SHOWN else "")
    problem = f"{code} is not specific enough for a claim. Choose a longer code: {shown}."
    return DiagnosisCode(code, _meaning(plain), problem)


def _dotted(plain: str) -> str:
    return f"{plain[:3]}.{plain[3:]}" if len(plain) > 3 else plain


def _table(pattern: str) -> Path:
    spec = find_spec("simple_icd_10_cm")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("simple-icd-10-cm is not installed")
    return next((Path(spec.origin).parent / "data").glob(pattern))


@lru_cache(maxsize=1)
def _codes() -> list[str]:
    """Every code without its dot, in order of letters; chapters and blocks left out."""
    lines = _table("code-list-*.txt").read_text(encoding="utf-8").split()
    return sorted(line for line in lines if line[0].isalpha() and "-" not in line)


def _meaning(plain: str) -> str:
    """The title of a code; one with an encounter letter has that of the code it extends."""
    text = _table("*tabular*.xml").read_text(encoding="utf-8")
    while len(plain) > 2:
        at = text.find(f"<name>{_dotted(plain)}</name>")
        if at >= 0:
            start = text.index("<desc>", at) + len("<desc>")
            return html.unescape(text[start : text.index("</desc>", start)])
        plain = plain[:-1]
    return ""
