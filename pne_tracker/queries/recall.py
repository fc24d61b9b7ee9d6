"""Reads for recall: the one question that waits for a patient, and how much is still recalled."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import Question
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.domain.recall import Card, Scheduler, next_question, questions_on, teaching, waiting
from pne_tracker.models import Clinic, Episode, EpisodeStatus, Patient, RecallCard, SectionState, built_once
from pne_tracker.queries.access import patients, reachable_patients
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.parameters import EPISODE
from pne_tracker.queries.progress import SECTION, SectionRow, section_row, section_rows

FIRST_SECTION = 1


@dataclass(frozen=True, slots=True)
class DueQuestion:
    """The question that waits. `section` teaches its concept first of all and is understood."""

    card_id: uuid.UUID
    episode_id: uuid.UUID
    section: int
    question: Question


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question with the answer that was given to it."""

    card_id: uuid.UUID
    question: Question
    answer: str


@dataclass(frozen=True, slots=True)
class Switches:
    """Who lets questions be asked: the clinic, the patient; and whether the patient is in care at all."""

    clinic: bool
    patient: bool
    in_care: bool

    @property
    def on(self) -> bool:
        """Whether a question may wait."""
        return self.clinic and self.patient and self.in_care


CardRow = tuple[RecallCard, EpisodeStatus, uuid.UUID]
"""A card with the status of its episode and the pack that episode is pinned to."""
Known = Mapping[uuid.UUID, Sequence[SectionRow]]


