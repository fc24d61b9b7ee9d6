"""A patient's own record as the portal shows it: where care stands, homework and what was written for it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.barriers import BarrierReason
from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Pack, Rhythm
from pne_tracker.domain.homework import OPEN, HomeworkStatus, expected_days
from pne_tracker.domain.homework_item import item_from_dict
from pne_tracker.domain.own_quiz import KEY_PREFIX
from pne_tracker.domain.quiz_sets import QuizQuestions, questions_for
from pne_tracker.models import (
    Account,
    Barrier,
    Entry,
    EntryStatus,
    Episode,
    Homework,
    PatientKey,
)
from pne_tracker.queries.access import load
from pne_tracker.queries.barriers import reasons_of
from pne_tracker.queries.clinic_packs import pack_for
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.portal_place import Place, first_name
from pne_tracker.queries.private import Opened, Opener
from pne_tracker.queries.progress import SectionRow, section_rows, status_of


@dataclass(frozen=True, slots=True)
class Written:
    """One entry of the patient's own: a draft as typed, or handed in with values by type."""

    occurrence: int
    for_date: dt.date
    done: bool
    values: Mapping[str, Any]
    derived: Mapping[str, Any]
    late: bool
    shared: bool
    handed_in_at: dt.datetime | None
    version: int
    from_paper: bool = False


@dataclass(frozen=True)
class Item:
    """One assigned homework item with everything the patient wrote for it, in order of occurrence.

    `told_why` says that the patient told what got in the way; `barriers` names it where one item is read alone.
    """

    id: uuid.UUID
    episode_id: uuid.UUID
    section: int
    template: HomeworkTemplate
    message: str
    assigned_on: dt.date
    due_on: dt.date
    expected: int
    done_at: int
    status: HomeworkStatus
    zone: str
    reviewed_on: dt.date | None = None
    reviewed_at: dt.datetime | None = None
    reviewer: str = ""
    reply: str = ""
    entries: tuple[Written, ...] = field(default=())
    barriers: tuple[BarrierReason, ...] = ()
    told_why: bool = False

    @property
    def kind(self) -> HomeworkKind:
        """How it is done."""
        return self.template.kind

    @property
    def closed(self) -> bool:
        """Whether the therapist took it back or let it go."""
        return self.status in {HomeworkStatus.WAIVED, HomeworkStatus.WITHDRAWN}

    @property
    def wanted(self) -> bool:
        """Whether it still waits to be done, late or not."""
        return self.status in OPEN or self.status is HomeworkStatus.MISSED

    @property
    def asks_why(self) -> bool:
        """Whether it was missed and nobody said yet what got in the way."""
        return self.status is HomeworkStatus.MISSED and not self.told_why

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """The day each occurrence is expected on, one for each of `expected`."""
        planned = expected_days(self.template.schedule, self.assigned_on, self.due_on)
        return (*planned, *(planned[-1],) * (self.expected - len(planned)))[: self.expected]

    @cached_property
    def by_occurrence(self) -> dict[int, Written]:
        """Entries by occurrence, drafts too."""
        return {entry.occurrence: entry for entry in self.entries}

    @property
    def handed_in(self) -> tuple[Written, ...]:
        """Entries that count."""
        return tuple(entry for entry in self.entries if entry.done)

    @property
    def daily(self) -> bool:
        """Whether each occurrence has a day of its own."""
        return self.template.schedule.rhythm is Rhythm.DAILY

    def is_done(self, occurrence: int) -> bool:
        """Whether that occurrence is handed in."""
        entry = self.by_occurrence.get(occurrence)
        return entry is not None and entry.done

    def open_occurrences(self, today: dt.date) -> tuple[int, ...]:
        """Occurrences that can be filled in on that day: for a daily log the days that have come."""
        return tuple(
            number
            for number, day in enumerate(self.days, start=1)
            if not self.is_done(number) and (not self.daily or day <= today)
        )

    def done_today(self, today: dt.date) -> Written | None:
        """The entry that settles the item for today: today's of a daily log, else one sent today."""
        for entry in self.handed_in:
            day = entry.for_date if self.daily else _sent_on(entry, self.zone)
            if day == today:
                return entry
        return None

    def was_read(self, entry: Written) -> bool:
        """Whether the therapist reviewed the item since this entry was sent."""
        if self.reviewed_at is not None and entry.handed_in_at is not None:
            return entry.handed_in_at <= self.reviewed_at
        sent = _sent_on(entry, self.zone)
        return self.reviewed_on is not None and sent is not None and sent <= self.reviewed_on

    def takes_more(self, today: dt.date) -> bool:
        """Whether an entry can be added: while it waits to be done, and for a done log until it is due."""
        return bool(self.open_occurrences(today)) and (self.wanted or today <= self.due_on)

    def next_occurrence(self, today: dt.date) -> int | None:
        """The occurrence to offer now: a daily log's latest open day, else the first open one."""
        waiting = self.open_occurrences(today)
        if not waiting:
            return None
        return waiting[-1] if self.daily else waiting[0]


