"""Homework over a period: adherence by section, kind, weekday and therapist, and what got in the way."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import String, select, true, type_coerce
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.barriers import STAFF_WORDS, BarrierReason
from pne_tracker.domain.report import Group, Report, largest, share
from pne_tracker.models import Account, Barrier, EpisodeStanding, Homework, HomeworkStanding
from pne_tracker.queries.completion.behind import listed, people_of
from pne_tracker.queries.completion.filters import CompletionFilter, selected
from pne_tracker.queries.completion.window import Window, episode_ids
from pne_tracker.queries.entry_lists import each_entry
from pne_tracker.queries.raw_ids import id_of, raw

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HEADS = ("Expected", "Done", "Late", "Adherence")


@dataclass(slots=True)
class _Tally:
    """Expected entries of one group."""

    expected: int = 0
    done: int = 0
    late: int = 0
    episodes: set[uuid.UUID] = field(default_factory=set)
    with_done: set[uuid.UUID] = field(default_factory=set)
    with_late: set[uuid.UUID] = field(default_factory=set)


class ExpectedEntry(NamedTuple):
    """One expected entry of the window; `weekday` is 0 on Mondays."""

    episode_id: uuid.UUID
    section: int
    kind: str
    therapist_id: uuid.UUID
    weekday: int
    done: bool
    late: bool


def expected_entries(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window
) -> list[ExpectedEntry]:
    """The entries expected within the window so far, of items neither waived nor withdrawn. One query."""
    each, (day, done, late) = each_entry(session)
    rows = session.execute(
        select(
            raw(HomeworkStanding.episode_id),
            Homework.section,
            type_coerce(Homework.kind, String),
            raw(EpisodeStanding.therapist_id),
            day,
            done,
            late,
        )
        .select_from(HomeworkStanding)
        .join(Homework, Homework.id == HomeworkStanding.homework_id)
        .join(EpisodeStanding, EpisodeStanding.episode_id == HomeworkStanding.episode_id)
        .join(each, true())
        .where(
            Homework.due_on >= window.since,
            Homework.assigned_on <= window.until,
            day.between(window.since, window.until),
            (day < window.today) | (done == 1),
            *selected(viewer, chosen),
        )
    )
    return [
        ExpectedEntry(id_of(episode), section, kind, id_of(therapist), _weekday(day), bool(done), bool(late))
        for episode, section, kind, therapist, day, done, late in rows
    ]


@lru_cache(maxsize=1000)
def _weekday(given: str | dt.date) -> int:
    return (dt.date.fromisoformat(given) if isinstance(given, str) else given).weekday()


def adherence_reports(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window, titles: Sequence[str]
) -> list[Report]:
    """Adherence by section, by kind, by weekday and by therapist."""
    entries = expected_entries(session, viewer, chosen, window)
    names = _names(session, {one.therapist_id for one in entries})
    return [
        _report(
            "section",
            "By section",
            entries,
            lambda one: one.section,
            {number: f"{number}, {title}" for number, title in enumerate(titles, start=1)},
        ),
        _report("kind", "By kind", entries, lambda one: one.kind, _kinds(entries)),
        _report("weekday", "By weekday", entries, lambda one: one.weekday, dict(enumerate(WEEKDAYS))),
        _report("therapist", "By therapist", entries, lambda one: one.therapist_id, names),
    ]


def _kinds(entries: Iterable[ExpectedEntry]) -> dict[str, str]:
    kinds = sorted({one.kind for one in entries})
    return {kind: kind.replace("_", " ").capitalize() for kind in kinds}


def _names(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = session.execute(
        select(Account.id, Account.name).where(Account.id.in_(ids)).order_by(Account.name, Account.id)
    )
    return {row[0]: row[1] for row in rows}


def _report(
    key: str,
    title: str,
    entries: Iterable[ExpectedEntry],
    group_of: Callable[[ExpectedEntry], Hashable],
    labels: dict[int, str] | dict[str, str] | dict[uuid.UUID, str],
) -> Report:
    tallies: dict[Hashable, _Tally] = defaultdict(_Tally)
    for one in entries:
        tally = tallies[group_of(one)]
        tally.expected += 1
        tally.done += one.done
        tally.late += one.late
        tally.episodes.add(one.episode_id)
        tally.with_done.update([one.episode_id] if one.done else [])
        tally.with_late.update([one.episode_id] if one.late else [])
    groups = tuple(
        listed(
            str(name),
            label,
            (
                tallies[name].expected,
                tallies[name].done,
                tallies[name].late,
                share(tallies[name].done, tallies[name].expected),
            ),
            tallies[name].episodes,
            parts={1: tallies[name].with_done, 2: tallies[name].with_late},
        )
        for name, label in labels.items()
        if name in tallies
    )
    return Report(
        key,
        title,
        "adherence",
        (title.removeprefix("By ").capitalize(), *HEADS),
        groups,
        _lowest(groups),
        frozenset({3}),
        people_of(groups),
    )


def _lowest(groups: Iterable[Group]) -> str:
    """Where least of what was expected came in, among groups with at least ten expected entries."""
    enough = [one for one in groups if int(one.values[0] or 0) >= 10]
    if len(enough) < 2:
        return ""
    lowest = min(enough, key=lambda one: float(one.values[3] or 0))
    return f"Least came in for {lowest.label}: {lowest.values[1]} of {lowest.values[0]}."


def barrier_report(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Report:
    """What patients named after a missed task, within the window."""
    answers: Counter[BarrierReason] = Counter()
    episodes: dict[BarrierReason, set[uuid.UUID]] = defaultdict(set)
    for reason, episode_id in session.execute(
        select(Barrier.reason, Homework.episode_id)
        .join(Homework, Homework.id == Barrier.homework_id)
        .where(
            Homework.episode_id.in_(episode_ids(viewer, chosen)),
            Homework.closed_as.is_distinct_from("withdrawn"),
            Barrier.on_date.between(window.since, window.until),
        )
    ):
        answers[reason] += 1
        episodes[reason].add(episode_id)
    total = sum(answers.values())
    groups = tuple(
        listed(
            reason.value,
            STAFF_WORDS[reason].capitalize(),
            (answers[reason], share(answers[reason], total)),
            episodes[reason],
        )
        for reason in BarrierReason
        if answers[reason]
    )
    most = largest(groups, lambda one: float(one.values[0] or 0))
    finding = f"Named most: {most.label.lower()}, {most.values[0]} of {total}." if most else ""
    return Report(
        "barriers",
        "What got in the way",
        "barriers",
        ("Reason", "Answers", "Share"),
        groups,
        finding,
        frozenset({1}),
        people_of(groups),
    )
