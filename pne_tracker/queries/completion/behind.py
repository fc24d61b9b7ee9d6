"""What is behind a number: the episodes it counts, asked for when somebody opens it, not while a report is made."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from pne_tracker.domain.report import Group, Report, Value
from pne_tracker.models import EpisodeStanding
from pne_tracker.queries.completion.filters import CompletionFilter


@dataclass(frozen=True, slots=True)
class Number:
    """A row of a report, or the value in one place of it."""

    report: Report
    group: Group
    place: int | None = None

    @property
    def people(self) -> int:
        """How many episodes are behind it; where there are many, at least so many."""
        return self.group.behind(self.place)


def number_of(reports: Iterable[Report], report: str, row: str, place: int | None) -> Number | None:
    """The number that an address names by keys; None where no list stands behind it."""
    for one in reports:
        for group in one.groups if one.key == report else ():
            if group.key == row and (place is None or place in group.parts):
                return Number(one, group, place)
    return None


@dataclass(frozen=True, slots=True)
class Behind:
    """The episodes of a filter for which every condition (on EpisodeStanding) holds."""

    chosen: CompletionFilter
    conditions: tuple[ColumnElement[bool], ...] = ()


Opens = Callable[[Session, CompletionFilter, dt.date, Number], Behind]
"""What a topic says is behind one of its numbers, as of a day."""


@dataclass(frozen=True, slots=True)
class Listed(Group):
    """A row whose episodes are known by name while it is made: the row's, and those of single values by place."""

    episodes: frozenset[uuid.UUID] = frozenset()
    named: Mapping[int, frozenset[uuid.UUID]] = field(default_factory=dict)


Ids = Iterable[uuid.UUID]


def listed(
    key: str,
    label: str,
    values: tuple[Value, ...],
    episodes: Ids,
    *,
    rests_on: int | None = None,
    parts: Mapping[int, Ids] | None = None,
) -> Listed:
    """A row of these episodes, counted."""
    everybody = frozenset(episodes)
    named = {place: frozenset(ids) for place, ids in (parts or {}).items()}
    counted = {place: len(ids) for place, ids in named.items()}
    return Listed(key, label, values, len(everybody), rests_on, counted, everybody, named)


def people_of(groups: Iterable[Listed]) -> int:
    """How many episodes these rows rest on together."""
    return len(frozenset().union(*(one.episodes for one in groups)))


def by_name(_session: Session, _chosen: CompletionFilter, _today: dt.date, number: Number) -> Behind:
    """What is behind a row that knows its episodes by name."""
    assert isinstance(number.group, Listed)
    group, place = number.group, number.place
    ids = group.episodes if place is None else group.named[place]
    return Behind(CompletionFilter(status=None), (EpisodeStanding.episode_id.in_(ids),))
