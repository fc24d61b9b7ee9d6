"""What the expected entries of homework add to the figures of completion, as each item was counted last."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.standing import Cells, EntryDay, Ledger, Place, entry_cells
from pne_tracker.models import Homework, HomeworkStanding
from pne_tracker.queries.standing import entry_days


def keep_items(
    session: Session,
    items: Collection[Homework],
    places: Mapping[uuid.UUID, Place],
    moved: Mapping[uuid.UUID, Place],
    ledgers: Mapping[uuid.UUID, Ledger],
) -> None:
    """Count the entries of these items anew, and move those of episodes that were in another place before.

    Places by episode, ledgers by organisation.
    """
    stored = stored_items(session, {item.id for item in items}, moved)
    days = entry_days(session, items)
    for row in stored.values():
        ledger, before, place = ledgers[row.organisation_id], cells_of_item(row), places[row.episode_id]
        ledger.take(moved.get(row.episode_id, place), before)
        if row.homework_id not in days:
            ledger.add(place, before)
            row.clinic_id = place.clinic_id
    for item in items:
        place = places[item.episode_id]
        ledgers[item.organisation_id].add(place, entry_cells(days[item.id], item.section, item.kind.value))
        keep_days(session, item, stored.get(item.id), place, days[item.id])


def stored_items(
    session: Session, homework_ids: Collection[uuid.UUID], moved: Collection[uuid.UUID] = ()
) -> dict[uuid.UUID, HomeworkStanding]:
    """How these items were counted last, with those of episodes that `moved`, by id."""
    if not homework_ids and not moved:
        return {}
    touched = HomeworkStanding.homework_id.in_(list(homework_ids))
    wanted = or_(touched, HomeworkStanding.episode_id.in_(list(moved))) if moved else touched
    return {row.homework_id: row for row in session.scalars(select(HomeworkStanding).where(wanted))}


def cells_of_item(row: HomeworkStanding) -> Cells:
    """What an item added to the figures when it was counted last."""
    days = [EntryDay(dt.date.fromisoformat(day), bool(done), bool(late)) for day, done, late in row.days]
    return entry_cells(days, row.section, row.kind)


def keep_days(
    session: Session, item: Homework, counted: HomeworkStanding | None, place: Place, days: list[EntryDay]
) -> None:
    """Keep the expected entries of an item as they are counted now; `counted` is its row, None before the first."""
    if counted is None:
        counted = HomeworkStanding(
            organisation_id=item.organisation_id,
            homework_id=item.id,
            episode_id=item.episode_id,
            patient_id=item.patient_id,
        )
        session.add(counted)
    counted.clinic_id, counted.section, counted.kind = place.clinic_id, item.section, item.kind.value
    counted.last_on = max((one.day for one in days), default=None)
    written = [[one.day.isoformat(), int(one.done), int(one.late)] for one in days]
    if counted.days != written:
        counted.days = written
