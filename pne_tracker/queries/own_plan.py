"""What patients wrote for themselves and share: the plan they went through, what helped, the activities they rate.

Journals are never read here, shared or not.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import HomeworkKind, Text
from pne_tracker.domain.entry_fields import Control, FieldSpec, fields_of
from pne_tracker.domain.homework_item import item_from_dict
from pne_tracker.domain.outcomes import PSFS
from pne_tracker.models import Entry, EntryStatus, Homework, OutcomeScore

HELPED = "helped"
HELPING_KINDS = (HomeworkKind.STRESS_LOG, HomeworkKind.FLARE_LOG)
MOST_HELPERS = 8


@dataclass(frozen=True, slots=True)
class Said:
    """One question of the plan with the patient's answer, `value` as it is kept; `day` where the answer is a day."""

    name: str
    value: str
    label: Text
    answer: Text
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """One of the patient's own activities, rated 0 (unable) to 10 (as before); `latest` None when rated once."""

    name: str
    first: float
    latest: float | None


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """The plan as the patient last went through it, on `written_on`; helpers the latest first, each once."""

    written_on: dt.date | None
    items: tuple[Said, ...]
    helpers: tuple[str, ...]
    activities: tuple[Activity, ...]


def own_plan(session: Session, episode_id: uuid.UUID, until: dt.date) -> OwnPlan:
    """What is shared of an episode up to and including a day. Three queries."""
    written_on, items = _latest_review(session, episode_id, until)
    return OwnPlan(
        written_on, items, _helpers(session, episode_id, until), _activities(session, episode_id, until)
    )


def _latest_review(
    session: Session, episode_id: uuid.UUID, until: dt.date
) -> tuple[dt.date | None, tuple[Said, ...]]:
    row = session.execute(
        select(Entry, Homework.template)
        .join(Homework, Homework.id == Entry.homework_id)
        .where(_shared(episode_id, until), Homework.kind == HomeworkKind.REVIEW)
        .order_by(Entry.for_date.desc(), Entry.handed_in_at.desc(), Entry.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None, ()
    entry, template = row
    item = item_from_dict(template)
    return entry.for_date, tuple(_said(entry.values, fields_of(item.kind, item)))


def _shared(episode_id: uuid.UUID, until: dt.date) -> ColumnElement[bool]:
    return and_(
        Homework.episode_id == episode_id,
        Entry.status == EntryStatus.DONE,
        Entry.shared.is_(True),
        Entry.for_date <= until,
    )


def _said(values: dict[str, object], fields: Iterable[FieldSpec]) -> Iterable[Said]:
    for spec in fields:
        text = str(values.get(spec.name) or "").strip()
        if not text or spec.control is Control.YES_NO:
            continue
        answer = dict(spec.options).get(text, Text(text, text))
        yield Said(
            spec.name, text, spec.label, answer, _day(text) if spec.control is Control.ANY_DATE else None
        )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _helpers(session: Session, episode_id: uuid.UUID, until: dt.date) -> tuple[str, ...]:
    rows = session.scalars(
        select(Entry.values)
        .join(Homework, Homework.id == Entry.homework_id)
        .where(_shared(episode_id, until), Homework.kind.in_(HELPING_KINDS))
        .order_by(Entry.for_date.desc(), Entry.id.desc())
    )
    found: dict[str, str] = {}
    for values in rows:
        text = str(values.get(HELPED) or "").strip()
        if text:
            found.setdefault(text.casefold().rstrip("."), text)
    return tuple(found.values())[:MOST_HELPERS]


def _activities(session: Session, episode_id: uuid.UUID, until: dt.date) -> tuple[Activity, ...]:
    rows = list(
        session.scalars(
            select(OutcomeScore.items)
            .where(
                OutcomeScore.episode_id == episode_id,
                OutcomeScore.measure == PSFS.id,
                OutcomeScore.on_date <= until,
            )
            .order_by(OutcomeScore.on_date, OutcomeScore.id)
        )
    )
    first: dict[str, float] = {}
    latest: dict[str, float] = {}
    for items in rows:
        for one in items.get("activities", []):
            name, score = str(one["name"]), float(one["score"])
            if name in first:
                latest[name] = score
            else:
                first[name] = score
    return tuple(Activity(name, score, latest.get(name)) for name, score in first.items())
