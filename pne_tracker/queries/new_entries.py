"""Entries that came back and nobody read yet, item by item. What is private shows only that it is there."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.homework_item import item_from_dict
from pne_tracker.domain.people import full_name
from pne_tracker.models import Entry, EntryStatus, Episode, Homework, Patient
from pne_tracker.queries.access import load
from pne_tracker.queries.homework_pages import EntryShown, shown, writers
from pne_tracker.queries.portal import quiz_of
from pne_tracker.queries.visit_facts import names_of

MOST_ITEMS = 40


@dataclass(frozen=True, slots=True)
class NewItem:
    """One item with its entries that are new, latest day first."""

    id: uuid.UUID
    section: int
    kind: str
    title: str
    look_for: str
    entries: tuple[EntryShown, ...]


@dataclass(frozen=True, slots=True)
class NewEntries:
    """What came back of one episode and waits to be read; `left` more items are not shown."""

    patient_id: uuid.UUID
    patient: str
    episode_id: uuid.UUID
    reviewed_at: dt.datetime | None
    items: tuple[NewItem, ...]
    left: int


def unread() -> ColumnElement[bool]:
    """Condition on Entry joined with Homework: handed in, and not read since."""
    never = and_(Homework.reviewed_at.is_(None), Homework.reviewed_on.is_(None))
    return and_(
        Entry.status == EntryStatus.DONE,
        Homework.closed_as.is_distinct_from("withdrawn"),
        or_(never, Entry.handed_in_at > Homework.reviewed_at),
    )


def new_entries(session: Session, viewer: Viewer, episode_id: uuid.UUID) -> NewEntries:
    """Everything new of an episode in reach, the item with the latest entry first. Raises NotFoundError."""
    episode = load(session, viewer, Episode, episode_id)
    patient = load(session, viewer, Patient, episode.patient_id)
    rows = session.execute(
        select(Entry, Homework)
        .join(Homework, Homework.id == Entry.homework_id)
        .where(Homework.episode_id == episode.id, unread())
        .order_by(Entry.handed_in_at.desc(), Entry.id.desc())
    ).all()
    entries: dict[uuid.UUID, list[Entry]] = {}
    items: dict[uuid.UUID, Homework] = {}
    for entry, homework in rows:
        items.setdefault(homework.id, homework)
        entries.setdefault(homework.id, []).append(entry)
    chosen = list(items.values())[:MOST_ITEMS]
    return NewEntries(
        patient_id=patient.id,
        patient=full_name(patient.given_name, patient.family_name),
        episode_id=episode.id,
        reviewed_at=episode.reviewed_at,
        items=tuple(_item(session, viewer, row, entries[row.id]) for row in chosen),
        left=len(items) - len(chosen),
    )


def _item(session: Session, viewer: Viewer, row: Homework, entries: list[Entry]) -> NewItem:
    item = item_from_dict(row.template)
    questions = quiz_of(session, row).every if item.kind is HomeworkKind.QUIZ else ()
    names = names_of(session, viewer, *writers(entries))
    newest = sorted(entries, key=lambda entry: (entry.for_date, entry.occurrence), reverse=True)
    return NewItem(
        id=row.id,
        section=row.section,
        kind=row.kind.value,
        title=item.title.en,
        look_for=item.look_for,
        entries=tuple(shown(entry, item, questions, names=names) for entry in newest),
    )
