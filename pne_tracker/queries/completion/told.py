"""Episodes by what their checks say of ideas and by how measures changed, as far as there is evidence until today.

From kept counts where the filter allows, else what is kept of each episode is added up by the database.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, select, true
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.completion import FEW
from pne_tracker.domain.ideas import Idea
from pne_tracker.domain.standing import Measured
from pne_tracker.models import EpisodeStanding, built_once
from pne_tracker.queries.completion.filters import QUESTIONS, CompletionFilter, selected
from pne_tracker.queries.completion.kept import (
    KeptRow,
    Kind,
    by_cell,
    is_kept_of_clinics,
    kept_counts,
    of_status,
)
from pne_tracker.queries.told import Columns, each_change, each_idea

T = TypeVar("T")
EachOf = Callable[[Session], tuple[Any, Columns]]


def ideas(session: Session, viewer: Viewer, chosen: CompletionFilter) -> dict[str, Counter[Idea]]:
    """Episodes by concept and what their checks say of it. One query."""
    found: dict[str, Counter[Idea]] = defaultdict(Counter)
    if is_kept_of_clinics(viewer, chosen):
        for row in kept_counts(session, _cells(viewer, chosen, Measured.IDEA)):
            found[row.what][Idea(row.letter)] += row.n
    else:
        for concept, letter, n in _added_up(session, viewer, chosen, each_idea):
            found[concept][Idea(letter)] = n
    return _counted(found)


def changes(session: Session, viewer: Viewer, chosen: CompletionFilter) -> dict[str, Counter[int]]:
    """Episodes by measure and by how many hundredths of a point it changed. One query."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    if is_kept_of_clinics(viewer, chosen):
        for row in kept_counts(session, _cells(viewer, chosen, Measured.CHANGE)):
            found[row.what][row.days] += row.n
    else:
        for measure, points, n in _added_up(session, viewer, chosen, each_change):
            found[measure][points] = n
    return _counted(found)


def _counted(found: Mapping[str, Counter[T]]) -> dict[str, Counter[T]]:
    """Without what was counted and taken away again."""
    return {key: some for key, counts in found.items() if (some := +counts)}


@lru_cache(maxsize=QUESTIONS)
def _cells(viewer: Viewer, chosen: CompletionFilter, measured: Measured) -> Select[*KeptRow]:
    def wanted(kind: Kind) -> ColumnElement[bool]:
        return (kind.measured == measured) & of_status(kind, chosen)

    return built_once(by_cell(viewer, chosen, wanted))


def _added_up(session: Session, viewer: Viewer, chosen: CompletionFilter, each_of: EachOf) -> Iterable[Any]:
    each, cell = each_of(session)
    return session.execute(
        select(*cell.values(), func.count())
        .select_from(EpisodeStanding)
        .join(each, true())
        .where(*selected(viewer, chosen))
        .group_by(*cell.values())
    )


def few_of_any(
    session: Session,
    viewer: Viewer,
    chosen: CompletionFilter,
    each_of: EachOf,
    people: Mapping[str, int],
) -> int:
    """How many episodes stand behind any of these rows, each once, from how many stand behind each of them.

    Where there are `FEW` or more, any number from there; only where no row alone has so many it is asked.
    """
    most = max(people.values(), default=0)
    if len(people) < 2 or most >= FEW:
        return most
    each, cell = each_of(session)
    has = tells(each, cell["what"].in_(list(people)))
    first = select(EpisodeStanding.id).where(*selected(viewer, chosen), has).limit(FEW)
    return session.scalar(select(func.count()).select_from(first.subquery())) or 0


def tells(each: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether what is kept of an episode (of EpisodeStanding) holds one for which all of this is so."""
    return select(literal(1)).select_from(each).where(*conditions).exists()


Found = Mapping[uuid.UUID, Mapping[str, T]]


def of_one(found: Found[T], key: str) -> dict[uuid.UUID, T]:
    """By episode, those alone that have this key."""
    return {episode: of_episode[key] for episode, of_episode in found.items() if key in of_episode}
