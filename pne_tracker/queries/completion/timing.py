"""How long the way takes: days between sections, and time to complete."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement, Select, func, literal, select, true
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.completion import is_few
from pne_tracker.domain.report import Group, Report, largest, middle
from pne_tracker.domain.standing import Measured, Way
from pne_tracker.domain.survival import Followed, Step, median_day, time_to_event
from pne_tracker.models import EpisodeStanding, built_once
from pne_tracker.queries.completion.behind import Behind, Number
from pne_tracker.queries.completion.filters import QUESTIONS, CompletionFilter, selected
from pne_tracker.queries.completion.kept import (
    KeptRow,
    Kind,
    by_cell,
    is_kept_of_clinics,
    kept_counts,
    of_status,
)
from pne_tracker.queries.way import each_wait, has_waited, way_cell

WAYS: Final = {
    "finished": (Way.FINISHED, "Completed the whole way"),
    "open": (Way.OPEN, "Still on the way"),
    "left": (Way.LEFT, "Left before the end"),
}


def between_sections(
    session: Session, viewer: Viewer, chosen: CompletionFilter, titles: Sequence[str]
) -> Report:
    """For each section the median days since the one first taught before it. One query, or two."""
    read = _kept_waits if is_kept_of_clinics(viewer, chosen) else _added_waits
    waits, people = read(session, viewer, chosen)
    groups = tuple(_waited(number, title, waits[number]) for number, title in enumerate(titles, start=1))
    slowest = largest(groups, lambda one: float(one.values[1] or 0))
    return Report(
        "between",
        "Days between sections",
        "between",
        ("Section", "Episodes", "Median days since the section before"),
        groups,
        f"The longest wait is before {slowest.label}: {slowest.values[1]:g} days." if slowest else "",
        people=people,
    )


def _waited(number: int, title: str, waits: Counter[int]) -> Group:
    people = waits.total()
    return Group(str(number), f"{number}, {title}", (people, middle(waits)), people)


Waits = tuple[Mapping[int, Counter[int]], int]
"""By section how many episodes waited for so many days, and how many waited for any."""


def _kept_waits(session: Session, viewer: Viewer, chosen: CompletionFilter) -> Waits:
    waits: dict[int, Counter[int]] = defaultdict(Counter)
    for row in kept_counts(session, _wait_cells(viewer, chosen)):
        waits[row.section][row.days] += row.n
    return waits, waits.pop(0, Counter[int]()).total()


@lru_cache(maxsize=QUESTIONS)
def _wait_cells(viewer: Viewer, chosen: CompletionFilter) -> Select[*KeptRow]:
    def wanted(kind: Kind) -> ColumnElement[bool]:
        return (kind.measured == Measured.WAIT) & of_status(kind, chosen)

    return built_once(by_cell(viewer, chosen, wanted))


def _added_waits(session: Session, viewer: Viewer, chosen: CompletionFilter) -> Waits:
    each, cell = each_wait(session)
    section, days = cell["section"], cell["days"]
    mine = selected(viewer, chosen)
    waits: dict[int, Counter[int]] = defaultdict(Counter)
    for number, wait, n in session.execute(
        select(section, days, func.count())
        .select_from(EpisodeStanding)
        .join(each, true())
        .where(*mine)
        .group_by(section, days)
    ):
        waits[number][wait] = n
    return waits, session.scalar(select(func.count()).where(*mine, has_waited(session))) or 0


@dataclass(frozen=True, slots=True)
class TimeToComplete:
    """The estimate by day, and the table beside it."""

    steps: tuple[Step, ...]
    report: Report
    longest: int


@dataclass(frozen=True, slots=True)
class _Begun:
    """Episodes that have begun: where they stand, and the days until then, as of a day."""

    way: Way
    days: int
    n: int


def time_to_complete(
    session: Session, viewer: Viewer, chosen: CompletionFilter, today: dt.date
) -> TimeToComplete:
    """From the first section taught to complete, over episodes of every status that has begun. One query."""
    everyone = chosen.with_status(None)
    read = _kept_ways if is_kept_of_clinics(viewer, chosen) else _added_ways
    begun = [
        _Begun(Way(letter), max((today - day).days, 0) if letter == Way.OPEN else days, n)
        for letter, days, day, n in read(session, viewer, everyone)
        if n
    ]
    steps = time_to_event(Followed(one.days, one.way is Way.FINISHED, one.n) for one in begun)
    half = median_day(steps)
    groups = []
    for key, (way, label) in WAYS.items():
        people = sum(one.n for one in begun if one.way is way)
        groups.append(Group(key, label, (people,), people))
    finding = (
        f"Half of those who begin are complete by day {half}."
        if half is not None
        else "Fewer than half are complete so far."
    )
    report = Report(
        "time_to_complete",
        "Time to complete, episodes of every status",
        "time_to_complete",
        ("Where they stand", "Episodes"),
        tuple(groups),
        finding + _care(steps, half) if begun else "Nobody has begun yet.",
        people=sum(one.people for one in groups),
    )
    return TimeToComplete(steps, report, max((one.days for one in begun), default=0))


Ways = Iterable[tuple[str, int, dt.date, int]]
"""Letter, days and day of cells of the way, and how many episodes."""


def _kept_ways(session: Session, viewer: Viewer, chosen: CompletionFilter) -> Ways:
    rows = kept_counts(session, _way_cells(viewer, chosen))
    return [(row.letter, row.days, row.day, row.n) for row in rows]


@lru_cache(maxsize=QUESTIONS)
def _way_cells(viewer: Viewer, chosen: CompletionFilter) -> Select[*KeptRow]:
    return built_once(by_cell(viewer, chosen, lambda kind: kind.measured == Measured.WAY))


def _added_ways(session: Session, viewer: Viewer, chosen: CompletionFilter) -> Ways:
    cell = way_cell(session)
    letter, days, day = cell["letter"], cell["days"], cell["day"]
    rows = session.execute(
        select(letter, days, day, func.count())
        .where(*selected(viewer, chosen), EpisodeStanding.first_taught_on.is_not(None))
        .group_by(letter, days, day)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _care(steps: Sequence[Step], half: int | None) -> str:
    """A word of care where the half rests on so few who were followed that long."""
    left = next((one.at_risk for one in steps if one.day == half), 0)
    return f" Only {left} were followed that long: read with care." if is_few(left) else ""


def behind_time(session: Session, chosen: CompletionFilter, _today: dt.date, number: Number) -> Behind:
    """Who stands there on the way, whatever their status; or who waited for the section."""
    if number.report.key == "time_to_complete":
        way, _label = WAYS[number.group.key]
        begun = EpisodeStanding.first_taught_on.is_not(None)
        return Behind(chosen.with_status(None), (begun, way_cell(session)["letter"] == way))
    each, cell = each_wait(session)
    waited = select(literal(1)).select_from(each).where(cell["section"] == int(number.group.key))
    return Behind(chosen, (waited.exists(),))
