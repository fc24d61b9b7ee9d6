"""Homework over a period: adherence by section, kind, weekday and therapist, and what got in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, distinct, func, null, select, union_all
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.barriers import STAFF_WORDS, BarrierReason
from pne_tracker.domain.report import Group, Report, largest, share
from pne_tracker.models import Account, Barrier, EpisodeStanding, Homework, HomeworkStanding
from pne_tracker.queries.completion.behind import Behind, Number
from pne_tracker.queries.completion.entries import (
    KEYS,
    Expected,
    Tally,
    expected_entries,
)
from pne_tracker.queries.completion.few import Key, behind_entries
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.window import Window, episode_ids, window_of

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HEADS = ("Expected", "Done", "Late", "Adherence")


def adherence_reports(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window, titles: Sequence[str]
) -> list[Report]:
    """Adherence by section, by kind, by weekday and by therapist."""
    entries = expected_entries(session, viewer, chosen, window)
    labels: Mapping[str, Mapping[Key, str]] = {
        "section": {number: f"{number}, {title}" for number, title in enumerate(titles, start=1)},
        "kind": {
            key: str(key).replace("_", " ").capitalize() for key in sorted(entries.tallies["kind"], key=str)
        },
        "weekday": dict(enumerate(WEEKDAYS)),
        "therapist": _names(session, entries.tallies["therapist"]),
    }
    return [_report(name, labels[name], entries) for name in KEYS]


def _names(session: Session, ids: Iterable[Key]) -> dict[Key, str]:
    rows = session.execute(
        select(Account.id, Account.name).where(Account.id.in_(ids)).order_by(Account.name, Account.id)
    )
    return {row[0]: row[1] for row in rows}


def _report(key: str, labels: Mapping[Key, str], entries: Expected) -> Report:
    found = entries.tallies[key]
    groups = tuple(_group(str(name), label, found[name]) for name, label in labels.items() if name in found)
    return Report(
        key,
        f"By {key}",
        "adherence",
        (key.capitalize(), *HEADS),
        groups,
        _lowest(groups),
        frozenset({3}),
        entries.people,
    )


def _group(key: str, label: str, one: Tally) -> Group:
    values = (one.expected, one.done, one.late, share(one.done, one.expected))
    return Group(key, label, values, one.people, parts={1: one.with_done, 2: one.with_late})


def behind_homework(session: Session, chosen: CompletionFilter, today: dt.date, number: Number) -> Behind:
    """Episodes with such an entry, or for which such a barrier was named."""
    window = window_of(chosen, today)
    if number.report.key in KEYS:
        part = {1: "done", 2: "late"}.get(number.place or 0, "")
        key = KEYS[number.report.key](number.group.key)
        return Behind(chosen, behind_entries(session, window, number.report.key, key, part))
    named = (
        select(Barrier.id)
        .join(HomeworkStanding, HomeworkStanding.homework_id == Barrier.homework_id)
        .where(
            HomeworkStanding.episode_id == EpisodeStanding.episode_id,
            Barrier.reason == BarrierReason(number.group.key),
            *_named(window),
        )
    )
    return Behind(chosen, (named.correlate(EpisodeStanding).exists(),))


def _lowest(groups: Iterable[Group]) -> str:
    """Where least of what was expected came in, among groups with at least ten expected entries."""
    enough = [one for one in groups if int(one.values[0] or 0) >= 10]
    if len(enough) < 2:
        return ""
    lowest = min(enough, key=lambda one: float(one.values[3] or 0))
    return f"Least came in for {lowest.label}: {lowest.values[1]} of {lowest.values[0]}."


def barrier_report(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Report:
    """What patients named after a missed task, within the window."""
    named = select(Barrier.reason.label("reason"), HomeworkStanding.episode_id.label("episode"))
    mine = (
        named.join(HomeworkStanding, HomeworkStanding.homework_id == Barrier.homework_id)
        .where(*_named(window), HomeworkStanding.episode_id.in_(episode_ids(viewer, chosen)))
        .cte("mine")
        .prefix_with("MATERIALIZED")
    )
    people = func.count(distinct(mine.c.episode))
    rows = session.execute(
        union_all(
            select(mine.c.reason, func.count(), people).group_by(mine.c.reason),
            select(null(), func.count(), people),
        )
    )
    found = {row[0]: (row[1], row[2]) for row in rows}
    _, everybody = found.pop(None)
    total = sum(answers for answers, _ in found.values())
    groups = tuple(
        Group(
            reason.value,
            STAFF_WORDS[reason].capitalize(),
            (found[reason][0], share(found[reason][0], total)),
            found[reason][1],
        )
        for reason in BarrierReason
        if reason in found
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
        everybody,
    )


def _named(window: Window) -> tuple[ColumnElement[bool], ...]:
    """Conditions on a barrier and its item's standing: what was withdrawn does not count.

    An item that still expects entries is not closed, so that the item itself need not be read.
    """
    kept = select(Homework.id).where(
        Homework.id == HomeworkStanding.homework_id, Homework.closed_as.is_distinct_from("withdrawn")
    )
    open_ = HomeworkStanding.last_on.is_not(None)
    return (
        Barrier.on_date.between(window.since, window.until),
        open_ | kept.correlate_except(Homework).exists(),
    )
