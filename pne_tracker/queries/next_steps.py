"""Where many episodes stand and what the planner would have done first, for lists, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pne_tracker.domain import planner
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.plan_words import title_of
from pne_tracker.domain.planner import PlannerInput, RecordedFlag
from pne_tracker.models import Episode
from pne_tracker.queries.clinic_packs import packs_for
from pne_tracker.queries.gists import Known
from pne_tracker.queries.planning import PNE_MINUTES, visits_left


@dataclass(frozen=True, slots=True)
class FirstStep:
    """The planner's first suggestion: the section, what to do about it, its points, and both in words."""

    section: int
    action: str
    score: int
    title: str


@dataclass(frozen=True, slots=True)
class Path:
    """The states of an episode's sections in order, and its first step, None where nothing is left to do."""

    states: tuple[str, ...]
    first: FirstStep | None


def paths_of(
    session: Session,
    episodes: Sequence[Episode],
    today: dt.date,
    known: Known,
    packs: Mapping[uuid.UUID, Pack] | None = None,
) -> dict[uuid.UUID, Path]:
    """The path of each of these episodes, of which `known` was read.

    `packs` by episode id stand in for the clinics' own, which are one query where they were met before.
    """
    packs = packs_for(session, episodes) if packs is None else packs
    return {one.id: _path(one, packs[one.id], known, today) for one in episodes}


def _path(episode: Episode, pack: Pack, known: Known, today: dt.date) -> Path:
    gist, in_pack = known.gists[episode.id], {flag.id for flag in pack.flags}
    given = PlannerInput(
        today=today,
        minutes=PNE_MINUTES,
        sections=gist.with_homework(
            (item.section, item.as_fact()) for item in known.items.get(episode.id, ())
        ),
        flags=tuple(RecordedFlag(flag, on) for flag, on in sorted(gist.flags.items()) if flag in in_pack),
        visits_left=visits_left(episode, len(gist.visits)),
        visits_per_week=episode.visits_per_week or None,
    )
    made = planner.first(pack, given)
    return Path(tuple(state.value for state in made.states.values()), _first_step(pack, made, today))


def _first_step(pack: Pack, made: planner.First, today: dt.date) -> FirstStep | None:
    one = made.suggestion
    if one is None:
        return None
    return FirstStep(one.section, one.action.value, one.score, title_of(pack, one, made.states, today))
