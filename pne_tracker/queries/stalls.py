"""What leads asked about patients who stall: on the lead's list, and on the therapist's Today.

A wish belongs to one stall. It ends without anybody writing, as soon as the episode's last activity is later.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.stalling import StallAnswer
from pne_tracker.models import StallAsk
from pne_tracker.queries.patients import account_labels


@dataclass(frozen=True, slots=True)
class StallLine:
    """The latest wish about one stall: who asked when, and what was answered."""

    asked_at: dt.datetime
    asked_by: str
    answer: StallAnswer | None
    answered_at: dt.datetime | None
    answered_by: str


def asked_about(session: Session, stalls: Mapping[uuid.UUID, dt.date]) -> dict[uuid.UUID, StallLine]:
    """The latest wish about each stall (episode and its last activity) that has one. Two queries."""
    found = {
        row.episode_id: row
        for row in session.scalars(
            select(StallAsk)
            .where(StallAsk.episode_id.in_(list(stalls)))
            .order_by(StallAsk.asked_at, StallAsk.id)
        )
        if row.since == stalls[row.episode_id]
    }
    people = {one for row in found.values() for one in (row.asked_by, row.answered_by) if one}
    names = account_labels(session, people)
    return {
        episode_id: StallLine(
            row.asked_at,
            names.get(row.asked_by, ""),
            row.answer,
            row.answered_at,
            names.get(row.answered_by, "") if row.answered_by else "",
        )
        for episode_id, row in found.items()
    }
