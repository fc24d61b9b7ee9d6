"""Homework assigned to an episode, and what was handed in for it."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.models.base import Base, JsonDict, Ref, TenantOwned, enum_of, fk, owned
from pne_tracker.models.sealing import Sealed


class Homework(TenantOwned, Base):
    """One item assigned. Its status is derived from its entries and dates; `template` keeps its text as assigned."""

    __tablename__ = "homework"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        fk("episode_id", "episode"),
        fk("visit_id", "visit"),
        fk("assigned_by", "account"),
        CheckConstraint("due_on >= assigned_on", name="due_on"),
        Index("ix_homework_patient", "patient_id", "due_on"),
        Index("ix_homework_episode", "episode_id", "section"),
    )

    patient_id: Mapped[Ref]
    episode_id: Mapped[Ref]
    visit_id: Mapped[uuid.UUID | None]
    section: Mapped[int]
    template_key: Mapped[str] = mapped_column(String(60))
    kind: Mapped[HomeworkKind] = mapped_column(enum_of(HomeworkKind))
    template: Mapped[JsonDict]
    message: Mapped[str] = mapped_column(String(300), default="")
    insisted_because: Mapped[str | None] = mapped_column(String(300))
    required: Mapped[bool]
    assigned_on: Mapped[dt.date]
    assigned_by: Mapped[Ref]
    due_on: Mapped[dt.date]
    expected: Mapped[int]
    done_at: Mapped[int]
    done_on: Mapped[dt.date | None]
    closed_as: Mapped[str | None] = mapped_column(String(12))
    closed_reason: Mapped[str | None] = mapped_column(String(300))
    closed_at: Mapped[dt.datetime | None]
    closed_by: Mapped[uuid.UUID | None]
    reviewed_on: Mapped[dt.date | None]
    reviewed_at: Mapped[dt.datetime | None]
    reviewed_by: Mapped[uuid.UUID | None]
    reply: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


UNSETTLED = and_(
    Homework.closed_as.is_(None), or_(Homework.done_on.is_(None), Homework.reviewed_on.is_(None))
)
"""Not closed, and not both done and reviewed: what waits for anybody is among these, and an index holds no other."""
Index(
    "ix_homework_unsettled", Homework.due_on, Homework.id, sqlite_where=UNSETTLED, postgresql_where=UNSETTLED
)


class EntryStatus(StrEnum):
    """A draft is kept for the patient; handed in counts."""

    DRAFT = "draft"
    DONE = "done"


class Entry(TenantOwned, Base):
    """What was handed in for one expected occurrence. `values` is typed by the item's kind (domain.entries).

    A private entry, and the draft of one, has neither: `sealed` holds both under the patient's own key, and
    opens for the account `sealed_by` alone.
    """

    __tablename__ = "entry"
    __table_args__ = owned(
        fk("homework_id", "homework"),
        fk("patient_id", "patient"),
        UniqueConstraint("homework_id", "occurrence"),
        CheckConstraint("shared OR sealed IS NOT NULL", name="private_is_sealed"),
        Index("ix_entry_patient", "patient_id", "handed_in_at"),
    )

    homework_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    occurrence: Mapped[int]
    for_date: Mapped[dt.date]
    status: Mapped[EntryStatus] = mapped_column(enum_of(EntryStatus))
    values: Mapped[JsonDict]
    derived: Mapped[JsonDict]
    late: Mapped[bool] = mapped_column(default=False)
    shared: Mapped[bool] = mapped_column(default=True)
    sealed: Mapped[Sealed | None]
    sealed_by: Mapped[uuid.UUID | None]
    saved_at: Mapped[dt.datetime]
    handed_in_at: Mapped[dt.datetime | None]
    handed_in_by: Mapped[uuid.UUID | None]
    from_paper: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
