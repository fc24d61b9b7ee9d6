"""Reading plain data (mappings, lists, scalars) with a path to every value, collecting all that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from pne_tracker.domain.curriculum import LANGUAGES, Text
from pne_tracker.domain.errors import BadInputError

MAX_TEXT: Final = 8_000
MAX_ITEMS: Final = 200
MAX_ID: Final = 60
SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_ABSENT: Final = object()

_Kind = TypeVar("_Kind", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a pack: where (`sections[2].minutes.low`) and a sentence that says what to do."""

    path: str
    message: str


class PackError(BadInputError):
    """The data is no valid curriculum pack; `problems` names everything found, in the order of the data."""

    code = "bad_pack"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{first.message}{more}", at=first.path)
        self.problems = tuple(problems)


class Node:
    """A value of the data with its path; each reader notes a problem and returns a harmless value instead."""

    __slots__ = ("path", "problems", "value")

    def __init__(self, value: object, path: str, problems: list[Problem]) -> None:
        self.value = value
        self.path = path
        self.problems = problems

    @property
    def absent(self) -> bool:
        """Whether the key was left out."""
        return self.value is _ABSENT

    def complain(self, message: str) -> None:
        """Note a problem at this place."""
        self.problems.append(Problem(self.path, message))

    def child(self, key: str) -> Node:
        """The value under `key`; absent when this is no mapping or has no such key."""
        value = self.value.get(key, _ABSENT) if isinstance(self.value, Mapping) else _ABSENT
        return Node(value, f"{self.path}.{key}" if self.path else key, self.problems)

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Node]:
        """Children by name, after naming every missing and every unknown key."""
        needed = tuple(required)
        names = (*needed, *optional)
        if not isinstance(self.value, Mapping):
            self.complain("Write a mapping with the keys " + ", ".join(needed) + ".")
        else:
            for key in self.value:
                if key not in names:
                    self._inside(key).complain(f"Remove the unknown key {key!r}; known: {', '.join(names)}.")
            for name in needed:
                if name not in self.value:
                    self.complain(f"Add the missing key {name!r}.")
        return {name: self.child(name) for name in names}

    def _inside(self, key: object) -> Node:
        return Node(None, f"{self.path}.{key}" if self.path else str(key), self.problems)

    def string(self, longest: int = MAX_TEXT) -> str:
        """Non-blank text without control characters, at most `longest` characters."""
        if self.absent:
            return ""
        if not isinstance(self.value, str):
            self.complain("Write text here, in quotes if it looks like a number or true/false.")
            return ""
        text = self.value.strip()
        if not text:
            self.complain("Write some text here.")
        elif len(text) > longest:
            self.complain(f"Shorten this text to {longest} characters.")
        elif _CONTROL.search(text):
            self.complain("Remove tabs and other control characters from this text.")
        return text

    def slug(self) -> str:
        """An identifier: lower-case letters, digits and single hyphens, at most MAX_ID characters."""
        text = self.string()
        if text and (len(text) > MAX_ID or not SLUG.fullmatch(text)):
            self.complain(f"Use lower-case letters, digits and single hyphens, at most {MAX_ID} characters.")
        return text

    def text(self) -> Text:
        """A patient text in every language."""
        if self.absent:
            return Text("", "")
        named = self.fields(LANGUAGES)
        return Text(en=named["en"].string(), es=named["es"].string())

    def optional_text(self) -> Text | None:
        """A patient text, or None when left out."""
        return None if self.absent or self.value is None else self.text()

    def integer(self, low: int, high: int, default: int = 0) -> int:
        """A whole number between `low` and `high`, both included."""
        if self.absent:
            return default
        value = self.value
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.complain(f"Write a whole number from {low} to {high}.")
            return default
        return value

    def fraction(self) -> float:
        """A number above 0 and at most 1."""
        value = self.value
        if self.absent:
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            self.complain("Write a number above 0 and at most 1.")
            return 0.0
        return float(value)

    def boolean(self, default: bool) -> bool:
        """true or false; `default` when left out."""
        if self.absent:
            return default
        if not isinstance(self.value, bool):
            self.complain("Write true or false.")
            return default
        return self.value

    def choice(self, kind: type[_Kind]) -> _Kind:
        """One of the values of an enumeration."""
        for member in kind:
            if self.value == member.value:
                return member
        if not self.absent:
            self.complain("Use one of: " + ", ".join(member.value for member in kind) + ".")
        return next(iter(kind))

    def items(self) -> list[Node]:
        """The members of a list, at most MAX_ITEMS; none when left out."""
        if self.absent or self.value is None:
            return []
        if not isinstance(self.value, list | tuple):
            self.complain("Write a list here.")
            return []
        if len(self.value) > MAX_ITEMS:
            self.complain(f"Keep this list to {MAX_ITEMS} items.")
        members = self.value[:MAX_ITEMS]
        return [Node(value, f"{self.path}[{at}]", self.problems) for at, value in enumerate(members)]

    def pairs(self) -> list[tuple[str, Node]]:
        """The entries of a mapping in their order; none when left out."""
        if self.absent or self.value is None:
            return []
        if not isinstance(self.value, Mapping):
            self.complain("Write a mapping here.")
            return []
        found = []
        for key in self.value:
            if isinstance(key, str) and len(key) <= MAX_ID and SLUG.fullmatch(key.replace("_", "-")):
                found.append((key, self.child(key)))
            else:
                self._inside(key).complain(f"Rename the key {key!r}: lower-case letters and digits only.")
        return found

    def strings(self) -> tuple[str, ...]:
        """A list of non-blank texts."""
        return tuple(item.string() for item in self.items())

    def numbers(self) -> tuple[int, ...]:
        """A list of section numbers."""
        return tuple(item.integer(1, MAX_ITEMS) for item in self.items())
