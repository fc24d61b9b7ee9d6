"""What the standings are made from: episodes, section states and entries, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import ScalarSelect, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from pne_tracker.domain.homework import HomeworkStatus, Submission, expected_days, occurrences
from pne_tracker.domain.progress import known_since
from pne_tracker.domain.received import LETTERS
from pne_tracker.domain.standing import EntryDay, Place, Standing, Waits, path_of, waits_of
from pne_tracker.models import (
    Clinic,
    Entry,
    EntryStatus,
    Episode,
    EpisodeStanding,
    Homework,
    HomeworkStanding,
    Patient,
    ReceivedAnswer,
    SectionState,
    built_once,
)
from pne_tracker.queries.adherence import schedule_of
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.parameters import EPISODES
from pne_tracker.queries.progress import SectionRow, evidence, section_rows
from pne_tracker.queries.told import changes_of, ideas_of


@dataclass(frozen=True, slots=True)
class EpisodeFacts:
    """An episode as it stands by the evidence, with how it was counted last (None: never)."""

    episode: Episode
    counted: EpisodeStanding | None
    standing: Standing


def place_of(episode: Episode) -> Place:
    """Under whom an episode counts."""
    return Place(episode.clinic_id, episode.therapist_id, episode.payer_id, episode.status.value)


def _last_entry(episode_id: InstrumentedAttribute[uuid.UUID]) -> ScalarSelect[dt.datetime | None]:
    """When something was handed in last in an episode."""
    item = aliased(Homework)
    return (
        select(func.max(Entry.handed_in_at))
        .join(item, item.id == Entry.homework_id)
        .where(item.episode_id == episode_id, Entry.status == EntryStatus.DONE)
        .correlate(episode_id.class_)
        .scalar_subquery()
    )


_EPISODES = built_once(
    select(
        Episode,
        EpisodeStanding,
        Clinic.timezone,
        _last_entry(Episode.id),
        ReceivedAnswer.answer,
        ReceivedAnswer.on_date,
    )
    .join(Clinic, Clinic.id == Episode.clinic_id)
    .outerjoin(EpisodeStanding, EpisodeStanding.episode_id == Episode.id)
    .outerjoin(ReceivedAnswer, ReceivedAnswer.episode_id == Episode.id)
    .where(Episode.id.in_(EPISODES))
)


def facts_of(
    session: Session,
    episode_ids: Collection[uuid.UUID],
    checked: Collection[uuid.UUID] = (),
    scored: Collection[uuid.UUID] = (),
) -> list[EpisodeFacts]:
    """The standing of each of these episodes; of those `checked` the checks are read, of those `scored` the scores.

    What checks and scores of the others say is as it was counted last. Two queries, one more each for checks and
    scores, and six more when any is complete.
    """
    ids = list(episode_ids)
    ideas, changes = ideas_of(session, checked), changes_of(session, scored)
    sections = section_rows(session, ids)
    found = []
    for episode, counted, timezone, at, said, said_on in session.execute(_EPISODES, {"episodes": ids}):
        states = sections[episode.id]
        taught = [state.last_taught_on for state in states if state.last_taught_on]
        first = [state.first_taught_on for state in states if state.first_taught_on]
        active = max(
            [episode.opened_on, *taught, *([at.astimezone(ZoneInfo(timezone)).date()] if at else [])]
        )
        standing = Standing(
            place_of(episode),
            path_of(state.state for state in states),
            active,
            first_taught_on=min(first, default=None),
            closed_on=episode.closed_on,
            waits=_waits(states),
            received="" if said is None else LETTERS[said],
            received_on=said_on,
            ideas=ideas.get(episode.id, counted.ideas if counted else {}),
            changes=changes.get(episode.id, counted.changes if counted else {}),
        )
        found.append(EpisodeFacts(episode, counted, standing))
    return _with_ends(session, found)


def _waits(states: Iterable[SectionRow]) -> Waits:
    first = ((one.first_taught_on, one.number) for one in states if one.taught)
    return waits_of((day, section) for day, section in first if day is not None)


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item whose entries changed, with how it and its episode were counted last (None: never).

    `active_on` is the last day anything was taught or handed in; `late` says of each entry handed in, in order,
    whether it came late.
    """

    item: Homework
    counted: HomeworkStanding | None
    standing: EpisodeStanding
    active_on: dt.date
    late: list[bool]

    @property
    def days(self) -> list[EntryDay]:
        """The expected entries of the item with what came in."""
        return _days_of(self.item, self.late)


