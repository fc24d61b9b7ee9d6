"""The evidence of episodes, read in a fixed number of queries, and the read model derived from it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.homework import HomeworkFact, HomeworkStatus
from pne_tracker.domain.progress import (
    Check,
    CheckKind,
    SectionEvidence,
    SectionProgress,
    Skip,
    State,
    TeachBackResult,
)
from pne_tracker.models import Check as CheckRow
from pne_tracker.models import (
    Entry,
    EntryStatus,
    Homework,
    MarkKind,
    SectionMark,
    SectionState,
    Visit,
    VisitSection,
    VisitStatus,
)
from pne_tracker.queries.pack_moves import Numbering, numbering

EpisodeEvidence = dict[int, SectionEvidence]


@dataclass(slots=True)
class _Gathered:
    """The evidence of one section while it is being read."""

    taught: list[dt.date] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    homework: list[HomeworkFact] = field(default_factory=list)
    flagged: list[dt.date] = field(default_factory=list)
    skip: Skip | None = None

    def frozen(self) -> SectionEvidence:
        return SectionEvidence(
            tuple(self.taught), tuple(self.checks), tuple(self.homework), tuple(self.flagged), self.skip
        )


Places = dict[uuid.UUID, dict[int, _Gathered]]


def evidence(
    session: Session,
    episode_ids: Collection[uuid.UUID],
    today: dt.date | None = None,
    *,
    homework: Iterable[AssignedItem] | None = None,
) -> dict[uuid.UUID, EpisodeEvidence]:
    """What is known of each section of each episode; sections without evidence are left out.

    Visits entered in error do not count. `today` lets open homework that is past due be *missed*; without it
    nothing is, which no section state depends on. Evidence from before an episode moved to another version of
    its pack is read under the new numbers. Five queries, whatever the number of episodes, less the one for
    `homework` where it was read already.
    """
    ids = list(episode_ids)
    places: Places = {episode_id: {} for episode_id in ids}
    if ids:
        numbers = numbering(session, ids)
        _read_visits(session, ids, places, numbers)
        _read_checks(session, ids, places, numbers)
        for line in assigned_items(session, ids, today) if homework is None else homework:
            if line.episode_id in places:
                _place(places, line.episode_id, line.section).homework.append(line.as_fact())
        _read_marks(session, ids, places, numbers)
    return {
        episode_id: {number: one.frozen() for number, one in sections.items()}
        for episode_id, sections in places.items()
    }


def _place(places: Places, episode_id: uuid.UUID, section: int) -> _Gathered:
    return places[episode_id].setdefault(section, _Gathered())


def _read_visits(session: Session, ids: list[uuid.UUID], places: Places, numbers: Numbering) -> None:
    rows = session.execute(
        select(
            VisitSection.episode_id,
            VisitSection.section,
            VisitSection.teach_back,
            Visit.on_date,
            Visit.id,
            Visit.signed_at,
        )
        .join(Visit, Visit.id == VisitSection.visit_id)
        .where(VisitSection.episode_id.in_(ids), Visit.status == VisitStatus.SIGNED)
        .order_by(Visit.on_date, Visit.id, VisitSection.section)
    )
    for episode_id, section, teach_back, on_date, visit_id, at in rows:
        place = _place(places, episode_id, numbers.now(episode_id, section, at))
        place.taught.append(on_date)
        if teach_back is not None:
            result = TeachBackResult(teach_back)
            place.checks.append(Check(CheckKind.TEACH_BACK, on_date, result, ref=str(visit_id)))


def _read_checks(session: Session, ids: list[uuid.UUID], places: Places, numbers: Numbering) -> None:
    rows = session.scalars(
        select(CheckRow).where(CheckRow.episode_id.in_(ids)).order_by(CheckRow.on_date, CheckRow.id)
    )
    for row in rows:
        section = numbers.now(row.episode_id, row.section, row.at)
        _place(places, row.episode_id, section).checks.append(
            Check(
                CheckKind(row.kind.value),
                row.on_date,
                score=row.score,
                concepts=_scores(row.concepts),
                asked=_counts(row.asked or {}),
                ref=str(row.id),
            )
        )


def _scores(concepts: Mapping[str, object]) -> dict[str, float]:
    return {key: float(value) for key, value in concepts.items() if isinstance(value, int | float)}


def _counts(asked: Mapping[str, object]) -> dict[str, int]:
    return {key: value for key, value in asked.items() if isinstance(value, int)}


@dataclass(frozen=True, slots=True)
class AssignedItem:
    """One assigned item as lists need it, with its status on the day it was read for."""

    id: uuid.UUID
    episode_id: uuid.UUID
    section: int
    kind: HomeworkKind
    required: bool
    assigned_on: dt.date
    due_on: dt.date
    done_on: dt.date | None
    reviewed_on: dt.date | None
    title: str
    status: HomeworkStatus

    def as_fact(self) -> HomeworkFact:
        """As evidence of its section."""
        return HomeworkFact(
            kind=self.kind.value,
            required=self.required,
            status=self.status,
            due=self.due_on,
            reviewed=self.reviewed_on,
            review_recorded=True,
            label=self.title,
            ref=str(self.id),
        )


def assigned_items(
    session: Session, episode_ids: Collection[uuid.UUID], today: dt.date | None
) -> list[AssignedItem]:
    """Every item of these episodes by the day it is due. One query."""
    one = Homework
    begun = select(Entry.id).where(Entry.homework_id == one.id).correlate(one).exists()
    rows = session.execute(
        select(
            one.id,
            one.episode_id,
            one.section,
            one.kind,
            one.required,
            one.assigned_on,
            one.due_on,
            one.done_on,
            one.reviewed_on,
            one.closed_as,
            one.template["title"].label("title"),
            begun.label("begun"),
        )
        .where(one.episode_id.in_(list(episode_ids)))
        .order_by(one.due_on, one.id)
    )
    return [
        AssignedItem(*row[:9], title_of({"title": row.title}), status_of(row, begun=row.begun, today=today))
        for row in rows
    ]


def begun_homework(session: Session, condition: object) -> set[uuid.UUID]:
    """Ids of the homework (under `condition`) for which anything was written, drafts included."""
    return set(
        session.scalars(
            select(Entry.homework_id)
            .join(Homework, Homework.id == Entry.homework_id)
            .where(condition)  # type: ignore[arg-type]
            .distinct()
        )
    )


class Settling(Protocol):
    """What the status of an assigned item rests on: an item, or these columns of it."""

    @property
    def closed_as(self) -> str | None: ...
    @property
    def done_on(self) -> dt.date | None: ...
    @property
    def due_on(self) -> dt.date: ...


def status_of(row: Settling | Row[Any], *, begun: bool, today: dt.date | None) -> HomeworkStatus:
    """The status of an assigned item; `begun` says that something was written for it."""
    if row.closed_as is not None:
        return HomeworkStatus(row.closed_as)
    if row.done_on is not None:
        return HomeworkStatus.DONE_LATE if row.done_on > row.due_on else HomeworkStatus.DONE
    if today is not None and today > row.due_on:
        return HomeworkStatus.MISSED
    return HomeworkStatus.STARTED if begun else HomeworkStatus.ASSIGNED


def title_of(template: Mapping[str, object], language: str = "en") -> str:
    """The title of an assigned item as it was assigned."""
    title = template.get("title")
    if isinstance(title, Mapping):
        return str(title.get(language) or title.get("en") or "")
    return str(title or "")


def _read_marks(session: Session, ids: list[uuid.UUID], places: Places, numbers: Numbering) -> None:
    rows = session.scalars(
        select(SectionMark).where(SectionMark.episode_id.in_(ids)).order_by(SectionMark.at, SectionMark.id)
    )
    for row in rows:
        place = _place(places, row.episode_id, numbers.now(row.episode_id, row.section, row.at))
        if row.kind is MarkKind.REVISIT:
            place.flagged.append(row.on_date)
        else:
            place.skip = Skip(row.reason, row.on_date) if row.kind is MarkKind.SKIP else None


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of an episode as the read model keeps it."""

    number: int
    state: State
    taught: bool
    understood: bool
    first_taught_on: dt.date | None
    last_taught_on: dt.date | None

    def as_progress(self) -> SectionProgress:
        """For `domain.progress.tally`, which needs the facts alone."""
        return SectionProgress(
            self.state,
            self.taught,
            self.understood,
            self.first_taught_on,
            self.last_taught_on,
            deciding=None,
            flagged_on=None,
        )


