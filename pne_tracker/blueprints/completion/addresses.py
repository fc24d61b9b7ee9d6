"""The filter of the completion screens in an address, and as the fields of the filter bar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from pne_tracker.domain import diagnosis_groups
from pne_tracker.domain.billing.visit import Discipline
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.queries.completion.filters import Choices, CompletionFilter

STATUSES = [("open", "Open"), ("on_hold", "On hold"), ("discharged", "Discharged"), ("all", "All")]
DISCIPLINES = [("PT", "Physical therapy"), ("OT", "Occupational therapy")]
LANGUAGES = [("en", "English"), ("es", "Spanish")]
Kind = TypeVar("Kind", bound=StrEnum)


def read_filter(args: Mapping[str, str]) -> CompletionFilter:
    """The filter of an address; what cannot be read counts as not chosen."""
    status = args.get("status", "open")
    diagnosis, language = args.get("diagnosis"), args.get("language")
    return CompletionFilter(
        clinic_id=id_of(args.get("clinic")),
        therapist_id=id_of(args.get("therapist")),
        payer_id=id_of(args.get("payer")),
        status=None if status == "all" else _member(EpisodeStatus, status) or EpisodeStatus.OPEN,
        discipline=_member(Discipline, args.get("discipline")),
        diagnosis=diagnosis if diagnosis in diagnosis_groups.GROUPS else None,
        language=language if language in dict(LANGUAGES) else None,
        since=_day(args.get("from")),
        until=_day(args.get("to")),
    )


def id_of(text: str | None) -> UUID | None:
    """The id written there, or None."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _member(kind: type[Kind], text: str | None) -> Kind | None:
    return kind(text) if text in {one.value for one in kind} else None


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def address_of(chosen: CompletionFilter) -> dict[str, Any]:
    """The filter as the arguments of an address; what is not chosen is left out."""
    found = {
        "clinic": chosen.clinic_id,
        "therapist": chosen.therapist_id,
        "payer": chosen.payer_id,
        "discipline": chosen.discipline,
        "diagnosis": chosen.diagnosis,
        "language": chosen.language,
        "from": chosen.since,
        "to": chosen.until,
    }
    address: dict[str, Any] = {name: str(value) for name, value in found.items() if value is not None}
    if chosen.status is not EpisodeStatus.OPEN:
        address["status"] = chosen.status.value if chosen.status else "all"
    return address


def filter_fields(offered: Choices, chosen: CompletionFilter) -> list[dict[str, Any]]:
    """The fields of the filter bar. Where there are too many therapists for a list, their name is searched."""
    therapist = (
        _choice("therapist", "Therapist", offered.therapists, chosen.therapist_id, "Everyone")
        if offered.therapists is not None
        else {"name": "therapist_name", "label": "Therapist", "type": "search", "value": offered.therapist}
    )
    status = chosen.status.value if chosen.status else "all"
    return [
        _choice("clinic", "Clinic", offered.clinics, chosen.clinic_id, "All clinics"),
        therapist,
        _choice("payer", "Payer", offered.payers, chosen.payer_id, "All payers"),
        {"name": "status", "label": "Episodes", "options": STATUSES, "value": status},
    ]


def rarer_fields(chosen: CompletionFilter) -> list[dict[str, Any]]:
    """The fields behind "More filters"."""
    return [
        _choice("discipline", "Discipline", DISCIPLINES, chosen.discipline, "Both"),
        _choice("diagnosis", "First diagnosis", diagnosis_groups.options(), chosen.diagnosis, "Any"),
        _choice("language", "Language", LANGUAGES, chosen.language, "Any"),
        {"name": "from", "label": "From", "type": "date", "value": str(chosen.since or "")},
        {"name": "to", "label": "To", "type": "date", "value": str(chosen.until or "")},
    ]


def _choice(
    name: str, label: str, options: list[tuple[str, str]], value: object, blank: str
) -> dict[str, Any]:
    return {"name": name, "label": label, "options": options, "value": str(value or ""), "blank": blank}


def words_of(offered: Choices, chosen: CompletionFilter) -> list[tuple[str, str]]:
    """What is chosen, in words, for an export."""
    found: list[tuple[str, str]] = []
    for field in [*filter_fields(offered, chosen), *rarer_fields(chosen)]:
        labels = dict(field.get("options") or [])
        value = labels.get(field["value"], field["value"])
        if value:
            found.append((str(field["label"]), str(value)))
    return found
