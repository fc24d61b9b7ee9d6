"""Completion's read models, kept by every transaction that changes the evidence, whoever writes it.

A session remembers which episodes and items its flushes touched. Before it commits, `keep` derives where they
stand now, compares it with how they were counted last, and writes the difference as changes. Nobody waits for
a shared row: the beat folds changes into the counts.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session, UOWTransaction

from pne_tracker.domain.standing import (
    Ledger,
    Place,
    Standing,
    entry_cells,
    of_standing,
)
from pne_tracker.models import (
    Check,
    Entry,
    EntryStatus,
    Episode,
    EpisodeStanding,
    Homework,
    HomeworkStanding,
    OutcomeScore,
    ReceivedAnswer,
    SectionState,
    Visit,
    VisitStatus,
)
from pne_tracker.queries.standing import EpisodeFacts, facts_of, is_complete, item_facts
from pne_tracker.services import completion_changes
from pne_tracker.services.item_standing import cells_of_item, keep_days, keep_items
from pne_tracker.services.message_standing import forget_messages, recount_before, recount_patients
from pne_tracker.services.visit_standing import forget_visits, keep_visits

_KEY = "standing_touched"


@dataclass(slots=True)
class _Touched:
    """What a session's flushes wrote: of the episodes, whose checks or pack (`checked`) and whose scores changed."""

    episodes: set[uuid.UUID] = field(default_factory=set)
    checked: set[uuid.UUID] = field(default_factory=set)
    scored: set[uuid.UUID] = field(default_factory=set)
    homework: set[uuid.UUID] = field(default_factory=set)
    visits: dict[uuid.UUID, bool] = field(default_factory=dict)
    """Whether a visit whose status changed was signed before."""
    handed_in: set[tuple[uuid.UUID, dt.datetime]] = field(default_factory=set)
    """By patient, the instants at which something is or was handed in that came, went or moved."""


def watch(session_class: type[Session]) -> None:
    """Let sessions of a class remember what they touch; once for each class."""
    event.listen(session_class, "after_flush", _remember)
    event.listen(session_class, "after_rollback", _forget)


def _remember(session: Session, _context: UOWTransaction) -> None:
    touched: _Touched = session.info.setdefault(_KEY, _Touched())
    for row in [*session.new, *session.dirty, *session.deleted]:
        match row:
            case Episode():
                touched.episodes.add(row.id)
                touched.checked.update([row.id] if _before(row, "pack_version_id") else [])
            case Check():
                touched.checked.update((row.episode_id, *_before(row, "episode_id")))
            case OutcomeScore():
                touched.scored.add(row.episode_id)
            case SectionState() | ReceivedAnswer():
                touched.episodes.add(row.episode_id)
            case Visit() if (before := _status_before(row)) is not None:
                touched.episodes.add(row.episode_id)
                touched.visits.setdefault(row.id, before is VisitStatus.SIGNED)
            case Homework():
                touched.homework.add(row.id)
            case Entry():
                touched.handed_in.update(_instants(row, gone=row in session.deleted))
                if row.status is EntryStatus.DONE or inspect(row).attrs.status.history.deleted:
                    touched.homework.add(row.homework_id)


def _before(row: object, name: str) -> Collection[Any]:
    """What a column held before this flush changed it."""
    return inspect(row).attrs[name].history.deleted or ()


def _status_before(row: Visit) -> VisitStatus | None:
    """The status before this flush of a visit that was signed or entered in error by it."""
    history = inspect(row).attrs.status.history
    if not history.added or row.status is VisitStatus.DRAFT:
        return None
    return history.deleted[0] if history.deleted else VisitStatus.DRAFT


def _instants(row: Entry, *, gone: bool) -> set[tuple[uuid.UUID, dt.datetime]]:
    """When the entry is handed in by this flush, and when it was before, if that changed."""
    history = inspect(row).attrs.handed_in_at.history
    instants = [row.handed_in_at] if gone else [*(history.added or ()), *(history.deleted or ())]
    return {(row.patient_id, at) for at in instants if at is not None}


def _forget(session: Session) -> None:
    session.info.pop(_KEY, None)


def keep(session: Session) -> None:
    """Bring the read models up to what this transaction wrote; the last thing before it commits."""
    session.flush()
    touched: _Touched | None = session.info.pop(_KEY, None)
    if touched is None:
        return
    checked, scored = touched.checked, touched.scored
    if episodes := touched.episodes | checked | scored:
        refresh(session, episodes, touched.homework, touched.visits, checked=checked, scored=scored)
    elif touched.homework:
        _refresh_items(session, touched.homework)
    recount_before(session, touched.handed_in)
    session.info.pop(_KEY, None)


