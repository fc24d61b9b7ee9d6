"""Accounts: one sign-in each, one role each."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.access import Role
from pne_tracker.models.base import Base, Name, Ref, TenantOwned, enum_of, fk, owned


class Account(TenantOwned, Base):
    """One sign-in. `uniquifier` names its sessions: a new one ends them all.

    `taxonomy` and `family_name` are what claims need of those who sign; without the latter the last word of
    the name stands in for it.
    """

    __tablename__ = "account"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        UniqueConstraint("email"),
        UniqueConstraint("uniquifier"),
        Index("ix_account_staff", "role", "name", "id"),
        Index("ix_account_patient", "patient_id"),
        CheckConstraint("(role = 'patient') = (patient_id IS NOT NULL)", name="patient_role"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )

    email: Mapped[str] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    uniquifier: Mapped[str] = mapped_column(String(64))
    role: Mapped[Role] = mapped_column(enum_of(Role))
    name: Mapped[Name]
    credential: Mapped[str | None] = mapped_column(String(20))
    npi: Mapped[str | None] = mapped_column(String(10))
    taxonomy: Mapped[str | None] = mapped_column(String(10))
    family_name: Mapped[str | None] = mapped_column(String(60))
    patient_id: Mapped[uuid.UUID | None]
    language: Mapped[str] = mapped_column(String(10), default="en")
    theme: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[dt.datetime]
    last_sign_in_at: Mapped[dt.datetime | None]


class AccountClinic(TenantOwned, Base):
    """An account works in a clinic."""

    __tablename__ = "account_clinic"
    __table_args__ = owned(
        fk("account_id", "account"),
        fk("clinic_id", "clinic"),
        UniqueConstraint("account_id", "clinic_id"),
    )

    account_id: Mapped[Ref]
    clinic_id: Mapped[Ref]


class Invitation(TenantOwned, Base):
    """A single-use way into the portal. Only the hash of its token is kept; a POST uses it up."""

    __tablename__ = "invitation"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        UniqueConstraint("token_hash"),
        Index("ix_invitation_patient", "patient_id"),
    )

    patient_id: Mapped[Ref]
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]
    created_by: Mapped[Ref]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    failed_tries: Mapped[int] = mapped_column(default=0)
