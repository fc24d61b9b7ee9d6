"""Reading one JSON object of the `plan` contract, field by field; every refusal says where and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeVar

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.json_text import MAX_SHOWN, shown
from pne_tracker.domain.wall_time import parsed_day

T = TypeVar("T")
_MISSING: Final = object()


def bad(message: str, at: str, code: str) -> BadInputError:
    """A refusal with its place and code."""
    return BadInputError(message, at=at, code=code)


class Fields:
    """The keys of one object, and where it is in the input."""

    __slots__ = ("at", "given")

    def __init__(self, given: Mapping[str, Any], at: str) -> None:
        self.given = given
        self.at = at

    @classmethod
    def of(cls, given: object, at: str, known: frozenset[str]) -> Fields:
        """The object's fields; `not_an_object` or `unknown_key` when it is not one of this shape."""
        if not isinstance(given, dict):
            raise bad("Give a JSON object here.", at, "not_an_object")
        if not known.issuperset(given):
            key = min(str(key) for key in given if key not in known)
            where = f"{at}.{key[:MAX_SHOWN]}" if at else key[:MAX_SHOWN]
            raise bad(f"{shown(key)} is not a key here. Remove or correct it.", where, "unknown_key")
        return cls(given, at)

    def __contains__(self, key: str) -> bool:
        return key in self.given

    def get(self, key: str) -> Any:
        """The value, or None."""
        return self.given.get(key)

    def where(self, key: str) -> str:
        """The place of a key in the input."""
        return f"{self.at}.{key}" if self.at else key

    def _required(self, key: str) -> Any:
        value = self.given.get(key, _MISSING)
        if value is _MISSING:
            raise bad(f"{key} is missing. Add it.", self.where(key), "missing_key")
        return value

    def text(self, key: str) -> str:
        """Text that is not blank."""
        value = self._required(key)
        if not isinstance(value, str) or not value.strip():
            raise bad(f"{key} is text, not {shown(value)}.", self.where(key), "bad_text")
        return value

    def day(self, key: str, latest: date | None = None) -> date:
        """A date, not after `latest`."""
        return self._day(self._required(key), self.where(key), latest)

    def days(self, key: str, latest: date) -> tuple[date, ...]:
        """A list of dates, none after `latest`; empty when left out."""
        return tuple([self._day(item, at, latest) for item, at in self.items(key)])

    def _day(self, value: object, at: str, latest: date | None) -> date:
        day = parsed_day(value) if isinstance(value, str) else None
        if day is None:
            raise bad(f"A date is written YYYY-MM-DD and exists, not {shown(value)}.", at, "bad_date")
        if latest is not None and day > latest:
            raise bad(f"This date is after today, {latest}. Correct it.", at, "date_after_today")
        return day

    def items(self, key: str) -> list[tuple[Any, str]]:
        """The items of a list with their places; none when left out."""
        value = self.given.get(key, _MISSING)
        if value is _MISSING:
            return []
        at = self.where(key)
        if not isinstance(value, list):
            raise bad(f"{key} is a list.", at, "bad_list")
        return [(item, f"{at}[{index}]") for index, item in enumerate(value)]

    def optional_object(self, key: str) -> dict[str, Any]:
        """An object; empty when left out or null."""
        value = self.given.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad(f"{key} is a JSON object.", self.where(key), "not_an_object")
        return value

    def whole(self, key: str, most: int) -> int:
        """A whole number from 0 to `most`."""
        value = self._required(key)
        if type(value) is not int or not 0 <= value <= most:
            message = f"{key} is a whole number from 0 to {most}, not {shown(value)}."
            raise bad(message, self.where(key), "bad_number")
        return value

    def optional_whole(self, key: str, most: int) -> int | None:
        """A whole number from 0 to `most`; None when null or left out."""
        return None if self.given.get(key) is None else self.whole(key, most)

    def score(self, key: str) -> float:
        """A number from 0 to 1."""
        value = self._required(key)
        if type(value) not in {int, float} or not 0 <= value <= 1:
            message = f"A score is a number from 0 to 1, not {shown(value)}."
            raise bad(message, self.where(key), "bad_score")
        return float(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false; `default` when left out."""
        value = self.given.get(key, default)
        if not isinstance(value, bool):
            raise bad(f"{key} is true or false.", self.where(key), "bad_flag")
        return value

    def choice(self, key: str, choices: Mapping[str, T]) -> T:
        """One of the words given."""
        value = self._required(key)
        if isinstance(value, str) and value in choices:
            return choices[value]
        message = f"{key} is one of {', '.join(choices)}, not {shown(value)}."
        raise bad(message, self.where(key), "unknown_value")
