"""Text from outside made fit to keep: lines of bounded length, clean strings, calendar days.

Whatever cannot be kept raises BadInputError; its message names the field and never quotes the value.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.exchange import EARLIEST_YEAR, SEXES

_CHUNK: Final = 64 * 1024
_OLDEST_YEARS: Final = 150
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_BIDI: Final[dict[int, str | None]] = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF]
)
# Real exports hold Windows-1252 quotation marks and dashes read as Latin-1; no text means those controls.
_WINDOWS: Final[dict[int, str | None]] = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_REPAIRED: Final = _BIDI | _WINDOWS


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line: its number from 1, its bytes (None when it is too long), the bytes read so far."""

    number: int
    content: bytes | None
    read: int


def lines_of(stream: BinaryIO, limit: int) -> Iterator[Line]:
    """The lines of a stream without a byte order mark, each with its line end; memory stays near `limit`."""
    number = read = 0
    while raw := stream.readline(limit + 1):
        number += 1
        read += len(raw)
        if len(raw) <= limit:
            yield Line(number, raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw, read)
            continue
        while not raw.endswith(b"\n") and (raw := stream.readline(_CHUNK)):
            read += len(raw)
        yield Line(number, None, read)


def clean(value: str, what: str, longest: int = 200) -> str | None:
    """`value` trimmed, with single spaces, in NFC, without direction marks; None when nothing is left.

    Windows-1252 punctuation that was taken for Latin-1 is repaired. BadInputError for other control
    characters, unpaired surrogates (in CSV: bytes that are not UTF-8) and more than `longest` characters.
    """
    if not value.isascii():
        value = unicodedata.normalize("NFC", value.translate(_REPAIRED))
    value = " ".join(value.split())
    if not value:
        return None
    if not value.isprintable() and any(unicodedata.category(one) in ("Cc", "Cs") for one in value):
        raise BadInputError(f"The {what} holds characters that cannot be kept; save it as UTF-8 text.")
    if len(value) > longest:
        raise BadInputError(f"The {what} is longer than {longest} characters; shorten it.")
    return value


def day(value: str, what: str) -> dt.date:
    """The calendar day of `YYYY-MM-DD`, not before 1850."""
    if not _DAY.fullmatch(value):
        raise BadInputError(f"The {what} is not a date; write it as YYYY-MM-DD.")
    try:
        found = dt.date.fromisoformat(value)
    except ValueError:
        raise BadInputError(f"The {what} is not a day of the calendar; correct it.") from None
    if found.year < EARLIEST_YEAR:
        raise BadInputError(f"The {what} lies before {EARLIEST_YEAR}; correct it.")
    return found


def birth_day(value: str, today: dt.date) -> dt.date:
    """The day of birth: not after `today`, not more than 150 years before it."""
    found = day(value, "birth date")
    if found > today:
        raise BadInputError("The birth date lies in the future; correct it.")
    if today.year - found.year > _OLDEST_YEARS:
        raise BadInputError(f"The birth date lies more than {_OLDEST_YEARS} years back; correct it.")
    return found


def sex(value: str | None) -> str:
    """One of the administrative sexes of FHIR R4; an absent one is unknown."""
    if value is None:
        return "unknown"
    if value not in SEXES:
        raise BadInputError(f"The sex is not one of {', '.join(SEXES)}; correct it.")
    return value


def language(value: str | None) -> str | None:
    """A BCP 47 tag of the usual shape; None for anything else."""
    return value if value and len(value) <= 20 and _LANGUAGE.fullmatch(value) else None
