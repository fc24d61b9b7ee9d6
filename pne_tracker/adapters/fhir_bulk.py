"""A Bulk-FHIR export, line by line: NDJSON files to records, each bad line to a reason (ADR 23, 24)."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NoReturn

from pne_tracker.adapters.fhir_condition import condition_record
from pne_tracker.adapters.fhir_people import organisation_record, patient_record, practitioner_record
from pne_tracker.adapters.fhir_shape import Json, resource_id
from pne_tracker.adapters.import_files import ImportFile, Progress, check_size
from pne_tracker.adapters.import_text import Line, lines_of
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.exchange import ImportLimits, PatientRecord, Record, Rejected, Skipped

Parser = Callable[[Json, dt.date], Record]

# In the order of reading: what is pointed at comes before what points at it.
PARSERS: Final[dict[str, Parser]] = {
    "Organization": organisation_record,
    "Practitioner": practitioner_record,
    "Patient": patient_record,
    "Condition": condition_record,
}
_ORDER: Final = tuple(PARSERS)
_TELL_EVERY: Final = 200
_PEEK_LINES: Final = 20
_NOT_READ: Final = f"It holds none of {', '.join(PARSERS)}."


def read_export(
    files: Iterable[ImportFile],
    *,
    today: dt.date,
    limits: ImportLimits | None = None,
    progress: Progress | None = None,
) -> Iterator[Record | Rejected | Skipped]:
    """Every record, refused line and skipped file: organisations, practitioners, patients, then conditions.

    Reads as it is consumed. `progress` hears (bytes read, bytes in all). BadInputError when the export
    is larger than `limits` allow, before anything is read.
    """
    limits = limits or ImportLimits()
    given = sorted(files, key=lambda one: one.name)
    check_size(given, limits)
    chosen: list[tuple[int, ImportFile]] = []
    for file in given:
        kind = _kind_of(file, limits)
        if kind is None:
            yield Skipped(file.name, _NOT_READ)
        else:
            chosen.append((_ORDER.index(kind), file))
    total, before = sum(file.size for _, file in chosen), 0
    memory = _Memory()
    for order, file in sorted(chosen, key=lambda one: (one[0], one[1].name)):
        for done, item in _read_file(file, _ORDER[order], memory, today, limits):
            if item is not None:
                yield item
            elif progress:
                progress(before + done, total)
        before += file.size
    if progress:
        progress(total, total)


class _Memory:
    """The ids and medical record numbers already seen in this export."""

    def __init__(self) -> None:
        self.ids: dict[str, set[str]] = {kind: set() for kind in PARSERS}
        self.mrns: set[str] = set()

    def refuse_double(self, kind: str, record: Record) -> None:
        source_id = record.source_id or ""
        if source_id in self.ids[kind]:
            raise BadInputError("The id occurs twice in this export; the first one counts.")
        if isinstance(record, PatientRecord):
            if record.mrn in self.mrns:
                raise BadInputError("Another patient of this export has the same medical record number.")
            self.mrns.add(record.mrn)
        self.ids[kind].add(source_id)


def _kind_of(file: ImportFile, limits: ImportLimits) -> str | None:
    """The resource type by the file's name, else by its first readable line; None when it is not read."""
    for word in re.findall(r"[A-Za-z]+", file.name):
        if word in PARSERS:
            return str(word)
    with file.open() as stream:
        for line in lines_of(stream, limits.line_bytes):
            if line.number > _PEEK_LINES:
                break
            try:
                found = _resource(line, limits).get("resourceType")
            except BadInputError:
                continue
            return found if isinstance(found, str) and found in PARSERS else None
    return None


def _read_file(
    file: ImportFile, kind: str, memory: _Memory, today: dt.date, limits: ImportLimits
) -> Iterator[tuple[int, Record | Rejected | None]]:
    """Pairs of the bytes read and what a line gave; None now and then, when it is time to tell progress."""
    parse = PARSERS[kind]
    with file.open() as stream:
        for line in lines_of(stream, limits.line_bytes):
            if line.number % _TELL_EVERY == 0:
                yield line.read, None
            if line.content is not None and not line.content.strip():
                continue
            resource: Json = {}
            try:
                resource = _resource(line, limits)
                _refuse_other_kind(resource, kind)
                record = parse(resource, today)
                memory.refuse_double(kind, record)
            except BadInputError as error:
                found = resource_id(resource.get("id")) or ""
                yield line.read, Rejected(kind, file.name, line.number, found, error.message)
            else:
                yield line.read, record


def _refuse_other_kind(resource: Json, kind: str) -> None:
    if resource.get("resourceType") != kind:
        raise BadInputError(f"The line is not a {kind} resource; put it in a file of its own type.")


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)


def _resource(line: Line, limits: ImportLimits) -> Json:
    """The JSON object of a line; BadInputError with what is wrong about the line."""
    if line.content is None:
        raise BadInputError(f"The line is longer than {limits.line_bytes:,} bytes; leave out attachments.")
    try:
        found = _DECODER.decode(line.content.decode("utf-8").strip())
    except UnicodeDecodeError:
        raise BadInputError("The line is not UTF-8; export it again as UTF-8.") from None
    except RecursionError:
        raise BadInputError("The line is nested too deeply; correct the export.") from None
    except ValueError:
        raise BadInputError("The line is not JSON; put one whole resource on each line.") from None
    if not isinstance(found, dict):
        raise BadInputError("The line is not a JSON object; put one whole resource on each line.")
    return found
