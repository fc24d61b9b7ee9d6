"""Read models of completion: where each episode and item stands, and the counts that the screens add up."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.standing import Measured
from pne_tracker.models.base import Base, JsonDict, JsonList, Ref, TenantOwned, enum_of, fk, owned

EVERYBODY = uuid.UUID(int=0)
NO_DAY = dt.date.min
COUNT_KEY = (
    "clinic_id",
    "therapist_id",
    "measured",
    "status",
    "day",
    "section",
    "letter",
    "what",
    "days",
    "payer_id",
)
"""What a count is told apart by."""


class EpisodeStanding(TenantOwned, Base):
    """One episode as it was last counted (domain.standing): its place, its path in letters, its last activity.

    `first_taught_on` and `completed_on` are the ends of the way through the curriculum; `waits` holds [section,
    days since the section before] lists; `ideas` and `changes` are those of domain.standing. None where they were
    never counted. `received` is the letter of what the patient says (domain.received), empty while nothing was said.
    """

    __tablename__ = "episode_standing"
    __table_args__ = owned(
        fk("episode_id", "episode"),
        fk("patient_id", "patient"),
        UniqueConstraint("episode_id"),
        Index("ix_episode_standing_revisit", "clinic_id", "status", "revisit", "episode_id"),
        Index("ix_episode_standing_active", "clinic_id", "status", "active_on", "episode_id"),
        Index("ix_episode_standing_payer", "clinic_id", "status", "payer_id", "revisit", "episode_id"),
        Index(
            "ix_episode_standing_payer_active", "clinic_id", "status", "payer_id", "active_on", "episode_id"
        ),
        Index("ix_episode_standing_therapist", "therapist_id", "clinic_id", "status", "revisit"),
        Index("ix_episode_standing_opened", "clinic_id", "status", "opened_on"),
    )

    episode_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    clinic_id: Mapped[Ref]
    therapist_id: Mapped[Ref]
    payer_id: Mapped[Ref]
    status: Mapped[EpisodeStatus] = mapped_column(enum_of(EpisodeStatus))
    path: Mapped[str] = mapped_column(String(40))
    revisit: Mapped[int]
    opened_on: Mapped[dt.date]
    closed_on: Mapped[dt.date | None]
    active_on: Mapped[dt.date]
    first_taught_on: Mapped[dt.date | None]
    completed_on: Mapped[dt.date | None]
    waits: Mapped[JsonList | None]
    received: Mapped[str] = mapped_column(String(1), default="")
    received_on: Mapped[dt.date | None]
    ideas: Mapped[JsonDict | None]
    changes: Mapped[JsonDict | None]


class HomeworkStanding(TenantOwned, Base):
    """The expected entries of one item as they were last counted, and under which clinic, section and kind.

    `days` holds [day, done, late] lists; `last_on` is the last of these days, none where nothing is expected.
    """

    __tablename__ = "homework_standing"
    __table_args__ = owned(
        fk("homework_id", "homework"),
        fk("episode_id", "episode"),
        fk("patient_id", "patient"),
        UniqueConstraint("homework_id"),
        Index("ix_homework_standing_episode", "episode_id", "last_on"),
        Index("ix_homework_standing_section", "clinic_id", "section", "last_on"),
        Index("ix_homework_standing_kind", "clinic_id", "kind", "last_on"),
    )

    homework_id: Mapped[Ref]
    episode_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    clinic_id: Mapped[Ref]
    section: Mapped[int]
    kind: Mapped[str] = mapped_column(String(24))
    days: Mapped[JsonList]
    last_on: Mapped[dt.date | None]


class MessageStanding(TenantOwned, Base):
    """One reason of a reminding message that went, as it was counted last: under which clinic, payer and status.

    `day` and `hour` are the patient's when it went, `worked` whether an entry followed within a day. `is_first` is
    set in one row of each message, so that those rows count messages. Only the message is pointed to: with keys to
    the episode and the patient the beat would wait for whoever has locked these, and they for the beat.
    """

    __tablename__ = "message_standing"
    __table_args__ = owned(
        fk("message_id", "outbox_message"),
        UniqueConstraint("message_id", "reason"),
        Index("ix_message_standing_episode", "episode_id", "day"),
        Index("ix_message_standing_reason", "clinic_id", "status", "reason", "day"),
        Index("ix_message_standing_hour", "clinic_id", "status", "hour", "day"),
        Index("ix_message_standing_channel", "clinic_id", "status", "channel", "day"),
    )

    message_id: Mapped[Ref]
    episode_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    clinic_id: Mapped[Ref]
    payer_id: Mapped[Ref]
    status: Mapped[EpisodeStatus] = mapped_column(enum_of(EpisodeStatus))
    reason: Mapped[str] = mapped_column(String(36))
    day: Mapped[dt.date]
    hour: Mapped[int]
    channel: Mapped[str] = mapped_column(String(10))
    is_first: Mapped[bool]
    worked: Mapped[bool]


class EpisodeGist(TenantOwned, Base):
    """What lists need of an episode's evidence (domain.gist): `gist` as plain data, the day of its last visit, and
    `news_from`, before which nothing came in since then."""

    __tablename__ = "episode_gist"
    __table_args__ = owned(
        fk("episode_id", "episode"), fk("patient_id", "patient"), UniqueConstraint("episode_id")
    )

    episode_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    visited_on: Mapped[dt.date | None]
    news_from: Mapped[dt.datetime | None]
    gist: Mapped[JsonDict]


class _Counted:
    """What a count is of, and how many. Days before the first stand for none, so that every count is unique."""

    clinic_id: Mapped[Ref]
    therapist_id: Mapped[Ref]
    payer_id: Mapped[Ref]
    status: Mapped[EpisodeStatus] = mapped_column(enum_of(EpisodeStatus))
    measured: Mapped[Measured] = mapped_column(enum_of(Measured))
    section: Mapped[int]
    letter: Mapped[str] = mapped_column(String(1))
    what: Mapped[str] = mapped_column(String(60))
    day: Mapped[dt.date]
    days: Mapped[int]
    n: Mapped[int]
    done: Mapped[int]
    late: Mapped[int]


class CompletionChange(_Counted, TenantOwned, Base):
    """What one transaction changed in the figures. The beat folds it into the counts and removes it."""

    __tablename__ = "completion_change"
    __table_args__ = owned(Index("ix_completion_change_clinic", "clinic_id", "measured"))


class CompletionCount(_Counted, TenantOwned, Base):
    """A count that the screens add up: of each therapist, and of the whole clinic (`therapist_id` EVERYBODY).

    What `OF_CLINICS` names is of the whole clinic only.
    """

    __tablename__ = "completion_count"
    __table_args__ = owned(
        UniqueConstraint(*COUNT_KEY, name="uq_completion_count_place"),
    )
