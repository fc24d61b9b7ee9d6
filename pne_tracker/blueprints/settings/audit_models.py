"""The audit trail as its page and its CSV show it: no name and no word of a patient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.domain.trail import Kind, Outcome
from pne_tracker.queries.accounts import Colleague
from pne_tracker.queries.trail import Key, TrailFilter, TrailRow
from pne_tracker.services.audit import ChainState
from pne_tracker.web.display import count_text

KINDS = {
    Kind.OPENED: "Opened",
    Kind.LISTED: "In a list or export",
    Kind.CHANGED: "Changed",
    Kind.SIGN_IN: "Signing in",
}
OUTCOMES = {Outcome.DONE: "Went as it should", Outcome.WRONG: "To look at"}
HEADS = ("At", "Who", "Role", "Act", "Of what", "Of what, id", "Record", "Details", "Place in the chain")


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event; `record` is the end of a patient's id, `record_url` asks for all events of that record."""

    day: str
    who: str
    role: str
    act: str
    record: str
    record_url: str
    details: str
    place: str


def read_filter(args: Mapping[str, str], zone: str) -> TrailFilter:
    """The filter of an address; what cannot be read asks for everything."""
    return TrailFilter(
        actor_id=_uuid(args.get("who", "")),
        patient_id=_uuid(args.get("patient", "")),
        kind=Kind(args["kind"]) if args.get("kind") in set(Kind) else None,
        action=_code(args.get("action", "")),
        outcome=Outcome(args["outcome"]) if args.get("outcome") in set(Outcome) else None,
        since=_day(args.get("since", ""), zone),
        until=_day(args.get("until", ""), zone, days=1),
    )


def read_key(text: str) -> Key | None:
    """The place a page begins at, as `address_of_key` wrote it."""
    at, _, event_id = text.partition("_")
    try:
        return dt.datetime.fromisoformat(at).astimezone(dt.UTC), UUID(event_id)
    except (ValueError, OverflowError):
        return None


def address_of_key(key: Key) -> str:
    """A place in the trail for an address."""
    return f"{key[0].isoformat()}_{key[1]}"


def _code(text: str) -> str:
    return text.strip().lower().replace(" ", "_")[:40].replace("\0", "")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def _day(text: str, zone: str, days: int = 0) -> dt.datetime | None:
    """The beginning of a day, or of the one `days` later."""
    try:
        day = dt.date.fromisoformat(text.strip()) + dt.timedelta(days=days)
        return dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def fields(
    args: Mapping[str, str], staff: list[Colleague]
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The filters of the page, and the rarer ones."""

    def chosen(name: str) -> str:
        return args.get(name, "")

    first: list[dict[str, object]] = [
        {
            "name": "who",
            "label": "Person",
            "options": [(str(one.id), one.label) for one in staff],
            "value": chosen("who"),
            "blank": "Everybody",
        },
        {
            "name": "kind",
            "label": "What",
            "options": [(key.value, label) for key, label in KINDS.items()],
            "value": chosen("kind"),
            "blank": "Everything",
        },
        {"name": "since", "label": "From day", "type": "date", "value": chosen("since")},
        {"name": "until", "label": "To day", "type": "date", "value": chosen("until")},
    ]
    rarer: list[dict[str, object]] = [
        {
            "name": "outcome",
            "label": "Outcome",
            "options": [(key.value, label) for key, label in OUTCOMES.items()],
            "value": chosen("outcome"),
            "blank": "Any",
        },
        {"name": "action", "label": "One act, like sign", "type": "search", "value": chosen("action")},
        {"name": "patient", "label": "Id of a record", "type": "search", "value": chosen("patient")},
    ]
    return first, rarer


def event_rows(rows: list[TrailRow], zone: str) -> list[EventRow]:
    """The events in the clinic's time."""
    return [
        EventRow(
            day=f"{row.at.astimezone(ZoneInfo(zone)):%d %b %Y, %H:%M:%S}",
            who=row.who or ("the system" if row.role == "system" else f"a {row.role}"),
            role=row.role,
            act=f"{row.action} {row.subject}".replace("_", " "),
            record=str(row.patient_id)[-8:] if row.patient_id else "",
            record_url=url_for("settings.audit_trail", patient=row.patient_id) if row.patient_id else "",
            details=_details(row.details),
            place=str(row.position or "waits"),
        )
        for row in rows
    ]


def csv_row(row: TrailRow, zone: str) -> list[object]:
    """The event as a line of the export, ids whole."""
    return [
        row.at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds"),
        row.who,
        row.role,
        row.action,
        row.subject,
        row.subject_id,
        row.patient_id,
        _details(row.details),
        row.position,
    ]


def _details(details: Mapping[str, object]) -> str:
    parts = (
        f"{name.replace('_', ' ')} {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in details.items()
        if value not in (None, "", [])
    )
    return "; ".join(parts)


def chain_words(state: ChainState) -> tuple[str, str, str]:
    """Level, title and sentence about the chain."""
    waits = f" {count_text(state.waiting, 'newer event waits for its place', 'newer events wait for their place')}."
    waits = waits if state.waiting else ""
    if state.faults:
        return (
            "stop",
            "The chain does not hold",
            f"{count_text(state.faults, 'event', 'events')} from place {state.walked_from} on were edited, removed "
            "or moved. Run pne-tracker audit verify, and tell who owns the installation.",
        )
    if not state.head:
        return "info", "No event is sealed yet", f"The beat seals new events within seconds.{waits}"
    return (
        "good",
        f"Verified up to event {state.head}",
        f"Events {state.walked_from} to {state.head} were checked just now. pne-tracker audit verify walks the "
        f"whole chain.{waits}",
    )
