"""What leads ask therapists about patients who stall."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.stalling import StallAnswer
from pne_tracker.models.base import Base, Ref, TenantOwned, enum_of, fk, owned


class StallAsk(TenantOwned, Base):
    """One wish to look at an episode without activity since `since`. It ends by itself when the patient moves on."""

    __tablename__ = "stall_ask"
    __table_args__ = owned(
        fk("episode_id", "episode"),
        fk("patient_id", "patient"),
        fk("asked_by", "account"),
        fk("answered_by", "account"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        Index("ix_stall_ask_episode", "episode_id", "asked_at"),
    )

    episode_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    since: Mapped[dt.date]
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[Ref]
    answer: Mapped[StallAnswer | None] = mapped_column(enum_of(StallAnswer))
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[uuid.UUID | None]
