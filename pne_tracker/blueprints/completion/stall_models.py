"""The stalled list in words: who, where on the way, with whom, since when, and what was asked about it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.completion import LONG_STALLED_DAYS
from pne_tracker.domain.progress import State
from pne_tracker.domain.stalling import WORDS, may_ask
from pne_tracker.queries.completion.rows import EpisodeRow, StalledRow
from pne_tracker.queries.stalls import StallLine
from pne_tracker.services.stalls import Asked
from pne_tracker.web.display import count_text, long_date, short_date


@dataclass(frozen=True, slots=True)
class StalledLine:
    """One row of the list; `said` is what was asked and answered about this stall, "" when nothing was."""

    id: str
    name: str
    url: str
    states: tuple[str, ...]
    where: str
    therapist: str
    since: str
    days: str
    level: str
    said: str
    may_ask: bool


def stalled_table(
    page: Sequence[StalledRow],
    titles: Sequence[str],
    asked: Mapping[uuid.UUID, StallLine],
    viewer: Viewer,
    today: dt.date,
) -> list[StalledLine]:
    """Who stalls, where on the way, with whom, since when."""
    zone = ZoneInfo(viewer.timezone)
    return [_line(one, titles, asked.get(one.row.episode_id), viewer, zone, today) for one in page]


def _line(
    one: StalledRow,
    titles: Sequence[str],
    asked: StallLine | None,
    viewer: Viewer,
    zone: ZoneInfo,
    today: dt.date,
) -> StalledLine:
    answered = asked.answered_at.astimezone(zone).date() if asked and asked.answered_at else None
    return StalledLine(
        id=str(one.row.episode_id),
        name=one.row.name,
        url=url_for("patients.show", patient_id=one.row.patient_id),
        states=one.row.states,
        where=_where(one.row, titles),
        therapist=one.row.therapist,
        since=long_date(one.row.active_on, year=one.row.active_on.year != today.year),
        days=f"{one.days} days",
        level="stop" if one.days >= LONG_STALLED_DAYS else "warn",
        said=_said(asked, zone) if asked else "",
        may_ask=viewer.may(Permission.STEER_CARE) and may_ask(asked is not None, answered, today),
    )


def _said(asked: StallLine, zone: ZoneInfo) -> str:
    if asked.answer is not None and asked.answered_at is not None:
        day = short_date(asked.answered_at.astimezone(zone))
        return f"{asked.answered_by} on {day}: {WORDS[asked.answer]}"
    return f"Asked on {short_date(asked.asked_at.astimezone(zone))} by {asked.asked_by}"


def _where(row: EpisodeRow, titles: Sequence[str]) -> str:
    """The section an episode waits at: the first to revisit, else the first not taught. A death says what is left."""
    if row.deceased:
        return "has died, discharge the episode"
    for state, words in ((State.REVISIT, "to revisit"), (State.NOT_STARTED, "comes next")):
        if state in row.states:
            number = row.states.index(state) + 1
            return f"{number}, {titles[number - 1] if number <= len(titles) else ''}: {words}"
    return "every section taught"


FILE_HEADS = ("Patient", "MRN", "Waits at", "With", "Last activity", "Days")


def file_row(one: StalledRow, titles: Sequence[str]) -> tuple[object, ...]:
    """One row of the list in a file."""
    row = one.row
    return (row.name, row.mrn, _where(row, titles), row.therapist, row.active_on.isoformat(), one.days)


def asked_words(asked: Asked) -> str:
    """What asking did."""
    if not asked.now:
        return "Nobody was asked again: they know already."
    done = f"Asked about {count_text(asked.now, 'patient')}. It is on the therapist's Today."
    return f"{done} {asked.not_again} were asked about before." if asked.not_again else done
