"""Query parameters of addresses for programs: declared once, read by it and written into the document by it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from pne_tracker.domain.errors import BadInputError

MOST = 200


@dataclass(frozen=True, slots=True)
class Query:
    """One parameter: its name, its JSON Schema, how its text is read (ValueError for what it cannot be)."""

    name: str
    about: str
    schema: dict[str, Any]
    read: Callable[[str], Any]
    default: Any = None


def limit(default: int = 50) -> Query:
    """How many rows a page has."""
    schema = {"type": "integer", "minimum": 1, "maximum": MOST, "default": default}
    return Query("limit", "Rows of a page", schema, whole(1, MOST), default)


def identifier(name: str, about: str) -> Query:
    """An id."""
    return Query(name, about, {"type": "string", "format": "uuid"}, _uuid)


def day(name: str, about: str) -> Query:
    """A day."""
    return Query(name, about, {"type": "string", "format": "date"}, _day)


def instant(name: str, about: str) -> Query:
    """An instant with its offset."""
    return Query(name, about, {"type": "string", "format": "date-time"}, _instant)


def choice(name: str, about: str, values: Iterable[str], default: str | None = None) -> Query:
    """One of several words."""
    known = list(values)
    schema: dict[str, Any] = {"type": "string", "enum": known}

    def read(text: str) -> str:
        if text not in known:
            raise ValueError
        return text

    return Query(name, about, schema | ({"default": default} if default else {}), read, default)


def number(name: str, about: str, low: int, high: int) -> Query:
    """A whole number."""
    return Query(name, about, {"type": "integer", "minimum": low, "maximum": high}, whole(low, high))


def whole(low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number within bounds."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
            raise ValueError
        return int(text)

    return read


def _uuid(text: str) -> uuid.UUID:
    if len(text) != 36:
        raise ValueError
    return uuid.UUID(text)


def _day(text: str) -> dt.date:
    day = dt.date.fromisoformat(text) if len(text) == 10 and text.isascii() else None
    if day is None or day.isoformat() != text or day.year < 1900:
        raise ValueError
    return day


def _instant(text: str) -> dt.datetime:
    """RFC 3339 with an offset; in an address `+` may have become a space."""
    if not text.isascii() or len(text) > 40:
        raise ValueError
    found = dt.datetime.fromisoformat(text.replace(" ", "+"))
    if found.tzinfo is None or not 1900 <= found.year <= 9000:
        raise ValueError
    return found.astimezone(dt.UTC)


def read_all(declared: Iterable[Query], given: MultiDict[str, str]) -> dict[str, Any]:
    """The declared parameters by name. Raises BadInputError for one that is unknown, given twice or not readable."""
    known = {one.name: one for one in declared}
    for name in given:
        if name not in known:
            names = ", ".join(sorted(known)) or "none"
            raise BadInputError(
                f"This address takes no such parameter; it takes {names}.",
                at=name[:40],
                code="unknown_parameter",
            )
    return {name: _read(one, given.getlist(name)) for name, one in known.items()}


def _read(one: Query, texts: list[str]) -> Any:
    if not texts:
        return one.default
    try:
        if len(texts) == 1:
            return one.read(texts[0])
    except (ValueError, OverflowError):
        pass
    raise BadInputError(f"{one.name} cannot be read: {one.about}.", at=one.name, code="bad_parameter")
