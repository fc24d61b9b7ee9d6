"""Corrections of the record that patients ask for."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.amendments import AmendmentAnswer
from pne_tracker.models.base import Base, Long, Ref, TenantOwned, enum_of, fk, owned


class Amendment(TenantOwned, Base):
    """What is wrong and why, and the clinic's answer by `due_on`. What was signed stays; `addendum_id` corrects it."""

    __tablename__ = "amendment"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        fk("asked_by", "account"),
        fk("addendum_id", "addendum"),
        fk("answered_by", "account"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        Index("ix_amendment_patient", "patient_id", "asked_at"),
    )

    patient_id: Mapped[Ref]
    what: Mapped[Long]
    why: Mapped[Long]
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[Ref]
    due_on: Mapped[dt.date]
    answer: Mapped[AmendmentAnswer | None] = mapped_column(enum_of(AmendmentAnswer))
    words: Mapped[Long]
    addendum_id: Mapped[uuid.UUID | None]
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[uuid.UUID | None]
