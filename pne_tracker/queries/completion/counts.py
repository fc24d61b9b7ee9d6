"""The figures of completion: from kept counts where the filter allows, else added up from standings."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, case, func, select, true
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.completion import LONG_STALLED_DAYS, STALLED_DAYS, WINDOW_DAYS
from pne_tracker.domain.homework import Adherence
from pne_tracker.domain.standing import Measured, SectionCount, Sum, count_of, section_counts
from pne_tracker.models import NO_DAY, EpisodeStanding, HomeworkStanding, built_once
from pne_tracker.queries.completion.filters import QUESTIONS, CompletionFilter, selected
from pne_tracker.queries.completion.kept import (
    KeptRow,
    Kind,
    Wanted,
    by_cell,
    counted,
    is_kept,
    kept_counts,
    of_status,
)
from pne_tracker.queries.entry_lists import each_entry

ON_FIRST_SCREEN = (Measured.EPISODE, Measured.SECTION, Measured.ACTIVE, Measured.ENTRY)
_OPEN = EpisodeStatus.OPEN


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures on top and the funnel.

    `by_status` counts what the filter selects but for its status; `stalled` and `long_stalled` count open
    episodes without activity for 14 and 21 days; adherence is over the last 28 days.
    """

    sections: tuple[SectionCount, ...]
    by_status: dict[EpisodeStatus, int]
    stalled: int
    long_stalled: int
    adherence: Adherence

    def episodes(self, status: EpisodeStatus | None) -> int:
        """How many episodes have that status, or all."""
        return sum(self.by_status.values()) if status is None else self.by_status[status]


def overview(
    session: Session, viewer: Viewer, chosen: CompletionFilter, *, sections: int, today: dt.date
) -> Overview:
    """The figures of the episodes that the filter selects, for a pack of that many sections."""
    if is_kept(viewer, chosen):
        return _from_counts(session, viewer, chosen, sections, today)
    return _from_standings(session, viewer, chosen, sections, today)


def _from_counts(
    session: Session, viewer: Viewer, chosen: CompletionFilter, sections: int, today: dt.date
) -> Overview:
    letters: dict[int, Counter[str]] = defaultdict(Counter)
    by_status = dict.fromkeys(EpisodeStatus, 0)
    active: Counter[bool] = Counter()
    adherence = Sum()
    for measured, status, section, letter, recent, *amounts in session.execute(_sums(viewer, chosen, today)):
        mine, amount = chosen.status in {None, status}, Sum(*amounts)
        match measured:
            case Measured.EPISODE:
                by_status[status] += amount.n
            case Measured.SECTION if mine:
                letters[section][letter] += amount.n
            case Measured.ACTIVE if status is _OPEN:
                active[bool(recent)] += amount.n
            case Measured.ENTRY if mine:
                adherence += amount
    episodes = sum(by_status.values()) if chosen.status is None else by_status[chosen.status]
    return Overview(
        _sections(letters, episodes, sections),
        by_status,
        by_status[_OPEN] - active[True],
        by_status[_OPEN] - active.total(),
        Adherence(adherence.n, adherence.done, adherence.late),
    )


@lru_cache(maxsize=QUESTIONS)
def _sums(
    viewer: Viewer, chosen: CompletionFilter, today: dt.date
) -> Select[Measured, EpisodeStatus, int, str, int, int, int, int]:
    """The kept counts of the screen added up over days; the fifth column is 1 within 14 days.

    Of entries expected today only those that came in are counted.
    """
    one = counted(viewer, chosen, _cells(chosen, today - dt.timedelta(days=WINDOW_DAYS), today))
    recent = case((one.day > today - dt.timedelta(days=STALLED_DAYS), 1), else_=0)
    n = case(((one.measured == Measured.ENTRY) & (one.day == today), one.done), else_=one.n)
    place = (one.measured, one.status, one.section, one.letter, recent)
    sums = (func.sum(n), func.sum(one.done), func.sum(one.late))
    return built_once(select(*place, *sums).group_by(*place))


