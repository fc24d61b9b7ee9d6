"""Records opened outside the care team."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.break_glass import GlassReason
from pne_tracker.models.base import Base, Long, Ref, TenantOwned, enum_of, fk, owned


class BreakGlass(TenantOwned, Base):
    """One record, opened to read by one account until `until`, and why. A lead of the clinic has `seen` it."""

    __tablename__ = "break_glass"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("patient_id", "patient"),
        fk("account_id", "account"),
        fk("seen_by", "account"),
        CheckConstraint("until > opened_at", name="ends"),
        CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seen"),
        Index("ix_break_glass_account", "account_id", "until"),
        Index("ix_break_glass_patient", "patient_id", "opened_at"),
        Index("ix_break_glass_clinic", "clinic_id", "seen_at"),
    )

    clinic_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    account_id: Mapped[Ref]
    reason: Mapped[GlassReason] = mapped_column(enum_of(GlassReason))
    words: Mapped[Long]
    opened_at: Mapped[dt.datetime]
    until: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime | None]
    seen_by: Mapped[uuid.UUID | None]
