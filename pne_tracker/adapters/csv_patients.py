"""Patients from a CSV file with a header row: the same records and refusals as a FHIR export."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pne_tracker.adapters.contact_points import email, phone
from pne_tracker.adapters.fhir_shape import EMAIL_NOTE, PHONE_NOTE
from pne_tracker.adapters.import_files import ImportFile, Progress, check_size
from pne_tracker.adapters.import_text import birth_day, clean, language, lines_of, sex
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.exchange import (
    AddressRecord,
    ContactRecord,
    ImportLimits,
    PatientRecord,
    Rejected,
    Skipped,
)

if TYPE_CHECKING:
    from _csv import Reader

NEEDED: Final = ("mrn", "given_name", "family_name", "birth_date")
OPTIONAL: Final = ("sex", "language", "email", "phone")
_DELIMITERS: Final = (",", ";", "\t")
_LETTERS: Final = {"f": "female", "m": "male", "o": "other", "u": "unknown"}
_TELL_BYTES: Final = 64 * 1024


class _Bytes:
    """The lines of a file as text, and how far reading has come."""

    def __init__(self, file: ImportFile, limits: ImportLimits) -> None:
        self.read = 0
        self._file, self._limits = file, limits

    def lines(self) -> Iterator[str]:
        with self._file.open() as stream:
            for line in lines_of(stream, self._limits.line_bytes):
                self.read = line.read
                if line.content is None:
                    raise BadInputError(
                        f"A line is longer than {self._limits.line_bytes:,} bytes; is this a CSV file?",
                        at=f"line {line.number}",
                    )
                # What is not UTF-8 becomes a surrogate, which `clean` refuses in that cell alone.
                yield line.content.decode("utf-8", "surrogateescape")


def read_patients_csv(
    file: ImportFile,
    *,
    today: dt.date,
    limits: ImportLimits | None = None,
    progress: Progress | None = None,
) -> Iterator[PatientRecord | Rejected | Skipped]:
    """Every patient and refused row; a row's number is that of its first line in the file.

    BadInputError when the header row lacks a needed column or a line is far too long. Columns that are not
    known are not read. A cell that looks like a formula is text like any other.
    """
    limits = limits or ImportLimits()
    check_size([file], limits)
    source = _Bytes(file, limits)
    lines = source.lines()
    header = next(lines, "")
    delimiter = max(_DELIMITERS, key=header.count)
    columns = _columns(header, delimiter)
    if unknown := sum(name not in NEEDED + OPTIONAL for name in columns):
        yield Skipped(
            file.name, f"{unknown} of the columns have a heading that is not known; they are not read."
        )
    told = 0
    for item in _rows(file, csv.reader(lines, delimiter=delimiter, strict=True), columns, today):
        yield item
        if progress and source.read - told >= _TELL_BYTES:
            told = source.read
            progress(told, file.size)
    if progress:
        progress(file.size, file.size)


def _rows(
    file: ImportFile, reader: Reader, columns: list[str], today: dt.date
) -> Iterator[PatientRecord | Rejected]:
    seen: set[str] = set()
    while True:
        number = reader.line_num + 2
        try:
            row = next(reader, None)
            if row is None:
                return
            if any(cell.strip() for cell in row):
                yield _record(columns, row, today, seen)
        except csv.Error:
            yield _rejected(file, number, "The row cannot be read; check its quotation marks.")
        except BadInputError as error:
            if error.at:
                raise
            yield _rejected(file, number, error.message)


def _rejected(file: ImportFile, number: int, reason: str) -> Rejected:
    return Rejected("Patient", file.name, number, "", reason)


def _columns(header: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([header], delimiter=delimiter, strict=True), [])
    except csv.Error:
        cells = []
    columns = [cell.strip().lower().replace(" ", "_") for cell in cells]
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise BadInputError(f"The header row lacks {', '.join(missing)}; add the columns.", at="line 1")
    if any(columns.count(name) > 1 for name in NEEDED + OPTIONAL):
        raise BadInputError("The header row names a column twice; keep one of them.", at="line 1")
    return columns


def _record(columns: list[str], row: list[str], today: dt.date, seen: set[str]) -> PatientRecord:
    if len(row) != len(columns):
        raise BadInputError("The row has more or fewer cells than the header row; correct it.")
    cells = {name: cell for name, cell in zip(columns, row, strict=True) if name in NEEDED + OPTIONAL}
    values = {name: clean(cell, name.replace("_", " "), _longest(name)) for name, cell in cells.items()}
    mrn, given, family = values["mrn"], values["given_name"], values["family_name"]
    if mrn is None:
        raise BadInputError("The row has no medical record number; add it.")
    if given is None and family is None:
        raise BadInputError("The row has no name; add the family or given name.")
    if mrn in seen:
        raise BadInputError("Another row of this file has the same medical record number.")
    contacts, notes = _contacts(values)
    record = PatientRecord(
        source_id=None,
        mrn=mrn,
        given=given or "",
        middle=None,
        family=family or "",
        birth_date=birth_day(values["birth_date"], today) if values["birth_date"] else None,
        sex=_sex(values.get("sex")),
        language=_language(values.get("language")),
        deceased=False,
        deceased_at=None,
        active=True,
        contact_points=contacts,
        address=AddressRecord(),
        notes=notes,
    )
    seen.add(mrn)
    return record


def _longest(name: str) -> int:
    return 80 if name == "mrn" else 254 if name in ("email", "phone") else 200


def _sex(value: str | None) -> str:
    lowered = value.lower() if value else None
    return sex(_LETTERS.get(lowered, lowered) if lowered else None)


def _language(value: str | None) -> str | None:
    if value and language(value) is None:
        raise BadInputError("The language is not a language tag; write en or es, for example.")
    return value


def _contacts(values: dict[str, str | None]) -> tuple[tuple[ContactRecord, ...], tuple[str, ...]]:
    found: list[ContactRecord] = []
    notes: list[str] = []
    for system, normal, note in (("phone", phone, PHONE_NOTE), ("email", email, EMAIL_NOTE)):
        typed = values.get(system)
        value = normal(typed) if typed else None
        if value:
            found.append(ContactRecord(system, None, value, 1))
        elif typed:
            notes.append(note)
    return tuple(found), tuple(notes)
