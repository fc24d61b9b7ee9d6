"""Sending, one message at a time: claimed under a lease, handed over between transactions, settled by its attempt."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pne_tracker.domain.reminders.attempts import LEASE, Attempt, Result, retry_at
from pne_tracker.domain.reminders.reasons import Suppressed
from pne_tracker.domain.reminders.when import first_allowed
from pne_tracker.models import (
    MessageStatus,
    OutboxMessage,
    Reminder,
    ReminderStatus,
    StaffTask,
    StaffTaskKind,
    new_id,
)
from pne_tracker.queries.reminders.due import REMINDING
from pne_tracker.queries.zones import zone_of
from pne_tracker.services import audit
from pne_tracker.services.outbox import variables_of
from pne_tracker.services.reminders.wanted import unwanted

OVER = {
    MessageStatus.SENT: ReminderStatus.SENT,
    MessageStatus.FAILED: ReminderStatus.FAILED,
    MessageStatus.SUPPRESSED: ReminderStatus.SUPPRESSED,
    MessageStatus.UNKNOWN: ReminderStatus.UNKNOWN,
}
LOST_LEASE = "no_answer"
LEFT_TO_QUEUE = dt.timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in the hands of one attempt, with all that its channel needs."""

    id: uuid.UUID
    attempt_id: uuid.UUID
    organisation_id: uuid.UUID
    patient_id: uuid.UUID | None
    key: str
    channel: str
    recipient: str
    template: str
    template_version: int
    wording_id: uuid.UUID | None
    language: str
    variables: Mapping[str, str]


def claim_next(
    session: Session,
    *,
    now: dt.datetime,
    but: Collection[str] = (),
    message_id: uuid.UUID | None = None,
    queued: bool = False,
    suppressed: Counter[str] | None = None,
) -> Claimed | None:
    """Take the message that waits longest, or the one named, for one attempt; None when nothing waits.

    `but`: channels to leave alone. `queued`: reminders are jobs of a queue, so fresh ones are left to it for
    two minutes. Messages that are not wanted any more are settled on the way, and counted
    in `suppressed`.
    """
    while True:
        statement = select(OutboxMessage).where(
            OutboxMessage.status == MessageStatus.WAITING, OutboxMessage.not_before <= now
        )
        if but:
            statement = statement.where(OutboxMessage.channel.not_in(but))
        if queued:
            of_queue = OutboxMessage.template.in_(REMINDING) & (OutboxMessage.attempts == 0)
            statement = statement.where(~(of_queue & (OutboxMessage.created_at > now - LEFT_TO_QUEUE)))
        if message_id is not None:
            statement = statement.where(OutboxMessage.id == message_id)
        row = session.scalars(
            statement.order_by(OutboxMessage.not_before, OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return None
        why = unwanted(session, row, now)
        if isinstance(why, dt.datetime):
            why = _until_morning(session, row, why)
            if why is None:
                continue
        if why is not None:
            _over(session, row, MessageStatus.SUPPRESSED, why.value, now)
            if suppressed is not None:
                suppressed[why.value] += 1
            continue
        variables = variables_of(row)
        row.status, row.attempt_id = MessageStatus.SENDING, new_id()
        row.attempts += 1
        row.leased_until = now + LEASE
        session.flush()
        return Claimed(
            row.id,
            row.attempt_id,
            row.organisation_id,
            row.patient_id,
            row.idempotency_key,
            row.channel,
            row.recipient,
            row.template,
            row.template_version,
            row.wording_id,
            row.language,
            variables,
        )


def _until_morning(session: Session, row: OutboxMessage, morning: dt.datetime) -> Suppressed | None:
    """Let a message wait for the day; why it is left out when it is of no use then."""
    if morning >= row.expires_at:
        return Suppressed.QUIET_HOURS
    row.not_before = morning
    session.execute(
        update(Reminder).where(Reminder.message_id == row.id).values(held_for=Suppressed.QUIET_HOURS)
    )
    session.flush()
    return None


def give_up(session: Session, claimed: Claimed, why: Suppressed, *, now: dt.datetime) -> bool:
    """Settle a claimed message unsent: the patient stopped it between claim and sending."""
    row = _own(session, claimed)
    if row is not None:
        _over(session, row, MessageStatus.SUPPRESSED, why.value, now)
    return row is not None


def settle(session: Session, claimed: Claimed, attempt: Attempt, *, now: dt.datetime) -> MessageStatus | None:
    """Keep what became of an attempt; None when the message is not this attempt's any more.

    An attempt that answers after its lease ran out still decides what was undecided.
    """
    row = _own(session, claimed)
    if row is None:
        return None
    if attempt.result is Result.TEMPORARY and row.status is MessageStatus.SENDING:
        return _again(session, row, attempt, now)
    after = {
        Result.ACCEPTED: MessageStatus.SENT,
        Result.PERMANENT: MessageStatus.FAILED,
        Result.TEMPORARY: MessageStatus.FAILED,
        Result.UNDECIDABLE: MessageStatus.UNKNOWN,
    }[attempt.result]
    _over(session, row, after, attempt.code or None, now)
    return after


def _own(session: Session, claimed: Claimed) -> OutboxMessage | None:
    return session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.id == claimed.id,
            OutboxMessage.attempt_id == claimed.attempt_id,
            OutboxMessage.status.in_((MessageStatus.SENDING, MessageStatus.UNKNOWN)),
        )
        .with_for_update()
    ).first()


