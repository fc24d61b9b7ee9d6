"""What the clinic does with homework: read it, answer it, waive it or take it back."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import BadInputError, NotFoundError, RefusedError
from pne_tracker.models import Entry, Episode, Homework
from pne_tracker.queries.access import load
from pne_tracker.queries.new_entries import unread
from pne_tracker.services import assignments, audit, episodes, messages, progress
from pne_tracker.services.reminders.planning import plan_reply

MAX_REPLY = 500
MAX_REASON = 300
WAIVED, WITHDRAWN = "waived", "withdrawn"


def review(
    session: Session,
    viewer: Viewer,
    homework_id: uuid.UUID,
    *,
    reply: str = "",
    today: dt.date,
    now: dt.datetime,
) -> Homework:
    """Mark an item as reviewed, with an answer that the patient sees; another answer is added to the earlier ones."""
    row = load(session, viewer, Homework, homework_id, Access.EDIT)
    if row.closed_as == WITHDRAWN:
        raise RefusedError("This item was withdrawn. There is nothing to review.")
    reply = reply.strip()
    if len(reply) > MAX_REPLY:
        raise BadInputError(f"Shorten the answer to {MAX_REPLY} characters.", at="reply")
    row.reviewed_on, row.reviewed_at, row.reviewed_by = today, now, viewer.account_id
    if reply and reply != row.reply:
        row.reply = reply
        plan_reply(session, row, now=now)
        messages.comment(session, viewer, row, reply, now=now)
    _record(session, viewer, row, "review", now, replied=bool(reply))
    session.flush()
    return row


def review_in(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    homework_id: uuid.UUID | None,
    *,
    reply: str = "",
    today: dt.date,
    now: dt.datetime,
) -> Homework:
    """The same for an item of that episode. Raises NotFoundError when it belongs to another."""
    load(session, viewer, Episode, episode_id)
    row = load(session, viewer, Homework, homework_id, Access.EDIT) if homework_id else None
    if row is None or row.episode_id != episode_id:
        raise NotFoundError
    return review(session, viewer, row.id, reply=reply, today=today, now=now)


def review_all(
    session: Session, viewer: Viewer, episode_id: uuid.UUID, *, today: dt.date, now: dt.datetime
) -> int:
    """Mark every item with unread entries as reviewed, and stamp the episode; returns how many items."""
    episodes.mark_reviewed(session, viewer, episode_id, now=now)
    ids = session.scalars(
        select(Homework.id)
        .join(Entry, Entry.homework_id == Homework.id)
        .where(Homework.episode_id == episode_id, unread())
        .distinct()
    ).all()
    for homework_id in ids:
        review(session, viewer, homework_id, today=today, now=now)
    return len(ids)


def waive(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, *, reason: str, now: dt.datetime
) -> Homework:
    """Let an item go: it counts as settled. Raises RefusedError when it is done or closed already."""
    return _close(session, viewer, homework_id, WAIVED, reason, now)


def withdraw(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, *, reason: str, now: dt.datetime
) -> Homework:
    """Take an item back: it counts nowhere. Raises RefusedError when it is done or closed already."""
    return _close(session, viewer, homework_id, WITHDRAWN, reason, now)


def _close(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, closed_as: str, reason: str, now: dt.datetime
) -> Homework:
    row = load(session, viewer, Homework, homework_id, Access.EDIT)
    if row.closed_as == closed_as:
        return row
    if row.closed_as is not None:
        raise RefusedError(f"This item is {row.closed_as} already.")
    if row.done_on is not None:
        raise RefusedError("This item is done. Mark it as reviewed instead.")
    reason = reason.strip()
    if not reason:
        raise BadInputError("Write the reason: it is kept with the item.", at="reason")
    if len(reason) > MAX_REASON:
        raise BadInputError(f"Shorten the reason to {MAX_REASON} characters.", at="reason")
    assignments.close(session, viewer, row, closed_as, reason, now)
    progress.rebuild(session, [row.episode_id])
    _record(session, viewer, row, closed_as, now)
    session.flush()
    return row


def _record(
    session: Session, viewer: Viewer, row: Homework, action: str, now: dt.datetime, **details: bool
) -> None:
    audit.record(
        session,
        viewer,
        action,
        "homework",
        subject_id=row.id,
        patient_id=row.patient_id,
        now=now,
        **details,
    )
