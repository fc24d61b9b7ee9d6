"""What the homework tools keep beside an entry: a practice under way, a drawing, the ladder, logs of one's own."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.drawings import DrawingKind
from pne_tracker.models.base import Base, JsonDict, JsonList, Ref, TenantOwned, enum_of, fk, owned
from pne_tracker.models.sealing import Sealed


class PracticeRun(TenantOwned, Base):
    """One left or right practice until it is sent. `answers` are [side, ms or None], in order of the pictures.

    The pictures follow from part, number and seed (domain.laterality).
    """

    __tablename__ = "practice_run"
    __table_args__ = owned(
        fk("homework_id", "homework"),
        fk("patient_id", "patient"),
        UniqueConstraint("homework_id", "occurrence"),
        CheckConstraint("pictures BETWEEN 1 AND 100", name="pictures"),
    )

    homework_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    occurrence: Mapped[int]
    body_part: Mapped[str] = mapped_column(String(12))
    pictures: Mapped[int]
    seed: Mapped[int]
    pain_before: Mapped[int]
    answers: Mapped[JsonList]
    ended: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[dt.datetime]


class LadderMove(TenantOwned, Base):
    """The therapist put an episode on a step of the imagery ladder. The latest one counts; before the first, step 1."""

    __tablename__ = "ladder_move"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        fk("episode_id", "episode"),
        fk("moved_by", "account"),
        CheckConstraint("step BETWEEN 1 AND 4", name="step"),
        Index("ix_ladder_move_episode", "episode_id", "moved_at"),
    )

    patient_id: Mapped[Ref]
    episode_id: Mapped[Ref]
    step: Mapped[int]
    moved_on: Mapped[dt.date]
    moved_at: Mapped[dt.datetime]
    moved_by: Mapped[Ref]


class Drawing(TenantOwned, Base):
    """A drawing of one occurrence: strokes as JSON, or a photo in base64; sealed under the installation's keys."""

    __tablename__ = "drawing"
    __table_args__ = owned(
        fk("homework_id", "homework"),
        fk("patient_id", "patient"),
        UniqueConstraint("homework_id", "occurrence"),
    )

    homework_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    occurrence: Mapped[int]
    kind: Mapped[DrawingKind] = mapped_column(enum_of(DrawingKind))
    content: Mapped[Sealed]
    saved_at: Mapped[dt.datetime]


class OwnLog(TenantOwned, Base):
    """A log that nobody assigned, such as a flare. `values` and `derived` are as those of an entry of its kind."""

    __tablename__ = "own_log"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        Index("ix_own_log_patient", "patient_id", "for_date"),
    )

    patient_id: Mapped[Ref]
    episode_id: Mapped[uuid.UUID | None]
    kind: Mapped[HomeworkKind] = mapped_column(enum_of(HomeworkKind))
    for_date: Mapped[dt.date]
    values: Mapped[JsonDict]
    derived: Mapped[JsonDict]
    logged_at: Mapped[dt.datetime]
    logged_by: Mapped[Ref]
    taken_back_at: Mapped[dt.datetime | None]