def _again(session: Session, row: OutboxMessage, attempt: Attempt, now: dt.datetime) -> MessageStatus:
    again = retry_at(row.attempts, now, row.expires_at)
    if again is not None and row.template in REMINDING and row.patient_id is not None:
        again = first_allowed(again, zone_of(session, row.patient_id))
        again = again if again < row.expires_at else None
    if again is None:
        _over(session, row, MessageStatus.FAILED, attempt.code or None, now)
        return MessageStatus.FAILED
    row.status, row.leased_until = MessageStatus.WAITING, None
    row.not_before, row.outcome = again, attempt.code or None
    session.flush()
    return MessageStatus.WAITING


def _over(
    session: Session, row: OutboxMessage, status: MessageStatus, outcome: str | None, now: dt.datetime
) -> None:
    """Settle a message and the reminders in it; what failed or is unknown becomes a task for staff."""
    was_undecided = row.status is MessageStatus.UNKNOWN
    row.status, row.outcome, row.settled_at = status, outcome, now
    row.leased_until, row.addresses = None, None
    values = {
        "status": OVER[status],
        "settled_at": now,
        "held_for": None,
        "suppressed_for": outcome if status is MessageStatus.SUPPRESSED else None,
    }
    if row.template in REMINDING:
        session.execute(update(Reminder).where(Reminder.message_id == row.id).values(**values))
    kind = {
        MessageStatus.FAILED: StaffTaskKind.MESSAGE_FAILED,
        MessageStatus.UNKNOWN: StaffTaskKind.MESSAGE_UNKNOWN,
    }.get(status)
    if kind is not None and row.clinic_id is not None:
        session.add(
            StaffTask(
                organisation_id=row.organisation_id,
                clinic_id=row.clinic_id,
                patient_id=row.patient_id,
                kind=kind,
                message_id=row.id,
                created_at=now,
            )
        )
    if status is MessageStatus.SENT and was_undecided:
        _close_tasks(session, row.id, now)
    audit.record_by_itself(
        session,
        row.organisation_id,
        status.value,
        "message",
        subject_id=row.id,
        patient_id=row.patient_id,
        now=now,
        template=row.template,
        channel=row.channel,
    )
    session.flush()


def _close_tasks(session: Session, message_id: uuid.UUID, now: dt.datetime) -> None:
    session.execute(
        update(StaffTask)
        .where(StaffTask.message_id == message_id, StaffTask.done_at.is_(None))
        .values(done_at=now, done_as="arrived")
    )


def sweep_leases(session: Session, *, now: dt.datetime) -> int:
    """Call undecided every attempt whose lease ran out: it may have been sent, so it is never sent again blindly."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.status == MessageStatus.SENDING, OutboxMessage.leased_until < now)
        .order_by(OutboxMessage.id)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        _over(session, row, MessageStatus.UNKNOWN, LOST_LEASE, now)
    return len(rows)
