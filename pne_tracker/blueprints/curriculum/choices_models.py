"""How suggestions fared, in words and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from pne_tracker.domain.choices import reason_words
from pne_tracker.queries.accounts import Colleague
from pne_tracker.queries.section_choices import SHOWN, ChoicesFilter, ChoicesReport
from pne_tracker.web.display import count_text, long_date, percent_text

PERIODS = (("30", "Last 30 days"), ("90", "Last 90 days"), ("365", "Last 365 days"))
DEFAULT = "90"


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """One visit that began with another section."""

    name: str
    url: str
    day: str
    suggested: str
    taken: str
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class ChoicesView:
    """The page."""

    clinic_id: str
    clinic: str
    filters: list[dict[str, Any]]
    figures: list[dict[str, str]]
    reasons: list[tuple[str, str]]
    people: list[tuple[str, str, str]]
    passed_over: list[tuple[str, str]]
    rows: list[OverrideRow]
    more: str
    any_visit: bool


def read_choices_filter(args: Mapping[str, str]) -> ChoicesFilter:
    """The filter of an address; what cannot be read filters nothing."""
    days = args.get("days", DEFAULT)
    try:
        by = UUID(args["by"]) if args.get("by") else None
    except ValueError:
        by = None
    return ChoicesFilter(int(days if days in dict(PERIODS) else DEFAULT), by)


def choices_view(
    clinic_id: UUID,
    clinic: str,
    report: ChoicesReport,
    chosen: ChoicesFilter,
    clinicians: Sequence[Colleague],
) -> ChoicesView:
    """The report of one clinic."""
    other = report.of - report.followed
    return ChoicesView(
        clinic_id=str(clinic_id),
        clinic=clinic,
        filters=[
            {"name": "days", "label": "Period", "options": PERIODS, "value": str(chosen.days)},
            {
                "name": "by",
                "label": "Clinician",
                "options": [(str(one.id), one.label) for one in clinicians],
                "value": str(chosen.by or ""),
                "blank": "All",
            },
        ],
        figures=[
            {"label": "Signed visits that began with a suggestion", "value": str(report.of)},
            {
                "label": "Followed it",
                "value": str(report.followed),
                "detail": _share(report.followed, report.of),
            },
            {"label": "Took another section", "value": str(other), "detail": _share(other, report.of)},
        ],
        reasons=[(reason_words(code), str(number)) for code, number in report.reasons],
        people=[
            (one.name, f"{one.followed} of {one.of}", _share(one.followed, one.of)) for one in report.people
        ],
        passed_over=[(title, str(number)) for title, number in report.passed_over],
        rows=[
            OverrideRow(
                name=one.name,
                url=url_for("patients.show", patient_id=one.patient_id, episode=one.episode_id),
                day=long_date(one.on, year=True),
                suggested=one.suggested,
                taken=one.taken,
                why=": ".join(part for part in (reason_words(one.why), one.note) if part),
                by=one.by,
            )
            for one in report.overridden
        ],
        more=f"The latest {SHOWN} of {count_text(other, 'visit')} are shown." if other > SHOWN else "",
        any_visit=report.of > 0,
    )


def _share(part: int, whole: int) -> str:
    return percent_text(part / whole) if whole else ""
