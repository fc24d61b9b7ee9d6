"""Claims: what goes out for a signed visit, what came back, and the batches it went out in.

The visit's frozen lines (`billing_line`) are never touched: a claim has its own state, and what happened to it
is told by immutable events.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Boolean, CheckConstraint, Index, String, Text, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.billing.claim_states import ClaimAct, ClaimStatus
from pne_tracker.models.base import Base, JsonList, Long, Ref, TenantOwned, enum_of, fk, owned, sparse

CURRENT = column("current", Boolean())


class Coverage(TenantOwned, Base):
    """Who is insured with the episode's payer, as the card says. One of each episode.

    `relationship` is the patient's to the subscriber in the 837P's code (18 self). The name, birth date and
    sex are the subscriber's, empty for self. The address is the subscriber's; empty for self means that of the
    patient's record.
    """

    __tablename__ = "coverage"
    __table_args__ = owned(
        fk("episode_id", "episode"),
        fk("patient_id", "patient"),
        UniqueConstraint("episode_id"),
    )

    episode_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    member_id: Mapped[str] = mapped_column(String(80))
    relationship: Mapped[str] = mapped_column(String(2), default="18")
    group_number: Mapped[str | None] = mapped_column(String(50))
    authorisation: Mapped[str | None] = mapped_column(String(50))
    family_name: Mapped[str | None] = mapped_column(String(60))
    given_name: Mapped[str | None] = mapped_column(String(35))
    birth_date: Mapped[dt.date | None]
    sex: Mapped[str | None] = mapped_column(String(10))
    address_line: Mapped[str | None] = mapped_column(String(55))
    city: Mapped[str | None] = mapped_column(String(30))
    state: Mapped[str | None] = mapped_column(String(2))
    postal_code: Mapped[str | None] = mapped_column(String(10))
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[uuid.UUID | None]


class Claim(TenantOwned, Base):
    """The claim for a signed visit. At most one of a visit is current: the others it took the place of.

    `frequency` is 1 (first), 7 (replaces) or 8 (voids); `reference` the payer's own number of the claim that a
    7 or 8 refers to. `charge_cents` is what the claim says, `net_cents` what it asks for in the end: nothing
    when it voids. `diagnoses` go on the claim. `findings` are those of the last check.
    """

    __tablename__ = "claim"
    __table_args__ = owned(
        fk("visit_id", "visit"),
        fk("episode_id", "episode"),
        fk("patient_id", "patient"),
        fk("clinic_id", "clinic"),
        fk("payer_id", "payer"),
        fk("therapist_id", "account"),
        fk("replaces_id", "claim"),
        fk("batch_id", "claim_batch"),
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("frequency IN ('1', '7', '8')", name="frequency"),
        CheckConstraint("(frequency = '1') = (reference IS NULL)", name="reference"),
        CheckConstraint("paid_cents IS NULL OR paid_cents >= 0", name="paid_cents"),
        Index(
            "uq_claim_current_visit",
            "visit_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index("ix_claim_queue", "clinic_id", "status", "on_date", "id"),
        Index("ix_claim_payer", "payer_id", "status"),
        Index("ix_claim_patient", "patient_id"),
        sparse("ix_claim_batch", "batch_id"),
        Index("ix_claim_episode", "episode_id"),
        Index("ix_claim_day", "on_date", "id"),
        Index("ix_claim_visit", "visit_id"),
        Index("ix_claim_therapist", "therapist_id", "clinic_id"),
    )

    visit_id: Mapped[Ref]
    episode_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    clinic_id: Mapped[Ref]
    payer_id: Mapped[Ref]
    therapist_id: Mapped[Ref]
    on_date: Mapped[dt.date]
    current: Mapped[bool] = mapped_column(default=True)
    status: Mapped[ClaimStatus] = mapped_column(enum_of(ClaimStatus))
    frequency: Mapped[str] = mapped_column(String(1), default="1")
    number: Mapped[str | None] = mapped_column(String(20))
    replaces_id: Mapped[uuid.UUID | None]
    reference: Mapped[str | None] = mapped_column(String(50))
    payer_number: Mapped[str | None] = mapped_column(String(50))
    lines: Mapped[int]
    units: Mapped[int]
    minutes: Mapped[int]
    charge_cents: Mapped[int | None]
    net_cents: Mapped[int | None]
    diagnoses: Mapped[JsonList]
    signed_findings: Mapped[JsonList]
    findings: Mapped[JsonList]
    hold_reason: Mapped[str | None] = mapped_column(String(300))
    batch_id: Mapped[uuid.UUID | None]
    exported_at: Mapped[dt.datetime | None]
    exported_by: Mapped[uuid.UUID | None]
    paid_cents: Mapped[int | None]
    answered_on: Mapped[dt.date | None]
    created_at: Mapped[dt.datetime]
    checked_at: Mapped[dt.datetime]


class ClaimEvent(TenantOwned, Base):
    """What happened to a claim, when and by whom. Never changed."""

    __tablename__ = "claim_event"
    __table_args__ = owned(
        fk("claim_id", "claim"),
        fk("batch_id", "claim_batch"),
        Index("ix_claim_event_claim", "claim_id", "id"),
    )

    claim_id: Mapped[Ref]
    act: Mapped[ClaimAct] = mapped_column(enum_of(ClaimAct))
    at: Mapped[dt.datetime]
    by: Mapped[uuid.UUID | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    cents: Mapped[int | None]
    on_date: Mapped[dt.date | None]
    batch_id: Mapped[uuid.UUID | None]


class ClaimBatch(TenantOwned, Base):
    """A file of claims as it was made, to the byte. Never changed, but for claims of records that were deleted.

    `cut_at` says when such claims were last taken out of `content`; `content_hash` and the sums stay as sent.
    """

    __tablename__ = "claim_batch"
    __table_args__ = owned(
        fk("payer_id", "payer"),
        fk("made_by", "account"),
        UniqueConstraint("organisation_id", "control_number"),
        Index("ix_claim_batch_made", "organisation_id", "made_at"),
    )

    payer_id: Mapped[Ref]
    made_on: Mapped[dt.date]
    made_at: Mapped[dt.datetime]
    made_by: Mapped[Ref]
    control_number: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(80))
    content: Mapped[Long] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    claims: Mapped[int]
    lines: Mapped[int]
    charge_cents: Mapped[int]
    cut_at: Mapped[dt.datetime | None]


class ClaimBatchLine(TenantOwned, Base):
    """A frozen line's stamp: the claim and batch it went out in, and for how much. Never changed."""

    __tablename__ = "claim_batch_line"
    __table_args__ = owned(
        fk("batch_id", "claim_batch"),
        fk("claim_id", "claim"),
        fk("billing_line_id", "billing_line"),
        UniqueConstraint("claim_id", "billing_line_id"),
        Index("ix_claim_batch_line_line", "billing_line_id"),
    )

    batch_id: Mapped[Ref]
    claim_id: Mapped[Ref]
    billing_line_id: Mapped[Ref]
    charge_cents: Mapped[int]
    exported_at: Mapped[dt.datetime]
    exported_by: Mapped[Ref]


class NumberSeries(TenantOwned, Base):
    """The last number given out of a series of the organisation. Numbers only rise."""

    __tablename__ = "number_series"
    __table_args__ = owned(UniqueConstraint("organisation_id", "name"))

    name: Mapped[str] = mapped_column(String(40))
    last: Mapped[int] = mapped_column(default=0)
