"""Kept counts under a filter: what the beat has folded, and what waits to be, added up by cell."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, select, union_all
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.standing import Measured
from pne_tracker.models import EVERYBODY, CompletionChange, CompletionCount
from pne_tracker.queries.completion.filters import CompletionFilter, clinics_of
from pne_tracker.queries.completion.window import Window

Kind = type[CompletionCount | CompletionChange]
Wanted = Callable[[Kind], ColumnElement[bool]]
"""Which cells a screen needs, as a condition on counts and changes alike."""
KeptRow = tuple[Measured, EpisodeStatus, int, str, str, dt.date, int, int, int, int]
COLUMNS: Final = (
    "therapist_id",
    "measured",
    "status",
    "section",
    "letter",
    "what",
    "day",
    "days",
    "n",
    "done",
    "late",
)
EXPECTED: Final = frozenset({Measured.ENTRY, Measured.TASK})


@dataclass(frozen=True, slots=True)
class Kept:
    """One count, changes not yet folded included."""

    measured: Measured
    status: EpisodeStatus
    section: int
    letter: str
    what: str
    day: dt.date
    days: int
    n: int
    done: int
    late: int


def is_kept(viewer: Viewer, chosen: CompletionFilter) -> bool:
    """Whether counts are kept by all that the filter chooses; else figures are added up from standings."""
    return viewer.role is Role.LEAD and chosen.is_counted


def is_kept_of_clinics(viewer: Viewer, chosen: CompletionFilter) -> bool:
    """The same for what is counted of whole clinics alone: a therapist's own episodes are added up."""
    return is_kept(viewer, chosen) and chosen.therapist_id is None


def kept_counts(session: Session, statement: Select[*KeptRow]) -> Iterable[Kept]:
    """The counts of a statement that `by_cell` made. One query."""
    return [Kept(*row) for row in session.execute(statement)]


def by_cell(viewer: Viewer, chosen: CompletionFilter, wanted: Wanted) -> Select[*KeptRow]:
    """The wanted counts of a filter's clinics, therapist and payer, by status, whatever status is chosen."""
    one = counted(viewer, chosen, wanted)
    cell = (one.measured, one.status, one.section, one.letter, one.what, one.day, one.days)
    return select(*cell, func.sum(one.n), func.sum(one.done), func.sum(one.late)).group_by(*cell)


def kept_sums(
    session: Session,
    viewer: Viewer,
    chosen: CompletionFilter,
    window: Window,
    *measured: Measured,
    by: Sequence[str],
    each: Select[uuid.UUID] | None = None,
) -> Sequence[Any]:
    """The counts of a window by these columns, then `n`, `done` and `late`: of everybody, or of `each` therapist.

    Of entries expected today only those are in `n` that came in. One query.
    """

    def wanted(kind: Kind) -> ColumnElement[bool]:
        within = kind.day.between(window.since, window.until)
        return kind.measured.in_(measured) & within & of_status(kind, chosen)

    one = counted(viewer, chosen, wanted, each)
    n: ColumnElement[Any] = one.n
    if EXPECTED.issuperset(measured):
        n = case((one.day < window.today, one.n), else_=one.done)
    group = [one[name] for name in by]
    return session.execute(
        select(*group, func.sum(n), func.sum(one.done), func.sum(one.late)).group_by(*group)
    ).all()


def counted(
    viewer: Viewer, chosen: CompletionFilter, wanted: Wanted, each: Select[uuid.UUID] | None = None
) -> Any:
    """The columns of wanted counts and of changes not yet folded, one below the other.

    Counts are those of the chosen therapist or of everybody; with `each`, of every therapist that it selects.
    """
    kept = [*_place(CompletionCount, viewer, chosen), wanted(CompletionCount)]
    fresh = [*_place(CompletionChange, viewer, chosen), wanted(CompletionChange)]
    therapist = CompletionCount.therapist_id
    if each is None:
        kept.append(therapist == (chosen.therapist_id or EVERYBODY))
    else:
        kept.append(therapist.in_(each))
    if chosen.therapist_id is not None:
        fresh.append(CompletionChange.therapist_id == chosen.therapist_id)
    parts = [
        select(*(getattr(kind, name) for name in COLUMNS)).where(*conditions)
        for kind, conditions in ((CompletionCount, kept), (CompletionChange, fresh))
    ]
    return union_all(*parts).subquery().c


def _place(kind: Kind, viewer: Viewer, chosen: CompletionFilter) -> list[ColumnElement[bool]]:
    payer = [] if chosen.payer_id is None else [kind.payer_id == chosen.payer_id]
    return [kind.clinic_id.in_(clinics_of(viewer, chosen)), *payer]


def of_status(kind: Kind, chosen: CompletionFilter) -> ColumnElement[bool]:
    """Only the counts of the chosen status."""
    statuses = [chosen.status] if chosen.status is not None else list(EpisodeStatus)
    return kind.status.in_(statuses)
