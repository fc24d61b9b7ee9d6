"""Kept counts under a filter: what the beat has folded, and what waits to be, added up by cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.standing import Measured
from pne_tracker.models import EVERYBODY, CompletionChange, CompletionCount
from pne_tracker.queries.completion.filters import CompletionFilter

Kind = type[CompletionCount | CompletionChange]
Wanted = Callable[[Kind], ColumnElement[bool]]
"""Which cells a screen needs, as a condition on counts and changes alike."""
KeptRow = tuple[Measured, EpisodeStatus, int, str, dt.date, int, int, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """One count, changes not yet folded included."""

    measured: Measured
    status: EpisodeStatus
    section: int
    letter: str
    day: dt.date
    n: int
    done: int
    late: int


def is_kept(viewer: Viewer, chosen: CompletionFilter) -> bool:
    """Whether counts are kept by all that the filter chooses; else figures are added up from standings."""
    return viewer.role is Role.LEAD and chosen.is_counted


def kept_counts(session: Session, statement: Select[*KeptRow]) -> Iterable[Kept]:
    """The counts of a statement that `by_cell` made. One query."""
    return [Kept(*row) for row in session.execute(statement)]


def by_cell(viewer: Viewer, chosen: CompletionFilter, wanted: Wanted) -> Select[*KeptRow]:
    """The wanted counts of a filter's clinics, therapist and payer, by status, whatever status is chosen."""
    one = counted(viewer, chosen, wanted)
    cell = (one.measured, one.status, one.section, one.letter, one.day)
    return select(*cell, func.sum(one.n), func.sum(one.done), func.sum(one.late)).group_by(*cell)


def counted(viewer: Viewer, chosen: CompletionFilter, wanted: Wanted) -> Any:
    """The columns of wanted counts and of changes not yet folded, one below the other."""
    kept = [*_place(CompletionCount, viewer, chosen), wanted(CompletionCount)]
    kept.append(CompletionCount.therapist_id == (chosen.therapist_id or EVERYBODY))
    fresh = [*_place(CompletionChange, viewer, chosen), wanted(CompletionChange)]
    if chosen.therapist_id is not None:
        fresh.append(CompletionChange.therapist_id == chosen.therapist_id)
    parts = [
        select(
            kind.measured, kind.status, kind.section, kind.letter, kind.day, kind.n, kind.done, kind.late
        ).where(*conditions)
        for kind, conditions in ((CompletionCount, kept), (CompletionChange, fresh))
    ]
    return union_all(*parts).subquery().c


def _place(kind: Kind, viewer: Viewer, chosen: CompletionFilter) -> list[ColumnElement[bool]]:
    clinics = {chosen.clinic_id} & viewer.clinic_ids if chosen.clinic_id else viewer.clinic_ids
    payer = [] if chosen.payer_id is None else [kind.payer_id == chosen.payer_id]
    return [kind.clinic_id.in_(clinics), *payer]


def of_status(kind: Kind, chosen: CompletionFilter) -> ColumnElement[bool]:
    """Only the counts of the chosen status."""
    statuses = [chosen.status] if chosen.status is not None else list(EpisodeStatus)
    return kind.status.in_(statuses)
