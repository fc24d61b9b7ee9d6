"""Recall: one card for each concept of an episode that was understood."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, JsonDict, Ref, TenantOwned, fk, owned


class RecallCard(TenantOwned, Base):
    """When a concept is asked again, and the question and answer of the last time (domain.recall.Card).

    `due_on` is none while the card rests. Each answer is also a check of kind *recall*, which is the evidence.
    """

    __tablename__ = "recall_card"
    __table_args__ = owned(
        fk("episode_id", "episode"),
        fk("patient_id", "patient"),
        UniqueConstraint("episode_id", "concept"),
        CheckConstraint("answers >= 0", name="answers"),
        CheckConstraint("(answered_on IS NULL) = (question_id IS NULL)", name="answered"),
        Index("ix_recall_card_patient", "patient_id", "due_on"),
        Index("ix_recall_card_due", "due_on"),
    )

    episode_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    concept: Mapped[str] = mapped_column(String(80))
    learnt_on: Mapped[dt.date]
    due_on: Mapped[dt.date | None]
    answered_on: Mapped[dt.date | None]
    missed_on: Mapped[dt.date | None]
    answers: Mapped[int] = mapped_column(default=0)
    memory: Mapped[JsonDict]
    question_id: Mapped[str | None] = mapped_column(String(80))
    answer: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
