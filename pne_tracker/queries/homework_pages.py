"""Homework as the clinic reads it. What a patient keeps private never leaves these queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.barriers import BarrierReason
from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Question
from pne_tracker.domain.entry_words import Answer, answers, figures
from pne_tracker.domain.homework import status_of
from pne_tracker.domain.homework_item import item_from_dict
from pne_tracker.models import UNSETTLED, Check, Entry, EntryStatus, Homework, Patient
from pne_tracker.queries.access import load, reachable_patients
from pne_tracker.queries.assigned_items import begun_homework, title_of
from pne_tracker.queries.barriers import reasons_of
from pne_tracker.queries.drawings import DrawnPage, drawing_of
from pne_tracker.queries.entry_moves import MoveLine, moves_of
from pne_tracker.queries.ladder import ON_THE_LADDER, Ladder, ladder_of
from pne_tracker.queries.portal import quiz_of
from pne_tracker.queries.visit_facts import names_of

WAITING = 200


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry handed in. A private one has no answers: only that it is there."""

    id: uuid.UUID
    for_date: dt.date
    handed_in_at: dt.datetime | None
    late: bool
    private: bool
    from_paper: bool
    entered_by: str
    answers: tuple[Answer, ...]
    figures: tuple[Answer, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    derived: Mapping[str, Any] = field(default_factory=dict)
    drawing: DrawnPage | None = None
    occurrence: int = 1


@dataclass(frozen=True, slots=True)
class HomeworkPage:
    """An item with everything handed in for it. `score` is that of its quiz, 0 to 1."""

    id: uuid.UUID
    patient_id: uuid.UUID
    episode_id: uuid.UUID
    patient_name: str
    section: int
    kind: str
    title: str
    instructions: str
    look_for: str
    barrier: str
    message: str
    required: bool
    assigned_on: dt.date
    due_on: dt.date
    status: str
    done: int
    done_at: int
    expected: int
    entries: tuple[EntryShown, ...]
    score: float | None
    reviewed_on: dt.date | None
    reviewed_by: str
    reply: str
    closed_reason: str
    in_the_way: tuple[BarrierReason, ...] = ()
    ladder: Ladder | None = None
    insisted_because: str = ""
    moves: tuple[MoveLine, ...] = ()

    @property
    def can_close(self) -> bool:
        """Whether it can still be waived or withdrawn."""
        return self.status in {"assigned", "started", "missed"}


def homework_page(session: Session, viewer: Viewer, homework_id: uuid.UUID, today: dt.date) -> HomeworkPage:
    """The page of one item. Raises NotFoundError out of reach."""
    row = load(session, viewer, Homework, homework_id)
    patient = load(session, viewer, Patient, row.patient_id)
    item = item_from_dict(row.template)
    entries = session.scalars(
        select(Entry).where(Entry.homework_id == row.id).order_by(Entry.for_date, Entry.occurrence)
    ).all()
    done = [entry for entry in entries if entry.status is EntryStatus.DONE]
    questions = quiz_of(session, row).every if item.kind is HomeworkKind.QUIZ and done else ()
    names = names_of(session, viewer, row.reviewed_by, *writers(done))
    return HomeworkPage(
        id=row.id,
        patient_id=patient.id,
        episode_id=row.episode_id,
        patient_name=f"{patient.given_name} {patient.family_name}",
        section=row.section,
        kind=row.kind.value,
        title=item.title.en,
        instructions=item.instructions.en,
        look_for=item.look_for,
        barrier=item.barrier,
        message=row.message,
        required=row.required,
        assigned_on=row.assigned_on,
        due_on=row.due_on,
        status=status_of(row, begun=bool(entries), today=today).value,
        done=len(done),
        done_at=row.done_at,
        expected=row.expected,
        entries=tuple(
            shown(entry, item, questions, _drawing(session, viewer, item, entry), names) for entry in done
        ),
        score=_score(session, done),
        reviewed_on=row.reviewed_on,
        reviewed_by=names.get(row.reviewed_by, "") if row.reviewed_by else "",
        reply=row.reply or "",
        closed_reason=row.closed_reason or "",
        in_the_way=reasons_of(session, row.id),
        ladder=ladder_of(session, row.episode_id, today) if row.kind in ON_THE_LADDER else None,
        insisted_because=row.insisted_because or "",
        moves=moves_of(session, viewer, row.id),
    )


def shown(
    entry: Entry,
    item: HomeworkTemplate,
    questions: tuple[Question, ...] = (),
    drawing: DrawnPage | None = None,
    names: Mapping[uuid.UUID, str] | None = None,
) -> EntryShown:
    """An entry for staff: of a private one only that it is there. `names` are those of `writers`."""
    by = (names or {}).get(entry.handed_in_by) if entry.from_paper and entry.handed_in_by else ""
    return EntryShown(
        id=entry.id,
        for_date=entry.for_date,
        handed_in_at=entry.handed_in_at,
        late=entry.late,
        private=not entry.shared,
        from_paper=entry.from_paper,
        entered_by=by or "",
        answers=answers(item.kind, item, entry.values, questions) if entry.shared else (),
        figures=figures(entry.derived) if entry.shared else (),
        values=entry.values if entry.shared else {},
        derived=entry.derived if entry.shared else {},
        drawing=drawing,
        occurrence=entry.occurrence,
    )


def _drawing(session: Session, viewer: Viewer, item: HomeworkTemplate, entry: Entry) -> DrawnPage | None:
    if item.kind is not HomeworkKind.READING:
        return None
    return drawing_of(session, viewer, entry.homework_id, entry.occurrence)


def writers(entries: Iterable[Entry]) -> set[uuid.UUID | None]:
    """Who entered paper forms among these."""
    return {entry.handed_in_by for entry in entries if entry.from_paper}


def _score(session: Session, done: list[Entry]) -> float | None:
    if not done:
        return None
    return session.scalars(
        select(Check.score).where(Check.entry_id.in_([entry.id for entry in done])).order_by(Check.at.desc())
    ).first()


@dataclass(frozen=True, slots=True)
class HomeworkRow:
    """An item in a list."""

    id: uuid.UUID
    patient_id: uuid.UUID
    patient_name: str
    title: str
    kind: str
    section: int
    status: str
    due_on: dt.date


def waiting(session: Session, viewer: Viewer, today: dt.date) -> tuple[HomeworkRow, ...]:
    """Items of the viewer's patients that wait to be read: done and not reviewed, or missed; oldest due first."""
    condition = and_(reachable_patients(viewer), _waits(today))
    rows = session.execute(
        select(Homework, Patient.given_name, Patient.family_name)
        .join(Patient, Patient.id == Homework.patient_id)
        .where(condition)
        .order_by(Homework.due_on, Homework.id)
        .limit(WAITING)
    ).all()
    ids = [row[0].id for row in rows]
    begun = begun_homework(session, Homework.id.in_(ids)) if ids else set()
    return tuple(
        HomeworkRow(
            id=row.id,
            patient_id=row.patient_id,
            patient_name=f"{given} {family}",
            title=title_of(row.template),
            kind=row.kind.value,
            section=row.section,
            status=status_of(row, begun=row.id in begun, today=today).value,
            due_on=row.due_on,
        )
        for row, given, family in rows
    )


def _waits(today: dt.date) -> ColumnElement[bool]:
    unread = and_(Homework.done_on.is_not(None), Homework.reviewed_on.is_(None))
    missed = and_(
        Homework.done_on.is_(None),
        Homework.due_on < today,
        func.coalesce(Homework.reviewed_on, dt.date.min) < Homework.due_on,
    )
    return and_(UNSETTLED, or_(unread, missed))
