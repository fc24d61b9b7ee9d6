"""A fee schedule as a CSV file: code, fee, from, to. Every row is a fee or is refused with its reason."""

from __future__ import annotations

import csv
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date

from pne_tracker.domain.billing.money import cents
from pne_tracker.domain.errors import BadInputError

NEEDED = ("code", "fee", "from")
LARGEST = 1_000_000
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A fee in cents for one unit of `code`, from `effective_on` on; `ends_on` is the last day, None: open."""

    code: str
    cents: int
    effective_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be kept: its line in the file, what it says, and what to do."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeeSheet:
    """What a file holds."""

    rows: tuple[FeeRow, ...]
    refused: tuple[RefusedRow, ...]


def read_sheet(text: str, codes: Container[str]) -> FeeSheet:
    """The fees of a file. Raises BadInputError at `file` when it has no usable header row."""
    if len(text) > LARGEST:
        raise BadInputError("The file is larger than a fee schedule can be. Choose another one.", at="file")
    lines = text.removeprefix("\ufeff").splitlines()
    header = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter=max(_DELIMITERS, key=header.count))
    heads = [cell.strip().lower() for cell in next(reader, [])]
    missing = [name for name in NEEDED if name not in heads]
    if missing:
        raise BadInputError(
            f"The first row lacks {', '.join(missing)}. It names the columns: code, fee, from, to.", at="file"
        )
    return _rows(reader, heads, codes)


def _rows(reader: Iterable[list[str]], heads: list[str], codes: Container[str]) -> FeeSheet:
    rows: dict[tuple[str, date], FeeRow] = {}
    refused: list[RefusedRow] = []
    for number, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _row(dict(zip(heads, (cell.strip() for cell in cells), strict=False)), codes)
        except BadInputError as error:
            refused.append(RefusedRow(number, _shown(cells), error.message))
            continue
        if (row.code, row.effective_on) in rows:
            reason = "Another row has this code and first day. Keep one of them."
            refused.append(RefusedRow(number, _shown(cells), reason))
            continue
        rows[row.code, row.effective_on] = row
    return FeeSheet(tuple(rows.values()), tuple(refused))


def _shown(cells: list[str]) -> str:
    return ", ".join(cells)[:120]


def _row(cells: dict[str, str], codes: Container[str]) -> FeeRow:
    code = cells.get("code", "").upper()
    if code not in codes:
        raise BadInputError(
            f"{code or 'An empty cell'} is not a code of this clinic. Correct it or add the code."
        )
    fee = cents(cells.get("fee", "").removeprefix("$").strip(), at="fee")
    starts = _day(cells.get("from", ""), "from")
    ends = _day(cells["to"], "to") if cells.get("to") else None
    return checked(FeeRow(code, fee, starts, ends))


def checked(row: FeeRow) -> FeeRow:
    """The fee, or BadInputError at `ends_on` when it ends before it begins."""
    if row.ends_on is not None and row.ends_on < row.effective_on:
        raise BadInputError("The last day lies before the first. Correct one of them.", at="ends_on")
    return row


def _day(text: str, column: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInputError(f'Write the day in "{column}" as year-month-day, like 2026-01-01.') from None
