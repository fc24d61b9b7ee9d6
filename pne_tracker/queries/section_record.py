"""One section of one episode: where it stands, the evidence behind that, its marks and its homework."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import Section
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.domain.people import full_name
from pne_tracker.domain.plan_words import title_of
from pne_tracker.domain.planner import Suggestion
from pne_tracker.domain.progress import NO_EVIDENCE, SectionEvidence, SectionProgress, progress_of
from pne_tracker.models import Check, Entry, Episode, Patient, SectionMark
from pne_tracker.queries.access import load
from pne_tracker.queries.episode_record import HomeworkLine, homework_lines
from pne_tracker.queries.ledger import TaughtLine, taught_lines
from pne_tracker.queries.pack_moves import numbering
from pne_tracker.queries.patients import account_labels
from pne_tracker.queries.planning import PNE_MINUTES, EpisodePlan, plan_of_episode


@dataclass(frozen=True, slots=True)
class MarkLine:
    """A section left out, taken back in or flagged, by whom and why."""

    kind: str
    reason: str
    on: dt.date
    by: str


@dataclass(frozen=True, slots=True)
class EpisodeHead:
    """Whose episode it is, and whether visits can be started in it."""

    episode_id: uuid.UUID
    patient_id: uuid.UUID
    name: str
    status: str
    deceased: bool
    language: str


@dataclass(frozen=True, slots=True)
class SectionRecord:
    """A section with its evidence. `suggestion` is None when nothing is left to do; `ideas` are what it teaches.

    `quizzes` has the homework behind a check, by the check's id.
    """

    head: EpisodeHead
    section: Section
    sections: int
    pass_mark: float
    evidence: SectionEvidence
    taught: tuple[TaughtLine, ...]
    quizzes: dict[str, uuid.UUID]
    progress: SectionProgress
    suggestion: Suggestion | None
    title: str
    homework: tuple[HomeworkLine, ...]
    marks: tuple[MarkLine, ...]
    ideas: tuple[str, ...]


def episode_head(session: Session, viewer: Viewer, episode_id: uuid.UUID) -> EpisodeHead:
    """Whose episode it is. Raises NotFoundError when it is out of reach."""
    return _head(session, viewer, load(session, viewer, Episode, episode_id))


def _head(session: Session, viewer: Viewer, episode: Episode) -> EpisodeHead:
    patient = load(session, viewer, Patient, episode.patient_id)
    name = full_name(patient.given_name, patient.family_name)
    return EpisodeHead(episode.id, patient.id, name, episode.status.value, patient.deceased, patient.language)


def episode_plan(
    session: Session, viewer: Viewer, episode_id: uuid.UUID, today: dt.date
) -> tuple[EpisodeHead, EpisodePlan]:
    """An episode in reach with its whole ranking. Raises NotFoundError."""
    episode = load(session, viewer, Episode, episode_id)
    plan = plan_of_episode(session, episode, today, min(PNE_MINUTES, episode.visit_minutes))
    return _head(session, viewer, episode), plan


def section_record(
    session: Session, viewer: Viewer, episode_id: uuid.UUID, number: int, today: dt.date
) -> SectionRecord:
    """One section of an episode in reach. Raises NotFoundError, also for a section the pack does not have."""
    head, plan = episode_plan(session, viewer, episode_id, today)
    section = plan.pack.by_number.get(number)
    if section is None:
        raise NotFoundError
    known = plan.evidence.get(number, NO_EVIDENCE)
    ideas = {concept.id: concept.idea.en for concept in plan.pack.concepts}
    suggestion = next((one for one in plan.plan.ranked if one.section == number), None)
    return SectionRecord(
        head=head,
        section=section,
        sections=len(plan.pack.sections),
        pass_mark=plan.pack.pass_mark,
        evidence=known,
        taught=taught_lines(session, episode_id).get(number, ()),
        quizzes=_quizzes(session, episode_id),
        progress=progress_of(known, plan.pack.pass_mark),
        suggestion=suggestion,
        title=title_of(plan.pack, suggestion, plan.states, today) if suggestion else "",
        homework=tuple(line for line in homework_lines(session, episode_id, today) if line.section == number),
        marks=_marks(session, episode_id, number),
        ideas=tuple(ideas[concept] for concept in section.primary if concept in ideas),
    )


def _quizzes(session: Session, episode_id: uuid.UUID) -> dict[str, uuid.UUID]:
    rows = session.execute(
        select(Check.id, Entry.homework_id)
        .join(Entry, Entry.id == Check.entry_id)
        .where(Check.episode_id == episode_id)
    )
    return {str(check_id): homework_id for check_id, homework_id in rows}


def _marks(session: Session, episode_id: uuid.UUID, number: int) -> tuple[MarkLine, ...]:
    rows = session.scalars(
        select(SectionMark)
        .where(SectionMark.episode_id == episode_id)
        .order_by(SectionMark.at.desc(), SectionMark.id.desc())
    ).all()
    numbers = numbering(session, [episode_id])
    rows = [row for row in rows if numbers.now(episode_id, row.section, row.at) == number]
    names = account_labels(session, {row.marked_by for row in rows})
    return tuple(
        MarkLine(row.kind.value, row.reason, row.on_date, names.get(row.marked_by, "")) for row in rows
    )
