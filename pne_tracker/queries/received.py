"""Whether a patient is to be asked what came across."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.received import ASKED_AFTER
from pne_tracker.models import EpisodeStanding, EpisodeStatus, ReceivedAnswer


def is_asked(session: Session, episode_id: uuid.UUID | None, today: dt.date) -> bool:
    """Whether this open episode was first taught two weeks ago or more, and nobody answered yet. One query."""
    if episode_id is None:
        return False
    answered = select(ReceivedAnswer.id).where(ReceivedAnswer.episode_id == EpisodeStanding.episode_id)
    due = select(EpisodeStanding.id).where(
        EpisodeStanding.episode_id == episode_id,
        EpisodeStanding.status == EpisodeStatus.OPEN,
        EpisodeStanding.first_taught_on <= today - ASKED_AFTER,
        ~answered.correlate(EpisodeStanding).exists(),
    )
    return session.scalar(due) is not None
