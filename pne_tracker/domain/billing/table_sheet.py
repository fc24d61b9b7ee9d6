"""An edition of a dated table as a CSV file: its rows, the rows refused with their reason, and what it changes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from pne_tracker.domain.billing.dated import Kind, MaxUnits, PairEdit, Row, Threshold
from pne_tracker.domain.billing.fee_sheet import LARGEST, RefusedRow
from pne_tracker.domain.billing.visit import Discipline
from pne_tracker.domain.errors import BadInputError

COLUMNS = {
    Kind.NCCI: ("column1", "column2", "modifier_indicator", "effective"),
    Kind.MUE: ("code", "max_units_per_day", "effective"),
    Kind.KX: ("year", "pt_slp", "ot", "targeted_review"),
}


@dataclass(frozen=True, slots=True)
class TableSheet:
    """What a file holds."""

    rows: tuple[Row, ...]
    refused: tuple[RefusedRow, ...]


def read_table(kind: Kind, text: str) -> TableSheet:
    """The rows of a table's file. Raises BadInputError at `file` when it is not one of this table."""
    if len(text) > LARGEST:
        raise BadInputError("The file is larger than 1 MB. Keep the codes that the clinic bills.", at="file")
    reader = csv.reader(text.removeprefix("\ufeff").splitlines())
    heads = [cell.strip().lower() for cell in next(reader, [])]
    missing = [name for name in COLUMNS[kind] if name not in heads]
    if missing:
        needed = ", ".join(COLUMNS[kind])
        raise BadInputError(
            f"The first row lacks {', '.join(missing)}. It names the columns: {needed}.", at="file"
        )
    sheet = _rows(kind, reader, heads)
    if not sheet.rows:
        raise BadInputError(
            "No row of the file can be read. Compare it with the table it replaces.", at="file"
        )
    return sheet


def _rows(kind: Kind, reader: Iterable[list[str]], heads: list[str]) -> TableSheet:
    rows: dict[object, tuple[Row, ...]] = {}
    refused: list[RefusedRow] = []
    for number, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        shown = ", ".join(cells)[:120]
        try:
            key, found = _READ[kind](dict(zip(heads, (cell.strip() for cell in cells), strict=False)))
        except (KeyError, ValueError):
            refused.append(RefusedRow(number, shown, _WHAT[kind]))
            continue
        if key in rows:
            refused.append(RefusedRow(number, shown, "Another row says this already. Keep one of them."))
            continue
        rows[key] = found
    return TableSheet(tuple(row for found in rows.values() for row in found), tuple(refused))


def _code(text: str) -> str:
    if len(text) != 5 or not text.isascii() or not text.isalnum():
        raise ValueError(text)
    return text.upper()


def _number(text: str, most: int = 10_000_000) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise ValueError(text)
    return int(text)


def _pair(cells: dict[str, str]) -> tuple[object, tuple[Row, ...]]:
    edit = PairEdit(
        _code(cells["column1"]),
        _code(cells["column2"]),
        _number(cells["modifier_indicator"], 1),
        date.fromisoformat(cells["effective"]),
    )
    return (edit.column1, edit.column2, edit.effective), (edit,)


def _maximum(cells: dict[str, str]) -> tuple[object, tuple[Row, ...]]:
    most = MaxUnits(
        _code(cells["code"]), _number(cells["max_units_per_day"], 999), date.fromisoformat(cells["effective"])
    )
    return (most.code, most.effective), (most,)


def _threshold(cells: dict[str, str]) -> tuple[object, tuple[Row, ...]]:
    year, review = _number(cells["year"], 9999), _number(cells["targeted_review"]) * 100
    return year, (
        (year, Discipline.PT, Threshold(_number(cells["pt_slp"]) * 100, review)),
        (year, Discipline.OT, Threshold(_number(cells["ot"]) * 100, review)),
    )


_READ: dict[Kind, Callable[[dict[str, str]], tuple[object, tuple[Row, ...]]]] = {
    Kind.NCCI: _pair,
    Kind.MUE: _maximum,
    Kind.KX: _threshold,
}
_WHAT = {
    Kind.NCCI: "Write two codes of five characters, an indicator of 0 or 1, and a day like 2026-10-01.",
    Kind.MUE: "Write a code of five characters, a whole number of units, and a day like 2026-10-01.",
    Kind.KX: "Write a year and whole dollars: 2027, 2560, 2560, 3000.",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """How an edition differs from the one before: (what the row is about, before, after); "" where there is none."""

    rows: tuple[tuple[str, str, str], ...]
    same: int


def compare(before: Iterable[Row], after: Iterable[Row]) -> Difference:
    """What changes, row by row, in order of what the row is about."""
    old, new = _said(before), _said(after)
    changed = [(key, old.get(key, ""), new.get(key, "")) for key in sorted(old.keys() | new.keys())]
    return Difference(
        tuple(row for row in changed if row[1] != row[2]), sum(row[1] == row[2] for row in changed)
    )


def _said(rows: Iterable[Row]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        key, text = _words(row)
        found[key] = f"{found[key]}; {text}" if key in found else text
    return found


def _words(row: Row) -> tuple[str, str]:
    if isinstance(row, PairEdit):
        apart = "a modifier separates them" if row.indicator else "no modifier separates them"
        return f"{row.column2} beside {row.column1}", f"{apart}, from {row.effective}"
    if isinstance(row, MaxUnits):
        return row.code, f"{row.most} a day, from {row.effective}"
    year, discipline, amounts = row
    said = f"${amounts.kx // 100:,}, review from ${amounts.review // 100:,}"
    return f"{year} {discipline.value}", said
