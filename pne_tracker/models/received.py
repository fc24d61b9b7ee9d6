"""What patients say they received."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.received import Received
from pne_tracker.models.base import Base, Ref, TenantOwned, enum_of, fk, owned


class ReceivedAnswer(TenantOwned, Base):
    """The one answer of an episode; `on_date` is the patient's day of `at`."""

    __tablename__ = "received_answer"
    __table_args__ = owned(
        fk("episode_id", "episode"),
        fk("patient_id", "patient"),
        UniqueConstraint("episode_id"),
    )

    episode_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    answer: Mapped[Received] = mapped_column(enum_of(Received))
    on_date: Mapped[dt.date]
    at: Mapped[dt.datetime]
