"""Somebody whom a patient lets look: a partner, a daughter, a neighbour."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, Name, Ref, TenantOwned, fk, owned


class CaregiverAccess(TenantOwned, Base):
    """What a patient lets one person see, from the invitation until it is taken back. Never private writing."""

    __tablename__ = "caregiver_access"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        fk("account_id", "account"),
        UniqueConstraint("token_hash"),
        Index("ix_caregiver_access_patient", "patient_id"),
        Index("ix_caregiver_access_account", "account_id"),
    )

    patient_id: Mapped[Ref]
    account_id: Mapped[uuid.UUID | None]
    name: Mapped[Name]
    email: Mapped[str] = mapped_column(String(254))
    sees_tasks: Mapped[bool]
    sees_path: Mapped[bool]
    token_hash: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[dt.datetime]
    given_by: Mapped[Ref]
    expires_at: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
