"""FHIR's search parameters as these addresses take them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from pne_tracker.blueprints.fhir.kinds import Kind
from pne_tracker.queries.fhir_search import Wanted
from pne_tracker.web.parameters import MOST, Query, identifier, whole

FORMATS = ("json", "application/json", "application/fhir+json", "application/fhir json")
"""The last is application/fhir+json whose plus became a space."""
MOST_IDS = 50
TEXT = {"type": "string"}
PER_PAGE = 50


def parameters_of(kind: Kind) -> tuple[Query, ...]:
    """What a search of that type takes."""
    found = [
        Query("_id", "Ids, with commas between them", TEXT, _ids),
        Query("_count", f"Resources of a page, {MOST} at most", TEXT, whole(1, MOST), PER_PAGE),
        identifier("_after", "Where the page begins; the next link has it"),
        FORMAT,
    ]
    if kind.of_patient:
        found.append(Query("patient", "A patient's id, alone or as Patient/id", TEXT, _reference))
    if kind.dated:
        found.append(
            Query(
                "_lastUpdated",
                "A day, or an instant, behind gt, ge, lt, le or nothing",
                TEXT,
                _changed,
            )
        )
    return tuple(found)


def _format(text: str) -> str:
    if text not in FORMATS:
        raise ValueError
    return "json"


FORMAT = Query("_format", "json is the only format", TEXT, _format)


def wanted_of(given: dict[str, Any]) -> Wanted:
    """The search that the parameters ask for."""
    return Wanted(
        ids=given["_id"],
        patient_id=given.get("patient"),
        after=given["_after"],
        changed=given.get("_lastUpdated") or (),
        limit=given["_count"],
    )


def _ids(text: str) -> tuple[uuid.UUID, ...]:
    """Ids; what is none of ours finds nothing, as any unknown id does."""
    parts = text.split(",")
    if len(parts) > MOST_IDS:
        raise ValueError
    return tuple(one for one in map(_uuid, parts) if one is not None)


def _reference(text: str) -> uuid.UUID:
    found = _uuid(text.removeprefix("Patient/"))
    return found if found is not None else uuid.UUID(int=0)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _changed(text: str) -> tuple[tuple[str, dt.datetime], ...]:
    comparison, rest = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
    start, end = _span(rest)
    match comparison:
        case "eq":
            return ("ge", start), ("lt", end)
        case "gt":
            return (("ge", end),) if len(rest) == len("2026-11-23") else (("gt", start),)
        case "ge":
            return (("ge", start),)
        case "lt":
            return (("lt", start),)
        case "le":
            return (("lt", end),) if len(rest) == len("2026-11-23") else (("le", start),)
    raise ValueError(comparison)


def _span(text: str) -> tuple[dt.datetime, dt.datetime]:
    """From and until of a day in UTC, or of an instant's second."""
    if not text.isascii() or len(text) > len("2026-11-23T15:00:00.000000+00:00"):
        raise ValueError(text)
    found = dt.datetime.fromisoformat(text.replace(" ", "+"))
    if not 1900 <= found.year <= 9000:
        raise ValueError(text)
    if len(text) == len("2026-11-23"):
        start = found.replace(tzinfo=dt.UTC)
        return start, start + dt.timedelta(days=1)
    if found.tzinfo is None:
        raise ValueError(text)
    start = found.astimezone(dt.UTC)
    return start, start + dt.timedelta(seconds=1)
