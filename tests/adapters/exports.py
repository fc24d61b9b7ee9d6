"""Small exports to read in tests: resources as dictionaries, files in memory."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

from pne_tracker.adapters.fhir_bulk import read_export
from pne_tracker.adapters.import_files import ImportFile, uploaded
from pne_tracker.domain.exchange import ImportLimits, PatientRecord, Record, Rejected, Skipped

TODAY = dt.date(2026, 11, 23)


def patient(**changes: Any) -> dict[str, Any]:
    """A Patient that is fine, but for the changes."""
    return {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"use": "official", "family": "Sample", "given": ["Ada", "Bea"]}],
        "gender": "female",
        "birthDate": "1949-11-14",
    } | changes


def ndjson(*lines: Any) -> bytes:
    """Resources (or lines ready made, in bytes) as one file."""
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in lines)


def as_file(content: bytes, name: str = "Patient.ndjson") -> ImportFile:
    """A file as it comes by upload."""
    return uploaded(name, io.BytesIO(content))


def read(
    *lines: Any, name: str = "Patient.ndjson", limits: ImportLimits | None = None
) -> list[Record | Rejected | Skipped]:
    """What the reader makes of one file."""
    return list(read_export([as_file(ndjson(*lines), name)], today=TODAY, limits=limits))


def read_one(resource: dict[str, Any]) -> Record:
    """The record of a resource that must be accepted."""
    (item,) = read(resource, name=f"{resource['resourceType']}.ndjson")
    assert not isinstance(item, Rejected | Skipped), item
    return item


def read_patient(**changes: Any) -> PatientRecord:
    """The record of a patient with those changes."""
    record = read_one(patient(**changes))
    assert isinstance(record, PatientRecord)
    return record


def refusal(resource: dict[str, Any]) -> str:
    """The reason why a resource is refused."""
    (item,) = read(resource, name=f"{resource['resourceType']}.ndjson")
    assert isinstance(item, Rejected), item
    return item.reason
