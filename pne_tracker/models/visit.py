"""Visits: what was done, taught, sent home and billed. A signed visit never changes."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    String,
    Text,
    UniqueConstraint,
    column,
    literal_column,
)
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.care import VisitStatus
from pne_tracker.models.base import Base, Json, JsonDict, JsonList, Long, Ref, TenantOwned, enum_of, fk, owned

_SAID: ColumnElement[str] = literal_column(f"'{VisitStatus.DRAFT}'")
DRAFT = column("status") == _SAID


class Visit(TenantOwned, Base):
    """One encounter. `content` freezes at signing what was taught and billed, and `content_hash` seals it.

    `saved_from` names the opened page that saved the draft last: a page may save over its own earlier save.
    `ready_at` says when a draft was handed to its therapist for the signature. `note_typed` is the note where
    somebody wrote over the one made from the record; `note_basis` is the digest of the one it was made from.
    `insist` is why more than three items of homework go home.
    """

    __tablename__ = "visit"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("patient_id", "patient"),
        fk("episode_id", "episode"),
        fk("therapist_id", "account"),
        fk("signed_by", "account"),
        CheckConstraint("(status = 'draft') = (signed_at IS NULL)", name="signed"),
        CheckConstraint("minutes IS NULL OR minutes BETWEEN 1 AND 1440", name="minutes"),
        Index("ix_visit_episode", "episode_id", "on_date"),
        Index("ix_visit_clinic", "clinic_id", "status", "on_date"),
        Index("ix_visit_therapist", "therapist_id", "on_date"),
        Index("ix_visit_patient", "patient_id", "on_date"),
        Index("ix_visit_signed", "signed_at", "id"),
        Index("ix_visit_draft", "on_date", sqlite_where=DRAFT, postgresql_where=DRAFT),
    )

    clinic_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    episode_id: Mapped[Ref]
    therapist_id: Mapped[Ref]
    status: Mapped[VisitStatus] = mapped_column(enum_of(VisitStatus))
    on_date: Mapped[dt.date]
    starts_at: Mapped[dt.datetime | None]
    minutes: Mapped[int | None]
    remarks: Mapped[Long] = mapped_column(Text, default="")
    note: Mapped[str | None] = mapped_column(Text)
    kx_attested: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime]
    saved_at: Mapped[dt.datetime]
    saved_by: Mapped[Ref]
    saved_from: Mapped[str | None] = mapped_column(String(32))
    ready_at: Mapped[dt.datetime | None]
    ready_by: Mapped[uuid.UUID | None]
    note_typed: Mapped[str | None] = mapped_column(Text)
    note_basis: Mapped[str | None] = mapped_column(String(64))
    insist: Mapped[str | None] = mapped_column(String(300))
    signed_at: Mapped[dt.datetime | None]
    signed_by: Mapped[uuid.UUID | None]
    content: Mapped[JsonDict | None]
    content_hash: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


IS_DRAFT = Visit.status == _SAID
"""Said with the word itself, not a parameter, so that both databases use the small index of drafts."""


class Decision(StrEnum):
    """Where stand-alone PNE minutes beside a companion belong (shared CPT rule 3)."""

    SEPARATE = "separate"
    COMBINED = "combined"


class Treatment(TenantOwned, Base):
    """One activity of a visit: a CPT code or `pne`, with its minutes."""

    __tablename__ = "treatment"
    __table_args__ = owned(
        fk("visit_id", "visit"),
        UniqueConstraint("visit_id", "position"),
        CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes"),
        CheckConstraint("pne_minutes BETWEEN 0 AND minutes", name="pne_minutes"),
        CheckConstraint("assistant_minutes BETWEEN 0 AND minutes", name="assistant_minutes"),
    )

    visit_id: Mapped[Ref]
    position: Mapped[int]
    activity: Mapped[str] = mapped_column(String(5))
    minutes: Mapped[int]
    pne_minutes: Mapped[int] = mapped_column(default=0)
    assistant_minutes: Mapped[int] = mapped_column(default=0)
    decision: Mapped[Decision | None] = mapped_column(enum_of(Decision))
    combined_with: Mapped[str | None] = mapped_column(String(5))
    decided_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[dt.datetime | None]
    impairment: Mapped[str | None] = mapped_column(String(200))


class VisitSection(TenantOwned, Base):
    """A section taught at a visit, with its teach-back. Evidence once the visit is signed."""

    __tablename__ = "visit_section"
    __table_args__ = owned(
        fk("visit_id", "visit"),
        fk("episode_id", "episode"),
        UniqueConstraint("visit_id", "section"),
        CheckConstraint(
            "teach_back IS NULL OR teach_back IN ('explains', 'prompted', 'not_yet')", name="teach_back"
        ),
        Index("ix_visit_section_episode", "episode_id", "section"),
    )

    visit_id: Mapped[Ref]
    episode_id: Mapped[Ref]
    section: Mapped[int]
    teach_back: Mapped[str | None] = mapped_column(String(10))


class VisitHomework(TenantOwned, Base):
    """An item chosen on a draft visit; signing turns it into homework."""

    __tablename__ = "visit_homework"
    __table_args__ = owned(fk("visit_id", "visit"), UniqueConstraint("visit_id", "template_key"))

    visit_id: Mapped[Ref]
    template_key: Mapped[str] = mapped_column(String(60))
    due_on: Mapped[dt.date]
    required: Mapped[bool] = mapped_column(default=True)
    message: Mapped[str] = mapped_column(String(300), default="")
    times: Mapped[int | None]


class VisitScore(TenantOwned, Base):
    """Outcome ratings written on a draft visit, complete or not; signing turns them into scores."""

    __tablename__ = "visit_score"
    __table_args__ = owned(fk("visit_id", "visit"), UniqueConstraint("visit_id", "measure"))

    visit_id: Mapped[Ref]
    position: Mapped[int]
    measure: Mapped[str] = mapped_column(String(30))
    measure_version: Mapped[str] = mapped_column(String(30), default="")
    ratings: Mapped[JsonList]


class Addendum(TenantOwned, Base):
    """What was said after signing: a correction, or why the visit was entered in error. Never changed.

    `effects` says what taking the visit back did to homework, lines, scores and sections.
    """

    __tablename__ = "addendum"
    __table_args__ = owned(
        fk("visit_id", "visit"), fk("written_by", "account"), Index("ix_addendum_visit", "visit_id")
    )

    visit_id: Mapped[Ref]
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[Long]
    written_at: Mapped[dt.datetime]
    written_by: Mapped[Ref]
    effects: Mapped[dict[str, Any] | None] = mapped_column(Json)


class BillingLine(TenantOwned, Base):
    """A line of a signed visit as the engine made it, frozen."""

    __tablename__ = "billing_line"
    __table_args__ = owned(
        fk("visit_id", "visit"),
        fk("clinic_id", "clinic"),
        fk("payer_id", "payer"),
        UniqueConstraint("visit_id", "position"),
        CheckConstraint("units > 0", name="units"),
        Index("ix_billing_line_clinic", "clinic_id", "on_date"),
        Index("ix_billing_line_code", "clinic_id", "code", "on_date"),
    )

    visit_id: Mapped[Ref]
    clinic_id: Mapped[Ref]
    payer_id: Mapped[Ref]
    position: Mapped[int]
    on_date: Mapped[dt.date]
    code: Mapped[str] = mapped_column(String(5))
    minutes: Mapped[int]
    pne_minutes: Mapped[int]
    units: Mapped[int]
    modifiers: Mapped[JsonList]
    diagnoses: Mapped[JsonList]
    charge_cents: Mapped[int | None]
    source_minutes: Mapped[JsonDict]
    reasons: Mapped[JsonList]
