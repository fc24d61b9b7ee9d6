"""What came back since the last visit, for many episodes at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, null, select
from sqlalchemy.orm import Session

from pne_tracker.domain.barriers import BarrierReason
from pne_tracker.domain.curriculum import HomeworkKind, Pack
from pne_tracker.domain.homework import CLOSED, HANDED_IN, HomeworkStatus
from pne_tracker.domain.quiz_sets import questions_for
from pne_tracker.domain.sleep import Night, week_efficiency
from pne_tracker.models import (
    Check,
    CheckKind,
    Entry,
    EntryStatus,
    Episode,
    Homework,
    MessageKind,
    Reminder,
    ReminderStatus,
)
from pne_tracker.queries.assigned_items import AssignedItem, assigned_items
from pne_tracker.queries.barriers import reasons_since
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.messages import waiting_of
from pne_tracker.queries.outcomes import ScoreLine, pain_lines
from pne_tracker.queries.patients import account_labels
from pne_tracker.queries.visit_days import VisitDays, visit_days


@dataclass(frozen=True, slots=True)
class QuizScore:
    """The latest quiz: right answers of those asked, and the section."""

    section: int
    right: int
    asked: int


@dataclass(slots=True)
class Since:
    """What came back since `on`: the day of the last signed visit, or of opening where `visited` is False.

    `assigned` counts the items that were to be done in that time; `late` those of `done` that came late. `new`
    counts entries handed in since somebody looked last, `journals` those of them that are shared journals;
    `barriers` what got in the way of the homework, as told in that time; `calls` and `questions` wait to be read.
    """

    on: dt.date
    visited: bool
    assigned: int = 0
    done: int = 0
    late: int = 0
    missed: int = 0
    quiz: QuizScore | None = None
    pain: ScoreLine | None = None
    nights: list[Night] = field(default_factory=list)
    new: int = 0
    journals: int = 0
    reminders: int = 0
    calls: list[dt.datetime] = field(default_factory=list)
    questions: int = 0
    barriers: Counter[BarrierReason] = field(default_factory=Counter)
    reviewed_at: dt.datetime | None = None
    reviewed_by: str = ""

    @property
    def efficiency(self) -> float | None:
        """Sleep efficiency of the logged nights in percent; None under five known nights."""
        return week_efficiency(self.nights)


Strips = dict[uuid.UUID, Since]


def since_last_visit(
    session: Session,
    episodes: Sequence[Episode],
    *,
    today: dt.date,
    timezone: str,
    homework: Sequence[AssignedItem] | None = None,
    visits: Mapping[uuid.UUID, VisitDays] | None = None,
) -> Strips:
    """The strip of each episode, by id. At most nine queries, whatever the number of episodes.

    `homework` and `visits` are those of the episodes where they were read already.
    """
    ids = [episode.id for episode in episodes]
    if not ids:
        return {}
    homework = assigned_items(session, ids, today) if homework is None else homework
    visits = visit_days(session, ids) if visits is None else visits
    names = account_labels(session, {one.reviewed_by for one in episodes if one.reviewed_by is not None})
    pain = pain_lines(session, ids)
    strips = {
        one.id: Since(
            on=visits[one.id].last_on if one.id in visits else one.opened_on,
            visited=one.id in visits,
            pain=pain.get(one.id),
            reviewed_at=one.reviewed_at,
            reviewed_by=names.get(one.reviewed_by, "") if one.reviewed_by else "",
        )
        for one in episodes
    }
    earliest = min(strip.on for strip in strips.values())
    zone = ZoneInfo(timezone)
    _count_homework(strips, homework)
    _count_entries(session, strips, [one.patient_id for one in episodes], earliest, zone)
    _find_quizzes(session, strips, {one.id: pack_of(session, one.pack_version_id) for one in episodes})
    _count_reminders(session, episodes, strips, earliest, zone)
    _count_messages(session, episodes, strips)
    for episode_id, on, reason in reasons_since(session, episodes, earliest):
        if on >= strips[episode_id].on:
            strips[episode_id].barriers[reason] += 1
    return strips


def _count_homework(strips: Strips, lines: Iterable[AssignedItem]) -> None:
    for line in lines:
        strip = strips[line.episode_id]
        days = (line.assigned_on, line.due_on, line.done_on)
        if line.status in CLOSED or not any(day is not None and day >= strip.on for day in days):
            continue
        strip.assigned += 1
        strip.done += line.status in HANDED_IN
        strip.late += line.status is HomeworkStatus.DONE_LATE
        strip.missed += line.status is HomeworkStatus.MISSED


def _count_entries(
    session: Session, strips: Strips, patients: Sequence[uuid.UUID], earliest: dt.date, zone: ZoneInfo
) -> None:
    """Found by patient, which is what entries lie in order of."""
    start = dt.datetime.combine(earliest, dt.time(), zone)
    night = case((Homework.kind == HomeworkKind.SLEEP_LOG, Entry.derived), else_=null())
    rows = session.execute(
        select(Homework.episode_id, Homework.kind, Entry.shared, Entry.handed_in_at, night)
        .join(Homework, Homework.id == Entry.homework_id)
        .where(
            Entry.patient_id.in_(patients),
            Homework.episode_id.in_(list(strips)),
            Entry.status == EntryStatus.DONE,
            Entry.handed_in_at >= start,
        )
    )
    for episode_id, kind, shared, handed_in_at, derived in rows:
        strip = strips[episode_id]
        if handed_in_at is None or handed_in_at.astimezone(zone).date() < strip.on:
            continue
        fresh = strip.reviewed_at is None or handed_in_at > strip.reviewed_at
        strip.new += fresh
        strip.journals += fresh and shared and kind is HomeworkKind.JOURNAL
        if kind is HomeworkKind.SLEEP_LOG:
            strip.nights.append(_night(derived))


def _night(derived: Mapping[str, Any]) -> Night:
    return Night(
        derived.get("minutes_in_bed", 0), derived.get("minutes_asleep"), derived.get("sleep_efficiency")
    )


def _find_quizzes(session: Session, strips: Strips, packs: Mapping[uuid.UUID, Pack]) -> None:
    rows = session.scalars(
        select(Check)
        .where(Check.episode_id.in_(list(strips)), Check.kind == CheckKind.QUIZ)
        .order_by(Check.on_date, Check.at, Check.id)
    )
    for episode_id, row, asked in asked_of(rows, packs):
        strip = strips[episode_id]
        if row.on_date >= strip.on and asked:
            strip.quiz = QuizScore(row.section, round(row.score * asked), asked)


def asked_of(
    rows: Iterable[Check], packs: Mapping[uuid.UUID, Pack]
) -> Iterable[tuple[uuid.UUID, Check, int]]:
    """Each quiz, in order, with the number of questions its score is over; where none is kept, sets take turns."""
    earlier: dict[tuple[uuid.UUID, int], int] = {}
    for row in rows:
        key = (row.episode_id, row.section)
        nth = earlier.get(key, 0)
        earlier[key] = nth + 1
        known = row.questions
        if known is None:
            known = len(questions_for(packs[row.episode_id], row.section, nth).own)
        yield row.episode_id, row, known


def _count_messages(session: Session, episodes: Sequence[Episode], strips: Strips) -> None:
    of_patient = {one.patient_id: strips[one.id] for one in episodes}
    for patient_id, kind, written_at in waiting_of(session, of_patient):
        if kind is MessageKind.CALL_REQUEST:
            of_patient[patient_id].calls.append(written_at)
        else:
            of_patient[patient_id].questions += 1


def _count_reminders(
    session: Session, episodes: Sequence[Episode], strips: Strips, earliest: dt.date, zone: ZoneInfo
) -> None:
    start = dt.datetime.combine(earliest, dt.time(), zone)
    day_of = {one.patient_id: strips[one.id] for one in episodes}
    rows = session.execute(
        select(Reminder.patient_id, func.coalesce(Reminder.settled_at, Reminder.due_at)).where(
            Reminder.patient_id.in_(list(day_of)),
            Reminder.status.in_((ReminderStatus.SENT, ReminderStatus.DELIVERED)),
            Reminder.due_at >= start,
        )
    )
    for patient_id, at in rows:
        strip = day_of[patient_id]
        strip.reminders += at.astimezone(zone).date() >= strip.on
