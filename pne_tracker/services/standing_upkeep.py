"""Standings that are missing or wrong: counted after a migration, and compared with the evidence."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import null, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.standing import Standing, entry_cells
from pne_tracker.models import Episode, EpisodeStanding, Homework, Visit, VisitStatus
from pne_tracker.queries.standing import EpisodeFacts, entry_days, facts_of
from pne_tracker.services.item_standing import cells_of_item, stored_items
from pne_tracker.services.standing import items_of, refresh, standing_of

_KEPT = (EpisodeStanding.waits, EpisodeStanding.ideas, EpisodeStanding.changes)
"""What was never counted of an episode is NULL."""


def differences(session: Session, episode_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Of these episodes those counted otherwise than the evidence says, their items included, or not at all."""
    facts = facts_of(session, episode_ids, episode_ids, episode_ids)
    behind = {one.episode.id for one in facts if _as_counted(one) != one.standing}
    items = items_of(session, homework_of(session, episode_ids))
    stored = stored_items(session, {item.id for item in items})
    days = entry_days(session, items)
    for item in items:
        kept = stored.get(item.id)
        now = entry_cells(days[item.id], item.section, item.kind.value)
        if kept is None or cells_of_item(kept) != now:
            behind.add(item.episode_id)
    return [one for one in episode_ids if one in behind]


def _as_counted(one: EpisodeFacts) -> Standing | None:
    return None if one.counted is None else standing_of(one.counted)


def catch_up(session: Session, *, limit: int = 200) -> int:
    """Count up to `limit` episodes that never were, with their homework, or not all that is kept; returns how many.

    Those of the latter whose evidence is just changing are left to the next time.
    """
    missing = (
        select(Episode.id)
        .where(~select(EpisodeStanding.id).where(EpisodeStanding.episode_id == Episode.id).exists())
        .limit(limit)
    )
    ids = set(session.scalars(missing))
    homework = homework_of(session, ids) if ids else set()
    signed = select(Visit.id).where(Visit.episode_id.in_(ids), Visit.status == VisitStatus.SIGNED)
    visits = dict.fromkeys(session.scalars(signed), False) if ids else {}
    if not ids:
        without = (
            select(Episode.id)
            .join(EpisodeStanding, EpisodeStanding.episode_id == Episode.id)
            .where(or_(*(kept.is_(null()) for kept in _KEPT)))
            .limit(limit)
        )
        ids = set(session.scalars(without.with_for_update(skip_locked=True)))
    if ids:
        refresh(session, ids, homework, visits, checked=ids, scored=ids)
    return len(ids)


def homework_of(session: Session, episode_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """The ids of all homework of these episodes."""
    return set(session.scalars(select(Homework.id).where(Homework.episode_id.in_(list(episode_ids)))))
