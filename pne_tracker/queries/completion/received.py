"""What was logged as taught, beside what patients say they received."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.completion import is_few
from pne_tracker.domain.received import ANSWERS, ASKED_AFTER, Received
from pne_tracker.domain.report import Report, share
from pne_tracker.models import Account, EpisodeStanding, ReceivedAnswer
from pne_tracker.queries.completion.behind import Listed, listed, people_of
from pne_tracker.queries.completion.filters import CompletionFilter, selected
from pne_tracker.queries.completion.window import Window

HEADS = ("Therapist", "Episodes", "Logged", "Said yes", "Answered", "Not sure", "No", "Closed")


@dataclass(slots=True)
class _Tally:
    """Episodes of one therapist, those of them that are logged as taught, and those by what their patients say."""

    episodes: set[uuid.UUID] = field(default_factory=set)
    logged: set[uuid.UUID] = field(default_factory=set)
    said: dict[Received, set[uuid.UUID]] = field(default_factory=lambda: {one: set() for one in Received})

    @property
    def answered(self) -> frozenset[uuid.UUID]:
        return frozenset().union(*(self.said[one] for one in ANSWERS))


def received_report(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Report:
    """By therapist, over episodes that at the window's end had run for two weeks. Two queries."""
    tallies: dict[uuid.UUID, _Tally] = defaultdict(_Tally)
    everybody = _Tally()
    for episode_id, therapist_id, taught_on, answer in session.execute(
        select(
            EpisodeStanding.episode_id,
            EpisodeStanding.therapist_id,
            EpisodeStanding.first_taught_on,
            ReceivedAnswer.answer,
        )
        .outerjoin(
            ReceivedAnswer,
            (ReceivedAnswer.episode_id == EpisodeStanding.episode_id)
            & (ReceivedAnswer.on_date <= window.until),
        )
        .where(*selected(viewer, chosen), EpisodeStanding.opened_on <= window.until - ASKED_AFTER)
    ):
        for tally in (tallies[therapist_id], everybody):
            tally.episodes.add(episode_id)
            if taught_on is not None and taught_on <= window.until:
                tally.logged.add(episode_id)
            if answer is not None:
                tally.said[answer].add(episode_id)
    names = session.execute(
        select(Account.id, Account.name).where(Account.id.in_(tallies)).order_by(Account.name, Account.id)
    )
    groups = tuple(_group(therapist_id, name, tallies[therapist_id]) for therapist_id, name in names)
    return Report(
        "received",
        "Logged and received",
        "received",
        HEADS,
        groups,
        _finding(everybody),
        shares=frozenset({1, 2}),
        people=people_of(groups),
    )


def _group(therapist_id: uuid.UUID, name: str, tally: _Tally) -> Listed:
    said, episodes, answered = tally.said, len(tally.episodes), len(tally.answered)
    parts = (
        (1, tally.logged),
        (2, said[Received.YES]),
        (3, tally.answered),
        (4, said[Received.NOT_SURE]),
        (5, said[Received.NO]),
        (6, said[Received.CLOSED]),
    )
    return listed(
        str(therapist_id),
        name,
        (
            episodes,
            share(len(tally.logged), episodes),
            share(len(said[Received.YES]), answered),
            answered,
            len(said[Received.NOT_SURE]),
            len(said[Received.NO]),
            len(said[Received.CLOSED]),
        ),
        tally.episodes,
        rests_on=answered,
        parts=dict(parts),
    )


def _finding(all_: _Tally) -> str:
    if not all_.episodes:
        return ""
    logged, answered = f"Logged as taught for {len(all_.logged)} of {len(all_.episodes)}", len(all_.answered)
    if not answered:
        return f"{logged}; nobody has answered yet."
    care = " Few answers: read with care." if is_few(answered) else ""
    return f"{logged}; {len(all_.said[Received.YES])} of {answered} who answered say yes.{care}"
