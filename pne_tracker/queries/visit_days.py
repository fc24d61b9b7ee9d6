"""What lists need to know of the signed visits of many episodes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from pne_tracker.models import Episode, Visit, VisitStatus


@dataclass(frozen=True, slots=True)
class VisitDays:
    """The signed visits of an episode: the day of the last, how many, and days with one since the last report."""

    last_on: dt.date
    signed: int
    since_report: int


def visit_days(session: Session, episode_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, VisitDays]:
    """The signed visits by episode; episodes without one are left out. One query."""
    reported = Episode.last_progress_report_on
    counts = case((or_(reported.is_(None), Visit.on_date > reported), Visit.on_date))
    rows = session.execute(
        select(
            Visit.episode_id,
            func.max(Visit.on_date),
            func.count(),
            func.count(func.distinct(counts)),
        )
        .join(Episode, Episode.id == Visit.episode_id)
        .where(Visit.episode_id.in_(list(episode_ids)), Visit.status == VisitStatus.SIGNED)
        .group_by(Visit.episode_id)
    )
    return {row[0]: VisitDays(*row[1:]) for row in rows}