def _sent_on(entry: Written, zone: str) -> dt.date | None:
    return entry.handed_in_at.astimezone(ZoneInfo(zone)).date() if entry.handed_in_at else None


def items(session: Session, viewer: Viewer, place: Place, today: dt.date) -> tuple[Item, ...]:
    """All homework of the patient that was not withdrawn, due first first. Two queries."""
    rows = session.execute(
        select(Homework, Account.name, exists().where(Barrier.homework_id == Homework.id))
        .outerjoin(Account, Account.id == Homework.reviewed_by)
        .where(Homework.patient_id == viewer.patient_id, Homework.closed_as.is_distinct_from("withdrawn"))
        .order_by(Homework.due_on, Homework.section, Homework.template_key, Homework.id)
    ).all()
    written: dict[uuid.UUID, list[Written]] = {}
    opener = Opener(session, viewer)
    for entry, key in session.execute(
        select(Entry, PatientKey)
        .outerjoin(PatientKey, PatientKey.patient_id == Entry.patient_id)
        .where(Entry.patient_id == viewer.patient_id)
        .order_by(Entry.occurrence)
    ):
        if entry.sealed is not None and entry.sealed_by == viewer.account_id:
            opener.know(key)
        written.setdefault(entry.homework_id, []).append(_written(entry, opener.open(entry)))
    return tuple(
        replace(_item(row, reviewer, written.get(row.id, ()), place.zone, today), told_why=told)
        for row, reviewer, told in rows
    )


def one_item(session: Session, viewer: Viewer, homework_id: uuid.UUID, place: Place, today: dt.date) -> Item:
    """One item with its entries. NotFoundError when it is not the viewer's. Four queries."""
    row = load(session, viewer, Homework, homework_id)
    name = None
    if row.reviewed_by is not None:
        name = session.scalar(select(Account.name).where(Account.id == row.reviewed_by))
    entries = session.scalars(select(Entry).where(Entry.homework_id == row.id).order_by(Entry.occurrence))
    opener = Opener(session, viewer)
    written = [_written(entry, opener.open(entry)) for entry in entries]
    item = _item(row, name, written, place.zone, today)
    barriers = reasons_of(session, row.id)
    return replace(item, barriers=barriers, told_why=bool(barriers))


def _item(row: Homework, reviewer: str | None, entries: Iterable[Written], zone: str, today: dt.date) -> Item:
    given = tuple(entries)
    return Item(
        id=row.id,
        episode_id=row.episode_id,
        section=row.section,
        template=item_from_dict(row.template),
        message=row.message,
        assigned_on=row.assigned_on,
        due_on=row.due_on,
        expected=max(row.expected, row.done_at, 1),
        done_at=row.done_at,
        status=status_of(row, begun=bool(given), today=today),
        zone=zone,
        reviewed_on=row.reviewed_on,
        reviewed_at=row.reviewed_at,
        reviewer=first_name(reviewer),
        reply=row.reply or "",
        entries=given,
    )


def _written(entry: Entry, opened: Opened) -> Written:
    return Written(
        occurrence=entry.occurrence,
        for_date=entry.for_date,
        done=entry.status is EntryStatus.DONE,
        values=opened.values,
        derived=opened.derived,
        late=entry.late,
        shared=entry.shared,
        handed_in_at=entry.handed_in_at,
        version=entry.version,
        from_paper=entry.from_paper,
    )


def quiz_of(session: Session, homework: Homework | Item) -> QuizQuestions:
    """The questions of a quiz item: the clinic's own as assigned, or those of the pack its episode is pinned to."""
    item = homework.template if isinstance(homework, Item) else item_from_dict(homework.template)
    if item.questions:
        return QuizQuestions(item.questions)
    earlier = (
        select(func.count(Homework.id))
        .where(
            Homework.episode_id == homework.episode_id,
            Homework.section == homework.section,
            Homework.kind == HomeworkKind.QUIZ,
            ~Homework.template_key.startswith(KEY_PREFIX),
            Homework.id < homework.id,
        )
        .scalar_subquery()
    )
    version, nth = session.execute(
        select(Episode.pack_version_id, earlier).where(Episode.id == homework.episode_id)
    ).one()
    asked = questions_for(pack_of(session, version), homework.section, nth)
    return replace(asked, baseline=item.first_visit) if asked.baseline and item.first_visit else asked


def sections_of(session: Session, place: Place) -> Sequence[SectionRow]:
    """Where each section stands in the current episode; nothing before the first one. One query."""
    return section_rows(session, [place.episode_id])[place.episode_id] if place.episode_id else ()


def pack_at(session: Session, place: Place) -> Pack | None:
    """The pinned pack in the clinic's words; none before the first episode."""
    if place.clinic_id is None or place.pack_version_id is None:
        return None
    return pack_for(session, place.clinic_id, place.pack_version_id)
