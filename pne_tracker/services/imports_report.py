"""What an import came to: counts by resource, refused lines, notes, and the first patients for a preview."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from pne_tracker.domain.exchange import PatientRecord, Record, Rejected, Skipped

KINDS: Final = ("Patient", "Practitioner", "Organization", "Condition")
FIRST_PATIENTS: Final = 10

R = TypeVar("R", bound=Record, covariant=True)


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """A record and where it stood: the file, and the line from 1; "" and 0 when nobody knows."""

    record: R
    file: str = ""
    line: int = 0


@dataclass(slots=True)
class ResourceReport:
    """What became of one type of resource. `notes` are (id, what could not be taken over), without values."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many lines there were."""
        return self.created + self.updated + self.unchanged + len(self.rejected)

    @property
    def refused(self) -> list[Rejected]:
        """The refused lines in the order of the files, whatever was found out last."""
        return sorted(self.rejected, key=lambda one: (one.file, one.line))

    def as_dict(self) -> dict[str, Any]:
        """The object of the commands' JSON; `notes` only where there are any."""
        shown: dict[str, Any] = {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [one.as_dict() for one in self.refused],
        }
        if self.notes:
            shown["notes"] = [{"id": source_id, "note": note} for source_id, note in self.notes]
        return shown


@dataclass(slots=True)
class ImportReport:
    """What an import did, or with `dry_run` would do. `first` holds the first patients taken over."""

    dry_run: bool
    resources: dict[str, ResourceReport] = field(
        default_factory=lambda: {kind: ResourceReport() for kind in KINDS}
    )
    skipped: list[Skipped] = field(default_factory=list)
    first: list[PatientRecord] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether no line was read at all."""
        return not any(one.total for one in self.resources.values())

    @property
    def rejected(self) -> list[Rejected]:
        """Every refused line, by resource and place."""
        return [line for one in self.resources.values() for line in one.refused]

    def reject(self, kind: str, found: Found[Record], reason: str) -> None:
        """Count a record that was read but cannot be kept."""
        line = Rejected(kind, found.file, found.line, found.record.source_id or "", reason)
        self.resources[kind].rejected.append(line)

    def took(self, record: PatientRecord) -> None:
        """Remember the notes of a patient, and the patient among the first."""
        self.resources["Patient"].notes += [(record.source_id or "", note) for note in record.notes]
        if len(self.first) < FIRST_PATIENTS:
            self.first.append(record)

    def note_counts(self) -> list[tuple[str, int]]:
        """Each note with how many records have it, the most frequent first."""
        notes = (note for one in self.resources.values() for _, note in one.notes)
        return Counter(notes).most_common()

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """The JSON of `import-fhir --json`: an object for each of the four resources."""
        return {kind: one.as_dict() for kind, one in self.resources.items()}
