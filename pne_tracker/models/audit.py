"""The audit trail: who read or changed what of whom, and the chain that seals it."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, JsonDict, TenantOwned, owned


class AuditEvent(TenantOwned, Base):
    """One read or change, written in its transaction. `position`, `previous` and `seal` come from the beat.

    `details` names fields and ids, never their values. `patient_id` is a plain id: the trail outlives the record.
    """

    __tablename__ = "audit_event"
    __table_args__ = owned(
        UniqueConstraint("position"),
        Index("ix_audit_event_patient", "patient_id", "at"),
        Index("ix_audit_event_at", "at"),
    )

    at: Mapped[dt.datetime]
    actor_id: Mapped[uuid.UUID | None]
    actor_role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[uuid.UUID | None]
    patient_id: Mapped[uuid.UUID | None]
    details: Mapped[JsonDict]
    position: Mapped[int | None]
    previous: Mapped[str | None] = mapped_column(String(64))
    seal: Mapped[str | None] = mapped_column(String(64))
