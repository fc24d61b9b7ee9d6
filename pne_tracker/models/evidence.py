"""Evidence of understanding, and the read model of section states derived from it."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, JsonDict, Ref, TenantOwned, enum_of, fk, owned, sparse


class CheckKind(StrEnum):
    """How understanding was checked outside a visit; teach-back lives with the visit's section."""

    QUIZ = "quiz"
    RECALL = "recall"


class Check(TenantOwned, Base):
    """A quiz or recall result. Never changed.

    `questions` is how many its score is over and `asked` how many stand behind each concept; checks from before
    these were kept have neither.
    """

    __tablename__ = "section_check"
    __table_args__ = owned(
        fk("episode_id", "episode"),
        fk("entry_id", "entry"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score"),
        Index("ix_section_check_episode", "episode_id", "section"),
        sparse("ix_section_check_entry", "entry_id"),
    )

    episode_id: Mapped[Ref]
    section: Mapped[int]
    kind: Mapped[CheckKind] = mapped_column(enum_of(CheckKind))
    score: Mapped[float]
    concepts: Mapped[JsonDict]
    questions: Mapped[int | None]
    asked: Mapped[JsonDict | None]
    on_date: Mapped[dt.date]
    at: Mapped[dt.datetime]
    entry_id: Mapped[uuid.UUID | None]


class MarkKind(StrEnum):
    """What a therapist can say of a section without teaching it."""

    SKIP = "skip"
    UNSKIP = "unskip"
    REVISIT = "revisit"


class SectionMark(TenantOwned, Base):
    """A section left out with a reason, taken back in, or flagged to revisit. Never changed: the latest counts."""

    __tablename__ = "section_mark"
    __table_args__ = owned(
        fk("episode_id", "episode"),
        fk("marked_by", "account"),
        Index("ix_section_mark_episode", "episode_id", "section"),
    )

    episode_id: Mapped[Ref]
    section: Mapped[int]
    kind: Mapped[MarkKind] = mapped_column(enum_of(MarkKind))
    reason: Mapped[str] = mapped_column(String(300))
    on_date: Mapped[dt.date]
    at: Mapped[dt.datetime]
    marked_by: Mapped[Ref]


class SectionState(TenantOwned, Base):
    """Read model: one row for each section of an episode, rebuilt from the evidence whenever it changes."""

    __tablename__ = "section_state"
    __table_args__ = owned(
        fk("episode_id", "episode"),
        fk("clinic_id", "clinic"),
        fk("patient_id", "patient"),
        UniqueConstraint("episode_id", "section"),
        Index("ix_section_state_clinic", "clinic_id", "section", "state"),
    )

    clinic_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    episode_id: Mapped[Ref]
    section: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    taught: Mapped[bool]
    understood: Mapped[bool]
    first_taught_on: Mapped[dt.date | None]
    last_taught_on: Mapped[dt.date | None]
