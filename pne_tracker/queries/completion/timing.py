"""How long the way takes: days between sections, and time to complete."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.completion import is_few
from pne_tracker.domain.report import Report, largest
from pne_tracker.domain.survival import Followed, Step, median_day, time_to_event
from pne_tracker.models import EpisodeStanding, SectionState
from pne_tracker.queries.completion.behind import listed, people_of
from pne_tracker.queries.completion.filters import CompletionFilter, selected
from pne_tracker.queries.completion.window import episode_ids
from pne_tracker.queries.raw_ids import id_of, raw


def between_sections(
    session: Session, viewer: Viewer, chosen: CompletionFilter, titles: Sequence[str]
) -> Report:
    """For each section the median days since the one first taught before it."""
    days: dict[uuid.UUID, list[tuple[dt.date, int]]] = defaultdict(list)
    for episode_id, section, taught_on in session.execute(
        select(raw(SectionState.episode_id), SectionState.section, SectionState.first_taught_on)
        .where(
            SectionState.episode_id.in_(episode_ids(viewer, chosen)),
            SectionState.taught.is_(True),
            SectionState.first_taught_on.is_not(None),
        )
        .order_by(SectionState.first_taught_on, SectionState.section)
    ):
        if taught_on is not None:
            days[id_of(episode_id)].append((taught_on, section))
    waits: dict[int, list[tuple[uuid.UUID, int]]] = defaultdict(list)
    for episode_id, taught in days.items():
        for (before, _), (after, section) in pairwise(taught):
            waits[section].append((episode_id, (after - before).days))
    groups = tuple(
        listed(
            str(number),
            f"{number}, {title}",
            (len(waits[number]), _middle([wait for _, wait in waits[number]])),
            (episode for episode, _ in waits[number]),
        )
        for number, title in enumerate(titles, start=1)
    )
    slowest = largest(groups, lambda one: float(one.values[1] or 0))
    return Report(
        "between",
        "Days between sections",
        "between",
        ("Section", "Episodes", "Median days since the section before"),
        groups,
        f"The longest wait is before {slowest.label}: {slowest.values[1]:g} days." if slowest else "",
        people=people_of(groups),
    )


def _middle(waits: list[int]) -> float | None:
    return float(median(waits)) if waits else None


@dataclass(frozen=True, slots=True)
class TimeToComplete:
    """The estimate by day, and the table beside it."""

    steps: tuple[Step, ...]
    report: Report
    longest: int


def time_to_complete(
    session: Session, viewer: Viewer, chosen: CompletionFilter, today: dt.date
) -> TimeToComplete:
    """From the first section taught to complete, over episodes of every status that has begun."""
    begun = chosen.with_status(None)
    finished: set[uuid.UUID] = set()
    open_: set[uuid.UUID] = set()
    left: set[uuid.UUID] = set()
    followed: list[Followed] = []
    for episode_id, first, done, closed in session.execute(
        select(
            EpisodeStanding.episode_id,
            EpisodeStanding.first_taught_on,
            EpisodeStanding.completed_on,
            EpisodeStanding.closed_on,
        ).where(*selected(viewer, begun), EpisodeStanding.first_taught_on.is_not(None))
    ):
        if first is None:
            continue
        end = done or closed or today
        followed.append(Followed(max((end - first).days, 0), done is not None))
        (finished if done else left if closed else open_).add(episode_id)
    steps = time_to_event(followed)
    half = median_day(steps)
    groups = (
        listed("finished", "Completed the whole way", (len(finished),), finished),
        listed("open", "Still on the way", (len(open_),), open_),
        listed("left", "Left before the end", (len(left),), left),
    )
    finding = (
        f"Half of those who begin are complete by day {half}."
        if half is not None
        else "Fewer than half are complete so far."
    )
    report = Report(
        "time_to_complete",
        "Time to complete, episodes of every status",
        "time_to_complete",
        ("Where they stand", "Episodes"),
        groups,
        finding + _care(steps, half) if followed else "Nobody has begun yet.",
        people=people_of(groups),
    )
    return TimeToComplete(steps, report, max((one.days for one in followed), default=0))


def _care(steps: Sequence[Step], half: int | None) -> str:
    """A word of care where the half rests on so few who were followed that long."""
    left = next((one.at_risk for one in steps if one.day == half), 0)
    return f" Only {left} were followed that long: read with care." if is_few(left) else ""
