"""What the homework forms send, read into what the services take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from werkzeug.datastructures import ImmutableMultiDict

from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.domain.own_homework import OwnItem

Form = ImmutableMultiDict[str, str]


def day_of(text: str, *, at: str) -> dt.date | None:
    """A day as a date field sends it; None for none. BadInputError for anything else."""
    if not text.strip():
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise BadInputError("Write the day as year-month-day, like 2026-11-30.", at=at) from None


def uuids(texts: Iterable[str], *, at: str = "items") -> list[UUID]:
    """Ids as checkboxes send them. BadInputError for none chosen, NotFoundError for what is no id."""
    found = [text for text in texts if text]
    if not found:
        raise BadInputError("Choose at least one.", at=at)
    try:
        return [UUID(text) for text in found]
    except ValueError:
        raise NotFoundError from None


def own_item(form: Form) -> OwnItem:
    """An item written by hand, as far as it can be read; the domain says what is missing."""
    due = day_of(form.get("own_due_on", ""), at="own_due_on")
    if due is None:
        raise BadInputError("Write until when.", at="own_due_on")
    return OwnItem(
        title=form.get("title", ""),
        kind=form.get("kind", ""),
        text=form.get("text", ""),
        section=_whole(form.get("section", "")),
        due_on=due,
        times=_whole(form.get("times", "1")),
        required="optional" not in form,
    )


def _whole(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
