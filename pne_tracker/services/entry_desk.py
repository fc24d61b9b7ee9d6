"""One homework item on the desk: locked, with the entry of one occurrence, and what a change brings about."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Role, Viewer
from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Rhythm
from pne_tracker.domain.entry_fields import FieldSpec, fields_of
from pne_tracker.domain.entry_parse import Raw
from pne_tracker.domain.entry_raw import day_of
from pne_tracker.domain.errors import ConflictError, NotFoundError, RefusedError
from pne_tracker.domain.homework import Submission, done_on, expected_days
from pne_tracker.domain.homework_item import item_from_dict
from pne_tracker.domain.ladder import Step
from pne_tracker.domain.progress import homework_decides
from pne_tracker.domain.quiz import score_quiz
from pne_tracker.domain.quiz_sets import QuizQuestions
from pne_tracker.models import (
    Check,
    CheckKind,
    Clinic,
    Entry,
    EntryStatus,
    Episode,
    Homework,
    Patient,
    SectionState,
    built_once,
    new_id,
)
from pne_tracker.queries.access import load, load_with_episode, lock
from pne_tracker.queries.ladder import step_of
from pne_tracker.queries.parameters import EPISODE
from pne_tracker.queries.portal import quiz_of
from pne_tracker.queries.private import Opened, Opener
from pne_tracker.services import audit, progress


@dataclass(frozen=True, slots=True)
class Typed:
    """One form as sent: the fields by name, and which occurrence, draft version and switches came with it.

    `version` is that of the draft the page showed, 0 for none; `sure` answers the warnings with yes.
    """

    occurrence: int
    raw: Mapping[str, Raw]
    version: int = 0
    shared: bool = True
    sure: bool = False


@dataclass(slots=True)
class Desk:
    """One homework item on the desk, locked, with the entry of one occurrence if there is any.

    `entries` are all of the item that were there, `state` is that of its section; `alone` when its episode is
    locked too.
    """

    homework: Homework
    item: HomeworkTemplate
    entry: Entry | None
    zone: str
    today: dt.date
    questions: QuizQuestions
    written: Opened = field(default_factory=Opened)
    entries: tuple[Entry, ...] = ()
    alone: bool = False
    state: str | None = None

    @property
    def specs(self) -> tuple[FieldSpec, ...]:
        """The fields of its form; a quiz has none."""
        return fields_of(self.item.kind, self.item)

    @property
    def names(self) -> list[str]:
        """The names of its fields, or of a quiz's questions."""
        if self.item.kind is HomeworkKind.QUIZ:
            return [question.id for question in self.questions.every]
        return [spec.name for spec in self.specs]


def open_desk(
    session: Session,
    viewer: Viewer,
    homework_id: uuid.UUID,
    occurrence: int,
    now: dt.datetime,
    *,
    settling: bool = False,
) -> Desk:
    """The item, locked, with what was written for it; `settling` locks the episode too, for `settle_item`.

    RefusedError when closed, NotFoundError out of reach or past its occurrences, ConflictError when somebody
    else keeps the entry private.
    """
    if settling:
        homework, _ = load_with_episode(session, viewer, Homework, homework_id, Access.EDIT, lock_both=True)
    else:
        homework = load(session, viewer, Homework, homework_id, Access.EDIT)
    if homework.closed_as is not None:
        raise RefusedError("This item is closed. There is nothing more to do.", code="closed")
    if not 1 <= occurrence <= max(homework.expected, homework.done_at, 1):
        raise NotFoundError
    zone, state, entries = _written(session, homework)
    if _is_locked(session, viewer, homework):
        raise RefusedError("The therapist opens this step of the ladder first.", code="locked")
    is_quiz = homework.kind is HomeworkKind.QUIZ
    entry = next((one for one in entries if one.occurrence == occurrence), None)
    if entry is not None and entry.sealed is not None and entry.sealed_by != viewer.account_id:
        raise ConflictError("The patient keeps this one private.", code="kept_private")
    return Desk(
        homework=homework,
        item=item_from_dict(homework.template),
        entry=entry,
        written=Opener(session, viewer).open(entry) if entry else Opened(),
        zone=zone,
        today=local_day(now, zone),
        questions=quiz_of(session, homework) if is_quiz else QuizQuestions(()),
        entries=entries,
        alone=settling,
        state=state,
    )


_STATE = (SectionState.episode_id == Episode.id) & (SectionState.section == bindparam("section"))
_WRITTEN = built_once(
    select(func.coalesce(Patient.timezone, Clinic.timezone), SectionState.state, Entry)
    .select_from(Episode)
    .join(Patient, Patient.id == Episode.patient_id)
    .join(Clinic, Clinic.id == Patient.clinic_id)
    .outerjoin(SectionState, _STATE)
    .outerjoin(Entry, Entry.homework_id == bindparam("item"))
    .where(Episode.id == EPISODE)
)


