"""What the pages of an import show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pne_tracker.domain.people import listed_name
from pne_tracker.services.imports_report import ImportReport
from pne_tracker.web.display import count_text, long_date

WORDS = {
    "Patient": "Patients",
    "Practitioner": "Practitioners",
    "Organization": "Organisations",
    "Condition": "Conditions",
}
SHOWN = 200


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Counts (label, new, changed, unchanged, refused), refused lines (file, line, id, reason), other notes."""

    counts: tuple[tuple[str, int, int, int, int], ...]
    rejected: tuple[tuple[str, int, str, str], ...]
    rejected_total: int
    notes: tuple[str, ...]
    changes: int


@dataclass(frozen=True, slots=True)
class FirstPatient:
    """A patient of the preview."""

    name: str
    born: str
    deceased: bool


def as_kept(report: ImportReport) -> dict[str, Any]:
    """The report as it is kept for the page after the import: counts, ids, places and reasons."""
    return {
        "resources": report.as_dict(),
        "notes": [f"{note} ({count_text(count, 'record')})" for note, count in report.note_counts()],
        "skipped": [f"{one.file}: {one.reason}" for one in report.skipped],
    }


def report_page(kept: dict[str, Any]) -> ReportPage:
    """The page of a kept report; resources without a line are left out."""
    counts, rejected, changes = [], [], 0
    for kind, one in kept["resources"].items():
        row = (WORDS[kind], one["created"], one["updated"], one["unchanged"], len(one["rejected"]))
        if any(row[1:]):
            counts.append(row)
        changes += one["created"] + one["updated"]
        rejected += [(line["file"], line["line"], line["id"], line["reason"]) for line in one["rejected"]]
    return ReportPage(
        counts=tuple(counts),
        rejected=tuple(rejected[:SHOWN]),
        rejected_total=len(rejected),
        notes=(*kept["notes"], *kept["skipped"]),
        changes=changes,
    )


def first_patients(report: ImportReport) -> tuple[FirstPatient, ...]:
    """The first patients of a preview."""
    return tuple(
        FirstPatient(
            name=listed_name(one.given, one.family),
            born=long_date(one.birth_date, year=True) if one.birth_date else "not known",
            deceased=one.deceased,
        )
        for one in report.first
    )
