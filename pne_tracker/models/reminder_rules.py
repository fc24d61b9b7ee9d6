"""What clinics and patients chose about reminders, and the places a message can be pushed to."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, JsonDict, JsonList, Ref, TenantOwned, fk, owned
from pne_tracker.models.sealing import Sealed


class ReminderRules(TenantOwned, Base):
    """The reminder rules of a clinic (domain.reminders.rules). Never changed: the newest row counts.

    Whoever writes a row holds the clinic's row locked, so that ids are in the order of the changes.
    """

    __tablename__ = "reminder_rules"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("changed_by", "account"),
        Index("ix_reminder_rules_clinic", "clinic_id", "id"),
    )

    clinic_id: Mapped[Ref]
    rules: Mapped[JsonDict]
    paused: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[Ref]


class MessageWording(TenantOwned, Base):
    """A clinic's own words for one message (domain.messages.own_words), in both languages; none: back to ours.

    Never changed: the newest row of a template counts, and messages name the one they are said with. Written
    under the clinic's lock, as rules are.
    """

    __tablename__ = "message_wording"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("changed_by", "account"),
        Index("ix_message_wording_clinic", "clinic_id", "template", "id"),
    )

    clinic_id: Mapped[Ref]
    template: Mapped[str] = mapped_column(String(60))
    texts: Mapped[JsonDict]
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[Ref]


class ReminderSweep(TenantOwned, Base):
    """The last day, at the clinic, whose recall questions were planned."""

    __tablename__ = "reminder_sweep"
    __table_args__ = owned(fk("clinic_id", "clinic"), UniqueConstraint("clinic_id"))

    clinic_id: Mapped[Ref]
    swept_on: Mapped[dt.date]


class ReminderChoice(TenantOwned, Base):
    """What differs for one patient: reminders switched off, and a pause, until a day or until taken back."""

    __tablename__ = "reminder_choice"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        fk("paused_by", "account"),
        UniqueConstraint("patient_id"),
        CheckConstraint("paused_until IS NULL OR paused_at IS NOT NULL", name="paused"),
    )

    patient_id: Mapped[Ref]
    off: Mapped[JsonList]
    paused_at: Mapped[dt.datetime | None]
    paused_until: Mapped[dt.date | None]
    paused_by: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class PushSubscription(TenantOwned, Base):
    """A browser of a patient that takes push messages. Its address and keys lie sealed, found by their hash."""

    __tablename__ = "push_subscription"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        UniqueConstraint("endpoint_hash"),
        Index("ix_push_subscription_patient", "patient_id"),
    )

    patient_id: Mapped[Ref]
    endpoint_hash: Mapped[str] = mapped_column(String(64))
    subscription: Mapped[Sealed]
    created_at: Mapped[dt.datetime]
    gone_at: Mapped[dt.datetime | None]


class CalendarFeed(TenantOwned, Base):
    """A patient's calendar at a secret address, of which only the hash is kept. A new address ends the old one."""

    __tablename__ = "calendar_feed"
    __table_args__ = owned(
        fk("patient_id", "patient"), UniqueConstraint("patient_id"), UniqueConstraint("token_hash")
    )

    patient_id: Mapped[Ref]
    token_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[dt.datetime]
