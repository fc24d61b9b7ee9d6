"""One raw form field to a typed value, or a message. Blank is None, and never 0."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pne_tracker.domain import entry_texts as say
from pne_tracker.domain.entry_fields import SHORT_LENGTH, TEXT_LENGTH, Control, FieldSpec
from pne_tracker.domain.entry_texts import Message
from pne_tracker.domain.wall_time import parsed_day

Raw = str | Sequence[str] | None
Value = int | bool | str | list[str] | None
LONG_AGO_DAYS: Final = 60
NONE: Final = "none"
_CLOCK: Final = re.compile(
    r"(\d{1,2})[:.](\d{2})(?::\d{2})?\s*(?:([ap])\.?\s*m\.?)?", re.IGNORECASE | re.ASCII
)
_WHOLE: Final = re.compile(r"[+-]?\d{1,9}", re.ASCII)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Mistake(Exception):  # noqa: N818 (it is the patient's slip, told kindly, and never leaves this layer)
    """A field that cannot be taken as it is."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.code)
        self.message = message


def parse(spec: FieldSpec, raw: Raw, today: date) -> tuple[Value, Message | None]:
    """The value of a field and a warning, if one is due.

    Numbers are int, times "HH:MM", dates "YYYY-MM-DD", yes/no bool, choices a list. Raises Mistake.
    """
    if spec.control is Control.CHOICES:
        return _choices(spec, raw), None
    text = cleaned(raw)
    if not text:
        if spec.required:
            raise Mistake(say.REQUIRED)
        return None, None
    return _PARSERS[spec.control](_Given(spec, text, today))


def is_blank(raw: Raw) -> bool:
    """Whether nothing was filled in."""
    if raw is None or isinstance(raw, str):
        return not cleaned(raw)
    return not any(cleaned(one) for one in raw)


def cleaned(raw: Raw) -> str:
    """Text without control characters and outer space; the first of several values."""
    if raw is None:
        return ""
    text = raw if isinstance(raw, str) else next(iter(raw), "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "ignore").decode("utf-8")
    return _CONTROLS.sub("", text).strip()


@dataclass(frozen=True, slots=True)
class _Given:
    spec: FieldSpec
    text: str
    today: date


_Parsed = tuple[Value, Message | None]


def _number(given: _Given) -> _Parsed:
    spec = given.spec
    if not _WHOLE.fullmatch(given.text):
        raise Mistake(say.NOT_WHOLE)
    number = int(given.text)
    if not spec.low <= number <= spec.high:
        raise Mistake(say.out_of_range(spec.low, spec.high))
    much = spec.warn_above is not None and number > spec.warn_above
    return number, say.SURE if much else None


def _date(given: _Given) -> _Parsed:
    day = parsed_day(given.text)
    if day is None:
        raise Mistake(say.BAD_DATE)
    if given.spec.control is Control.ANY_DATE:
        return given.text, None
    if day > given.today:
        raise Mistake(say.FUTURE)
    return given.text, say.LONG_AGO if (given.today - day).days > LONG_AGO_DAYS else None


def _time(given: _Given) -> _Parsed:
    found = _CLOCK.fullmatch(given.text)
    if found is None:
        raise Mistake(say.BAD_TIME)
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise Mistake(say.BAD_TIME)
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise Mistake(say.BAD_TIME)
    return f"{hour:02}:{minute:02}", None


def _yes_no(given: _Given) -> _Parsed:
    if given.text not in {"yes", "no"}:
        raise Mistake(say.NOT_AN_OPTION)
    return given.text == "yes", None


def _choice(given: _Given) -> _Parsed:
    if given.text not in dict(given.spec.options):
        raise Mistake(say.NOT_AN_OPTION)
    return given.text, None


def _words(given: _Given) -> _Parsed:
    most = SHORT_LENGTH if given.spec.control is Control.SHORT else TEXT_LENGTH
    if len(given.text) > most:
        raise Mistake(say.too_long(most))
    return given.text, None


def _choices(spec: FieldSpec, raw: Raw) -> list[str]:
    given = [raw] if isinstance(raw, str) else list(raw or ())
    chosen = {cleaned(one) for one in given} - {""}
    known = dict(spec.options)
    if not chosen <= known.keys():
        raise Mistake(say.NOT_AN_OPTION)
    if not chosen and spec.required:
        raise Mistake(say.REQUIRED)
    if NONE in chosen and len(chosen) > 1:
        raise Mistake(say.ONLY_NONE)
    return [key for key in known if key in chosen]


_PARSERS: Final[dict[Control, Callable[[_Given], _Parsed]]] = {
    Control.WHOLE: _number,
    Control.SCALE: _number,
    Control.DATE: _date,
    Control.ANY_DATE: _date,
    Control.TIME: _time,
    Control.YES_NO: _yes_no,
    Control.CHOICE: _choice,
    Control.SHORT: _words,
    Control.TEXT: _words,
}