SECTION = (
    SectionState.episode_id,
    SectionState.section,
    SectionState.state,
    SectionState.taught,
    SectionState.understood,
    SectionState.first_taught_on,
    SectionState.last_taught_on,
)


def section_row(row: Any) -> SectionRow:
    """The section of a row of these columns."""
    return SectionRow(
        row.section,
        State(row.state),
        row.taught,
        row.understood,
        row.first_taught_on,
        row.last_taught_on,
    )


def section_rows(
    session: Session, episode_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[SectionRow, ...]]:
    """The read model of each episode, in order of the sections; empty where it was never built. One query."""
    found: dict[uuid.UUID, list[SectionRow]] = {episode_id: [] for episode_id in episode_ids}
    if not found:
        return {}
    rows = session.execute(
        select(*SECTION)
        .where(SectionState.episode_id.in_(list(found)))
        .order_by(SectionState.episode_id, SectionState.section)
    )
    for row in rows:
        found[row.episode_id].append(section_row(row))
    return {episode_id: tuple(sections) for episode_id, sections in found.items()}


def handed_in(session: Session, homework_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many entries are handed in for each item; items without any are left out."""
    rows = session.execute(
        select(Entry.homework_id, func.count())
        .where(Entry.homework_id.in_(list(homework_ids)), Entry.status == EntryStatus.DONE)
        .group_by(Entry.homework_id)
    )
    return {row[0]: row[1] for row in rows}
