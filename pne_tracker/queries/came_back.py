"""What came in from and went out to patients since a day: entries, barriers, reminders, what waits to be read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Boolean,
    Date,
    Select,
    String,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.models import (
    IS_UNREAD,
    Barrier,
    Entry,
    EntryStatus,
    Episode,
    EpisodeGist,
    Homework,
    Message,
    Reminder,
    ReminderStatus,
    built_once,
)
from pne_tracker.models.base import Json, UtcDateTime
from pne_tracker.queries.gist_rows import gist_of, touched
from pne_tracker.queries.raw_ids import id_of, raw

WENT_OUT: Final = (ReminderStatus.SENT, ReminderStatus.DELIVERED)


class What(StrEnum):
    """What came."""

    ENTRY = "entry"
    BARRIER = "barrier"
    REMINDER = "reminder"
    MESSAGE = "message"


class CameBack(NamedTuple):
    """One thing, `what` it is, and in which episode.

    `day` is a barrier's. `kind` is an entry's kind of homework, a barrier's reason, a message's kind; `shared` is an
    entry's; `night` what the entry of a sleep log came to.
    """

    what: str
    episode_id: uuid.UUID
    at: dt.datetime
    day: dt.date | None
    kind: str
    shared: bool
    night: Mapping[str, Any] | None


def came_back(
    session: Session, episodes: Sequence[Episode], *, since: dt.date, zone: ZoneInfo
) -> list[CameBack]:
    """All of it since the last visit of each episode, or since `since`, and some from just before, in order of time.

    Of messages those that wait. Of two episodes of one patient the later in the list has reminders and messages.
    One query: of each patient the last entries and reminders alone are read, as these rows lie in order.
    """
    of_patient = {one.patient_id: one.id for one in episodes}
    asked = {
        "patients": list(of_patient),
        "owners": list(of_patient.values()),
        "episodes": [one.id for one in episodes],
        "behind": list(touched(session)),
        "day": since,
        "start": dt.datetime.combine(since, dt.time(), zone),
    }
    found = session.execute(_CAME_BACK, asked)
    return [CameBack(row[0], id_of(row[1]), *row[2:]) for row in found]


_PATIENTS, _OWNERS, _EPISODES = (
    bindparam(name, expanding=True, type_=Uuid()) for name in ("patients", "owners", "episodes")
)
_DAY, _START = bindparam("day", type_=Date()), bindparam("start", type_=UtcDateTime())
_NO_DAY, _NOT_SHARED, _NO_NIGHT = cast(null(), Date), cast(null(), Boolean), cast(null(), Json)
Legs = Select[*tuple[Any, ...]]


def _entries() -> Legs:
    night = case((Homework.kind == HomeworkKind.SLEEP_LOG, Entry.derived), else_=null())
    return (
        select(
            literal(What.ENTRY.value).label("what"),
            raw(Episode.id).label("owner"),
            Entry.handed_in_at.label("at"),
            _NO_DAY.label("day"),
            cast(Homework.kind, String).label("kind"),
            Entry.shared.label("shared"),
            night.label("night"),
            raw(Entry.id).label("id"),
        )
        .select_from(Episode)
        .outerjoin(EpisodeGist, gist_of(Episode.id))
        .join(
            Entry,
            (Entry.patient_id == Episode.patient_id)
            & (Entry.handed_in_at >= func.coalesce(EpisodeGist.news_from, _START)),
        )
        .join(Homework, (Homework.id == Entry.homework_id) & (Homework.episode_id == Episode.id))
        .where(Episode.id.in_(_EPISODES), Entry.status == EntryStatus.DONE)
    )


def _barriers() -> Legs:
    return (
        select(
            literal(What.BARRIER.value),
            raw(Homework.episode_id),
            Barrier.at,
            Barrier.on_date,
            cast(Barrier.reason, String),
            _NOT_SHARED,
            _NO_NIGHT,
            raw(Barrier.id),
        )
        .join(Homework, Homework.id == Barrier.homework_id)
        .where(
            Barrier.patient_id.in_(_PATIENTS),
            Homework.episode_id.in_(_EPISODES),
            Barrier.on_date >= _DAY,
        )
    )


def _reminders() -> Legs:
    return (
        select(
            literal(What.REMINDER.value),
            raw(Episode.id),
            func.coalesce(Reminder.settled_at, Reminder.due_at, type_=UtcDateTime),
            _NO_DAY,
            literal(""),
            _NOT_SHARED,
            _NO_NIGHT,
            raw(Reminder.id),
        )
        .select_from(Episode)
        .outerjoin(EpisodeGist, gist_of(Episode.id))
        .join(
            Reminder,
            (Reminder.patient_id == Episode.patient_id)
            & (Reminder.due_at >= func.coalesce(EpisodeGist.news_from, _START)),
        )
        .where(Episode.id.in_(_OWNERS), Reminder.status.in_(WENT_OUT))
    )


def _messages() -> Legs:
    return (
        select(
            literal(What.MESSAGE.value),
            raw(Episode.id),
            Message.written_at,
            _NO_DAY,
            cast(Message.kind, String),
            _NOT_SHARED,
            _NO_NIGHT,
            raw(Message.id),
        )
        .join(Episode, Episode.patient_id == Message.patient_id)
        .where(Message.patient_id.in_(_PATIENTS), Episode.id.in_(_OWNERS), IS_UNREAD)
    )


_ROWS = union_all(_entries(), _barriers(), _reminders(), _messages()).subquery()
_TOLD = [_ROWS.c[name] for name in ("what", "owner", "at", "day", "kind", "shared", "night")]
_CAME_BACK = built_once(select(*_TOLD).order_by(_ROWS.c.at, _ROWS.c.id))
