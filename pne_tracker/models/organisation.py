"""The clinic, and who pays it: sites, payers, fees."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, Long, Name, Ref, TenantOwned, fk, owned


class Clinic(TenantOwned, Base):
    """A site of the organisation, with what its claims need."""

    __tablename__ = "clinic"
    __table_args__ = owned(UniqueConstraint("slug"))

    name: Mapped[Name]
    slug: Mapped[str] = mapped_column(String(60))
    timezone: Mapped[str] = mapped_column(String(60))
    npi: Mapped[str | None] = mapped_column(String(10))
    tax_id: Mapped[str | None] = mapped_column(String(20))
    taxonomy: Mapped[str | None] = mapped_column(String(10))
    address_line: Mapped[str | None] = mapped_column(String(55))
    city: Mapped[str | None] = mapped_column(String(30))
    state: Mapped[str | None] = mapped_column(String(2))
    postal_code: Mapped[str | None] = mapped_column(String(10))
    place_of_service: Mapped[str] = mapped_column(String(2), default="11")
    phone: Mapped[str | None] = mapped_column(String(40))
    separate_pne_allowed: Mapped[bool] = mapped_column(default=True)
    default_pack: Mapped[str] = mapped_column(String(60), default="why-you-hurt")
    recall_enabled: Mapped[bool] = mapped_column(default=True)


class Payer(TenantOwned, Base):
    """Who pays, by which rule units are counted ("unknown" until somebody sets it), and what a claim to them needs.

    `filing_code` is the claim filing indicator of the 837P (MB, CI, WC ...); None for who gets no claims.
    `submitter_id` and `receiver_id` name both ends of the exchange.
    """

    __tablename__ = "payer"
    __table_args__ = owned(
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("unit_rule IN ('cms_8min', 'ama_midpoint', 'unknown')", name="unit_rule"),
    )

    name: Mapped[Name]
    unit_rule: Mapped[str] = mapped_column(String(20))
    payer_number: Mapped[str | None] = mapped_column(String(40))
    max_timed_units_per_day: Mapped[int | None]
    counts_towards_threshold: Mapped[bool] = mapped_column(default=False)
    separate_pne_allowed: Mapped[bool] = mapped_column(default=True)
    filing_code: Mapped[str | None] = mapped_column(String(2))
    submitter_id: Mapped[str | None] = mapped_column(String(15))
    receiver_id: Mapped[str | None] = mapped_column(String(15))
    receiver_name: Mapped[str | None] = mapped_column(String(60))
    address_line: Mapped[str | None] = mapped_column(String(55))
    city: Mapped[str | None] = mapped_column(String(30))
    state: Mapped[str | None] = mapped_column(String(2))
    postal_code: Mapped[str | None] = mapped_column(String(10))


class Fee(TenantOwned, Base):
    """What one unit of a code costs with a payer in cents: from a date on, until another begins or it ends."""

    __tablename__ = "fee"
    __table_args__ = owned(
        fk("payer_id", "payer"),
        UniqueConstraint("payer_id", "code", "effective_on"),
        CheckConstraint("cents >= 0", name="cents"),
    )

    payer_id: Mapped[Ref]
    code: Mapped[str] = mapped_column(String(5))
    cents: Mapped[int]
    effective_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]
    entered_at: Mapped[dt.datetime | None]
    entered_by: Mapped[uuid.UUID | None]


class FeeBefore(TenantOwned, Base):
    """A fee as it read before somebody corrected or removed it. Never changed."""

    __tablename__ = "fee_before"
    __table_args__ = owned(fk("payer_id", "payer"), Index("ix_fee_before_payer", "payer_id", "code"))

    payer_id: Mapped[Ref]
    code: Mapped[str] = mapped_column(String(5))
    cents: Mapped[int]
    effective_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]
    replaced_at: Mapped[dt.datetime]
    replaced_by: Mapped[Ref]


class ExternalProvider(TenantOwned, Base):
    """A practitioner of another house, from an export: who refers patients here."""

    __tablename__ = "external_provider"
    __table_args__ = owned(UniqueConstraint("organisation_id", "source_id"))

    source_id: Mapped[str] = mapped_column(String(120))
    npi: Mapped[str | None] = mapped_column(String(10))
    given_name: Mapped[Name]
    family_name: Mapped[Name]
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)


class ExternalOrganisation(TenantOwned, Base):
    """An organisation of an export: where patients come from."""

    __tablename__ = "external_organisation"
    __table_args__ = owned(UniqueConstraint("organisation_id", "source_id"))

    source_id: Mapped[str] = mapped_column(String(120))
    name: Mapped[Name]
    phone: Mapped[str | None] = mapped_column(String(40))
    city: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str | None] = mapped_column(String(40))


class PackVersion(TenantOwned, Base):
    """A curriculum pack at one version, whole, as the organisation loaded it. Never changed once stored."""

    __tablename__ = "pack_version"
    __table_args__ = owned(UniqueConstraint("organisation_id", "pack", "version", "content_hash"))

    pack: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(40))
    content_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[Long]
    loaded_at: Mapped[dt.datetime]
    loaded_by: Mapped[uuid.UUID | None]
