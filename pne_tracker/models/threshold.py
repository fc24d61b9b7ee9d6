"""What counts towards the yearly threshold besides the own lines."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.billing.visit import Discipline
from pne_tracker.models.base import Base, Ref, TenantOwned, enum_of, fk, owned


class AllowedElsewhere(TenantOwned, Base):
    """What a payer allowed for a patient at other practices in a calendar year, in cents; the latest row counts."""

    __tablename__ = "allowed_elsewhere"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        fk("entered_by", "account"),
        CheckConstraint("cents >= 0", name="cents"),
        Index("ix_allowed_elsewhere_patient", "patient_id", "year", "discipline"),
    )

    patient_id: Mapped[Ref]
    year: Mapped[int]
    discipline: Mapped[Discipline] = mapped_column(enum_of(Discipline))
    cents: Mapped[int]
    entered_at: Mapped[dt.datetime]
    entered_by: Mapped[Ref]
