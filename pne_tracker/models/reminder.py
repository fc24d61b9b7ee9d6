"""Reminders and the outbox: what is to be said to whom, when, and what became of it."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, false, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.reminders.states import WENT, MessageStatus, ReminderStatus
from pne_tracker.models.base import Base, JsonDict, Ref, TenantOwned, enum_of, fk, owned, sparse
from pne_tracker.models.sealing import Sealed


class Reminder(TenantOwned, Base):
    """One message due at one instant for one reason. Wall time and zone are kept, UTC computed.

    Several that are due together go out as one message, named by `message_id`. After `expires_at` it is of no use.
    `counted` says whether completion's figures hold it as one that went, None that it is to be counted anew; the
    beat counts those of `UNCOUNTED`.
    """

    __tablename__ = "reminder"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        fk("homework_id", "homework"),
        fk("appointment_id", "appointment"),
        fk("message_id", "outbox_message"),
        UniqueConstraint("organisation_id", "idempotency_key"),
        Index("ix_reminder_patient", "patient_id", "due_at"),
        Index("ix_reminder_message", "message_id"),
        sparse("ix_reminder_appointment", "appointment_id"),
        Index("ix_reminder_homework", "homework_id"),
    )

    patient_id: Mapped[Ref]
    homework_id: Mapped[uuid.UUID | None]
    appointment_id: Mapped[uuid.UUID | None]
    message_id: Mapped[uuid.UUID | None]
    reason: Mapped[str] = mapped_column(String(40))
    idempotency_key: Mapped[str] = mapped_column(String(120))
    wall_time: Mapped[str] = mapped_column(String(20))
    timezone: Mapped[str] = mapped_column(String(60))
    due_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    status: Mapped[ReminderStatus] = mapped_column(enum_of(ReminderStatus))
    suppressed_for: Mapped[str | None] = mapped_column(String(60))
    held_for: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    counted: Mapped[bool | None] = mapped_column(default=False, server_default=false())


_OPEN = Reminder.settled_at.is_(None) & Reminder.message_id.is_(None)
Index("ix_reminder_open", Reminder.due_at, sqlite_where=_OPEN, postgresql_where=_OPEN)
_HAS_GONE = Reminder.status.in_([literal_column(f"'{one.value}'") for one in WENT])
UNCOUNTED = Reminder.message_id.is_not(None) & (Reminder.counted.is_(None) | (Reminder.counted != _HAS_GONE))
"""Of reminders in messages, those that are counted otherwise than they stand: an index holds nothing else."""
Index("ix_reminder_uncounted", Reminder.settled_at, sqlite_where=UNCOUNTED, postgresql_where=UNCOUNTED)


class OutboxMessage(TenantOwned, Base):
    """A message to hand to a channel, written with the change that causes it.

    `wording_id` names the clinic's own words, where it is said with some. `addresses` seals the links among its
    variables, which may open an account, and is wiped when the message is settled. `attempt_id` fences: an attempt
    settles only what it claimed itself. `outcome` is a code, never words of a provider.
    """

    __tablename__ = "outbox_message"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("patient_id", "patient"),
        fk("wording_id", "message_wording"),
        UniqueConstraint("organisation_id", "idempotency_key"),
        CheckConstraint("(status = 'sending') = (leased_until IS NOT NULL)", name="lease"),
        Index("ix_outbox_message_due", "status", "not_before"),
        Index("ix_outbox_message_patient", "patient_id", "settled_at"),
    )

    clinic_id: Mapped[uuid.UUID | None]
    patient_id: Mapped[uuid.UUID | None]
    idempotency_key: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[str] = mapped_column(String(254))
    template: Mapped[str] = mapped_column(String(60))
    template_version: Mapped[int]
    wording_id: Mapped[uuid.UUID | None]
    language: Mapped[str] = mapped_column(String(10))
    variables: Mapped[JsonDict]
    addresses: Mapped[Sealed | None]
    status: Mapped[MessageStatus] = mapped_column(enum_of(MessageStatus), default=MessageStatus.WAITING)
    outcome: Mapped[str | None] = mapped_column(String(60))
    attempts: Mapped[int] = mapped_column(default=0)
    attempt_id: Mapped[uuid.UUID | None]
    not_before: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    leased_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
