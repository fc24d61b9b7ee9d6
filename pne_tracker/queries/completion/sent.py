"""Reminding messages of a window by reason, hour and channel, and how many episodes these rows rest on.

Under a filter whose counts are kept, messages are added up from the counts, and of the episodes it is only asked
whether there are few: the first `FEW` are looked for along an index, on the day with most messages of the row. Under
any other filter all is added up by the database.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Executable,
    Integer,
    Select,
    String,
    case,
    cast,
    distinct,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.completion import FEW
from pne_tracker.domain.standing import Measured
from pne_tracker.models import EpisodeStanding, EpisodeStatus, MessageStanding, built_once, common
from pne_tracker.queries.completion.filters import QUESTIONS, CompletionFilter, clinics_of, selected
from pne_tracker.queries.completion.kept import is_kept_of_clinics, kept_sums
from pne_tracker.queries.completion.tallies import ALL, tallied
from pne_tracker.queries.completion.window import Window

Key = int | str
COLUMNS: Final[Mapping[str, Any]] = {
    "reason": MessageStanding.reason,
    "hour": MessageStanding.hour,
    "channel": MessageStanding.channel,
}
"""What messages are told apart by."""
KEYS: Final[Mapping[str, Callable[[str], Key]]] = {"reason": str, "hour": int, "channel": str}
"""How the key of a group is read."""


@dataclass(slots=True)
class Tally:
    """Messages of one row, those that worked, and how many episodes both rest on."""

    sent: int = 0
    worked: int = 0
    people: int = 0
    acted: int = 0


Tallies = dict[str, dict[Key, Tally]]
Row = tuple[str, bool, Key]
"""What messages are told apart by, whether it is those alone that worked, and the key."""
Days = tuple[dt.date, dt.date]
"""The first and the last."""


def sent_messages(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window
) -> tuple[Tallies, int]:
    """Tallies by what they are told apart by, and how many episodes all of them rest on.

    Episodes are counted up to `FEW` where the counts are kept.
    """
    if is_kept_of_clinics(viewer, chosen):
        return _kept(session, viewer, chosen, window)
    return _added_up(session, viewer, chosen, window)


def _kept(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> tuple[Tallies, int]:
    by_day: dict[Row, Counter[dt.date]] = defaultdict(Counter)
    for measured, hour, what, day, sent, worked, _ in kept_sums(
        session,
        viewer,
        chosen,
        window,
        Measured.SENT,
        Measured.REASON,
        by=("measured", "section", "what", "day"),
    ):
        rows = {"reason": what} if measured is Measured.REASON else {"hour": hour, "channel": what}
        for name, key in rows.items():
            by_day[name, False, key][day] += sent
            by_day[name, True, key][day] += worked
    found: Tallies = {name: {} for name in COLUMNS}
    for (name, worked, key), days in by_day.items():
        tally = found[name].setdefault(key, Tally())
        if worked:
            tally.worked = days.total()
        else:
            tally.sent = days.total()
    shown = {name: {key: one for key, one in tallies.items() if one.sent} for name, tallies in found.items()}
    for (name, worked, key), people in _behind(session, viewer, chosen, window, by_day).items():
        if key in shown[name]:
            setattr(shown[name][key], "acted" if worked else "people", people)
    if not shown["channel"]:
        return shown, 0
    most = max(one.people for one in shown["channel"].values())
    return shown, most if most >= FEW else _everybody(session, viewer, chosen, window, shown["channel"])


def _behind(
    session: Session,
    viewer: Viewer,
    chosen: CompletionFilter,
    window: Window,
    by_day: Mapping[Row, Counter[dt.date]],
) -> dict[Row, int]:
    """How many episodes stand behind each row, up to `FEW`, from how many of its messages went on which day.

    One query, or two where some have few on their best day.
    """
    best = {row: max(days.items(), key=lambda one: one[1]) for row, days in by_day.items()}
    likely = {row: (day, day) for row, (day, most) in best.items() if most >= FEW}
    found = {row: n for row, n in _ask(session, viewer, chosen, likely).items() if n >= FEW}
    left = [row for row, (_, most) in best.items() if most > 0 and row not in found]
    return found | _ask(session, viewer, chosen, dict.fromkeys(left, (window.since, window.until)))


def _ask(
    session: Session, viewer: Viewer, chosen: CompletionFilter, days: Mapping[Row, Days]
) -> dict[Row, int]:
    if not days:
        return {}
    rows = session.execute(_question(viewer, chosen, tuple(days.items())))
    keys = {(name, worked, str(key)): (name, worked, key) for name, worked, key in days}
    return {keys[name, bool(worked), key]: people for name, worked, key, people in rows}


@lru_cache(maxsize=QUESTIONS)
def _question(viewer: Viewer, chosen: CompletionFilter, asked: tuple[tuple[Row, Days], ...]) -> Executable:
    """How many episodes there are behind these rows between these days, up to `FEW`."""
    parts = []
    for name, worked in dict.fromkeys(row[:2] for row, _ in asked):
        groups = _groups(name, worked, asked).c
        first = _first(
            viewer,
            chosen,
            COLUMNS[name] == groups.key,
            MessageStanding.day.between(groups.since, groups.until),
            *([MessageStanding.worked.is_(True)] if worked else []),
        )
        count = select(func.count()).select_from(first.subquery()).scalar_subquery()
        parts.append(select(literal(name), literal(int(worked)), cast(groups.key, String), count))
    return built_once(union_all(*parts))


def _groups(name: str, worked: bool, asked: Iterable[tuple[Row, Days]]) -> CTE:
    rows = [
        select(
            literal(row[2], COLUMNS[name].type).label("key"),
            literal(since, Date).label("since"),
            literal(until, Date).label("until"),
        )
        for row, (since, until) in asked
        if row[:2] == (name, worked)
    ]
    return union_all(*rows).cte(f"{name}_worked" if worked else f"{name}_sent")


def _everybody(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window, channels: Iterable[Key]
) -> int:
    """How many episodes stand behind all messages together, up to `FEW`."""
    within = MessageStanding.day.between(window.since, window.until)
    first = _first(viewer, chosen, MessageStanding.channel.in_(list(channels)), within)
    return session.scalar(select(func.count()).select_from(first.subquery())) or 0


def _first(viewer: Viewer, chosen: CompletionFilter, *conditions: ColumnElement[bool]) -> Select[Any]:
    """The first episodes with such a message that is counted under the filter, along the clinic's index of these."""
    statuses = list(EpisodeStatus) if chosen.status is None else [chosen.status]
    payer = [] if chosen.payer_id is None else [MessageStanding.payer_id == chosen.payer_id]
    mine = select(MessageStanding.episode_id).where(
        MessageStanding.clinic_id.in_(clinics_of(viewer, chosen)),
        MessageStanding.status.in_(statuses),
        *payer,
        *conditions,
    )
    return mine.correlate_except(MessageStanding).distinct().limit(FEW)


