"""A patient's own record as the portal shows it: where care stands, homework and what was written for it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, case, cast, exists, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Pack
from pne_tracker.domain.homework import status_of
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
    built_once,
)
from pne_tracker.queries.access import load
from pne_tracker.queries.barriers import reasons_of
from pne_tracker.queries.clinic_packs import pack_for
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.parameters import PATIENT
from pne_tracker.queries.portal_item import Item, Written
from pne_tracker.queries.portal_place import Place, first_name
from pne_tracker.queries.private import Opened, Opener
from pne_tracker.queries.progress import SectionRow, section_rows

_ASSIGNED = (
    Homework.id,
    Homework.episode_id,
    Homework.section,
    cast(Homework.template, Text).label("words"),
    Homework.message,
    Homework.assigned_on,
    Homework.due_on,
    Homework.expected,
    Homework.done_at,
    Homework.done_on,
    Homework.closed_as,
    Homework.reviewed_on,
    Homework.reviewed_at,
    Homework.reply,
)
_OUTLINES = built_once(
    select(
        Entry.homework_id,
        Entry.occurrence,
        Entry.for_date,
        Entry.status,
        Entry.late,
        Entry.shared,
        Entry.handed_in_at,
        Entry.version,
        Entry.from_paper,
        case((Entry.status == EntryStatus.DRAFT, Entry.values)).label("values"),
    )
    .where(Entry.patient_id == PATIENT)
    .order_by(Entry.occurrence)
)
_ITEMS = built_once(
    select(
        *_ASSIGNED, Account.name.label("by"), exists().where(Barrier.homework_id == Homework.id).label("told")
    )
    .select_from(Homework)
    .outerjoin(Account, Account.id == Homework.reviewed_by)
    .where(Homework.patient_id == PATIENT, Homework.closed_as.is_distinct_from("withdrawn"))
    .order_by(Homework.due_on, Homework.section, Homework.template_key, Homework.id)
)


@lru_cache(maxsize=512)
def template_of(words: str) -> HomeworkTemplate:
    """The item behind the JSON text it was assigned with; the same few are given to many patients."""
    return item_from_dict(json.loads(words))


def items(
    session: Session, viewer: Viewer, place: Place, today: dt.date, *, outline: bool = False
) -> tuple[Item, ...]:
    """All homework of the patient that was not withdrawn, due first first. Two queries.

    `outline` leaves out what was written, but for drafts that are not sealed: enough to say what waits.
    """
    rows = session.execute(_ITEMS, {"patient": viewer.patient_id}).all()
    written = (_outlines if outline else _entries)(session, viewer)
    return tuple(
        _item(
            row, template_of(row.words), row.by, written.get(row.id, ()), place.zone, today, told_why=row.told
        )
        for row in rows
    )


def _outlines(session: Session, viewer: Viewer) -> dict[uuid.UUID, list[Written]]:
    written: dict[uuid.UUID, list[Written]] = {}
    for row in session.execute(_OUTLINES, {"patient": viewer.patient_id}):
        written.setdefault(row.homework_id, []).append(_written(row, Opened(row.values or {})))
    return written


def _entries(session: Session, viewer: Viewer) -> dict[uuid.UUID, list[Written]]:
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
    return written


def one_item(session: Session, viewer: Viewer, homework_id: uuid.UUID, place: Place, today: dt.date) -> Item:
    """One item with its entries. NotFoundError when it is not the viewer's. Four queries."""
    row = load(session, viewer, Homework, homework_id)
    name = None
    if row.reviewed_by is not None:
        name = session.scalar(select(Account.name).where(Account.id == row.reviewed_by))
    entries = session.scalars(select(Entry).where(Entry.homework_id == row.id).order_by(Entry.occurrence))
    opener = Opener(session, viewer)
    written = [_written(entry, opener.open(entry)) for entry in entries]
    barriers = reasons_of(session, row.id)
    item = _item(row, item_from_dict(row.template), name, written, place.zone, today, told_why=bool(barriers))
    return replace(item, barriers=barriers)


def _item(
    row: Any,
    template: HomeworkTemplate,
    reviewer: str | None,
    entries: Iterable[Written],
    zone: str,
    today: dt.date,
    *,
    told_why: bool,
) -> Item:
    """An item of a row of Homework, whole or the columns above."""
    given = tuple(entries)
    return Item(
        id=row.id,
        episode_id=row.episode_id,
        section=row.section,
        template=template,
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
        told_why=told_why,
    )


def _written(entry: Any, opened: Opened) -> Written:
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
