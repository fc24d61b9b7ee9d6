"""Entry values as the form fields they came from, and what was typed as a draft that can be kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pne_tracker.domain.entry_fields import Control, FieldSpec
from pne_tracker.domain.entry_parse import Raw, cleaned, is_blank
from pne_tracker.domain.wall_time import parsed_day

RawFields = dict[str, str | list[str]]
LONGEST_DRAFT: Final = 20_000
MOST_CHOICES: Final = 50
FREE_TEXT: Final = frozenset({Control.SHORT, Control.TEXT})


def as_raw(values: Mapping[str, Any]) -> RawFields:
    """Typed values as form fields: numbers as digits, yes or no, choices as a list; None is left out."""
    return {name: _raw(value) for name, value in values.items() if value is not None}


def _raw(value: Any) -> str | list[str]:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return [str(one) for one in value]
    return str(value)


def kept(names: Iterable[str], raw: Mapping[str, Raw]) -> RawFields:
    """What to keep of a draft: the form's own fields that hold anything, as typed, within bounds."""
    return {name: _kept(raw[name]) for name in names if name in raw and not is_blank(raw[name])}


def _kept(value: Raw) -> str | list[str]:
    if value is None or isinstance(value, str):
        return cleaned(value)[:LONGEST_DRAFT]
    return [cleaned(one)[:LONGEST_DRAFT] for one in list(value)[:MOST_CHOICES]]


def day_of(specs: Sequence[FieldSpec], raw: Mapping[str, Raw]) -> dt.date | None:
    """The day an entry is about: that of its first date field, when it holds one."""
    name = next((spec.name for spec in specs if spec.control is Control.DATE), None)
    return parsed_day(cleaned(raw.get(name))) if name else None


def free_texts(specs: Sequence[FieldSpec], raw: Mapping[str, Raw]) -> list[str]:
    """What was written in free-text boxes."""
    return [cleaned(raw.get(spec.name)) for spec in specs if spec.control in FREE_TEXT]