def _written(session: Session, homework: Homework) -> tuple[str, str | None, tuple[Entry, ...]]:
    """The patient's zone, the state of the section and all entries of an item that is locked. One query."""
    of = {"episode": homework.episode_id, "section": homework.section, "item": homework.id}
    rows = session.execute(_WRITTEN, of).all()
    return rows[0][0], rows[0][1], tuple(row[2] for row in rows if row[2] is not None)


def _is_locked(session: Session, viewer: Viewer, homework: Homework) -> bool:
    """Whether the patient cannot do it yet: imagined movement waits for its step. Staff enter what was done."""
    return (
        homework.kind is HomeworkKind.IMAGERY
        and viewer.role is Role.PATIENT
        and step_of(session, homework.episode_id) is Step.LEFT_RIGHT
    )


def entry_of(session: Session, homework_id: uuid.UUID, occurrence: int) -> Entry | None:
    """The entry of that occurrence, or None."""
    return session.scalars(
        select(Entry).where(Entry.homework_id == homework_id, Entry.occurrence == occurrence)
    ).one_or_none()


def local_day(instant: dt.datetime, zone: str) -> dt.date:
    """The day it is at that instant in that zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def row_of(session: Session, desk: Desk, typed: Typed) -> Entry:
    """The entry of the occurrence on the desk; a new draft when there is none."""
    if desk.entry is None:
        desk.entry = Entry(
            id=new_id(),
            organisation_id=desk.homework.organisation_id,
            homework_id=desk.homework.id,
            patient_id=desk.homework.patient_id,
            occurrence=typed.occurrence,
            status=EntryStatus.DRAFT,
        )
        session.add(desk.entry)
    return desk.entry


def day_for(desk: Desk, typed: Typed) -> dt.date:
    """The day the entry names; else, of a daily item, the day it was expected on; else today."""
    named = day_of(desk.specs, typed.raw)
    if named is not None:
        return named
    if desk.item.schedule.rhythm is not Rhythm.DAILY:
        return desk.today
    days = expected_days(desk.item.schedule, desk.homework.assigned_on, desk.homework.due_on)
    return min(days[min(typed.occurrence, len(days)) - 1], desk.today)


def quiz_check(desk: Desk, entry: Entry, now: dt.datetime) -> Check:
    """The quiz as evidence: its score counts the section's own questions, baseline items concepts alone."""
    scored = score_quiz(desk.questions.own, entry.values, desk.questions.baseline)
    return Check(
        organisation_id=desk.homework.organisation_id,
        episode_id=desk.homework.episode_id,
        section=desk.homework.section,
        kind=CheckKind.QUIZ,
        score=scored.score,
        concepts=scored.concepts,
        questions=scored.questions,
        asked=scored.asked,
        on_date=desk.today,
        at=now,
        entry_id=entry.id,
    )


def settle_item(
    session: Session, viewer: Viewer, desk: Desk, action: str, now: dt.datetime, **details: bool
) -> None:
    """Set when the item became done, let progress follow, and leave an audit event."""
    homework = desk.homework
    there = {one.id: one for one in (*desk.entries, desk.entry) if one is not None}
    days = [
        Submission(local_day(one.handed_in_at, desk.zone))
        for one in there.values()
        if one.homework_id == homework.id and one.status is EntryStatus.DONE and one.handed_in_at is not None
    ]
    was, homework.done_on = homework.done_on, done_on(homework.done_at, days)
    occurrence = desk.entry.occurrence if desk.entry else 0
    note(session, viewer, homework, action, now, occurrence=occurrence, **details)
    session.flush()
    if homework.kind is HomeworkKind.QUIZ or (was != homework.done_on and _counts(session, desk)):
        progress.rebuild(session, [homework.episode_id])


def _counts(session: Session, desk: Desk) -> bool:
    """Whether done homework can move its section.

    The episode is locked first, as `progress.rebuild` does, so that a visit signed meanwhile is seen.
    """
    homework, stored = desk.homework, desk.state
    if not desk.alone:
        lock(session, Episode, homework.episode_id)
        stored = session.scalar(
            select(SectionState.state).where(
                SectionState.episode_id == homework.episode_id, SectionState.section == homework.section
            )
        )
    return homework_decides(stored)


def note(
    session: Session, viewer: Viewer, homework: Homework, action: str, now: dt.datetime, **details: int | bool
) -> None:
    """Leave an audit event of the item."""
    audit.record(
        session,
        viewer,
        action,
        "homework",
        subject_id=homework.id,
        patient_id=homework.patient_id,
        now=now,
        **details,
    )


def night_is_kept(session: Session, desk: Desk, wake_day: str) -> bool:
    """Whether an entry handed in for the item on the desk already tells the night before this ISO day."""
    kept = select(Entry.id).where(
        Entry.homework_id == desk.homework.id,
        Entry.status == EntryStatus.DONE,
        Entry.for_date == dt.date.fromisoformat(wake_day),
    )
    return session.scalar(kept) is not None
