"""What comes in from another system: records of a FHIR or CSV import, and the lines that were refused.

A record holds only what the application needs (a list of what is read, never of what is left out); its
`repr` shows no field, so that no personal data reaches a log. Texts are trimmed, in NFC, free of control
characters, and never longer than the column they go to. An absent value is None, never "".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

SEXES = ("female", "male", "other", "unknown")
EARLIEST_YEAR = 1850


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """How much one import may hold, in bytes and files. A longer line is refused; the rest stops it."""

    line_bytes: int = 1024 * 1024
    total_bytes: int = 4 * 1024**3
    files: int = 1000


@dataclass(frozen=True, slots=True, repr=False)
class ContactRecord:
    """One way to reach a person. `system` is phone, sms or email; rank 1 is tried first.

    A valid telephone number is in E.164, any other as it was typed; an address is lower-case and well formed.
    """

    system: str
    use: str | None
    value: str
    rank: int


@dataclass(frozen=True, slots=True, repr=False)
class AddressRecord:
    """A postal address as a claim needs it; a US ZIP of nine digits has its hyphen."""

    line: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class PatientRecord:
    """One person. `source_id` is None from CSV; `mrn` falls back to `source_id` where the export has none.

    `deceased_at` keeps the offset it was sent with; a day without a time is noon UTC, which is the same
    day in every US zone; None with `deceased` set means that the instant is not known. `language` is a BCP 47
    tag. `notes` say, without personal data, what could not be taken over. An unknown `birth_date` must
    not replace a known one.
    """

    source_id: str | None
    mrn: str
    given: str
    middle: str | None
    family: str
    birth_date: dt.date | None
    sex: str
    language: str | None
    deceased: bool
    deceased_at: dt.datetime | None
    active: bool
    contact_points: tuple[ContactRecord, ...]
    address: AddressRecord
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class PractitionerRecord:
    """One practitioner. `npi` has ten digits, but its check digit is for the claim to test."""

    source_id: str
    npi: str | None
    given: str
    family: str
    email: str | None
    phone: str | None
    active: bool


@dataclass(frozen=True, slots=True, repr=False)
class OrganisationRecord:
    """One organisation that patients come from; `npi` as of PractitionerRecord."""

    source_id: str
    name: str
    npi: str | None
    phone: str | None
    address: AddressRecord
    active: bool


@dataclass(frozen=True, slots=True, repr=False)
class ConditionRecord:
    """One condition of a patient as the other system coded and named it; days as written there.

    `code` and `system` are "" for a condition known by its words alone. A day is None when unknown or
    known to the month or year only. A record may be `entered-in-error`: then it withdraws what it said.
    """

    source_id: str
    patient_source_id: str
    system: str
    code: str
    display: str
    clinical_status: str | None
    verification_status: str | None
    onset: dt.date | None
    abatement: dt.date | None
    recorded: dt.date | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was refused: where (line from 1 within its file) and why, without quoting it.

    `resource` is the FHIR type of the file; `id` is the resource's id, "" where it has no usable one.
    """

    resource: str
    file: str
    line: int
    id: str
    reason: str

    def as_dict(self) -> dict[str, str | int]:
        """The entry of the import's JSON report."""
        return {"line": self.line, "id": self.id, "reason": self.reason, "file": self.file}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or part of each of its lines, that was left alone, and why."""

    file: str
    reason: str


Record = PatientRecord | PractitionerRecord | OrganisationRecord | ConditionRecord