def _cells(chosen: CompletionFilter, since: dt.date, today: dt.date) -> Wanted:
    def wanted(kind: Kind) -> ColumnElement[bool]:
        own = of_status(kind, chosen)
        active = (kind.status == _OPEN) & (kind.day > today - dt.timedelta(days=LONG_STALLED_DAYS))
        return kind.measured.in_(ON_FIRST_SCREEN) & (
            ((kind.measured == Measured.EPISODE) & (kind.day == NO_DAY))
            | ((kind.measured == Measured.SECTION) & (kind.day == NO_DAY) & own)
            | ((kind.measured == Measured.ACTIVE) & active)
            | ((kind.measured == Measured.ENTRY) & kind.day.between(since, today) & own)
        )

    return wanted


def section_figures(
    session: Session, viewer: Viewer, chosen: CompletionFilter, sections: int
) -> tuple[SectionCount, ...]:
    """The funnel alone: sections 1 to `sections` over the episodes that the filter selects."""
    if is_kept(viewer, chosen):
        return _kept_sections(session, viewer, chosen, sections)
    paths = session.execute(
        select(EpisodeStanding.path, func.count())
        .where(*selected(viewer, chosen))
        .group_by(EpisodeStanding.path)
    )
    return section_counts({row[0]: row[1] for row in paths}, sections)


def _kept_sections(
    session: Session, viewer: Viewer, chosen: CompletionFilter, sections: int
) -> tuple[SectionCount, ...]:
    letters: dict[int, Counter[str]] = defaultdict(Counter)
    for row in kept_counts(session, _section_cells(viewer, chosen)):
        letters[row.section][row.letter] += row.n
    return _sections(letters, sum(letters[0].values()), sections)


@lru_cache(maxsize=QUESTIONS)
def _section_cells(viewer: Viewer, chosen: CompletionFilter) -> Select[*KeptRow]:
    def wanted(kind: Kind) -> ColumnElement[bool]:
        both = kind.measured.in_([Measured.EPISODE, Measured.SECTION])
        return both & (kind.day == NO_DAY) & of_status(kind, chosen)

    return built_once(by_cell(viewer, chosen, wanted))


def _sections(letters: dict[int, Counter[str]], episodes: int, sections: int) -> tuple[SectionCount, ...]:
    """Sections not started are what is left over."""
    for number in range(1, sections + 1):
        letters[number]["n"] += episodes - sum(letters[number].values())
    return tuple(count_of(number, letters[number]) for number in range(1, sections + 1))


def _from_standings(
    session: Session, viewer: Viewer, chosen: CompletionFilter, sections: int, today: dt.date
) -> Overview:
    paths: Counter[str] = Counter()
    by_status = dict.fromkeys(EpisodeStatus, 0)
    stalled = long_stalled = 0

    def still(days: int) -> ColumnElement[int]:
        quiet = EpisodeStanding.active_on <= today - dt.timedelta(days=days)
        return func.coalesce(func.sum(case((quiet, 1), else_=0)), 0)

    for status, path, n, quiet, long_quiet in session.execute(
        select(
            EpisodeStanding.status,
            EpisodeStanding.path,
            func.count(),
            still(STALLED_DAYS),
            still(LONG_STALLED_DAYS),
        )
        .where(*selected(viewer, chosen.with_status(None)))
        .group_by(EpisodeStanding.status, EpisodeStanding.path)
    ):
        by_status[status] += n
        if chosen.status in {None, status}:
            paths[path] += n
        if status is _OPEN:
            stalled, long_stalled = stalled + quiet, long_stalled + long_quiet
    return Overview(
        section_counts(paths, sections),
        by_status,
        stalled,
        long_stalled,
        _adherence(session, viewer, chosen, today),
    )


def _adherence(session: Session, viewer: Viewer, chosen: CompletionFilter, today: dt.date) -> Adherence:
    since = today - dt.timedelta(days=WINDOW_DAYS)
    each, (day, done, late) = each_entry(session)
    found = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(done), 0),
            func.coalesce(func.sum(late), 0),
        )
        .select_from(HomeworkStanding)
        .join(EpisodeStanding, EpisodeStanding.episode_id == HomeworkStanding.episode_id)
        .join(each, true())
        .where(
            day >= since,
            (day < today) | ((day == today) & (done == 1)),
            *selected(viewer, chosen),
        )
    ).one()
    return Adherence(*found)