def refresh(
    session: Session,
    episode_ids: Collection[uuid.UUID],
    homework_ids: Collection[uuid.UUID],
    visits: Mapping[uuid.UUID, bool] = MappingProxyType({}),
    *,
    checked: Collection[uuid.UUID] = (),
    scored: Collection[uuid.UUID] = (),
) -> None:
    """Derive the standing of these episodes and items anew and write what changed in the figures.

    `visits` are those whose status changed, and whether they were signed before; `checked` and `scored` the episodes
    whose checks or scores are read again.
    """
    items = items_of(session, homework_ids)
    facts = facts_of(session, {*episode_ids, *(item.episode_id for item in items)}, checked, scored)
    ledgers: dict[uuid.UUID, Ledger] = defaultdict(Ledger)
    moved = _keep_episodes(session, facts, ledgers)
    places = {one.episode.id: one.standing.place for one in facts}
    keep_items(session, items, places, moved, ledgers)
    keep_visits(session, visits, places, moved, ledgers)
    session.flush()
    completion_changes.write(session, ledgers)


def _refresh_items(session: Session, homework_ids: Collection[uuid.UUID]) -> None:
    """What `refresh` does, for the usual case that entries came in or went and nothing else changed."""
    facts = item_facts(session, homework_ids)
    if {one.item.id for one in facts} != set(homework_ids) or any(
        is_complete(one.standing.path) for one in facts
    ):
        refresh(session, set(), homework_ids)
        return
    ledgers: dict[uuid.UUID, Ledger] = defaultdict(Ledger)
    for one in facts:
        days = one.days
        ledger, before = ledgers[one.item.organisation_id], standing_of(one.standing)
        if before.active_on != one.active_on:
            ledger.take(before.place, of_standing(before))
            one.standing.active_on = one.active_on
            ledger.add(before.place, of_standing(standing_of(one.standing)))
        if one.counted is not None:
            ledger.take(before.place, cells_of_item(one.counted))
        ledger.add(before.place, entry_cells(days, one.item.section, one.item.kind.value))
        keep_days(session, one.item, one.counted, before.place, days)
    session.flush()
    completion_changes.write(session, ledgers)


def items_of(session: Session, ids: Collection[uuid.UUID]) -> list[Homework]:
    """The items of these ids."""
    return list(session.scalars(select(Homework).where(Homework.id.in_(list(ids))))) if ids else []


def _keep_episodes(
    session: Session, facts: Iterable[EpisodeFacts], ledgers: dict[uuid.UUID, Ledger]
) -> dict[uuid.UUID, Place]:
    """Writes each episode's standing; returns the place that those whose place changed had before."""
    moved: dict[uuid.UUID, Place] = {}
    others: set[uuid.UUID] = set()
    for one in facts:
        episode, row, ledger = one.episode, one.counted, ledgers[one.episode.organisation_id]
        if row is None:
            row = EpisodeStanding(
                organisation_id=episode.organisation_id, episode_id=episode.id, patient_id=episode.patient_id
            )
            session.add(row)
            others.add(episode.patient_id)
        else:
            before = standing_of(row)
            ledger.take(before.place, of_standing(before))
            if before.place != one.standing.place:
                moved[episode.id] = before.place
            if episode.id in moved or _days_of(row) != _days_of(episode):
                others.add(episode.patient_id)
        ledger.add(one.standing.place, of_standing(one.standing))
        _write_episode(row, one)
    if others:
        recount_patients(session, others)
    return moved


def _days_of(one: Episode | EpisodeStanding) -> tuple[dt.date, dt.date | None]:
    return one.opened_on, one.closed_on


def standing_of(row: EpisodeStanding) -> Standing:
    """An episode as it was counted last."""
    place = Place(row.clinic_id, row.therapist_id, row.payer_id, row.status.value)
    return Standing(
        place,
        row.path,
        row.active_on,
        row.first_taught_on,
        row.completed_on,
        row.closed_on,
        None if row.waits is None else tuple((section, days) for section, days in row.waits),
        row.received,
        row.received_on,
        row.ideas,
        row.changes,
    )


def _write_episode(row: EpisodeStanding, one: EpisodeFacts) -> None:
    episode = one.episode
    row.clinic_id, row.therapist_id, row.payer_id = (
        episode.clinic_id,
        episode.therapist_id,
        episode.payer_id,
    )
    row.status, row.opened_on, row.closed_on = episode.status, episode.opened_on, episode.closed_on
    row.path, row.revisit = one.standing.path, one.standing.path.count("r")
    row.active_on, row.waits = one.standing.active_on, [list(wait) for wait in one.standing.waits or ()]
    row.first_taught_on, row.completed_on = one.standing.first_taught_on, one.standing.completed_on
    row.received, row.received_on = one.standing.received, one.standing.received_on
    row.ideas, row.changes = one.standing.ideas, one.standing.changes


def forget_patient(session: Session, patient_id: uuid.UUID) -> None:
    """Take all that was counted of a patient out of the figures; the rows go with the record."""
    ledgers: dict[uuid.UUID, Ledger] = defaultdict(Ledger)
    places: dict[uuid.UUID, Place] = {}
    for row in session.scalars(select(EpisodeStanding).where(EpisodeStanding.patient_id == patient_id)):
        before = standing_of(row)
        places[row.episode_id] = before.place
        ledgers[row.organisation_id].take(before.place, of_standing(before))
    for item in session.scalars(select(HomeworkStanding).where(HomeworkStanding.patient_id == patient_id)):
        ledgers[item.organisation_id].take(places[item.episode_id], cells_of_item(item))
    forget_visits(session, places, ledgers)
    forget_messages(session, places, ledgers)
    completion_changes.write(session, ledgers)
