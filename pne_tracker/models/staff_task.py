"""What a person has to look at, texts that came in, and the beat itself."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, Ref, TenantOwned, enum_of, fk, owned
from pne_tracker.models.sealing import Sealed


class StaffTaskKind(StrEnum):
    """Why a person has to look."""

    MESSAGE_FAILED = "message_failed"
    MESSAGE_UNKNOWN = "message_unknown"
    TEXT_CAME_IN = "text_came_in"


class StaffTask(TenantOwned, Base):
    """One thing for staff to look at; done by somebody, with what they decided."""

    __tablename__ = "staff_task"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("patient_id", "patient"),
        fk("message_id", "outbox_message"),
        fk("text_id", "inbound_text"),
        fk("done_by", "account"),
        UniqueConstraint("message_id", "kind"),
        CheckConstraint("(done_at IS NULL) = (done_as IS NULL)", name="done"),
        Index("ix_staff_task_clinic", "clinic_id", "done_at"),
        Index("ix_staff_task_patient", "patient_id"),
    )

    clinic_id: Mapped[Ref]
    patient_id: Mapped[uuid.UUID | None]
    kind: Mapped[StaffTaskKind] = mapped_column(enum_of(StaffTaskKind))
    message_id: Mapped[uuid.UUID | None]
    text_id: Mapped[uuid.UUID | None]
    created_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
    done_as: Mapped[str | None] = mapped_column(String(24))
    done_by: Mapped[uuid.UUID | None]


class InboundText(TenantOwned, Base):
    """A text message from a patient: what it asked for, and its words, sealed. Never changed."""

    __tablename__ = "inbound_text"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        UniqueConstraint("organisation_id", "provider_key"),
        Index("ix_inbound_text_patient", "patient_id", "received_at"),
    )

    patient_id: Mapped[Ref]
    provider_key: Mapped[str] = mapped_column(String(120))
    meaning: Mapped[str] = mapped_column(String(10))
    words: Mapped[Sealed]
    received_at: Mapped[dt.datetime]


class Beat(Base):
    """The one beat of an installation: who gives it until when, when it last ran, and trouble with a channel.

    It belongs to no organisation and holds nothing of anybody.
    """

    __tablename__ = "beat"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[uuid.UUID | None]
    held_until: Mapped[dt.datetime | None]
    last_at: Mapped[dt.datetime | None]
    trouble: Mapped[str | None] = mapped_column(String(60))
    trouble_since: Mapped[dt.datetime | None]
