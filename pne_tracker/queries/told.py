"""What the checks of episodes say of ideas and how their measures changed: from the rows, and from what is kept."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, cast, column, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from pne_tracker.domain.ideas import idea_of
from pne_tracker.domain.outcomes import MEASURES, change_over, hundredths
from pne_tracker.domain.standing import Changes, Ideas
from pne_tracker.models import Check, Episode, EpisodeStanding, OutcomeScore, built_once
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.parameters import EPISODES
from pne_tracker.queries.raw_ids import id_of, raw

Columns = dict[str, ColumnElement[Any]]


def _checks(wanted: ColumnElement[bool]) -> Select[Any]:
    return (
        select(raw(Check.episode_id), raw(Episode.pack_version_id), Check.concepts)
        .join(Episode, Episode.id == Check.episode_id)
        .where(wanted)
        .order_by(Check.on_date, Check.at, Check.id)
    )


def _scores(wanted: ColumnElement[bool]) -> Select[Any]:
    return (
        select(raw(OutcomeScore.episode_id), OutcomeScore.measure, OutcomeScore.score)
        .where(wanted, OutcomeScore.measure.in_(list(MEASURES)))
        .order_by(OutcomeScore.on_date, OutcomeScore.id)
    )


_CHECKS = built_once(_checks(Check.episode_id.in_(EPISODES)))
_SCORES = built_once(_scores(OutcomeScore.episode_id.in_(EPISODES)))


def ideas_of(session: Session, episode_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Ideas]:
    """What the checks of each of these episodes say, by the pass mark of its own pack. One query where any is asked."""
    if not episode_ids:
        return {}
    found = _ideas(session, session.execute(_CHECKS, {"episodes": list(episode_ids)}))
    return {one: found.get(one, {}) for one in episode_ids}


def changes_of(session: Session, episode_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Changes]:
    """How the built-in measures of each of these episodes changed. One query where any is asked."""
    if not episode_ids:
        return {}
    found = _changes(session.execute(_SCORES, {"episodes": list(episode_ids)}))
    return {one: found.get(one, {}) for one in episode_ids}


def ideas_until(session: Session, mine: Select[uuid.UUID], until: dt.date) -> dict[uuid.UUID, Ideas]:
    """What the checks up to a day say, of the episodes selected that had any. One query."""
    return _ideas(session, session.execute(_checks(Check.episode_id.in_(mine) & (Check.on_date <= until))))


def changes_until(session: Session, mine: Select[uuid.UUID], until: dt.date) -> dict[uuid.UUID, Changes]:
    """How measures had changed on a day, of the episodes selected that had any score. One query."""
    wanted = OutcomeScore.episode_id.in_(mine) & (OutcomeScore.on_date <= until)
    return _changes(session.execute(_scores(wanted)))


def _ideas(session: Session, rows: Iterable[Any]) -> dict[uuid.UUID, Ideas]:
    scores: dict[Any, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    packs: dict[Any, Any] = {}
    for key, pack_version_id, concepts in rows:
        packs[key] = pack_version_id
        for concept, score in concepts.items():
            scores[key][concept].append(float(score))
    marks = {one: pack_of(session, id_of(one)).pass_mark for one in set(packs.values())}
    return {
        id_of(key): {concept: idea_of(some, marks[packs[key]]).value for concept, some in of_one.items()}
        for key, of_one in scores.items()
    }


def _changes(rows: Iterable[Any]) -> dict[uuid.UUID, Changes]:
    scores: dict[Any, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for key, measure, score in rows:
        scores[key][measure].append(score)
    return {
        id_of(key): {
            measure: hundredths(change.points)
            for measure, some in of_one.items()
            if (change := change_over(MEASURES[measure], some)) is not None
        }
        for key, of_one in scores.items()
    }


def each_idea(session: Session) -> tuple[Any, Columns]:
    """What to join an episode's ideas by (on true), with concept and letter of each."""
    each, concept, letter = _each(session, EpisodeStanding.ideas)
    return each, {"what": concept, "letter": letter}


def each_change(session: Session) -> tuple[Any, Columns]:
    """What to join an episode's changes by (on true), with measure and hundredths of a point of each."""
    each, measure, points = _each(session, EpisodeStanding.changes)
    return each, {"what": measure, "days": cast(points, Integer)}


def _each(session: Session, kept: InstrumentedAttribute[Any]) -> tuple[Any, Any, Any]:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    pairs = func.json_each(kept) if is_sqlite else func.jsonb_each_text(kept)
    each = pairs.table_valued(column("key", String), column("value", String), name="each_told")
    return each, each.c.key, each.c.value
