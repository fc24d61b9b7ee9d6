"""A clinic's own words for a message, as their page shows and reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from pne_tracker.blueprints.reminders.previews import in_both_languages
from pne_tracker.blueprints.reminders.words import MESSAGE_WORDS
from pne_tracker.domain.messages.own_words import (
    KEYS,
    PLACES,
    Key,
    field_name,
    may_name,
    texts_of,
    with_words,
)
from pne_tracker.services.reminders.wording import MessageWords
from pne_tracker.web.display import long_date

AHEAD: Final = dt.timedelta(days=7)
ABOUT: Final = {
    "reminder": "Goes out for homework, check-up questions and answers.",
    "visit": "Goes out the day before a visit and that morning.",
}
MEANINGS: Final = {
    "sender": "the clinic’s name",
    "link": "the way in",
    "day": "the day of the visit",
    "time": "its time",
}


@dataclass(frozen=True, slots=True)
class WordingModel:
    """The page of one message's words. `preview` is empty until somebody asks for it."""

    clinic_id: UUID
    name: str
    title: str
    facts: list[tuple[str, str]]
    about: str
    pairs: list[dict[str, Any]]
    errors: list[tuple[str, str]]
    preview: list[dict[str, Any]]
    based_on: str
    history: list[tuple[str, str, str]]


def wording_model(
    page: MessageWords,
    clinic_id: UUID,
    texts: Mapping[Key, str],
    errors: Mapping[str, str],
    *,
    preview_from: dt.date | None = None,
    based_on: str | None = None,
) -> WordingModel:
    """The page with the texts as typed, and what is wrong with them by field."""
    ours, name = texts_of(page.ours), page.ours.name
    shown = (
        in_both_languages(with_words(page.ours, texts), page.clinic, preview_from + AHEAD)
        if preview_from
        else []
    )
    return WordingModel(
        clinic_id=clinic_id,
        name=name,
        title=MESSAGE_WORDS[name],
        facts=[("Clinic", page.clinic), ("Words", "your own" if page.own else "ours")],
        about=ABOUT[name],
        pairs=[_pair(page, place.field, texts, ours, errors) for place in PLACES],
        errors=[
            (at if at in {field_name(*key) for key in KEYS} else "", said) for at, said in errors.items()
        ],
        preview=shown,
        based_on=based_on if based_on is not None else str(page.based_on or ""),
        history=[
            (_when(at, page.zone), by, "own words" if own else "back to ours") for at, by, own in page.history
        ],
    )


def _when(at: dt.datetime, zone: str) -> str:
    here = at.astimezone(ZoneInfo(zone))
    return f"{long_date(here.date(), year=True)}, {here:%H:%M}"


def _pair(
    page: MessageWords,
    field: str,
    texts: Mapping[Key, str],
    ours: Mapping[Key, str],
    errors: Mapping[str, str],
) -> dict[str, Any]:
    place = next(one for one in PLACES if one.field == field)
    names = may_name(page.ours, field)
    boxes = [
        {
            "name": field_name(field, language),
            "label": label,
            "language": language,
            "value": texts[field, language],
            "ours": ours[field, language] if texts[field, language] != ours[field, language] else "",
            "error": errors.get(field_name(field, language), ""),
        }
        for language, label in (("en", "English"), ("es", "Spanish"))
    ]
    return {
        "field": field,
        "title": place.label,
        "rows": place.rows,
        "hint": "May name " + ", ".join(f"{{{one}}} {MEANINGS[one]}" for one in names) + ".",
        "boxes": boxes,
        "own": any(box["ours"] for box in boxes),
    }


def texts_typed(form: Mapping[str, str], now: Mapping[Key, str]) -> dict[Key, str]:
    """The texts of a form; one that is missing is as it stands."""
    return {key: form.get(field_name(*key), text) for key, text in now.items()}
