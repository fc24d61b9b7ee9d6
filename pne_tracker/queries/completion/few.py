"""Whether few episodes stand behind a group of expected entries: the first `FEW` are looked for along an index.

Where many do, they are found at once: on the day and in the section where most entries of the group are.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    cast,
    extract,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.completion import FEW
from pne_tracker.models import Account, EpisodeStanding, HomeworkStanding
from pne_tracker.queries.completion.filters import CompletionFilter, clinics_of, selected
from pne_tracker.queries.completion.window import Window
from pne_tracker.queries.entry_lists import each_entry

Key = int | str | uuid.UUID
Best = dict[tuple[str, str, Key], tuple[int, int, dt.date]]
"""By what entries are told apart by, the part, and the key: how many there are at most, in which section and on
which day."""


def weekday_of(day: ColumnElement[Any]) -> ColumnElement[int]:
    """From 0, Mondays."""
    return (cast(extract("dow", type_coerce(day, Date)), Integer) + 6) % 7


def has_entry(session: Session, window: Window, name: str, key: Any, part: str = "") -> ColumnElement[bool]:
    """Whether an episode (of EpisodeStanding) has an item with an expected entry of that group, done or late or any."""
    mine = select(HomeworkStanding.id).where(
        HomeworkStanding.episode_id == EpisodeStanding.episode_id,
        *_of_group(name, key),
        _has_day(session, window, name, key, part),
        HomeworkStanding.last_on >= window.since,
    )
    return mine.correlate_except(HomeworkStanding).exists()


def _of_group(name: str, key: Any) -> list[ColumnElement[bool]]:
    of_item = {"section": HomeworkStanding.section, "kind": HomeworkStanding.kind}
    return [of_item[name] == key] if name in of_item else []


def _has_day(
    session: Session, window: Window, name: str, key: Any, part: str, only: Any = None
) -> ColumnElement[bool]:
    """Whether an item has such an entry within the window, or on that day only."""
    each, (day, done, late) = each_entry(session)
    within = day.between(window.since, window.until) if only is None else type_coerce(day, Date) == only
    wanted: list[ColumnElement[bool]] = [within, (day < window.today) | (done == 1)]
    wanted += {"done": [done == 1], "late": [late == 1]}.get(part, [])
    if name == "weekday" and only is None:
        wanted.append(weekday_of(day) == key)
    return select(each.c.value).where(*wanted).correlate_except(each).exists()


@dataclass(frozen=True, slots=True)
class Few:
    """How many episodes of a filter stand behind groups of entries of a window, up to `FEW`."""

    session: Session
    viewer: Viewer
    chosen: CompletionFilter
    window: Window

    def behind(self, name: str, part: str, keys: Iterable[Key], best: Best) -> dict[Key, int]:
        """Of each key, which all have an entry. One query, or two where some have few on their best day."""
        left = list(keys)
        found: dict[Key, int] = {}
        if name != "therapist":
            likely = [key for key in left if best[name, part, key][0] >= FEW]
            counts = self._ask(self._groups(name, likely, part, best), name, part) if likely else {}
            found = {key: count for key, count in counts.items() if count >= FEW}
        left = [key for key in left if key not in found]
        return found | (self._ask(self._groups(name, left), name, part) if left else {})

    def everybody(self) -> int:
        """Of all entries together."""
        first = _first(self._items("", None, _has_day(self.session, self.window, "", None, "")))
        return self.session.scalar(select(func.count()).select_from(first.subquery())) or 0

    def _groups(self, name: str, keys: list[Key], part: str = "", best: Best | None = None) -> CTE:
        if name == "therapist":
            return select(Account.id.label("key")).where(Account.id.in_(keys)).cte("groups")
        kind = String if name == "kind" else Integer
        rows: list[list[ColumnElement[Any]]] = [[literal(key, kind).label("key")] for key in keys]
        for key, row in zip(keys, rows, strict=True) if best else ():
            _n, section, day = best[name, part, key] if best else (0, 0, None)
            row += [literal(section, Integer).label("section"), literal(day, Date).label("day")]
        return union_all(*(select(*row) for row in rows)).cte("groups")

    def _ask(self, groups: CTE, name: str, part: str) -> dict[Key, int]:
        one, session, window = groups.c, self.session, self.window
        if name == "therapist":
            found = self._caseload(one.key, part)
        elif "day" in one:
            on_day = [
                HomeworkStanding.section == one.section,
                HomeworkStanding.last_on >= one.day,
                _has_day(session, window, name, one.key, part, one.day),
            ]
            found = self._items(name, one.key, *on_day)
        else:
            found = self._items(name, one.key, _has_day(session, window, name, one.key, part))
        count = select(func.count()).select_from(_first(found).subquery()).scalar_subquery()
        return {row[0]: row[1] for row in self.session.execute(select(one.key, count))}

    def _items(self, name: str, key: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
        """Episodes with such items, along the clinic's index of items by section or kind."""
        mine = select(EpisodeStanding.id).where(
            EpisodeStanding.episode_id == HomeworkStanding.episode_id, *selected(self.viewer, self.chosen)
        )
        return (
            select(HomeworkStanding.episode_id)
            .where(
                HomeworkStanding.clinic_id.in_(clinics_of(self.viewer, self.chosen)),
                HomeworkStanding.last_on >= self.window.since,
                *_of_group(name, key),
                *conditions,
                mine.correlate_except(EpisodeStanding).exists(),
            )
            .correlate_except(HomeworkStanding)
        )

    def _caseload(self, key: Any, part: str) -> Select[Any]:
        """Episodes with such entries, along the index of a therapist's episodes."""
        has = has_entry(self.session, self.window, "therapist", key, part)
        mine = select(EpisodeStanding.episode_id).where(*selected(self.viewer, self.chosen), has)
        return mine.where(EpisodeStanding.therapist_id == key).correlate_except(EpisodeStanding)


def _first(found: Select[Any]) -> Select[Any]:
    return found.distinct().limit(FEW)


def behind_entries(
    session: Session, window: Window, name: str, key: Key, part: str
) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which an episode is behind a group, or behind its part that is done or late."""
    has = has_entry(session, window, name, key, part)
    return (EpisodeStanding.therapist_id == key, has) if name == "therapist" else (has,)
