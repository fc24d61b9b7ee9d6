"""Amounts and edits that change with the calendar: thresholds (KX), daily maxima (MUE), pair edits (NCCI).

The CSV files in `tables/` are the first edition of each. A clinic adds later ones; from its day on an edition
answers alone for its table, and older ones keep answering for older dates of service.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pne_tracker.domain.billing.visit import Discipline

THRESHOLD_TABLE = "kx_thresholds.csv"


class Kind(StrEnum):
    """The three tables."""

    NCCI = "ncci"
    MUE = "mue"
    KX = "kx"


FILES = {Kind.NCCI: "ncci_pairs.csv", Kind.MUE: "mue.csv", Kind.KX: THRESHOLD_TABLE}


@dataclass(frozen=True, slots=True)
class Threshold:
    """Cents of one year and discipline: from where KX is needed, and from where review is targeted."""

    kx: int
    review: int


@dataclass(frozen=True, slots=True)
class PairEdit:
    """An NCCI pair: `column2` is not paid beside `column1`; `indicator` 1 lets a modifier separate them."""

    column1: str
    column2: str
    indicator: int
    effective: date


@dataclass(frozen=True, slots=True)
class MaxUnits:
    """A daily maximum (MUE) of a code from a day on."""

    code: str
    most: int
    effective: date


Row = PairEdit | MaxUnits | tuple[int, Discipline, Threshold]


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of one table: from `effective` on it is the table."""

    kind: Kind
    effective: date
    rows: tuple[Row, ...]


class Tables:
    """All editions of the three tables, ready to be asked. Never changed once made."""

    def __init__(self, editions: Iterable[Edition]) -> None:
        ordered = sorted(editions, key=lambda one: one.effective, reverse=True)
        self._thresholds: dict[tuple[int, Discipline], Threshold] = {}
        self._maxima: list[tuple[date, dict[str, list[MaxUnits]]]] = []
        self._pairs: list[tuple[date, dict[tuple[str, str], list[PairEdit]]]] = []
        for edition in ordered:
            self._take(edition)

    def _take(self, edition: Edition) -> None:
        maxima: dict[str, list[MaxUnits]] = {}
        pairs: dict[tuple[str, str], list[PairEdit]] = {}
        for row in sorted(edition.rows, key=_day, reverse=True):
            if isinstance(row, PairEdit):
                pairs.setdefault(pair_key(row.column1, row.column2), []).append(row)
            elif isinstance(row, MaxUnits):
                maxima.setdefault(row.code, []).append(row)
            else:
                self._thresholds.setdefault((row[0], row[1]), row[2])
        if edition.kind is Kind.MUE:
            self._maxima.append((edition.effective, maxima))
        elif edition.kind is Kind.NCCI:
            self._pairs.append((edition.effective, pairs))

    def threshold(self, year: int, discipline: Discipline) -> Threshold | None:
        """The year's amounts, or None when no edition has a row for the year: never the nearest year's."""
        return self._thresholds.get((year, discipline))

    def max_units(self, code: str, day: date) -> int | None:
        """The daily maximum (MUE) in force for `code` on `day`, or None."""
        for starts, table in self._maxima:
            if starts <= day:
                return next((row.most for row in table.get(code, ()) if row.effective <= day), None)
        return None

    def pair_edit(self, lower: str, higher: str, day: date) -> PairEdit | None:
        """The pair edit (NCCI) in force on `day` between two codes, given in ascending order, or None."""
        for starts, table in self._pairs:
            if starts <= day:
                return next((row for row in table.get((lower, higher), ()) if row.effective <= day), None)
        return None


def pair_key(one: str, two: str) -> tuple[str, str]:
    """Two codes in ascending order."""
    return (min(one, two), max(one, two))


def _day(row: Row) -> date:
    return date.min if isinstance(row, tuple) else row.effective
