"""Entries filed under the wrong item go to the right one: nothing of them is lost, and the way stays known."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Role, Viewer
from pne_tracker.domain.errors import BadInputError, NotAllowedError, NotFoundError, RefusedError
from pne_tracker.models import Check, Drawing, Entry, EntryMove, EntryStatus, Homework, new_id
from pne_tracker.queries.access import load
from pne_tracker.services import progress
from pne_tracker.services.entry_desk import Desk, local_day, open_desk, settle_item

MAX_REASON = 300


def move_entry(
    session: Session,
    viewer: Viewer,
    entry_id: uuid.UUID,
    to_homework_id: uuid.UUID,
    *,
    reason: str,
    now: dt.datetime,
) -> EntryMove:
    """Move a shared entry that was handed in to another item of the same patient.

    Done, late, checks and progress of both items follow. Raises BadInputError without a reason or when the
    other item has no place for what is in the entry, RefusedError for a private one or a full item.
    """
    if viewer.role is Role.PATIENT:
        raise NotAllowedError("Your clinic moves entries.")
    entry = load(session, viewer, Entry, entry_id, Access.EDIT)
    if entry.status is not EntryStatus.DONE:
        raise NotFoundError
    if not entry.shared:
        raise RefusedError("The patient keeps this entry private. Ask the patient to send it again.")
    if entry.homework_id == to_homework_id:
        raise BadInputError("The entry is in this item already. Choose another one.", at="to")
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise BadInputError(f"Write why it is moved, in at most {MAX_REASON} characters.", at="reason")
    source = open_desk(session, viewer, entry.homework_id, entry.occurrence, now)
    target, place = _target(session, viewer, entry, to_homework_id, now)
    move = _record(viewer, entry, target, place, reason, now)
    session.add(move)
    _file(session, entry, target, move.to_occurrence)
    source.entry = target.entry = entry
    settle_item(session, viewer, source, "move_entry_from", now)
    settle_item(session, viewer, target, "move_entry_to", now)
    progress.rebuild(session, [source.homework.episode_id, target.homework.episode_id])
    return move


def _target(
    session: Session, viewer: Viewer, entry: Entry, homework_id: uuid.UUID, now: dt.datetime
) -> tuple[Desk, int]:
    homework = load(session, viewer, Homework, homework_id, Access.EDIT)
    if homework.patient_id != entry.patient_id:
        raise NotFoundError
    taken = {
        *session.scalars(select(Entry.occurrence).where(Entry.homework_id == homework_id)),
        *session.scalars(select(Drawing.occurrence).where(Drawing.homework_id == homework_id)),
    }
    most = max(homework.expected, homework.done_at, 1)
    free = next((number for number in range(1, most + 1) if number not in taken), None)
    if free is None:
        raise RefusedError("Every entry of that item is there already. Choose another one.")
    desk = open_desk(session, viewer, homework_id, free, now)
    written = {name for name, value in entry.values.items() if value not in (None, "", [])}
    if not written <= set(desk.names):
        raise BadInputError("That item asks for other things. Choose one with the same form.", at="to")
    return desk, free


def _record(
    viewer: Viewer, entry: Entry, target: Desk, place: int, reason: str, now: dt.datetime
) -> EntryMove:
    homework = target.homework
    return EntryMove(
        id=new_id(),
        organisation_id=entry.organisation_id,
        entry_id=entry.id,
        patient_id=entry.patient_id,
        from_homework_id=entry.homework_id,
        from_occurrence=entry.occurrence,
        to_homework_id=homework.id,
        to_occurrence=place,
        reason=reason,
        moved_by=viewer.account_id,
        at=now,
    )


def _file(session: Session, entry: Entry, target: Desk, occurrence: int) -> None:
    """Put the entry into its place there; its drawing goes along, its check counts there."""
    homework = target.homework
    session.execute(
        update(Drawing)
        .where(Drawing.homework_id == entry.homework_id, Drawing.occurrence == entry.occurrence)
        .values(homework_id=homework.id, occurrence=occurrence)
    )
    entry.homework_id, entry.occurrence = homework.id, occurrence
    if entry.handed_in_at is not None:
        entry.late = local_day(entry.handed_in_at, target.zone) > homework.due_on
    for check in session.scalars(select(Check).where(Check.entry_id == entry.id)):
        check.section, check.episode_id = homework.section, homework.episode_id
    session.flush()
