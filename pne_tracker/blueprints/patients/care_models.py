"""An episode's care in words: drafts, appointments, the count of treatment days, the year's amounts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.domain.billing.gates import REPORT_EVERY
from pne_tracker.queries.appointments import AppointmentLine
from pne_tracker.queries.episode_care import DraftLine, EpisodeCare, YearAmount
from pne_tracker.web.display import count_text, long_date, money_text

STANDS = {"booked": "booked", "kept": "signed", "cancelled": "called off"}


@dataclass(frozen=True, slots=True)
class AppointmentShown:
    """One appointment of the list."""

    when: str
    url: str
    detail: str
    status: str


@dataclass(frozen=True, slots=True)
class CareView:
    """Everything the patient page and the care page show of it."""

    drafts: list[tuple[str, str, str]]
    appointments: list[AppointmentShown]
    report: str
    report_due: bool
    year: str
    year_near: bool
    url: str
    book_url: str


def care_view(care: EpisodeCare, episode_id: UUID, zone: str) -> CareView:
    """The care for a reader in that zone. `drafts` are (title, sentence, address)."""
    return CareView(
        drafts=[_draft(line, zone) for line in care.drafts],
        appointments=[_appointment(line, zone) for line in care.appointments],
        report=_report(care),
        report_due=care.report_due,
        year=_year(care.year) if care.year else "",
        year_near=care.year is not None
        and care.year.limits is not None
        and care.year.together > care.year.limits.kx * 9 // 10,
        url=url_for("patients.care", episode_id=episode_id),
        book_url=url_for("appointments.book", episode_id=episode_id),
    )


def _draft(line: DraftLine, zone: str) -> tuple[str, str, str]:
    saved = line.saved_at.astimezone(ZoneInfo(zone))
    title = f"The visit of {long_date(line.on)} is not signed yet"
    waits = " It waits for the signature." if line.ready else ""
    said = f"Saved {long_date(saved.date())}, {saved:%H:%M}, by {line.saved_by}.{waits}"
    return title, said, url_for("visits.show", visit_id=line.id)


def _appointment(line: AppointmentLine, zone: str) -> AppointmentShown:
    start = line.starts_at.astimezone(ZoneInfo(zone))
    detail = f"{line.minutes} min with {line.therapist}"
    if line.reason:
        detail += f". {line.reason}"
    return AppointmentShown(
        f"{long_date(start.date(), weekday=True)}, {start:%H:%M}",
        url_for("appointments.show", appointment_id=line.id),
        detail,
        STANDS.get(line.status, line.status),
    )


def _report(care: EpisodeCare) -> str:
    since = (
        f"since the progress report of {long_date(care.last_report_on, year=True)}"
        if care.last_report_on
        else "and no progress report yet"
    )
    days = count_text(care.days_since_report, "treatment day")
    if not care.report_due:
        return f"{days} {since}. A report is due every {REPORT_EVERY}."
    return f"{days} {since}. Write a progress report by the next visit, and record it."


def _year(amount: YearAmount) -> str:
    text = f"{amount.year}, {amount.discipline}: ${money_text(amount.together)} so far"
    if amount.elsewhere:
        text += f", ${money_text(amount.elsewhere)} of it at other practices"
    if amount.limits is None:
        return f"{text}. The table of thresholds has no amount for {amount.year}."
    return f"{text}. From ${money_text(amount.limits.kx)} lines need KX, which you attest on the visit."
