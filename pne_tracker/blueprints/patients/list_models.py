"""The list of patients in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.queries.accounts import Colleague
from pne_tracker.queries.patients import (
    DECEASED,
    MINE,
    NO_EPISODE,
    PatientFilter,
    PatientPage,
    PatientRow,
    default_who,
)
from pne_tracker.queries.readers import Reading
from pne_tracker.web.display import count_text, long_date, short_date

ALL = "all"
STATUSES = [
    ("", "All"),
    ("open", "Open"),
    ("on_hold", "On hold"),
    ("discharged", "Discharged"),
    (NO_EPISODE, "No episode yet"),
    (DECEASED, "Deceased"),
]
STATUS_WORDS = {"open": "open", "on_hold": "on hold", "discharged": "discharged", "": "no episode"}


@dataclass(frozen=True, slots=True)
class RowView:
    """One row as the table shows it. `mark` stands beside the name: deceased, inactive, on hold, discharged."""

    name: str
    url: str
    mrn: str
    mark: str
    therapist: str
    states: tuple[str, ...]
    last_visit: str
    next_step: str


@dataclass(frozen=True, slots=True)
class ListView:
    """A page of the list, the addresses of its neighbours, and who waits for an episode."""

    rows: tuple[RowView, ...]
    previous_url: str
    next_url: str
    waiting: str
    waiting_url: str
    narrowed: bool


def read_filter(args: Mapping[str, str], viewer: Viewer) -> PatientFilter:
    """The filter of an address; what cannot be read counts as not chosen."""
    who = args.get("who", default_who(viewer))
    status = args.get("status", "")
    return PatientFilter(
        who=who if who == MINE or _uuid(who) else "",
        status=status if status in dict(STATUSES) else "",
        after=_uuid(args.get("after", "")),
        before=_uuid(args.get("before", "")),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def filter_fields(
    chosen: PatientFilter, viewer: Viewer, therapists: Sequence[Colleague]
) -> list[dict[str, Any]]:
    """The filters above the list: whose patients, and where their episode stands."""
    who = [(ALL, "All I can open")]
    if viewer.may(Permission.DOCUMENT_VISITS):
        who = [(MINE, "My patients"), *who]
    others = [(str(one.id), one.label) for one in therapists if one.id != viewer.account_id]
    return [
        {"name": "who", "label": "Whose", "options": [*who, *others], "value": chosen.who or ALL},
        {"name": "status", "label": "Episode", "options": STATUSES, "value": chosen.status},
    ]


def list_view(page: PatientPage, chosen: PatientFilter | None) -> ListView:
    """A page under its filter; a search has none."""
    address: dict[str, Any] = {
        "who": (chosen.who or ALL) if chosen else ALL,
        "status": chosen.status if chosen else "",
    }
    waiting = page.waiting if chosen and chosen.status != NO_EPISODE else 0

    def neighbour(name: str, key: UUID | None) -> str:
        return url_for("patients.index", **{**address, name: str(key)}) if key else ""

    return ListView(
        rows=tuple(_row(row) for row in page.rows),
        previous_url=neighbour("before", page.previous_before),
        next_url=neighbour("after", page.next_after),
        waiting=count_text(waiting, "patient has", "patients have") if waiting else "",
        waiting_url=url_for("patients.index", who=ALL, status=NO_EPISODE),
        narrowed=chosen is not None and bool(chosen.status or chosen.who not in {"", MINE}),
    )


def _row(row: PatientRow) -> RowView:
    mark = ""
    if row.deceased:
        mark = "deceased"
    elif not row.active:
        mark = "inactive"
    elif row.status != "open":
        mark = STATUS_WORDS[row.status]
    return RowView(
        name=row.name,
        url=url_for("patients.show", patient_id=row.id),
        mrn=row.mrn,
        mark=mark,
        therapist=row.therapist,
        states=row.states,
        last_visit=short_date(row.last_visit) if row.last_visit else "",
        next_step=row.next_step,
    )


def reader_rows(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """Who looked at a record, a row for each person and day."""
    return [
        {
            "day": long_date(one.on, weekday=True, year=True),
            "who": one.who,
            "role": one.role,
            "read": one.read,
            "changed": one.changed,
            "listed": one.listed,
            "outside": one.outside > 0,
        }
        for one in readings
    ]
