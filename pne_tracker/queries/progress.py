"""The evidence of episodes, read in a fixed number of queries, and the read model derived from it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.homework import HomeworkFact
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
    MarkKind,
    SectionMark,
    SectionState,
    Visit,
    VisitSection,
    VisitStatus,
    built_once,
)
from pne_tracker.queries.assigned_items import AssignedItem, assigned_items
from pne_tracker.queries.pack_moves import Numbering, numbering
from pne_tracker.queries.parameters import EPISODES

EpisodeEvidence = dict[int, SectionEvidence]


@dataclass(slots=True)
class Gathered:
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


Places = dict[uuid.UUID, dict[int, Gathered]]


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


def _place(places: Places, episode_id: uuid.UUID, section: int) -> Gathered:
    return places[episode_id].setdefault(section, Gathered())


_VISITS = built_once(
    select(
        VisitSection.episode_id,
        VisitSection.section,
        VisitSection.teach_back,
        Visit.on_date,
        Visit.id,
        Visit.signed_at,
    )
    .join(Visit, Visit.id == VisitSection.visit_id)
    .where(VisitSection.episode_id.in_(EPISODES), Visit.status == VisitStatus.SIGNED)
    .order_by(Visit.on_date, Visit.id, VisitSection.section)
)


def _read_visits(session: Session, ids: list[uuid.UUID], places: Places, numbers: Numbering) -> None:
    for episode_id, section, teach_back, on_date, visit_id, at in session.execute(_VISITS, {"episodes": ids}):
        place = _place(places, episode_id, numbers.now(episode_id, section, at))
        place.taught.append(on_date)
        if teach_back is not None:
            result = TeachBackResult(teach_back)
            place.checks.append(Check(CheckKind.TEACH_BACK, on_date, result, ref=str(visit_id)))


_CHECKS = built_once(
    select(CheckRow).where(CheckRow.episode_id.in_(EPISODES)).order_by(CheckRow.on_date, CheckRow.id)
)


def _read_checks(session: Session, ids: list[uuid.UUID], places: Places, numbers: Numbering) -> None:
    for row in session.scalars(_CHECKS, {"episodes": ids}):
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


_MARKS = built_once(
    select(SectionMark).where(SectionMark.episode_id.in_(EPISODES)).order_by(SectionMark.at, SectionMark.id)
)


def _read_marks(session: Session, ids: list[uuid.UUID], places: Places, numbers: Numbering) -> None:
    for row in session.scalars(_MARKS, {"episodes": ids}):
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


_SECTIONS = built_once(
    select(*SECTION)
    .where(SectionState.episode_id.in_(EPISODES))
    .order_by(SectionState.episode_id, SectionState.section)
)


def section_rows(
    session: Session, episode_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[SectionRow, ...]]:
    """The read model of each episode, in order of the sections; empty where it was never built. One query."""
    found: dict[uuid.UUID, list[SectionRow]] = {episode_id: [] for episode_id in episode_ids}
    if not found:
        return {}
    for row in session.execute(_SECTIONS, {"episodes": list(found)}):
        found[row.episode_id].append(section_row(row))
    return {episode_id: tuple(sections) for episode_id, sections in found.items()}
