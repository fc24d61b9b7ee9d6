"""Patients, how to reach them, what they agreed to, and the conditions another system sent."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import Boolean, Index, String, UniqueConstraint, column, true
from sqlalchemy.orm import Mapped, mapped_column, validates

from pne_tracker.models.base import Base, Name, Ref, TenantOwned, enum_of, fk, owned

_UNTREATED = column("untreated", Boolean).is_(True)


class Patient(TenantOwned, Base):
    """A person in care.

    `search_text` is the folded name and MRN; `deceased_at` is the day, where one is known; `untreated` until the
    first episode is opened, which every way to write one says (`models.episode`).
    """

    __tablename__ = "patient"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        UniqueConstraint("organisation_id", "mrn"),
        UniqueConstraint("organisation_id", "source_id"),
        Index("ix_patient_clinic_name", "clinic_id", "family_name", "given_name", "id"),
        Index("ix_patient_untreated", "clinic_id", sqlite_where=_UNTREATED, postgresql_where=_UNTREATED),
    )

    clinic_id: Mapped[Ref]
    mrn: Mapped[str] = mapped_column(String(80))
    source_id: Mapped[str | None] = mapped_column(String(120))
    given_name: Mapped[Name]
    middle_name: Mapped[str | None] = mapped_column(String(200))
    family_name: Mapped[Name]
    search_text: Mapped[str] = mapped_column(String(500))
    birth_date: Mapped[dt.date | None]
    sex: Mapped[str] = mapped_column(String(10), default="unknown")
    language: Mapped[str] = mapped_column(String(20), default="en")
    timezone: Mapped[str | None] = mapped_column(String(60))
    address_line: Mapped[str | None] = mapped_column(String(200))
    city: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str | None] = mapped_column(String(40))
    postal_code: Mapped[str | None] = mapped_column(String(20))
    deceased: Mapped[bool] = mapped_column(default=False)
    deceased_at: Mapped[dt.datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    preferred_channel: Mapped[str] = mapped_column(String(10), default="portal")
    preferred_time: Mapped[dt.time | None]
    recall_enabled: Mapped[bool] = mapped_column(default=True)
    untreated: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ContactPoint(TenantOwned, Base):
    """One telephone number or mail address of a patient."""

    __tablename__ = "contact_point"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        UniqueConstraint("patient_id", "system", "value"),
        Index("ix_contact_point_value", "value"),
    )

    patient_id: Mapped[Ref]
    system: Mapped[str] = mapped_column(String(10))
    use: Mapped[str | None] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(254))
    rank: Mapped[int] = mapped_column(default=1)

    @validates("value")
    def _in_small_letters(self, _name: str, value: str) -> str:
        """So that an address is found as it is, along the index."""
        return value.lower()


class ConsentKind(StrEnum):
    """What a patient can agree to."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    PORTAL = "portal"


class Consent(TenantOwned, Base):
    """A yes or no, with when and from whom. Never changed: the latest of a kind counts."""

    __tablename__ = "consent"
    __table_args__ = owned(
        fk("patient_id", "patient"), Index("ix_consent_patient", "patient_id", "kind", "at")
    )

    patient_id: Mapped[Ref]
    kind: Mapped[ConsentKind] = mapped_column(enum_of(ConsentKind))
    granted: Mapped[bool]
    at: Mapped[dt.datetime]
    recorded_by: Mapped[uuid.UUID | None]
    source: Mapped[str] = mapped_column(String(80))


class Condition(TenantOwned, Base):
    """A condition as another system named it. Shown beside the diagnoses; never billed from."""

    __tablename__ = "condition"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        UniqueConstraint("organisation_id", "source_id"),
        Index("ix_condition_patient", "patient_id"),
    )

    patient_id: Mapped[Ref]
    source_id: Mapped[str] = mapped_column(String(120))
    system: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(300))
    clinical_status: Mapped[str | None] = mapped_column(String(20))
    verification_status: Mapped[str | None] = mapped_column(String(20))
    onset_on: Mapped[dt.date | None]
    abated_on: Mapped[dt.date | None]
    recorded_on: Mapped[dt.date | None]
