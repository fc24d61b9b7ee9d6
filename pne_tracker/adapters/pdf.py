"""Papers: typst templates and plain data in, a tagged PDF (PDF/UA-1, US letter) out.

Data reaches a template as JSON and is placed as text, so no text becomes markup. The compiler's root is
`templates/pdf`, its fonts are ours and typst's own, and nothing outside is opened. The same input gives the same
bytes.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import typst

from pne_tracker.adapters.pdf_blocks import Paper

ROOT = Path(__file__).resolve().parents[2] / "templates" / "pdf"
FONTS = ROOT / "fonts"
TOKENS = Path(__file__).resolve().parents[1] / "static" / "css" / "tokens.css"
PAGE_WORDS = {"en": ("Page", "of"), "es": ("Página", "de")}
UNKNOWN = "▯"
MOST_UNKNOWN = 200

_UNSEEN = {"Cc", "Cs", "Co", "Cn"}
_TURNS = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_NOT_SHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')


class PaperError(RuntimeError):
    """A template does not compile with this data. A bug, never a user's error."""


def render_paper(paper: Paper, *, at: dt.datetime) -> bytes:
    """A paper of blocks as PDF; `at` becomes its date of creation."""
    data = {"blocks": [{"kind": block.kind, **asdict(block)} for block in paper.blocks]}
    return render(
        "paper",
        data,
        title=paper.title,
        language=paper.language,
        author=paper.clinic,
        author_lines=paper.clinic_lines,
        issued=paper.issued,
        running=paper.running,
        foot=paper.foot,
        large=paper.large,
        at=at,
    )


def render(
    template: str,
    data: Mapping[str, Any],
    *,
    title: str,
    language: str,
    author: str,
    at: dt.datetime,
    author_lines: tuple[str, ...] = (),
    issued: str = "",
    running: str = "",
    foot: str = "",
    large: bool = False,
) -> bytes:
    """The PDF of `templates/pdf/<template>.typ`, which finds `data` (anything JSON holds) under that name.

    `author` is the clinic, `language` an ISO code ("en", "es"). The rest is as in `Paper`. Characters
    that no font at hand has are named (symbols) or shown as ▯ (letters). Raises PaperError.
    """
    given = {
        "data": data,
        "title": title,
        "language": language,
        "author": author,
        "author-lines": author_lines,
        "issued": issued,
        "running": running,
        "foot": foot,
        "large": large,
        "on": (at.year, at.month, at.day),
        "page-words": PAGE_WORDS.get(language, PAGE_WORDS["en"]),
        "colours": colours(),
    }
    text = json.dumps(_clean(given), ensure_ascii=False, sort_keys=True)
    for _ in range(MOST_UNKNOWN):
        try:
            return _compile(template, text, at)
        except RuntimeError as error:
            missing = _NOT_SHOWN.search(str(error))
            replaced = _without(text, _unescaped(missing[1])) if missing else text
            if replaced == text:
                raise PaperError(f"{template}: {error}") from error
            text = replaced
    raise PaperError(f"{template}: too many characters that no font has")


def _compile(template: str, text: str, at: dt.datetime) -> bytes:
    return typst.compile(
        ROOT / f"{template}.typ",
        root=ROOT,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"paper": text},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )


@cache
def colours() -> dict[str, str]:
    """The light colours of tokens.css by name, so that a paper and a page are the same green."""
    light = TOKENS.read_text(encoding="utf-8").split(":root {", 1)[1].split("\n}", 1)[0]
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", light))


def _clean(value: Any) -> Any:
    """The same data without control characters and marks that turn the direction of what follows."""
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
        return "".join(one for one in text if one == "\n" or not _unprintable(one))
    if isinstance(value, Mapping):
        return {str(key): _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value


def _unprintable(one: str) -> bool:
    return one in _TURNS or unicodedata.category(one) in _UNSEEN


def _unescaped(shown: str) -> str:
    """The characters typst's message shows, where it writes some as \\u{...}."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), shown)


def _without(text: str, missing: str) -> str:
    """The JSON text with each missing character replaced; everything beyond the basic plane goes at once."""
    far = {
        one
        for one in text
        if ord(one) > 0xFFFF or unicodedata.combining(one) or unicodedata.category(one) == "Cf"
    }
    for one in far | {letter for letter in missing if not letter.isascii()}:
        text = text.replace(one, _stand_in(one))
    return text


def _stand_in(one: str) -> str:
    category = unicodedata.category(one)
    if category in {"Cf", "Mn", "Me"} or "MODIFIER FITZPATRICK" in unicodedata.name(one, ""):
        return ""
    if category.startswith("S"):
        return f"[{unicodedata.name(one, 'symbol').lower()}]"
    return UNKNOWN