def _added_up(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window
) -> tuple[Tallies, int]:
    """All rows with their episodes, each once for each row, in one query."""
    one = (
        select(
            MessageStanding.episode_id.label("episode"),
            MessageStanding.reason.label("reason"),
            cast(MessageStanding.hour, String).label("hour"),
            MessageStanding.channel.label("channel"),
            literal("").label(ALL),
            cast(MessageStanding.is_first, Integer).label("first"),
            cast(MessageStanding.worked, Integer).label("worked"),
        )
        .join(EpisodeStanding, EpisodeStanding.episode_id == MessageStanding.episode_id)
        .where(common(MessageStanding.day.between(window.since, window.until)), *selected(viewer, chosen))
        .cte("one")
        .prefix_with("MATERIALIZED")
    )
    found, whole = tallied(session, one, _by, KEYS, Tally)
    return found, whole.people


def _by(one: CTE, name: str) -> Select[Any]:
    """Messages by one column of theirs: each once, by reason once for each that it names."""
    sent = func.count() if name == "reason" else func.sum(one.c.first)
    worked = one.c.worked if name == "reason" else one.c.worked * one.c.first
    acted = case((one.c.worked == 1, one.c.episode))
    amounts = (sent, func.sum(worked), func.count(distinct(one.c.episode)), func.count(distinct(acted)))
    return select(literal(name), one.c[name], *amounts).group_by(one.c[name])
