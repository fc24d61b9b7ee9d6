"""A clinic's own quizzes: the editions of their items, and what each is used for."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, Long, Ref, TenantOwned, fk, owned


class ClinicQuiz(TenantOwned, Base):
    """One edition of a quiz, as JSON text. Never changed; another file of the same `key` is another edition.

    `loaded_by` is none when it came by the command line.
    """

    __tablename__ = "clinic_quiz"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("loaded_by", "account"),
        UniqueConstraint("clinic_id", "pack", "key", "content_hash"),
    )

    clinic_id: Mapped[Ref]
    pack: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(60))
    content: Mapped[Long]
    content_hash: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[dt.datetime]
    loaded_by: Mapped[uuid.UUID | None]


class ClinicQuizUse(TenantOwned, Base):
    """What an edition is used for. Who puts one to use attests with it that the clinic may use its items.

    Never changed: the newest row of a key counts, so that one edition of a quiz is in use.
    """

    __tablename__ = "clinic_quiz_use"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("quiz_id", "clinic_quiz"),
        fk("changed_by", "account"),
        Index("ix_clinic_quiz_use_clinic", "clinic_id", "pack", "id"),
    )

    clinic_id: Mapped[Ref]
    pack: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(60))
    quiz_id: Mapped[Ref]
    first_visit: Mapped[bool]
    homework: Mapped[bool]
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[Ref]
