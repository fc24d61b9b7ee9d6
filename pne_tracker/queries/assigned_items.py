"""Assigned items of episodes with their status, their titles, and how many entries were handed in."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.homework import HomeworkFact, HomeworkStatus, status_of
from pne_tracker.models import Entry, EntryStatus, EpisodeGist, Homework, built_once
from pne_tracker.queries.gist_rows import gist_of, touched
from pne_tracker.queries.parameters import EPISODES
from pne_tracker.queries.raw_ids import id_of, raw


@dataclass(frozen=True, slots=True)
class AssignedItem:
    """One assigned item as lists need it, with its status on the day it was read for."""

    id: uuid.UUID
    episode_id: uuid.UUID
    section: int
    kind: HomeworkKind
    required: bool
    assigned_on: dt.date
    due_on: dt.date
    done_on: dt.date | None
    reviewed_on: dt.date | None
    title: str
    status: HomeworkStatus

    def as_fact(self) -> HomeworkFact:
        """As evidence of its section."""
        return HomeworkFact(
            kind=self.kind.value,
            required=self.required,
            status=self.status,
            due=self.due_on,
            reviewed=self.reviewed_on,
            review_recorded=True,
            label=self.title,
            ref=str(self.id),
        )


_ASSIGNED = built_once(
    select(
        Homework.id,
        Homework.episode_id,
        Homework.section,
        Homework.kind,
        Homework.required,
        Homework.assigned_on,
        Homework.due_on,
        Homework.done_on,
        Homework.reviewed_on,
        Homework.closed_as,
        Homework.template["title"].label("title"),
        select(Entry.id).where(Entry.homework_id == Homework.id).correlate(Homework).exists().label("begun"),
    )
    .where(Homework.episode_id.in_(EPISODES))
    .order_by(Homework.due_on, Homework.id)
)


def assigned_items(
    session: Session, episode_ids: Collection[uuid.UUID], today: dt.date | None
) -> list[AssignedItem]:
    """Every item of these episodes by the day it is due. One query."""
    return [
        AssignedItem(*row[:9], title_of({"title": row.title}), status_of(row, begun=row.begun, today=today))
        for row in session.execute(_ASSIGNED, {"episodes": list(episode_ids)})
    ]


class ItemDays(NamedTuple):
    """What strips and suggestions rest on of an assigned item, with its status on the day it was read for.

    One that nobody has done is *assigned*, begun or not: neither depends on it.
    """

    section: int
    required: bool
    assigned_on: dt.date
    due_on: dt.date
    done_on: dt.date | None
    reviewed_on: dt.date | None
    status: HomeworkStatus

    def as_fact(self) -> HomeworkFact:
        """As evidence of its section, without what only names it."""
        return HomeworkFact("", self.required, self.status, self.due_on, self.reviewed_on, True)


_VISITED_ON = func.coalesce(EpisodeGist.visited_on, dt.date.min)
_TELLING = built_once(
    select(
        raw(Homework.episode_id),
        Homework.section,
        Homework.required,
        Homework.assigned_on,
        Homework.due_on,
        Homework.done_on,
        Homework.reviewed_on,
        Homework.closed_as,
    )
    .outerjoin(EpisodeGist, gist_of(Homework.episode_id))
    .where(
        Homework.episode_id.in_(EPISODES),
        Homework.closed_as.is_(None),
        or_(
            Homework.done_on.is_(None),
            Homework.reviewed_on.is_(None),
            Homework.due_on >= _VISITED_ON,
            Homework.done_on >= _VISITED_ON,
        ),
    )
)


def telling_items(
    session: Session, episode_ids: Collection[uuid.UUID], today: dt.date
) -> dict[uuid.UUID, list[ItemDays]]:
    """The items of each episode that something still depends on. One query.

    They are not done, or not reviewed, or were due or done since the last visit. The closed ones settle nothing
    and wait for nobody.
    """
    rows = session.execute(_TELLING, {"episodes": list(episode_ids), "behind": list(touched(session))})
    found: dict[uuid.UUID, list[ItemDays]] = {}
    for row in rows:
        status = status_of(row, begun=False, today=today)
        days = ItemDays(row[1], row[2], row[3], row[4], row[5], row[6], status)
        found.setdefault(id_of(row[0]), []).append(days)
    return found


def begun_homework(session: Session, condition: object) -> set[uuid.UUID]:
    """Ids of the homework (under `condition`) for which anything was written, drafts included."""
    return set(
        session.scalars(
            select(Entry.homework_id)
            .join(Homework, Homework.id == Entry.homework_id)
            .where(condition)  # type: ignore[arg-type]
            .distinct()
        )
    )


def title_of(template: Mapping[str, object], language: str = "en") -> str:
    """The title of an assigned item as it was assigned."""
    title = template.get("title")
    if isinstance(title, Mapping):
        return str(title.get(language) or title.get("en") or "")
    return str(title or "")


def handed_in(session: Session, homework_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many entries are handed in for each item; items without any are left out."""
    rows = session.execute(
        select(Entry.homework_id, func.count())
        .where(Entry.homework_id.in_(list(homework_ids)), Entry.status == EntryStatus.DONE)
        .group_by(Entry.homework_id)
    )
    return {row[0]: row[1] for row in rows}
