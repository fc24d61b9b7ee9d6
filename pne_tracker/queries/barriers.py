"""What got in the way of homework, as it was told for one item."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.barriers import BarrierReason
from pne_tracker.models import Barrier


def reasons_of(session: Session, homework_id: uuid.UUID) -> tuple[BarrierReason, ...]:
    """The reasons named for an item that was loaded before, first named first."""
    rows = session.scalars(
        select(Barrier.reason).where(Barrier.homework_id == homework_id).order_by(Barrier.at, Barrier.id)
    )
    return tuple(rows)
