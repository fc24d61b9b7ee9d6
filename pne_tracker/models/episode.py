"""Episodes of care: one course of treatment, its team, diagnoses, flags and pinned curriculum."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Connection, Index, String, UniqueConstraint, event, update
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from pne_tracker.domain.billing.visit import Discipline
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.models.base import Base, Ref, TenantOwned, enum_of, fk, owned
from pne_tracker.models.patient import Patient


class Episode(TenantOwned, Base):
    """One course of treatment with one therapist in charge. The `end_...` columns say how it was discharged."""

    __tablename__ = "episode"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("patient_id", "patient"),
        fk("therapist_id", "account"),
        fk("payer_id", "payer"),
        fk("pack_version_id", "pack_version"),
        fk("referring_provider_id", "external_provider"),
        CheckConstraint("visits_authorised IS NULL OR visits_authorised >= 0", name="visits_authorised"),
        Index("ix_episode_patient", "patient_id", "opened_on"),
        Index("ix_episode_clinic_status", "clinic_id", "status"),
        Index("ix_episode_therapist", "therapist_id", "status"),
    )

    clinic_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    therapist_id: Mapped[Ref]
    payer_id: Mapped[Ref]
    pack_version_id: Mapped[Ref]
    referring_provider_id: Mapped[uuid.UUID | None]
    discipline: Mapped[Discipline] = mapped_column(enum_of(Discipline))
    status: Mapped[EpisodeStatus] = mapped_column(enum_of(EpisodeStatus))
    reason: Mapped[str] = mapped_column(String(200), default="")
    goal: Mapped[str] = mapped_column(String(300), default="")
    opened_on: Mapped[dt.date]
    closed_on: Mapped[dt.date | None]
    end_reason: Mapped[str | None] = mapped_column(String(24))
    end_result: Mapped[str | None] = mapped_column(String(24))
    end_words: Mapped[str] = mapped_column(String(500), default="")
    visits_authorised: Mapped[int | None]
    visits_per_week: Mapped[int] = mapped_column(default=1)
    visit_minutes: Mapped[int] = mapped_column(default=45)
    plan_of_care_from: Mapped[dt.date | None]
    plan_of_care_certified_on: Mapped[dt.date | None]
    last_progress_report_on: Mapped[dt.date | None]
    flags_asked_on: Mapped[dt.date | None]
    reviewed_at: Mapped[dt.datetime | None]
    reviewed_by: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


@event.listens_for(Episode, "after_insert")
def _is_treated(_mapper: Mapper[Episode], connection: Connection, episode: Episode) -> None:
    """Past the patient's version: who has the record open to change it changes nothing of this."""
    treated = update(Patient).where(Patient.id == episode.patient_id, Patient.untreated.is_(True))
    connection.execute(treated.values(untreated=False))


class CareTeamMember(TenantOwned, Base):
    """An account that treats within an episode; it sees the patient."""

    __tablename__ = "care_team_member"
    __table_args__ = owned(
        fk("episode_id", "episode"),
        fk("patient_id", "patient"),
        fk("account_id", "account"),
        UniqueConstraint("episode_id", "account_id"),
        Index("ix_care_team_member_account", "account_id", "patient_id"),
    )

    episode_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    account_id: Mapped[Ref]


class Diagnosis(TenantOwned, Base):
    """An ICD-10-CM code of an episode; `rank` 1 is billed first."""

    __tablename__ = "diagnosis"
    __table_args__ = owned(fk("episode_id", "episode"), UniqueConstraint("episode_id", "code"))

    episode_id: Mapped[Ref]
    code: Mapped[str] = mapped_column(String(10))
    rank: Mapped[int]


class YellowFlag(TenantOwned, Base):
    """A yellow flag recorded at intake or later; `ended_on` when it no longer holds."""

    __tablename__ = "yellow_flag"
    __table_args__ = owned(fk("episode_id", "episode"), Index("ix_yellow_flag_episode", "episode_id"))

    episode_id: Mapped[Ref]
    flag: Mapped[str] = mapped_column(String(40))
    recorded_on: Mapped[dt.date]
    recorded_by: Mapped[Ref]
    ended_on: Mapped[dt.date | None]
