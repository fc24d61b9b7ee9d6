"""Words that every page of visits uses: headings, facts, activities, moments."""

from __future__ import annotations

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.domain.billing import CODES, PNE, CodeTable
from pne_tracker.queries.visits import VisitHead
from pne_tracker.web.display import long_date, short_date


def activity_words(activity: str, codes: CodeTable = CODES) -> str:
    """ "97116 gait practice", or "PNE on its own"."""
    if activity == PNE:
        return "PNE on its own"
    return f"{activity} {codes[activity].label}" if activity in codes else activity


def record_url(patient_id: UUID) -> str:
    """The address of a patient's record."""
    return url_for("patients.show", patient_id=patient_id)


def heading(head: VisitHead) -> str:
    """The heading of a visit page; no name in it."""
    return f"Visit, {long_date(head.on_date, weekday=True, year=True)}"


def facts(head: VisitHead) -> list[tuple[str, str]]:
    """Who treats, and which visit of those authorised this is."""
    nth = f"{head.nth} of {head.authorised}" if head.authorised is not None else str(head.nth)
    return [("With", head.therapist), ("Visit", nth)]


def moment(at: dt.datetime | None, zone: str, day: dt.date) -> str:
    """ "10:42", or "24 Nov, 10:42" on another day."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(zone))
    clock = local.strftime("%H:%M")
    return clock if local.date() == day else f"{short_date(local.date())}, {clock}"
