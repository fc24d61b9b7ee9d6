"""Section numbers as evidence was written with, and as the episode's version of the pack counts today."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.models import EpisodeMove, built_once
from pne_tracker.queries.parameters import EPISODES


@dataclass(frozen=True, slots=True)
class Numbering:
    """The moves of some episodes that changed numbers, earliest first."""

    moves: dict[uuid.UUID, list[tuple[dt.datetime, dict[int, int]]]] = field(default_factory=dict)

    def now(self, episode_id: uuid.UUID, section: int, at: dt.datetime | None) -> int:
        """The number today of a section written down at `at`; unchanged when the instant is not known."""
        for moved_at, numbers in self.moves.get(episode_id, ()):
            if at is not None and at < moved_at:
                section = numbers.get(section, section)
        return section


_MOVES = built_once(
    select(EpisodeMove.episode_id, EpisodeMove.moved_at, EpisodeMove.numbers)
    .where(EpisodeMove.episode_id.in_(EPISODES))
    .order_by(EpisodeMove.moved_at, EpisodeMove.id)
)


def numbering(session: Session, episode_ids: Collection[uuid.UUID]) -> Numbering:
    """The numbering of these episodes. One query."""
    found = Numbering()
    for episode_id, moved_at, numbers in session.execute(_MOVES, {"episodes": list(episode_ids)}):
        if numbers:
            changed = {int(old): int(new) for old, new in numbers.items()}
            found.moves.setdefault(episode_id, []).append((moved_at, changed))
    return found
