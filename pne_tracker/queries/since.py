"""What came back since the last visit, for many episodes at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from pne_tracker.domain.barriers import BarrierReason
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.gist import Gist, QuizScore
from pne_tracker.domain.homework import HANDED_IN, HomeworkStatus
from pne_tracker.domain.outcomes import NPRS
from pne_tracker.domain.sleep import Night, week_efficiency
from pne_tracker.models import Episode, MessageKind
from pne_tracker.queries.assigned_items import ItemDays
from pne_tracker.queries.came_back import CameBack, What, came_back
from pne_tracker.queries.gists import Known, known_of
from pne_tracker.queries.outcomes import ScoreLine, line_of
from pne_tracker.queries.patients import account_labels


@dataclass(slots=True)
class Since:
    """What came back since `on`: the day of the last signed visit, or of opening where `visited` is False.

    `assigned` counts the items that were to be done in that time; `late` those of `done` that came late. `new`
    counts entries handed in since somebody looked last, `journals` those of them that are shared journals;
    `barriers` what got in the way of the homework, as told in that time; `calls` and `questions` wait to be read.
    """

    on: dt.date
    visited: bool
    assigned: int = 0
    done: int = 0
    late: int = 0
    missed: int = 0
    quiz: QuizScore | None = None
    pain: ScoreLine | None = None
    nights: list[Night] = field(default_factory=list)
    new: int = 0
    journals: int = 0
    reminders: int = 0
    calls: list[dt.datetime] = field(default_factory=list)
    questions: int = 0
    barriers: Counter[BarrierReason] = field(default_factory=Counter)
    reviewed_at: dt.datetime | None = None
    reviewed_by: str = ""

    @property
    def efficiency(self) -> float | None:
        """Sleep efficiency of the logged nights in percent; None under five known nights."""
        return week_efficiency(self.nights)


Strips = dict[uuid.UUID, Since]


def since_last_visit(
    session: Session,
    episodes: Sequence[Episode],
    *,
    today: dt.date,
    timezone: str,
    known: Known | None = None,
    names: Mapping[uuid.UUID, str] | None = None,
) -> Strips:
    """The strip of each episode, by id. At most four queries, whatever the number of episodes.

    `known` and `names`, those of who looked last, are those of the episodes where they were read already.
    """
    if not episodes:
        return {}
    known = known_of(session, episodes, today) if known is None else known
    if names is None:
        names = account_labels(session, {one.reviewed_by for one in episodes if one.reviewed_by is not None})
    strips = {one.id: _begin(one, known.gists[one.id], names) for one in episodes}
    for episode_id, strip in strips.items():
        _count_homework(strip, known.items.get(episode_id, ()))
    _count_what_came(session, episodes, strips, ZoneInfo(timezone))
    return strips


def _begin(episode: Episode, gist: Gist, names: Mapping[uuid.UUID, str]) -> Since:
    on = gist.visited_on or episode.opened_on
    return Since(
        on=on,
        visited=gist.visited_on is not None,
        quiz=gist.quiz[1] if gist.quiz and gist.quiz[0] >= on else None,
        pain=line_of(NPRS, gist.pain) if gist.pain else None,
        reviewed_at=episode.reviewed_at,
        reviewed_by=names.get(episode.reviewed_by, "") if episode.reviewed_by else "",
    )


def _count_homework(strip: Since, items: Iterable[ItemDays]) -> None:
    for item in items:
        days = (item.assigned_on, item.due_on, item.done_on)
        if not any(day is not None and day >= strip.on for day in days):
            continue
        strip.assigned += 1
        strip.done += item.status in HANDED_IN
        strip.late += item.status is HomeworkStatus.DONE_LATE
        strip.missed += item.status is HomeworkStatus.MISSED


def _count_what_came(session: Session, episodes: Sequence[Episode], strips: Strips, zone: ZoneInfo) -> None:
    for one in came_back(session, episodes, since=min(strip.on for strip in strips.values()), zone=zone):
        strip = strips[one.episode_id]
        match one.what:
            case What.ENTRY:
                _count_entry(strip, one, zone)
            case What.BARRIER:
                _count_barrier(strip, one)
            case What.REMINDER:
                strip.reminders += one.at.astimezone(zone).date() >= strip.on
            case _:
                _count_message(strip, one)


def _count_entry(strip: Since, entry: CameBack, zone: ZoneInfo) -> None:
    if entry.at.astimezone(zone).date() < strip.on:
        return
    fresh = strip.reviewed_at is None or entry.at > strip.reviewed_at
    strip.new += fresh
    strip.journals += fresh and entry.shared and entry.kind == HomeworkKind.JOURNAL
    if entry.kind == HomeworkKind.SLEEP_LOG:
        strip.nights.append(_night(entry.night or {}))


def _night(derived: Mapping[str, Any]) -> Night:
    return Night(
        derived.get("minutes_in_bed", 0), derived.get("minutes_asleep"), derived.get("sleep_efficiency")
    )


def _count_barrier(strip: Since, barrier: CameBack) -> None:
    if barrier.day and barrier.day >= strip.on:
        strip.barriers[BarrierReason(barrier.kind)] += 1


def _count_message(strip: Since, message: CameBack) -> None:
    if message.kind == MessageKind.CALL_REQUEST:
        strip.calls.append(message.at)
    else:
        strip.questions += 1
