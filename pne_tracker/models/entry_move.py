"""An entry that was filed under the wrong item, and where it went. Rows are never changed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, Ref, TenantOwned, fk, owned


class EntryMove(TenantOwned, Base):
    """From which item and occurrence to which, by whom, when and why."""

    __tablename__ = "entry_move"
    __table_args__ = owned(
        fk("entry_id", "entry"),
        fk("patient_id", "patient"),
        fk("from_homework_id", "homework"),
        fk("to_homework_id", "homework"),
        fk("moved_by", "account"),
        Index("ix_entry_move_entry", "entry_id", "at"),
    )

    entry_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    from_homework_id: Mapped[Ref]
    from_occurrence: Mapped[int]
    to_homework_id: Mapped[Ref]
    to_occurrence: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))
    moved_by: Mapped[Ref]
    at: Mapped[dt.datetime]
