"""The gist of episodes: kept in one row each, or derived from the evidence where that row is missing or behind."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Float, Select, String, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.gist import Gist, QuizScore, from_plain, telling
from pne_tracker.domain.outcomes import NPRS
from pne_tracker.domain.quiz_sets import questions_for
from pne_tracker.models import (
    Check,
    CheckKind,
    Episode,
    EpisodeGist,
    OutcomeScore,
    Visit,
    VisitStatus,
    YellowFlag,
    built_once,
)
from pne_tracker.queries.assigned_items import ItemDays, telling_items
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.gist_rows import touched
from pne_tracker.queries.outcomes import counted
from pne_tracker.queries.parameters import EPISODES
from pne_tracker.queries.progress import EpisodeEvidence, evidence

DayOfQuiz = tuple[dt.date, QuizScore]


@dataclass(frozen=True, slots=True)
class Known:
    """What strips and suggestions of some episodes rest on: their gists, and the items that still matter."""

    gists: Mapping[uuid.UUID, Gist]
    items: Mapping[uuid.UUID, Sequence[ItemDays]]


def known_of(session: Session, episodes: Sequence[Episode], today: dt.date) -> Known:
    """Read it. Two queries."""
    if not episodes:
        return Known({}, {})
    ids = [one.id for one in episodes]
    return Known(gists_of(session, episodes), telling_items(session, ids, today))


def gists_of(session: Session, episodes: Sequence[Episode]) -> dict[uuid.UUID, Gist]:
    """The gist of each of these episodes. One query where all are kept, six more where any is not."""
    ids = {one.id for one in episodes}.difference(touched(session))
    rows = session.execute(
        select(EpisodeGist.episode_id, EpisodeGist.gist).where(EpisodeGist.episode_id.in_(ids))
    )
    return with_derived(session, episodes, {row[0]: row[1] for row in rows})


def with_derived(
    session: Session, episodes: Sequence[Episode], kept: Mapping[uuid.UUID, Mapping[str, Any] | None]
) -> dict[uuid.UUID, Gist]:
    """The gist of each of these episodes from what was read of it, or derived where there is none."""
    found: dict[uuid.UUID, Gist] = {}
    missing = []
    for episode in episodes:
        plain = kept.get(episode.id)
        if plain is None:
            missing.append(episode)
        else:
            found[episode.id] = from_plain(plain)
    return found | derive(session, missing) if missing else found


def derive(
    session: Session,
    episodes: Sequence[Episode],
    *,
    read: Mapping[uuid.UUID, EpisodeEvidence] | None = None,
    quizzes: Mapping[uuid.UUID, DayOfQuiz | None] | None = None,
) -> dict[uuid.UUID, Gist]:
    """The gist of each of these episodes from its evidence.

    Six queries, less four where all of the evidence was `read` already, less one where all `quizzes` are known.
    """
    ids = [one.id for one in episodes]
    packs = {one.id: pack_of(session, one.pack_version_id) for one in episodes}
    known, asked = dict(read or {}), dict(quizzes or {})
    unread = [one for one in ids if one not in known]
    if unread:
        known |= evidence(session, unread, homework=())
    unasked = {one: packs[one] for one in ids if one not in asked}
    if unasked:
        asked |= _latest_quizzes(session, unasked)
    visits: dict[uuid.UUID, list[dt.date]] = {one: [] for one in ids}
    flags: dict[uuid.UUID, dict[str, dt.date]] = {one: {} for one in ids}
    pain: dict[uuid.UUID, list[tuple[dt.date, float]]] = {one: [] for one in ids}
    for what, episode_id, on, flag, score in session.execute(_DAYS, {"episodes": ids}):
        match what:
            case "visit":
                visits[episode_id].append(on)
            case "flag":
                flags[episode_id][flag] = on
            case _:
                pain[episode_id].append((on, score))
    return {
        one: Gist(
            visits=tuple(visits[one]),
            sections=telling(known[one], packs[one].pass_mark),
            flags=flags[one],
            pain=tuple(pain[one][:1] + pain[one][1:][-1:]),
            quiz=asked.get(one),
        )
        for one in ids
    }


def _days() -> Select[*tuple[Any, ...]]:
    """Signed visits, yellow flags that hold and scores of the worst pain, each in order of days."""
    no_flag, no_score = cast(null(), String), cast(null(), Float)
    visits = select(
        literal("visit").label("what"),
        Visit.episode_id,
        Visit.on_date.label("day"),
        no_flag.label("flag"),
        no_score.label("score"),
        Visit.id,
    ).where(Visit.episode_id.in_(EPISODES), Visit.status == VisitStatus.SIGNED)
    flags = select(
        literal("flag"),
        YellowFlag.episode_id,
        YellowFlag.recorded_on,
        YellowFlag.flag,
        no_score,
        YellowFlag.id,
    ).where(YellowFlag.episode_id.in_(EPISODES), YellowFlag.ended_on.is_(None))
    pain = select(
        literal("pain"),
        OutcomeScore.episode_id,
        OutcomeScore.on_date,
        no_flag,
        OutcomeScore.score,
        OutcomeScore.id,
    ).where(OutcomeScore.episode_id.in_(EPISODES), OutcomeScore.measure == NPRS.id, counted())
    rows = union_all(visits, flags, pain).subquery()
    return select(rows.c.what, rows.c.episode_id, rows.c.day, rows.c.flag, rows.c.score).order_by(
        rows.c.day, rows.c.id
    )


_DAYS = built_once(_days())


def _latest_quizzes(session: Session, packs: Mapping[uuid.UUID, Pack]) -> dict[uuid.UUID, DayOfQuiz]:
    """The latest quiz of each episode that asked anything, with its day."""
    rows = session.scalars(
        select(Check)
        .where(Check.episode_id.in_(list(packs)), Check.kind == CheckKind.QUIZ)
        .order_by(Check.on_date, Check.at, Check.id)
    )
    return {
        row.episode_id: (row.on_date, QuizScore(row.section, round(row.score * asked), asked))
        for row, asked in _asked_of(rows, packs)
        if asked
    }


def _asked_of(rows: Iterable[Check], packs: Mapping[uuid.UUID, Pack]) -> Iterable[tuple[Check, int]]:
    """Each quiz with the number of questions its score is over; where none is kept, sets take turns."""
    earlier: dict[tuple[uuid.UUID, int], int] = {}
    for row in rows:
        key = (row.episode_id, row.section)
        nth = earlier.get(key, 0)
        earlier[key] = nth + 1
        known = row.questions
        if known is None:
            known = len(questions_for(packs[row.episode_id], row.section, nth).own)
        yield row, known


def missing(session: Session, limit: int) -> Collection[uuid.UUID]:
    """Up to `limit` episodes of the session's scope whose gist is not kept."""
    kept = select(EpisodeGist.id).where(EpisodeGist.episode_id == Episode.id)
    return session.scalars(select(Episode.id).where(~kept.exists()).limit(limit)).all()
