"""Today in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.billing.gates import REPORT_EVERY
from pne_tracker.domain.stalling import WORDS
from pne_tracker.queries.appointments import AppointmentLine
from pne_tracker.queries.today import ReportCount, TodayPage, TodayRow
from pne_tracker.queries.waiting import OpenDraft, StallTask
from pne_tracker.web.display import long_date, short_date
from pne_tracker.web.places import import_url
from pne_tracker.web.strip import StripView, strip_view

SHOWN_REPORTS = 10


@dataclass(frozen=True, slots=True)
class PatientToday:
    """One patient: path, what came back, what comes next; `visit_url` leads to a visit that is begun already."""

    id: str
    name: str
    meta: str
    url: str
    states: tuple[str, ...]
    since: StripView
    next_step: str
    episode_id: str
    reviewed_url: str
    visit_url: str


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """One appointment of the day; `act` says what can be done: start, go_on, open, or nothing."""

    clock: str
    name: str
    patient_url: str
    detail: str
    status: str
    url: str
    act: str
    visit_url: str
    episode_id: str


@dataclass(frozen=True, slots=True)
class StallRow:
    """A patient whom the lead asks to look at, with where the answer goes."""

    name: str
    patient_url: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A progress report that comes due: how many treatment days, what that means, where it is written."""

    name: str
    patient_url: str
    count: str
    detail: str
    due: bool
    url: str


@dataclass(frozen=True, slots=True)
class TodayView:
    """What waits for a signature and open drafts first, then patients with something new, then the others.

    `reports` are the first ten that come due, `more_reports` how many stand behind them.
    """

    day: str
    appointments: list[AppointmentRow]
    to_sign: list[dict[str, Any]]
    drafts: list[dict[str, Any]]
    stalls: list[StallRow]
    answers: list[tuple[str, str]]
    reports: list[ReportRow]
    more_reports: int
    new: list[PatientToday]
    quiet: list[PatientToday]
    hidden: int
    any_patient: bool
    import_url: str


def today_view(page: TodayPage, viewer: Viewer, today: dt.date) -> TodayView:
    """The page for this viewer."""
    begun = {draft.patient_id: url_for("visits.show", visit_id=draft.visit_id) for draft in page.drafts}
    rows = [_patient(row, viewer, begun.get(row.patient_id, "")) for row in page.rows]
    zone = ZoneInfo(viewer.timezone)
    return TodayView(
        day=long_date(today, weekday=True),
        appointments=[_appointment(line, viewer, zone) for line in page.appointments],
        to_sign=[_draft(draft, zone) for draft in page.drafts if draft.mine_to_sign],
        drafts=[_draft(draft, zone) for draft in page.drafts if not draft.mine_to_sign],
        stalls=[_stall(one, today, zone) for one in page.stalls],
        answers=[(answer.value, words.capitalize()) for answer, words in WORDS.items()],
        reports=[_report(one, viewer) for one in page.reports[:SHOWN_REPORTS]],
        more_reports=len(page.reports[SHOWN_REPORTS:]),
        new=[row for row in rows if row.since.new or row.since.waits],
        quiet=[row for row in rows if not (row.since.new or row.since.waits)],
        hidden=page.patients - len(rows),
        any_patient=page.any_patient,
        import_url=import_url(viewer),
    )


_STANDS = {"kept": "signed", "cancelled": "called off"}


def _appointment(line: AppointmentLine, viewer: Viewer, zone: ZoneInfo) -> AppointmentRow:
    start = line.starts_at.astimezone(zone)
    detail = f"{line.minutes} min"
    if line.therapist_id != viewer.account_id:
        detail += f", with {line.therapist}"
    if line.reason:
        detail += f", {line.reason}"
    draft = line.status == "booked" and line.visit_id is not None
    acts = {"kept": "open", "cancelled": "", "booked": "go_on" if draft else "start"}
    return AppointmentRow(
        clock=f"{start:%H:%M}",
        name=line.name,
        patient_url=url_for("patients.show", patient_id=line.patient_id, episode=line.episode_id),
        detail=detail,
        status=_STANDS.get(line.status, "draft open" if draft else "booked"),
        url=url_for("appointments.show", appointment_id=line.id),
        act=acts[line.status],
        visit_url=url_for("visits.show", visit_id=line.visit_id) if line.visit_id else "",
        episode_id=str(line.episode_id),
    )


def _draft(draft: OpenDraft, zone: ZoneInfo) -> dict[str, Any]:
    visit = f"Visit of {long_date(draft.on)}, {draft.therapist}"
    if draft.ready_at is None:
        detail = f"{visit}, saved {_moment(draft.saved_at, zone)} by {draft.saved_by}"
    else:
        detail = f"{visit}, prepared by {draft.ready_by}, {_moment(draft.ready_at, zone)}"
    waits = draft.ready_at is not None and not draft.mine_to_sign
    return {
        "icon": "pen-line" if draft.mine_to_sign else "file-text",
        "title": draft.name,
        "url": url_for("visits.show", visit_id=draft.visit_id),
        "detail": detail,
        "status": "draft",
        "status_text": "waits for the signature" if waits else "to sign" if draft.mine_to_sign else "",
    }


def _stall(one: StallTask, today: dt.date, zone: ZoneInfo) -> StallRow:
    quiet = f"Nothing taught and no homework since {long_date(one.since)}, {(today - one.since).days} days"
    return StallRow(
        name=one.name,
        patient_url=url_for("patients.show", patient_id=one.patient_id, episode=one.episode_id),
        detail=f"{quiet}. Asked on {short_date(one.asked_at.astimezone(zone))} by {one.asked_by}.",
        url=url_for("today.answer", stall_ask_id=one.id),
    )


def _report(one: ReportCount, viewer: Viewer) -> ReportRow:
    since = f"since the report of {long_date(one.last_on)}" if one.last_on else "and no report yet"
    left = REPORT_EVERY - one.days
    due = "due at the next visit" if left == 1 else "due now"
    place = "papers.progress_report" if viewer.may(Permission.SIGN_VISITS) else "patients.care"
    return ReportRow(
        name=one.name,
        patient_url=url_for("patients.show", patient_id=one.patient_id, episode=one.episode_id),
        count=f"{one.days} treatment days {since}",
        detail=due if left <= 1 else f"{left} days left",
        due=left <= 1,
        url=url_for(place, episode_id=one.episode_id),
    )


def _moment(at: dt.datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%H:%M} on {short_date(local)}"


def _patient(row: TodayRow, viewer: Viewer, visit_url: str) -> PatientToday:
    url = url_for("patients.show", patient_id=row.patient_id, episode=row.episode_id)
    review_url = url_for("homework.review", episode_id=row.episode_id)
    messages_url = url_for("messages.thread", patient_id=row.patient_id)
    return PatientToday(
        id=f"p-{row.episode_id}",
        name=row.name,
        meta=", ".join(part for part in (row.mrn, row.reason) if part),
        url=url,
        states=row.states,
        since=strip_view(row.since, viewer.timezone, homework_url=review_url, messages_url=messages_url),
        next_step=_next(row),
        episode_id=str(row.episode_id),
        reviewed_url=url_for("patients.reviewed", episode_id=row.episode_id),
        visit_url=visit_url,
    )


def _next(row: TodayRow) -> str:
    """What comes next, and whether the questions about yellow flags are to be asked again."""
    return "; ".join(
        part for part in (row.next_step, "ask about yellow flags" if row.flags_due else "") if part
    )
