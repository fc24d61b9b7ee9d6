"""Many items withdrawn at once, and items taken up again: the undo of withdrawing and waiving."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.models import Episode, Homework, Reminder, ReminderStatus
from pne_tracker.queries.access import load
from pne_tracker.services import audit, homework_review, progress


def withdraw_many(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    homework_ids: Collection[uuid.UUID],
    *,
    reason: str,
    now: dt.datetime,
) -> list[uuid.UUID]:
    """Withdraw these items of an episode; returns those it withdrew. Items done meanwhile stay as they are.

    Raises BadInputError without any item or reason, NotFoundError for an item of another episode.
    """
    rows = _of_episode(session, viewer, episode_id, homework_ids)
    if not rows:
        raise BadInputError("Tick the items to withdraw.", at="items")
    open_rows = [row for row in rows if row.done_on is None and row.closed_as is None]
    for row in open_rows:
        homework_review.withdraw(session, viewer, row.id, reason=reason, now=now)
    return [row.id for row in open_rows]


def take_up_again(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    homework_ids: Collection[uuid.UUID],
    *,
    now: dt.datetime,
) -> int:
    """Open items again that were withdrawn or waived, with their reminders still to come; returns how many."""
    count = 0
    for row in _of_episode(session, viewer, episode_id, homework_ids):
        if row.closed_as is None:
            continue
        session.execute(
            update(Reminder)
            .where(
                Reminder.homework_id == row.id,
                Reminder.suppressed_for == row.closed_as,
                Reminder.due_at > now,
            )
            .values(status=ReminderStatus.PLANNED, suppressed_for=None, settled_at=None)
        )
        row.closed_as, row.closed_reason, row.closed_at, row.closed_by = None, None, None, None
        audit.record(
            session, viewer, "reopen", "homework", subject_id=row.id, patient_id=row.patient_id, now=now
        )
        count += 1
    session.flush()
    if count:
        progress.rebuild(session, [episode_id])
    return count


def _of_episode(
    session: Session, viewer: Viewer, episode_id: uuid.UUID, homework_ids: Collection[uuid.UUID]
) -> list[Homework]:
    load(session, viewer, Episode, episode_id, Access.EDIT)
    rows = session.scalars(
        select(Homework)
        .where(Homework.episode_id == episode_id, Homework.id.in_(list(homework_ids)))
        .order_by(Homework.due_on, Homework.id)
        .with_for_update()
    ).all()
    if len(rows) != len(set(homework_ids)):
        raise NotFoundError
    return list(rows)
