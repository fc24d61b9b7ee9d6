"""Pair edits and daily maxima in force on the day: told, never answered with a modifier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import combinations

from pne_tracker.domain.billing.dated import PairEdit, Tables, pair_key
from pne_tracker.domain.billing.findings import Finding, Level

CODES_OF_EDITS = frozenset({"ncci_pair", "mue_exceeded"})


def edits(day: date, units: Mapping[str, int], tables: Tables) -> list[Finding]:
    """What the tables say of codes with so many units on one day."""
    found = [tables.pair_edit(*pair_key(one, two), day) for one, two in combinations(units, 2)]
    return [_pair(edit) for edit in found if edit is not None] + [
        _too_many(code, number, most)
        for code, number in units.items()
        if (most := tables.max_units(code, day)) is not None and number > most
    ]


def _too_many(code: str, number: int, most: int) -> Finding:
    message = f"{code} has {number} units and the daily maximum (MUE) is {most}. Check the minutes."
    return Finding("mue_exceeded", Level.WARNING, message)


def _pair(edit: PairEdit) -> Finding:
    advice = (
        "Check that the record shows them as separate: only then may a person add a modifier."
        if edit.indicator
        else "No modifier separates them: keep one of the two."
    )
    message = f"{edit.column2} is not paid beside {edit.column1} on one day (NCCI pair edit). {advice}"
    return Finding("ncci_pair", Level.WARNING, message)
