"""The list of visits, and what starts one: parameters read, rows in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from pne_tracker.blueprints.visits.words import record_url
from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.queries.planning import PNE_MINUTES
from pne_tracker.queries.visits import VisitList, VisitRow
from pne_tracker.web.display import joined, long_date

STATUSES = (
    ("signed", "Signed"),
    ("draft", "Drafts"),
    ("entered_in_error", "Entered in error"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is asked for."""

    status: str = ""
    mine: bool = False
    since: dt.date | None = None
    after: UUID | None = None

    def parameters(self) -> dict[str, str]:
        """For an address."""
        return {
            "status": self.status,
            "whose": "mine" if self.mine else "",
            "since": self.since.isoformat() if self.since else "",
        }


def asked(args: Mapping[str, str]) -> Asked:
    """The filters of an address; what cannot be read filters nothing."""
    status = args.get("status", "")
    return Asked(
        status if status in dict(STATUSES) else "",
        args.get("whose") == "mine",
        _day(args.get("since", "")),
        _id(args.get("after", "")),
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class StartAsked:
    """What a visit is started with."""

    episode_id: UUID
    from_plan: bool
    plan_minutes: int
    section: int | None
    reason: str


def start_asked(form: Mapping[str, str]) -> StartAsked:
    """Read the form that starts a visit.

    Raises NotFoundError without an episode's id, BadInputError for a section or minutes that are no number.
    """
    episode_id = _id(form.get("episode_id", ""))
    if episode_id is None:
        raise NotFoundError
    section = form.get("section", "").strip()
    return StartAsked(
        episode_id,
        form.get("from_plan", "1") != "0",
        _whole(form.get("minutes", "").strip() or str(PNE_MINUTES), "minutes"),
        _whole(section, "section") if section else None,
        form.get("reason", "")[:300],
    )


def _whole(text: str, at: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 1440):
        raise BadInputError("Write a whole number.", at=at)
    return int(text)


@dataclass(frozen=True, slots=True)
class Row:
    """A visit of the list in words."""

    url: str
    patient_url: str
    patient: str
    date: str
    status: str
    sections: str
    minutes: str
    pne: str
    therapist: str


@dataclass(frozen=True, slots=True)
class ListView:
    """Everything `visits/index.html` shows."""

    drafts: tuple[Row, ...]
    rows: tuple[Row, ...]
    filters: list[dict[str, object]]
    next_url: str
    filtered: bool


def list_view(asked: Asked, drafts: tuple[VisitRow, ...], found: VisitList) -> ListView:
    """The list with its filters."""
    parameters = asked.parameters()
    above = {row.id for row in drafts} if not asked.status else set()
    return ListView(
        tuple(_row(row) for row in drafts),
        tuple(_row(row) for row in found.rows if row.id not in above),
        [
            {
                "name": "status",
                "label": "Status",
                "options": STATUSES,
                "value": asked.status,
                "blank": "All",
            },
            {
                "name": "whose",
                "label": "Whose",
                "options": (("mine", "Mine"),),
                "value": parameters["whose"],
                "blank": "The whole team's",
            },
            {"name": "since", "label": "Since", "type": "date", "value": parameters["since"]},
        ],
        url_for(".index", after=found.next_id, **_given(parameters)) if found.next_id else "",
        filtered=any(parameters.values()) or asked.after is not None,
    )


def _given(parameters: Mapping[str, str]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value}


def _row(row: VisitRow) -> Row:
    return Row(
        url=url_for(".show", visit_id=row.id),
        patient_url=record_url(row.patient_id),
        patient=row.patient_name,
        date=long_date(row.on_date, year=True),
        status=row.status,
        sections=joined([str(number) for number in row.sections]) or "none",
        minutes="" if row.minutes is None else str(row.minutes),
        pne=str(row.pne_minutes),
        therapist=row.therapist,
    )
