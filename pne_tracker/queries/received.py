"""Whether a patient is to be asked what came across."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import InstrumentedAttribute

from pne_tracker.models import EpisodeStanding, EpisodeStatus, ReceivedAnswer


def unanswered_since(episode_id: InstrumentedAttribute[uuid.UUID]) -> ScalarSelect[dt.date | None]:
    """The day an open episode was first taught, while nobody answered yet; for a column beside its row."""
    answered = select(ReceivedAnswer.id).where(ReceivedAnswer.episode_id == EpisodeStanding.episode_id)
    return (
        select(EpisodeStanding.first_taught_on)
        .where(
            EpisodeStanding.episode_id == episode_id,
            EpisodeStanding.status == EpisodeStatus.OPEN,
            ~answered.correlate(EpisodeStanding).exists(),
        )
        .scalar_subquery()
    )
