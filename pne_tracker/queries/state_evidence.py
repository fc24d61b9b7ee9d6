"""The evidence that section states rest on and no more, read for many episodes at once.

What names and links a piece of evidence is left out: no check or item is loaded, columns alone are. Identifiers
stay as the driver gives them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from pne_tracker.domain.homework import HomeworkFact, status_of
from pne_tracker.domain.progress import Check, CheckKind, Skip, TeachBackResult
from pne_tracker.models import Check as CheckRow
from pne_tracker.models import Homework, MarkKind, SectionMark, SectionState, Visit, VisitSection, VisitStatus
from pne_tracker.queries.pack_moves import numbering
from pne_tracker.queries.progress import EpisodeEvidence, Gathered, evidence
from pne_tracker.queries.raw_ids import raw

Kept = tuple[str, bool, bool, dt.date | None, dt.date | None]


Places = defaultdict[tuple[Any, int], Gathered]


def deciding_evidence(session: Session, episode_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, EpisodeEvidence]:
    """What `evidence` gives, as far as states depend on it, for ids that follow each other in order.

    Episodes that moved to other section numbers are read by `evidence` itself.
    """
    places: Places = defaultdict(Gathered)
    first, last = episode_ids[0], episode_ids[-1]
    _read_visits(session, places, _within(VisitSection.episode_id, first, last))
    _read_checks(session, places, _within(CheckRow.episode_id, first, last))
    _read_homework(session, places, _within(Homework.episode_id, first, last))
    _read_marks(session, places, _within(SectionMark.episode_id, first, last))
    by_key: dict[Any, EpisodeEvidence] = defaultdict(dict)
    for (key, section), one in places.items():
        by_key[key][section] = one.frozen()
    key_of = _key_of(session)
    found: dict[uuid.UUID, EpisodeEvidence] = {one: by_key[key_of(one)] for one in episode_ids}
    moved = numbering(session, episode_ids).moves
    return found | evidence(session, list(moved)) if moved else found


def stored_states(session: Session, episode_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[int, Kept]]:
    """The read model of these episodes, ids that follow each other in order: facts by section."""
    by_key: dict[Any, dict[int, Kept]] = defaultdict(dict)
    one = SectionState
    for key, section, *kept in session.execute(
        select(
            raw(one.episode_id),
            one.section,
            one.state,
            one.taught,
            one.understood,
            one.first_taught_on,
            one.last_taught_on,
        ).where(_within(one.episode_id, episode_ids[0], episode_ids[-1]))
    ):
        by_key[key][section] = (kept[0], kept[1], kept[2], kept[3], kept[4])
    key_of = _key_of(session)
    return {episode_id: by_key[key_of(episode_id)] for episode_id in episode_ids}


def _key_of(session: Session) -> Callable[[uuid.UUID], Any]:
    return (lambda one: one.hex) if session.get_bind().dialect.name == "sqlite" else (lambda one: one)


def _within(
    column: InstrumentedAttribute[uuid.UUID], first: uuid.UUID, last: uuid.UUID
) -> ColumnElement[bool]:
    return column.between(first, last)


def _read_visits(session: Session, places: Places, within: ColumnElement[bool]) -> None:
    rows = session.execute(
        select(raw(VisitSection.episode_id), VisitSection.section, VisitSection.teach_back, Visit.on_date)
        .join(Visit, Visit.id == VisitSection.visit_id)
        .where(within, Visit.status == VisitStatus.SIGNED)
    )
    for key, section, teach_back, on_date in rows:
        place = places[key, section]
        place.taught.append(on_date)
        if teach_back is not None:
            place.checks.append(Check(CheckKind.TEACH_BACK, on_date, TeachBackResult(teach_back)))


def _read_checks(session: Session, places: Places, within: ColumnElement[bool]) -> None:
    rows = session.execute(
        select(
            raw(CheckRow.episode_id), CheckRow.section, CheckRow.kind, CheckRow.on_date, CheckRow.score
        ).where(within)
    )
    for key, section, kind, on_date, score in rows:
        places[key, section].checks.append(Check(CheckKind(kind.value), on_date, score=score))


def _read_homework(session: Session, places: Places, within: ColumnElement[bool]) -> None:
    """What is required: the rest settles nothing."""
    one = Homework
    rows = session.execute(
        select(raw(one.episode_id), one.section, one.due_on, one.done_on, one.closed_as, one.required).where(
            within, one.required.is_(True)
        )
    )
    for row in rows:
        status = status_of(row, begun=False, today=None)
        fact = HomeworkFact("", required=True, status=status, due=row.due_on)
        places[row[0], row.section].homework.append(fact)


def _read_marks(session: Session, places: Places, within: ColumnElement[bool]) -> None:
    one = SectionMark
    rows = session.execute(
        select(raw(one.episode_id), one.section, one.kind, one.on_date).where(within).order_by(one.at, one.id)
    )
    for key, section, kind, on_date in rows:
        place = places[key, section]
        if kind is MarkKind.REVISIT:
            place.flagged.append(on_date)
        else:
            place.skip = Skip(on=on_date) if kind is MarkKind.SKIP else None
