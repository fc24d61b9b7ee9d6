"""What the page for assigning shows: the items of an episode, and what can go out."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.homework import due_date
from pne_tracker.domain.people import full_name
from pne_tracker.models import Entry, EntryStatus, Episode, EpisodeStatus, Homework, Patient
from pne_tracker.queries.access import load
from pne_tracker.queries.appointments import next_visit_on
from pne_tracker.queries.assigned_items import title_of
from pne_tracker.queries.clinic_packs import pack_for
from pne_tracker.queries.episode_record import HomeworkLine, homework_lines


@dataclass(frozen=True, slots=True)
class Choice:
    """One item of the curriculum, and when it would be due."""

    key: str
    title: str
    section: int
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class AssignPage:
    """Everything of the page. `open` says that homework can go out in this episode."""

    patient_id: uuid.UUID
    patient: str
    episode_id: uuid.UUID
    open: bool
    lines: tuple[HomeworkLine, ...]
    choices: tuple[Choice, ...]
    sections: tuple[tuple[int, str], ...]


def assign_page(session: Session, viewer: Viewer, episode_id: uuid.UUID, today: dt.date) -> AssignPage:
    """The page of an episode in reach. Raises NotFoundError."""
    episode = load(session, viewer, Episode, episode_id)
    patient = load(session, viewer, Patient, episode.patient_id)
    pack = pack_for(session, episode.clinic_id, episode.pack_version_id)
    return AssignPage(
        patient_id=patient.id,
        patient=full_name(patient.given_name, patient.family_name),
        episode_id=episode.id,
        open=episode.status is EpisodeStatus.OPEN and not patient.deceased,
        lines=homework_lines(session, episode.id, today),
        choices=_choices(pack, today, next_visit_on(session, episode.id, today)),
        sections=tuple((one.number, one.title) for one in pack.sections),
    )


def _choices(pack: Pack, today: dt.date, next_visit: dt.date | None) -> tuple[Choice, ...]:
    return tuple(
        Choice(key, item.title.en, section.number, due_date(item.schedule, today, next_visit))
        for key, (section, item) in pack.templates.items()
        if item.offered
    )


@dataclass(frozen=True, slots=True)
class MovePage:
    """An entry that is to be moved, and the items it could go to: those of the same kind."""

    entry_id: uuid.UUID
    patient_id: uuid.UUID
    homework_id: uuid.UUID
    title: str
    for_date: dt.date
    private: bool
    targets: tuple[tuple[uuid.UUID, str, int, dt.date], ...]


def move_page(session: Session, viewer: Viewer, entry_id: uuid.UUID) -> MovePage:
    """The entry, handed in and in reach. Raises NotFoundError."""
    entry = load(session, viewer, Entry, entry_id)
    homework = load(session, viewer, Homework, entry.homework_id)
    rows = session.scalars(
        select(Homework)
        .where(
            Homework.patient_id == homework.patient_id,
            Homework.kind == homework.kind,
            Homework.id != homework.id,
            Homework.closed_as.is_(None),
        )
        .order_by(Homework.due_on.desc(), Homework.id)
    )
    return MovePage(
        entry_id=entry.id,
        patient_id=entry.patient_id,
        homework_id=homework.id,
        title=title_of(homework.template),
        for_date=entry.for_date,
        private=not entry.shared or entry.status is not EntryStatus.DONE,
        targets=tuple((row.id, title_of(row.template), row.section, row.due_on) for row in rows),
    )