def switches(session: Session, viewer: Viewer, patient_id: uuid.UUID) -> Switches:
    """The switches of a patient within reach; in care means alive, active and with an open episode.

    NotFoundError out of reach. One query.
    """
    in_open_episode = exists().where(Episode.patient_id == Patient.id, Episode.status == EpisodeStatus.OPEN)
    row = session.execute(
        patients(viewer)
        .add_columns(Clinic.recall_enabled, in_open_episode)
        .join(Clinic, Clinic.id == Patient.clinic_id)
        .where(Patient.id == patient_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    patient, clinic, treated = row
    return Switches(clinic, patient.recall_enabled, treated and patient.active and not patient.deceased)


def due_question(session: Session, viewer: Viewer, today: dt.date) -> DueQuestion | None:
    """The one question that waits for the viewing patient on that day; None when there is none.

    It stays the same until it is answered. Nothing waits for a patient who has died, is inactive or has no open
    episode, nor while clinic or patient have switched the questions off. Three queries at most.
    """
    if viewer.patient_id is None or not switches(session, viewer, viewer.patient_id).on:
        return None
    return due_among(session, _rows(session, viewer), {}, today)


def due_among(session: Session, rows: Sequence[CardRow], known: Known, today: dt.date) -> DueQuestion | None:
    """The one question that waits on that day, of all cards of a patient who is asked.

    `known` are the sections of episodes that were read already; of others they are read, in one query.
    """
    cards = {str(row.id): card_of(row) for row, _, _ in rows}
    if waiting(cards, today) is None:
        return None
    asked = _askable(session, rows, known)
    quiet = {key: card if key in asked else replace(card, due_on=None) for key, card in cards.items()}
    chosen = waiting(quiet, today)
    return asked[chosen] if chosen else None


_FIRST = (RecallCard.patient_id == SectionState.patient_id) & (SectionState.section == FIRST_SECTION)
_SECTIONS_AND_CARDS = built_once(
    select(*SECTION, RecallCard, Episode.status, Episode.pack_version_id)
    .select_from(SectionState)
    .outerjoin(RecallCard, _FIRST)
    .outerjoin(Episode, Episode.id == RecallCard.episode_id)
    .where(SectionState.episode_id == EPISODE)
    .order_by(SectionState.section, RecallCard.id)
)


def sections_and_cards(
    session: Session, episode_id: uuid.UUID | None
) -> tuple[Sequence[SectionRow], list[CardRow]]:
    """Where each section stands in an episode of the patient, and all recall cards of the patient. One query.

    The cards come beside one section, so that they do not multiply the rows.
    """
    rows = session.execute(_SECTIONS_AND_CARDS, {"episode": episode_id}).all()
    sections = {row.section: section_row(row) for row in rows}
    cards = [(row.RecallCard, row.status, row.pack_version_id) for row in rows if row.RecallCard is not None]
    return tuple(sections.values()), cards


def answered_question(session: Session, viewer: Viewer, today: dt.date) -> AnsweredQuestion | None:
    """The question that the viewing patient answered on that day. One query."""
    for row, _, pack_version in _rows(session, viewer):
        if row.answered_on != today:
            continue
        known = questions_on(pack_of(session, pack_version), row.concept)
        question = next((one for one in known if one.id == row.question_id), None)
        if question is not None:
            return AnsweredQuestion(row.id, question, row.answer or "")
    return None


def estimated_recall(
    session: Session, episode_id: uuid.UUID, scheduler: Scheduler, today: dt.date
) -> dict[int, float]:
    """For each understood section of an episode within reach: the share, 0 to 1, that is recalled on that day.

    A section counts as its least recalled concept; sections without a card are left out. Three queries.
    """
    pack_version = session.scalars(select(Episode.pack_version_id).where(Episode.id == episode_id)).one()
    rows = session.scalars(select(RecallCard).where(RecallCard.episode_id == episode_id))
    shares = {row.concept: scheduler.retrievability(card_of(row), today) for row in rows}
    found: dict[int, float] = {}
    sections = pack_of(session, pack_version).by_number
    for row in section_rows(session, [episode_id])[episode_id]:
        known = [shares[concept] for concept in sections[row.number].primary if concept in shares]
        if row.understood and known:
            found[row.number] = min(known)
    return found


def own_card(session: Session, viewer: Viewer, card_id: uuid.UUID) -> RecallCard:
    """The viewing patient's card of that id. NotFoundError when it is another's or never was. One query."""
    found = session.scalars(
        select(RecallCard)
        .join(Patient, Patient.id == RecallCard.patient_id)
        .where(RecallCard.id == card_id, Patient.id == viewer.patient_id, reachable_patients(viewer))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def card_of(row: RecallCard) -> Card:
    """The card as the domain knows it."""
    return Card(row.learnt_on, row.due_on, row.answered_on, row.missed_on, row.answers, row.memory)


def _rows(session: Session, viewer: Viewer) -> list[CardRow]:
    """The viewing patient's cards with what is to be known of their episodes."""
    found = session.execute(
        select(RecallCard, Episode.status, Episode.pack_version_id)
        .join(Episode, Episode.id == RecallCard.episode_id)
        .join(Patient, Patient.id == RecallCard.patient_id)
        .where(Patient.id == viewer.patient_id, reachable_patients(viewer))
        .order_by(RecallCard.id)
    )
    return [(card, status, pack_version) for card, status, pack_version in found]


def _askable(session: Session, rows: Iterable[CardRow], known: Known) -> dict[str, DueQuestion]:
    """The next question of each card that can be asked: open episode, a section that is understood, a question."""
    given = [(row, pack_version) for row, status, pack_version in rows if status is EpisodeStatus.OPEN]
    states = {**known, **section_rows(session, {row.episode_id for row, _ in given} - known.keys())}
    found = {}
    for row, pack_version in given:
        pack = pack_of(session, pack_version)
        section = _section(states[row.episode_id], teaching(pack, row.concept))
        question = next_question(questions_on(pack, row.concept), row.answers)
        if section is not None and question is not None:
            found[str(row.id)] = DueQuestion(row.id, row.episode_id, section, question)
    return found


def _section(rows: Iterable[SectionRow], teaching_it: tuple[int, ...]) -> int | None:
    """Of the sections that teach a concept the understood one that was taught last, the lower number on one day."""
    understood = [row for row in rows if row.understood and row.number in teaching_it]
    latest = max(understood, key=lambda row: (row.last_taught_on or dt.date.min, -row.number), default=None)
    return latest.number if latest else None
