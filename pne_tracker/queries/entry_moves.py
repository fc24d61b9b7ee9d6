"""The way entries took between items."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.models import EntryMove, Homework
from pne_tracker.queries.assigned_items import title_of
from pne_tracker.queries.visit_facts import names_of


@dataclass(frozen=True, slots=True)
class MoveLine:
    """An entry that came to the item (`came`) or went away from it, and the other item."""

    came: bool
    other_id: uuid.UUID
    other: str
    reason: str
    by: str
    at: dt.datetime


def moves_of(session: Session, viewer: Viewer, homework_id: uuid.UUID) -> tuple[MoveLine, ...]:
    """Entries that came to an item in reach, or went away from it, first first. At most three queries."""
    rows = session.scalars(
        select(EntryMove)
        .where(or_(EntryMove.to_homework_id == homework_id, EntryMove.from_homework_id == homework_id))
        .order_by(EntryMove.at, EntryMove.id)
    ).all()
    if not rows:
        return ()
    others = {_other(row, homework_id) for row in rows}
    titles = {
        row[0]: title_of(row[1])
        for row in session.execute(select(Homework.id, Homework.template).where(Homework.id.in_(others)))
    }
    names = names_of(session, viewer, *(row.moved_by for row in rows))
    return tuple(
        MoveLine(
            came=row.to_homework_id == homework_id,
            other_id=_other(row, homework_id),
            other=titles[_other(row, homework_id)],
            reason=row.reason,
            by=names.get(row.moved_by, ""),
            at=row.at,
        )
        for row in rows
    )


def _other(row: EntryMove, homework_id: uuid.UUID) -> uuid.UUID:
    return row.from_homework_id if row.to_homework_id == homework_id else row.to_homework_id
