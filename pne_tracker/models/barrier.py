"""What got in the way of a homework item, as the patient said."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.barriers import BarrierReason
from pne_tracker.models.base import Base, Ref, TenantOwned, enum_of, fk, owned


class Barrier(TenantOwned, Base):
    """One reason named for one item. `on_date` is the patient's day of `at`; `told_by` staff or the patient."""

    __tablename__ = "barrier"
    __table_args__ = owned(
        fk("homework_id", "homework"),
        fk("patient_id", "patient"),
        fk("told_by", "account"),
        UniqueConstraint("homework_id", "reason"),
        Index("ix_barrier_patient", "patient_id", "at"),
        Index("ix_barrier_day", "organisation_id", "on_date"),
    )

    homework_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    reason: Mapped[BarrierReason] = mapped_column(enum_of(BarrierReason))
    on_date: Mapped[dt.date]
    at: Mapped[dt.datetime]
    told_by: Mapped[Ref]
