"""Records opened outside the care team, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.queries.break_glass import Opening
from pne_tracker.web.display import long_date

REASONS = {
    "covering": "I stand in for a colleague",
    "safety": "Somebody’s safety may depend on it",
    "asked": "The patient asks me, and nobody of the care team can be reached",
    "other": "Another reason",
}
SHORT = {
    "covering": "standing in for a colleague",
    "safety": "safety",
    "asked": "asked by the patient",
    "other": "another reason",
}


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One opening as lists show it; `seen` says by whom and when, or is empty."""

    id: UUID
    patient: str
    url: str
    who: str
    when: str
    why: str
    words: str
    seen: str


def opening_rows(found: Sequence[Opening], timezone: str) -> list[OpeningRow]:
    """The openings in the clinic's time."""
    zone = ZoneInfo(timezone)
    return [
        OpeningRow(
            one.id,
            one.patient,
            url_for("patients.show", patient_id=one.patient_id),
            one.who,
            f"{_day(one.opened_at, zone)}, {one.opened_at.astimezone(zone):%H:%M} to "
            f"{one.until.astimezone(zone):%H:%M}",
            SHORT[one.reason.value],
            one.words,
            f"{one.seen_by}, {_day(one.seen_at, zone)}" if one.seen_at else "",
        )
        for one in found
    ]


def _day(at: dt.datetime, zone: ZoneInfo) -> str:
    return long_date(at.astimezone(zone).date(), year=True)


def until_text(at: dt.datetime | None, timezone: str) -> str:
    """The time of day at which the record closes again; "" for whoever reaches it anyhow."""
    return f"{at.astimezone(ZoneInfo(timezone)):%H:%M}" if at else ""
