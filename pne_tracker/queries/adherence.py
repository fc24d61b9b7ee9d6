"""Homework adherence over a window: expected entries done of expected entries so far."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import Rhythm, Schedule
from pne_tracker.domain.homework import (
    Adherence,
    Occurrence,
    Submission,
    adherence,
    expected_days,
    occurrences,
)
from pne_tracker.models import Entry, EntryStatus, Homework

WINDOW_DAYS = 28


def adherence_of(
    session: Session,
    episode_ids: Select[uuid.UUID],
    *,
    today: dt.date,
    timezone: str,
    days: int = WINDOW_DAYS,
) -> Adherence:
    """Adherence of all homework of these episodes over the last `days` days; withdrawn and waived left out."""
    since = today - dt.timedelta(days=days)
    items = session.execute(
        select(Homework.id, Homework.template, Homework.assigned_on, Homework.due_on).where(
            Homework.episode_id.in_(episode_ids), Homework.closed_as.is_(None), Homework.due_on >= since
        )
    ).all()
    zone = ZoneInfo(timezone)
    submissions: dict[uuid.UUID, list[Submission]] = defaultdict(list)
    for homework_id, handed_in_at in session.execute(
        select(Entry.homework_id, Entry.handed_in_at)
        .join(Homework, Homework.id == Entry.homework_id)
        .where(
            Homework.episode_id.in_(episode_ids), Homework.due_on >= since, Entry.status == EntryStatus.DONE
        )
    ):
        if handed_in_at is not None:
            submissions[homework_id].append(Submission(handed_in_at.astimezone(zone).date()))

    def expected() -> Iterator[Occurrence]:
        for homework_id, template, assigned_on, due_on in items:
            days_of_it = expected_days(schedule_of(template), assigned_on, due_on)
            yield from occurrences(days_of_it, due_on, submissions[homework_id])

    return adherence(expected(), since, today)


def schedule_of(template: Mapping[str, Any]) -> Schedule:
    """The schedule of an item as it was assigned."""
    kept = template["schedule"]
    per_week = kept.get("per_week")
    return Schedule(
        Rhythm(kept["rhythm"]),
        int(kept["entries"]),
        int(kept["days"]),
        int(kept["done_at"]),
        int(per_week) if per_week is not None else None,
    )
