"""Records that are to be deleted or were, and holds that forbid it."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, column
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.retention import DeletionReason, DeletionState
from pne_tracker.models.base import Base, JsonDict, Long, Ref, TenantOwned, enum_of, fk, owned

ASKED = column("state") == "asked"
STANDS = column("lifted_at").is_(None)


class Deletion(TenantOwned, Base):
    """A patient's record that somebody asked to delete; it stays, with ids and counts alone, when the record is gone.

    `subject_id` was the patient's id, and points nowhere afterwards. While `state` is running, the triggers of signed
    visits let this patient's rows go. `counts` says how many rows of which table went.
    """

    __tablename__ = "deletion"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("asked_by", "account"),
        fk("done_by", "account"),
        CheckConstraint("done_by IS NULL OR done_by <> asked_by", name="two_people"),
        CheckConstraint("(state IN ('running', 'done')) = (done_by IS NOT NULL)", name="done_by"),
        CheckConstraint("(done_by IS NULL) = (done_at IS NULL)", name="done_at"),
        Index(
            "uq_deletion_asked",
            "organisation_id",
            "subject_id",
            unique=True,
            sqlite_where=ASKED,
            postgresql_where=ASKED,
        ),
        Index("ix_deletion_subject", "subject_id", "state"),
    )

    subject_id: Mapped[Ref]
    clinic_id: Mapped[Ref]
    reason: Mapped[DeletionReason] = mapped_column(enum_of(DeletionReason))
    state: Mapped[DeletionState] = mapped_column(enum_of(DeletionState))
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[Ref]
    done_at: Mapped[dt.datetime | None]
    done_by: Mapped[uuid.UUID | None]
    counts: Mapped[JsonDict]


class LegalHold(TenantOwned, Base):
    """Why a record must not be deleted, from when until it was lifted. One stands at a time."""

    __tablename__ = "legal_hold"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        fk("set_by", "account"),
        fk("lifted_by", "account"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
        Index(
            "uq_legal_hold_standing",
            "organisation_id",
            "patient_id",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
    )

    patient_id: Mapped[Ref]
    reason: Mapped[Long]
    set_at: Mapped[dt.datetime]
    set_by: Mapped[Ref]
    lifted_at: Mapped[dt.datetime | None]
    lifted_by: Mapped[uuid.UUID | None]
