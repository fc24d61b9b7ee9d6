"""What a clinic chose over its pack: the planner's weights, its own wording, and sections taught out of order."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, JsonDict, Long, Ref, TenantOwned, fk, owned


class PlannerWeights(TenantOwned, Base):
    """The weights of a clinic that differ from its pack's, by code and by yellow flag.

    Never changed: the newest row counts, and an empty one means the pack's own. Whoever writes a row holds the
    clinic's row locked, so that ids are in the order of the changes.
    """

    __tablename__ = "planner_weights"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("changed_by", "account"),
        Index("ix_planner_weights_clinic", "clinic_id", "id"),
    )

    clinic_id: Mapped[Ref]
    weights: Mapped[JsonDict]
    flags: Mapped[JsonDict]
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[Ref]


class SectionWording(TenantOwned, Base):
    """One text of a section in the clinic's own words, for every version of a pack.

    Never changed: the newest row of a place counts, and empty text means the pack's own. Written under the
    clinic's lock as the weights are. Sections go by their slug, which outlives a new order.
    """

    __tablename__ = "section_wording"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("changed_by", "account"),
        CheckConstraint("language IN ('en', 'es')", name="language"),
        CheckConstraint(
            "field IN ('education', 'patient_title', 'summary', 'handout', 'teach_back')", name="field"
        ),
        Index("ix_section_wording_clinic", "clinic_id", "pack", "id"),
    )

    clinic_id: Mapped[Ref]
    pack: Mapped[str] = mapped_column(String(60))
    slug: Mapped[str] = mapped_column(String(60))
    field: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    text: Mapped[Long]
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[Ref]


class SectionChoice(TenantOwned, Base):
    """What the planner suggested when a visit began, and what the therapist took. Never changed.

    `followed` says that the visit began with the suggestion; else `taken` is the section and `why` the reason, one
    of `domain.choices.REASONS` or empty where none was given. `suggested` is none when nothing was left to do.
    """

    __tablename__ = "section_choice"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("patient_id", "patient"),
        fk("episode_id", "episode"),
        fk("visit_id", "visit"),
        fk("chosen_by", "account"),
        UniqueConstraint("visit_id"),
        Index("ix_section_choice_clinic", "clinic_id", "on_date"),
        Index("ix_section_choice_episode", "episode_id", "on_date"),
        Index("ix_section_choice_by", "clinic_id", "chosen_by", "followed", "on_date"),
        Index("ix_section_choice_suggested", "clinic_id", "suggested", "followed", "on_date"),
        Index("ix_section_choice_why", "clinic_id", "followed", "why", "on_date"),
    )

    clinic_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    episode_id: Mapped[Ref]
    visit_id: Mapped[Ref]
    on_date: Mapped[dt.date]
    suggested: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(20))
    score: Mapped[int | None]
    taken: Mapped[int | None]
    followed: Mapped[bool]
    why: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    chosen_at: Mapped[dt.datetime]
    chosen_by: Mapped[Ref]


class PackChoice(TenantOwned, Base):
    """The version of a pack that a clinic's new episodes begin with. Never changed: the newest row counts."""

    __tablename__ = "pack_choice"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("pack_version_id", "pack_version"),
        Index("ix_pack_choice_clinic", "clinic_id", "id"),
    )

    clinic_id: Mapped[Ref]
    pack_version_id: Mapped[Ref]
    chosen_at: Mapped[dt.datetime]
    chosen_by: Mapped[uuid.UUID | None]


class EpisodeMove(TenantOwned, Base):
    """An episode moved to another version of its pack. Never changed.

    `numbers` gives new section numbers by old ones where they differ: evidence written before the move keeps the
    number it was written with, and is read under the new one.
    """

    __tablename__ = "episode_move"
    __table_args__ = owned(
        fk("episode_id", "episode"),
        fk("from_version_id", "pack_version"),
        fk("to_version_id", "pack_version"),
        fk("moved_by", "account"),
        Index("ix_episode_move_episode", "episode_id", "moved_at"),
    )

    episode_id: Mapped[Ref]
    from_version_id: Mapped[Ref]
    to_version_id: Mapped[Ref]
    numbers: Mapped[JsonDict]
    moved_at: Mapped[dt.datetime]
    moved_by: Mapped[Ref]


class ClinicHomework(TenantOwned, Base):
    """One homework template of a clinic, in both languages, beside those of its pack.

    Never changed: the newest row of a `key` counts, and `offered` says whether it is still proposed. Homework
    that was assigned keeps the text it was assigned with.
    """

    __tablename__ = "clinic_homework"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("changed_by", "account"),
        Index("ix_clinic_homework_clinic", "clinic_id", "pack", "id"),
    )

    clinic_id: Mapped[Ref]
    pack: Mapped[str] = mapped_column(String(60))
    slug: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    title_en: Mapped[str] = mapped_column(String(80))
    title_es: Mapped[str] = mapped_column(String(80))
    text_en: Mapped[Long]
    text_es: Mapped[Long]
    times: Mapped[int]
    days: Mapped[int]
    required: Mapped[bool]
    offered: Mapped[bool]
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[Ref]
