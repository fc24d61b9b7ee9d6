"""What changes with the calendar or the clinic: editions of the dated code tables, and the clinic's own codes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, Long, Ref, TenantOwned, fk, owned


class TableEdition(TenantOwned, Base):
    """One edition of a dated table, whole, as the file that was brought in. Never changed once stored.

    From `effective_on` it answers instead of the edition before; the tables that ship are the first edition.
    """

    __tablename__ = "table_edition"
    __table_args__ = owned(
        fk("loaded_by", "account"),
        UniqueConstraint("organisation_id", "kind", "effective_on"),
        CheckConstraint("kind IN ('ncci', 'mue', 'kx')", name="kind"),
    )

    kind: Mapped[str] = mapped_column(String(4))
    effective_on: Mapped[dt.date]
    content: Mapped[Long] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    loaded_at: Mapped[dt.datetime]
    loaded_by: Mapped[Ref]


class OwnCode(TenantOwned, Base):
    """A procedure code that the clinic added, with its own label. `retired_on`: no longer offered from then."""

    __tablename__ = "own_code"
    __table_args__ = owned(
        fk("added_by", "account"),
        UniqueConstraint("organisation_id", "code"),
    )

    code: Mapped[str] = mapped_column(String(5))
    label: Mapped[str] = mapped_column(String(80))
    timed: Mapped[bool]
    added_at: Mapped[dt.datetime]
    added_by: Mapped[Ref]
    retired_on: Mapped[dt.date | None]
