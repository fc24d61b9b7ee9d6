"""The counts of completion: folded from changes by the beat, rebuilt and compared from the standings."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from pne_tracker.domain.standing import OF_CLINICS, Cell, Place, Sum
from pne_tracker.models import COUNT_KEY, EVERYBODY, NO_DAY, CompletionChange, CompletionCount, new_id
from pne_tracker.queries.standing_cells import AMOUNTS, COLUMNS
from pne_tracker.queries.standing_counts import added_up, differing
from pne_tracker.services.completion_changes import values_of

PAGE = 2000
Counts = dict[tuple[uuid.UUID, Place, Cell], Sum]


def fold(session: Session, *, limit: int = PAGE) -> int:
    """Add up to `limit` changes to the counts, of the clinic and mostly of the therapist; returns how many.

    Several may fold at once: each takes the changes that no other holds.
    """
    changes = session.scalars(
        select(CompletionChange).order_by(CompletionChange.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    sums: Counts = defaultdict(Sum)
    for row in changes:
        place, cell, amount = _read(row)
        sums[row.organisation_id, replace(place, therapist_id=EVERYBODY), cell] += amount
        if cell.measured not in OF_CLINICS:
            sums[row.organisation_id, place, cell] += amount
    _add(session, sums)
    session.execute(delete(CompletionChange).where(CompletionChange.id.in_([row.id for row in changes])))
    return len(changes)


def _read(row: CompletionChange) -> tuple[Place, Cell, Sum]:
    place = Place(row.clinic_id, row.therapist_id, row.payer_id, row.status.value)
    day = None if row.day == NO_DAY else row.day
    cell = Cell(row.measured, row.section, row.letter, row.what, day, row.days)
    return place, cell, Sum(row.n, row.done, row.late)


def _add(session: Session, sums: Counts) -> None:
    """Adds to the counts in one order for everybody, so that two at once never wait for each other in a ring."""
    rows = [
        {"id": new_id(), "organisation_id": organisation_id, **values_of(place, cell, amount)}
        for (organisation_id, place, cell), amount in sums.items()
        if amount != Sum()
    ]
    rows.sort(key=lambda row: tuple(str(row[name]) for name in COUNT_KEY))
    if not rows:
        return
    table: Any = CompletionCount.__table__
    statement: Any = (sqlite_insert if _is_sqlite(session) else postgresql_insert)(table)
    given = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=list(COUNT_KEY),
            set_={name: table.c[name] + given[name] for name in AMOUNTS},
        ),
        rows,
    )


def rebuild(session: Session) -> None:
    """Count everything of the session's scope anew from the standings."""
    session.execute(delete(CompletionChange))
    session.execute(delete(CompletionCount))
    counts = added_up(session).subquery()
    fresh = func.lower(func.hex(func.randomblob(16))) if _is_sqlite(session) else func.gen_random_uuid()
    table: Any = CompletionCount.__table__
    session.execute(
        insert(table).from_select(
            ["id", *COLUMNS],
            select(fresh, *(counts.c[name] for name in COLUMNS)),
            include_defaults=False,
        )
    )


def differences(session: Session) -> int:
    """How many counts of the scope, changes included, are not what the standings add up to."""
    return differing(session)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def waiting(session: Session) -> int:
    """How many changes wait for the beat."""
    return session.scalar(select(func.count()).select_from(CompletionChange)) or 0
