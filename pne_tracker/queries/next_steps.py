"""The first suggestion of many episodes at once, for lists: what the planner says, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.domain import planner
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.plan_words import SuggestionCard, card
from pne_tracker.domain.planner import PlannerInput, RecordedFlag
from pne_tracker.domain.progress import NO_EVIDENCE, progress_of
from pne_tracker.models import Episode, YellowFlag
from pne_tracker.queries.assigned_items import AssignedItem
from pne_tracker.queries.clinic_packs import packs_for
from pne_tracker.queries.planning import PNE_MINUTES, visits_left
from pne_tracker.queries.progress import EpisodeEvidence, evidence
from pne_tracker.queries.visit_days import VisitDays, visit_days


def first_suggestions(
    session: Session,
    episodes: Sequence[Episode],
    today: dt.date,
    packs: Mapping[uuid.UUID, Pack] | None = None,
    *,
    homework: Sequence[AssignedItem] | None = None,
    visits: Mapping[uuid.UUID, VisitDays] | None = None,
) -> dict[uuid.UUID, SuggestionCard]:
    """The first suggestion by episode id; episodes with nothing left to do are left out.

    `packs` by episode id stand in for the clinics' own; `homework` and `visits` are those of the episodes where
    they were read already. At most seven queries, and one for each clinic and version.
    """
    ids = [episode.id for episode in episodes]
    if not ids:
        return {}
    known = evidence(session, ids, today, homework=homework)
    flags = _flags(session, ids)
    visits = visit_days(session, ids) if visits is None else visits
    packs = packs_for(session, episodes) if packs is None else packs
    found = {}
    for episode in episodes:
        left = visits_left(episode, visits[episode.id].signed if episode.id in visits else 0)
        pack = packs[episode.id]
        first = _first(episode, pack, known[episode.id], flags.get(episode.id, {}), left, today)
        if first is not None:
            found[episode.id] = first
    return found


def _first(
    episode: Episode,
    pack: Pack,
    known: EpisodeEvidence,
    flags: dict[str, dt.date],
    left: int | None,
    today: dt.date,
) -> SuggestionCard | None:
    in_pack = {flag.id for flag in pack.flags}
    given = PlannerInput(
        today=today,
        minutes=PNE_MINUTES,
        sections=known,
        flags=tuple(RecordedFlag(flag, on) for flag, on in sorted(flags.items()) if flag in in_pack),
        visits_left=left,
        visits_per_week=episode.visits_per_week or None,
    )
    states = {
        section.number: progress_of(known.get(section.number, NO_EVIDENCE), pack.pass_mark).state
        for section in pack.sections
    }
    made = card(pack, planner.plan(pack, given), states, today=today, minutes=PNE_MINUTES, visits_left=left)
    return made.suggestions[0] if made.suggestions else None


def _flags(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, dt.date]]:
    rows = session.execute(
        select(YellowFlag.episode_id, YellowFlag.flag, func.max(YellowFlag.recorded_on))
        .where(YellowFlag.episode_id.in_(ids), YellowFlag.ended_on.is_(None))
        .group_by(YellowFlag.episode_id, YellowFlag.flag)
    )
    found: dict[uuid.UUID, dict[str, dt.date]] = {}
    for episode_id, flag, recorded_on in rows:
        found.setdefault(episode_id, {})[flag] = recorded_on
    return found
