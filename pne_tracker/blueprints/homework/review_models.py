"""The review page in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from pne_tracker.blueprints.homework.viewmodels import EntryWords, entry_words
from pne_tracker.domain.errors import BadInputError
from pne_tracker.queries.new_entries import NewEntries, NewItem
from pne_tracker.web.display import count_text, moment_text


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item with its new entries, and its comment as typed."""

    id: str
    title: str
    url: str
    meta: str
    look_for: str
    entries: list[EntryWords]
    reply: str
    error: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """Everything new of one patient."""

    patient: str
    patient_url: str
    messages_url: str
    url: str
    items: list[ItemView]
    left: str
    reviewed: str
    errors: list[tuple[str, str]]


def review_view(
    page: NewEntries, zone: str, typed: Mapping[str, str], error: BadInputError | None
) -> ReviewView:
    """The page; `typed` is a refused form with its `error`."""
    items = [_item(one, zone, typed, error) for one in page.items]
    return ReviewView(
        patient=page.patient,
        patient_url=url_for("patients.show", patient_id=page.patient_id, episode=page.episode_id),
        messages_url=url_for("messages.thread", patient_id=page.patient_id),
        url=url_for("homework.mark_read", episode_id=page.episode_id),
        items=items,
        left=f"{count_text(page.left, 'more item')} follow once these are read." if page.left else "",
        reviewed=f"Looked at last on {moment_text(page.reviewed_at, zone)}." if page.reviewed_at else "",
        errors=[(f"reply-{one.id}", one.error) for one in items if one.error],
    )


def _item(one: NewItem, zone: str, typed: Mapping[str, str], error: BadInputError | None) -> ItemView:
    mine = typed.get("item") == str(one.id)
    return ItemView(
        id=str(one.id),
        title=one.title,
        url=url_for("homework.show", homework_id=one.id),
        meta=f"Section {one.section}, {count_text(len(one.entries), 'new entry', 'new entries')}",
        look_for=one.look_for,
        entries=[entry_words(entry, zone) for entry in one.entries],
        reply=typed.get("reply", "") if mine else "",
        error=error.message if mine and error else "",
    )
