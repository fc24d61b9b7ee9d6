"""Outcome scores: pain, function and change over an episode."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, JsonDict, Ref, TenantOwned, fk, owned


class OutcomeScore(TenantOwned, Base):
    """One score of one measure on one day; `items` where the measure is entered item by item."""

    __tablename__ = "outcome_score"
    __table_args__ = owned(
        fk("episode_id", "episode"),
        fk("visit_id", "visit"),
        Index("ix_outcome_score_episode", "episode_id", "measure", "on_date"),
    )

    episode_id: Mapped[Ref]
    visit_id: Mapped[uuid.UUID | None]
    measure: Mapped[str] = mapped_column(String(30))
    measure_version: Mapped[str] = mapped_column(String(30), default="")
    score: Mapped[float]
    items: Mapped[JsonDict]
    on_date: Mapped[dt.date]
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[Ref]