_LAST_TAUGHT = (
    select(func.max(SectionState.last_taught_on))
    .where(SectionState.episode_id == EpisodeStanding.episode_id)
    .correlate(EpisodeStanding)
    .scalar_subquery()
)
_ITEMS = built_once(
    select(
        Homework,
        HomeworkStanding,
        EpisodeStanding,
        Clinic.timezone,
        _LAST_TAUGHT,
        _last_entry(EpisodeStanding.episode_id),
        Entry.late,
    )
    .join(EpisodeStanding, EpisodeStanding.episode_id == Homework.episode_id)
    .join(Clinic, Clinic.id == EpisodeStanding.clinic_id)
    .outerjoin(HomeworkStanding, HomeworkStanding.homework_id == Homework.id)
    .outerjoin(Entry, (Entry.homework_id == Homework.id) & (Entry.status == EntryStatus.DONE))
    .where(Homework.id.in_(bindparam("items", expanding=True)))
    .order_by(Entry.handed_in_at, Entry.id)
)


def item_facts(session: Session, homework_ids: Collection[uuid.UUID]) -> list[ItemFacts]:
    """Facts of items of episodes that were counted before. One query."""
    rows = session.execute(_ITEMS, {"items": list(homework_ids)})
    found: dict[uuid.UUID, ItemFacts] = {}
    for item, counted, standing, timezone, taught_on, at, late in rows:
        if item.id in found:
            found[item.id].late.append(late)
            continue
        days = [standing.opened_on, taught_on, at.astimezone(ZoneInfo(timezone)).date() if at else None]
        active = max(day for day in days if day is not None)
        found[item.id] = ItemFacts(item, counted, standing, active, [] if late is None else [late])
    return list(found.values())


def is_complete(path: str) -> bool:
    """Whether every section that counts is complete, and at least one does."""
    return "c" in path and not path.strip("cs")


def _with_ends(session: Session, found: list[EpisodeFacts]) -> list[EpisodeFacts]:
    """The day from which an episode that is complete was so: its last section understood, left out or settled."""
    ends = _ends(session, [one.episode for one in found if is_complete(one.standing.path)])
    return [
        replace(one, standing=replace(one.standing, completed_on=ends.get(one.episode.id))) for one in found
    ]


def _ends(session: Session, episodes: list[Episode]) -> dict[uuid.UUID, dt.date]:
    if not episodes:
        return {}
    ids = [one.id for one in episodes]
    days: dict[uuid.UUID, list[dt.date]] = defaultdict(list)
    for episode_id, zone, done_on, closed_as, closed_at in session.execute(
        select(
            Homework.episode_id,
            func.coalesce(Patient.timezone, Clinic.timezone),
            Homework.done_on,
            Homework.closed_as,
            Homework.closed_at,
        )
        .join(Patient, Patient.id == Homework.patient_id)
        .join(Clinic, Clinic.id == Patient.clinic_id)
        .where(Homework.episode_id.in_(ids), Homework.required.is_(True))
    ):
        if closed_as is None and done_on is not None:
            days[episode_id].append(done_on)
        elif closed_as == HomeworkStatus.WAIVED.value and closed_at is not None:
            days[episode_id].append(closed_at.astimezone(ZoneInfo(zone)).date())
    known = evidence(session, ids)
    for episode in episodes:
        pass_mark = pack_of(session, episode.pack_version_id).pass_mark
        since = (known_since(one, pass_mark) for one in known[episode.id].values())
        days[episode.id] += [day for day in since if day is not None]
    return {episode_id: max(some) for episode_id, some in days.items() if some}


def entry_days(session: Session, homework: Iterable[Homework]) -> dict[uuid.UUID, list[EntryDay]]:
    """The expected entries of each item with what came in; none for an item that was closed. At most one query."""
    items = list(homework)
    if not items:
        return {}
    handed: dict[uuid.UUID, list[bool]] = defaultdict(list)
    for homework_id, late in session.execute(
        select(Entry.homework_id, Entry.late)
        .where(Entry.homework_id.in_([one.id for one in items]), Entry.status == EntryStatus.DONE)
        .order_by(Entry.handed_in_at, Entry.id)
    ):
        handed[homework_id].append(late)
    return {one.id: _days_of(one, handed[one.id]) for one in items}


def _days_of(item: Homework, late: list[bool]) -> list[EntryDay]:
    if item.closed_as is not None:
        return []
    days = expected_days(schedule_of(item.template), item.assigned_on, item.due_on)
    after = item.due_on + dt.timedelta(days=1)
    filled = occurrences(days, item.due_on, (Submission(after if one else item.due_on) for one in late))
    return [EntryDay(one.day, one.handed_in is not None, one.late) for one in filled]
