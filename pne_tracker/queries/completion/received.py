"""What was logged as taught, beside what patients say they received.

Where no period is chosen, what is known now counts: so the counts tell it, whatever day it is elsewhere. The counts are
of all episodes; those that have not run for two weeks are read along an index and taken off.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case, func, select, union_all
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.completion import is_few
from pne_tracker.domain.received import ANSWERS, ASKED_AFTER, LETTERS, Received
from pne_tracker.domain.report import Group, Report, share
from pne_tracker.domain.standing import Measured
from pne_tracker.models import NO_DAY, Account, EpisodeStanding, common
from pne_tracker.queries.completion.behind import Behind, Number
from pne_tracker.queries.completion.filters import CompletionFilter, selected
from pne_tracker.queries.completion.kept import Kind, counted, is_kept_of_clinics, of_status
from pne_tracker.queries.completion.window import Window, window_of
from pne_tracker.queries.standing_cells import hex_of

HEADS = ("Therapist", "Episodes", "Logged", "Said yes", "Answered", "Not sure", "No", "Closed")
LOGGED = 1
SAID: Mapping[int, frozenset[Received]] = {
    2: frozenset({Received.YES}),
    3: ANSWERS,
    4: frozenset({Received.NOT_SURE}),
    5: frozenset({Received.NO}),
    6: frozenset({Received.CLOSED}),
}
"""What patients behind the value in a place say."""


@dataclass(slots=True)
class _Tally:
    """Episodes of one therapist, those of them that are logged as taught, and those by what their patients say."""

    episodes: int = 0
    logged: int = 0
    letters: Counter[str] = field(default_factory=Counter)

    def said(self, place: int) -> int:
        return sum(self.letters[LETTERS[one]] for one in SAID[place])


def received_report(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Report:
    """By therapist, over episodes that at the window's end had run for two weeks. Two queries."""
    tallies: dict[uuid.UUID, _Tally] = defaultdict(_Tally)
    everybody = _Tally()
    is_counted = is_kept_of_clinics(viewer, chosen)
    rows = _kept(viewer, chosen, window) if is_counted else _added_up(viewer, chosen, window)
    for therapist, letter, *amounts in session.execute(rows):
        episodes, logged = (int(one) for one in amounts)
        for tally in (tallies[uuid.UUID(therapist)], everybody) if episodes else ():
            tally.episodes += episodes
            tally.logged += logged
            tally.letters[letter] += episodes
    names = session.execute(
        select(Account.id, Account.name).where(Account.id.in_(tallies)).order_by(Account.name, Account.id)
    )
    return Report(
        "received",
        "Logged and received",
        "received",
        HEADS,
        tuple(_group(therapist_id, name, tallies[therapist_id]) for therapist_id, name in names),
        _finding(everybody),
        shares=frozenset({1, 2}),
        people=everybody.episodes,
    )


def _kept(viewer: Viewer, chosen: CompletionFilter, window: Window) -> Select[Any]:
    def wanted(kind: Kind) -> ColumnElement[bool]:
        return (kind.measured == Measured.RECEIVED) & (kind.day == NO_DAY) & of_status(kind, chosen)

    all_ = counted(viewer, chosen, wanted)
    statuses = [chosen.status] if chosen.status is not None else list(EpisodeStatus)
    of_late = EpisodeStanding.opened_on > window.until - ASKED_AFTER
    new = (
        _by_therapist(viewer, chosen, window)
        .where(EpisodeStanding.status.in_(statuses), of_late)
        .subquery()
        .c
    )
    counts = [
        all_.what.label("what"),
        all_.letter.label("letter"),
        all_.n.label("n"),
        all_.done.label("done"),
    ]
    taken_off = [new.what, new.letter, -new.n, -new.done]
    one = union_all(select(*counts), select(*taken_off)).subquery().c
    place = [one.what, one.letter]
    return select(*place, func.sum(one.n), func.sum(one.done)).group_by(*place)


def _added_up(viewer: Viewer, chosen: CompletionFilter, window: Window) -> Select[Any]:
    return _by_therapist(viewer, chosen, window).where(_has_run(window))


def _by_therapist(viewer: Viewer, chosen: CompletionFilter, window: Window) -> Select[Any]:
    """Episodes by therapist and letter, with those that are logged."""
    therapist, letter = EpisodeStanding.therapist_id, _letter(window)
    logged = func.sum(case((_is_logged(window), 1), else_=0))
    columns = {"what": hex_of(therapist), "letter": letter, "n": func.count(), "done": logged}
    named: list[ColumnElement[Any]] = [column.label(name) for name, column in columns.items()]
    return select(*named).where(*selected(viewer, chosen)).group_by(therapist, letter)


def _has_run(window: Window) -> ColumnElement[bool]:
    return common(EpisodeStanding.opened_on <= window.until - ASKED_AFTER)


def _is_logged(window: Window) -> ColumnElement[bool]:
    if window.is_past:
        return EpisodeStanding.first_taught_on <= window.until
    return EpisodeStanding.first_taught_on.is_not(None)


def _letter(window: Window) -> SQLColumnExpression[str]:
    said = EpisodeStanding.received
    if window.is_past:
        return case((EpisodeStanding.received_on <= window.until, said), else_="")
    return said


def behind_received(chosen: CompletionFilter, today: dt.date, number: Number) -> Behind:
    """Episodes of the therapist that are logged or whose patients say so, where that was asked."""
    window, place = window_of(chosen, today), number.place
    conditions = [EpisodeStanding.therapist_id == uuid.UUID(number.group.key), _has_run(window)]
    if place == LOGGED:
        conditions.append(_is_logged(window))
    elif place is not None:
        conditions.append(_letter(window).in_(sorted(LETTERS[one] for one in SAID[place])))
    return Behind(chosen, tuple(conditions))


def _group(therapist_id: uuid.UUID, name: str, one: _Tally) -> Group:
    said = {place: one.said(place) for place in SAID}
    yes, answered, not_sure, no, closed = said.values()
    return Group(
        str(therapist_id),
        name,
        (
            one.episodes,
            share(one.logged, one.episodes),
            share(yes, answered),
            answered,
            not_sure,
            no,
            closed,
        ),
        one.episodes,
        rests_on=answered,
        parts={LOGGED: one.logged, **said},
    )


def _finding(all_: _Tally) -> str:
    if not all_.episodes:
        return ""
    yes, answered = all_.said(2), all_.said(3)
    logged = f"Logged as taught for {all_.logged} of {all_.episodes}"
    if not answered:
        return f"{logged}; nobody has answered yet."
    care = " Few answers: read with care." if is_few(answered) else ""
    return f"{logged}; {yes} of {answered} who answered say yes.{care}"
