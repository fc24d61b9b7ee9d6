"""Issued papers as the patient's page lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.domain.papers import PaperKind
from pne_tracker.queries.papers import PaperLine
from pne_tracker.web.display import long_date, short_date

PAPER_WORDS = {
    PaperKind.SUPERBILL: "Superbill",
    PaperKind.DISCHARGE_PACKET: "Discharge packet",
    PaperKind.PROGRESS_REPORT: "Progress report",
    PaperKind.PATIENT_SUMMARY: "Patient\u2019s summary",
}


@dataclass(frozen=True, slots=True)
class PaperRow:
    """What was issued, for which days, when and by whom, and where it is downloaded again."""

    title: str
    about: str
    issued: str
    by: str
    url: str


def paper_rows(lines: Sequence[PaperLine], zone: str) -> list[PaperRow]:
    """The lines in words, in their order."""
    return [_row(line, zone) for line in lines]


def _row(line: PaperLine, zone: str) -> PaperRow:
    local = line.issued_at.astimezone(ZoneInfo(zone))
    if line.covers:
        about = f"{short_date(line.covers[0])} to {short_date(line.covers[1])}"
    else:
        about = f"visit of {short_date(line.visit_on)}" if line.visit_on else ""
    if line.language != "en":
        about = "in Spanish"
    return PaperRow(
        title=PAPER_WORDS[line.kind],
        about=about,
        issued=f"{long_date(local.date(), year=True)}, {local:%H:%M}",
        by=line.issued_by,
        url=url_for("papers.download", paper_id=line.id),
    )
