"""Papers as they were issued. Never changed: a newer one is a new row."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.papers import PaperKind
from pne_tracker.models.base import Base, Ref, TenantOwned, enum_of, fk, owned


class IssuedPaper(TenantOwned, Base):
    """One paper with its bytes. `content_hash` is of what it says, `pdf_hash` of the bytes; reports cover days."""

    __tablename__ = "issued_paper"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("patient_id", "patient"),
        fk("episode_id", "episode"),
        fk("visit_id", "visit"),
        fk("issued_by", "account"),
        CheckConstraint("(covers_from IS NULL) = (covers_to IS NULL)", name="covers"),
        CheckConstraint("covers_from IS NULL OR covers_from <= covers_to", name="covers_order"),
        Index("ix_issued_paper_patient", "patient_id", "issued_at"),
        Index("ix_issued_paper_episode", "episode_id", "kind", "content_hash"),
    )

    clinic_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    episode_id: Mapped[Ref]
    visit_id: Mapped[uuid.UUID | None]
    kind: Mapped[PaperKind] = mapped_column(enum_of(PaperKind))
    language: Mapped[str] = mapped_column(String(10))
    covers_from: Mapped[dt.date | None]
    covers_to: Mapped[dt.date | None]
    content_hash: Mapped[str] = mapped_column(String(64))
    pdf_hash: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    issued_at: Mapped[dt.datetime]
    issued_by: Mapped[Ref]
