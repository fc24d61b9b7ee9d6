"""What staff decide about a message that failed or is undecided, and a text that came in."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.errors import BadInputError, NotFoundError, RefusedError
from pne_tracker.domain.messages.templates import Channel
from pne_tracker.domain.messages.wordings import NEWEST
from pne_tracker.models import (
    MessageStatus,
    OutboxMessage,
    Patient,
    Reminder,
    ReminderStatus,
    StaffTask,
    StaffTaskKind,
)
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.reminders.due import REMINDING, facts_of
from pne_tracker.services import audit

AGAIN, ARRIVED, ASIDE, READ = "again", "arrived", "aside", "read"
CHOICES = {
    StaffTaskKind.MESSAGE_FAILED: (AGAIN, ASIDE),
    StaffTaskKind.MESSAGE_UNKNOWN: (ARRIVED, AGAIN, ASIDE),
    StaffTaskKind.TEXT_CAME_IN: (READ,),
}
OF_A_VISIT = "visit"
TRIED_FOR = dt.timedelta(days=1)


def decide(
    session: Session, viewer: Viewer, task_id: uuid.UUID, choice: str, *, now: dt.datetime
) -> StaffTask:
    """Close a task as decided: send again, it arrived, set aside, or read. Closed already: nothing more happens.

    Raises BadInputError for a choice this task does not have, RefusedError for a link that has ended, and
    NotFoundError out of reach.
    """
    task = session.scalars(
        select(StaffTask)
        .outerjoin(Patient, Patient.id == StaffTask.patient_id)
        .where(
            StaffTask.id == task_id,
            StaffTask.clinic_id.in_(viewer.clinic_ids),
            or_(StaffTask.patient_id.is_(None), reachable_patients(viewer)),
        )
        .with_for_update(of=StaffTask)
    ).one_or_none()
    if task is None:
        raise NotFoundError
    if task.done_at is not None:
        return task
    if choice not in CHOICES[task.kind]:
        raise BadInputError("Choose one of the answers to this.", at="do")
    if task.message_id is not None:
        _apply(session, task.message_id, choice, now)
    task.done_at, task.done_as, task.done_by = now, choice, viewer.account_id
    audit.record(
        session, viewer, choice, "staff_task", subject_id=task.id, patient_id=task.patient_id, now=now
    )
    session.flush()
    return task


def _apply(session: Session, message_id: uuid.UUID, choice: str, now: dt.datetime) -> None:
    row = session.scalars(select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update()).one()
    if choice == AGAIN:
        if row.template not in REMINDING and NEWEST[row.template].action is not None:
            raise RefusedError(
                "The link in this message has ended. Have a new one sent, then set this aside."
            )
        if row.template in REMINDING:
            _put_right(session, row, now)
        row.status, row.outcome, row.settled_at, row.attempt_id = MessageStatus.WAITING, None, None, None
        row.attempts, row.not_before = 0, now
        row.expires_at = row.expires_at if row.template == OF_A_VISIT else now + TRIED_FOR
        _reminders(session, row.id, ReminderStatus.HELD, None)
    elif choice == ARRIVED:
        row.status = MessageStatus.SENT
        _reminders(session, row.id, ReminderStatus.SENT, now)


def _put_right(session: Session, row: OutboxMessage, now: dt.datetime) -> None:
    """The address as it stands now: staff put it right before they send again."""
    if row.template == OF_A_VISIT and now >= row.expires_at:
        raise RefusedError("This visit is over. Set the message aside.")
    patient = session.get_one(Patient, row.patient_id)
    address = facts_of(session, [patient], now)[patient.id].addresses.get(Channel(row.channel))
    if address is None:
        raise RefusedError("The patient has no address for this any more. Add one first, then send it again.")
    row.recipient = address


def _reminders(
    session: Session, message_id: uuid.UUID, status: ReminderStatus, settled_at: dt.datetime | None
) -> None:
    session.execute(
        update(Reminder)
        .where(Reminder.message_id == message_id)
        .values(status=status, settled_at=settled_at, held_for=None if settled_at else "sending")
    )
