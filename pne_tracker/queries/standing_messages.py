"""Reminding messages as completion counts them: which are to be counted anew, and what each and all come to."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Select, Uuid, cast, func, literal, select, true
from sqlalchemy.orm import Session

from pne_tracker.domain.reminders.states import WENT
from pne_tracker.domain.standing import Measured, Place
from pne_tracker.domain.standing_messages import ACTED_WITHIN, Named, worked
from pne_tracker.models import (
    EVERYBODY,
    UNCOUNTED,
    Clinic,
    Entry,
    Episode,
    EpisodeStanding,
    Homework,
    MessageStanding,
    OutboxMessage,
    Patient,
    Reminder,
)
from pne_tracker.queries.standing_cells import PLACE, cell_columns, columns, counting, in_scope, put


def uncounted(session: Session, limit: int) -> dict[uuid.UUID, uuid.UUID]:
    """Up to `limit` reminders that are counted otherwise than they stand, with their messages; the oldest first.

    Both are locked until the transaction ends; what another one has locked is passed over.
    """
    rows = session.execute(
        select(Reminder.id, OutboxMessage.id)
        .join(OutboxMessage, OutboxMessage.id == Reminder.message_id)
        .where(UNCOUNTED)
        .order_by(Reminder.settled_at)
        .limit(limit)
        .with_for_update(of=[Reminder, OutboxMessage], key_share=True, skip_locked=True)
    )
    return {reminder_id: message_id for reminder_id, message_id in rows}  # noqa: C416


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """A message that went: the episode it belongs to, where that is counted, and what the message named."""

    organisation_id: uuid.UUID
    message_id: uuid.UUID
    patient_id: uuid.UUID
    episode_id: uuid.UUID
    place: Place
    named: tuple[Named, ...]


def messages_that_went(session: Session, message_ids: Collection[uuid.UUID]) -> list[MessageFacts]:
    """Those of these messages that went and belong to an episode. Three queries.

    The episode is that of the task it names first, else the patient's under treatment that day, opened last.
    """
    rows = _reminders(session, message_ids)
    people = {row.patient_id for row in rows}
    instants = [row.settled_at for row in rows]
    episodes = _episodes(session, people)
    entries = _entries(session, people, instants)
    found = []
    for message_id, some in groupby(rows, key=lambda row: row.message_id):
        named = list(some)
        first = named[0]
        there = first.settled_at.astimezone(ZoneInfo(first.zone))
        task = next((row.episode_id for row in named if row.episode_id is not None), None)
        episode = _episode(episodes[first.patient_id], task, there.date())
        if episode is None:
            continue
        acted = worked(first.settled_at, entries[first.patient_id])
        reasons = dict.fromkeys(row.reason for row in named)
        found.append(
            MessageFacts(
                first.organisation_id,
                message_id,
                first.patient_id,
                episode.episode_id,
                Place(episode.clinic_id, EVERYBODY, episode.payer_id, episode.status.value),
                tuple(
                    Named(there.date(), there.hour, first.channel, reason, place == 0, acted)
                    for place, reason in enumerate(reasons)
                ),
            )
        )
    return found


def _reminders(session: Session, message_ids: Collection[uuid.UUID]) -> Sequence[Any]:
    """What these messages say, message by message, if they went; the zone is where the patient lives."""
    return session.execute(
        select(
            Reminder.organisation_id,
            Reminder.message_id,
            Reminder.patient_id,
            Reminder.reason,
            Reminder.settled_at,
            Homework.episode_id,
            OutboxMessage.channel,
            func.coalesce(Patient.timezone, Clinic.timezone).label("zone"),
        )
        .join(OutboxMessage, OutboxMessage.id == Reminder.message_id)
        .join(Patient, Patient.id == Reminder.patient_id)
        .join(Clinic, Clinic.id == Patient.clinic_id)
        .outerjoin(Homework, Homework.id == Reminder.homework_id)
        .where(
            Reminder.message_id.in_(message_ids),
            Reminder.status.in_(WENT),
            Reminder.settled_at.is_not(None),
        )
        .order_by(Reminder.message_id, Reminder.id)
    ).all()


def _episodes(session: Session, patient_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    """The patients' episodes as they are counted, the one opened last first."""
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(
            Episode.patient_id,
            EpisodeStanding.episode_id,
            EpisodeStanding.opened_on,
            EpisodeStanding.closed_on,
            EpisodeStanding.clinic_id,
            EpisodeStanding.payer_id,
            EpisodeStanding.status,
        )
        .join(EpisodeStanding, EpisodeStanding.episode_id == Episode.id)
        .where(Episode.patient_id.in_(patient_ids))
        .order_by(EpisodeStanding.opened_on.desc(), EpisodeStanding.episode_id.desc())
    ):
        found[row.patient_id].append(row)
    return found


def _episode(episodes: Iterable[Any], task: uuid.UUID | None, day: dt.date) -> Any | None:
    for one in episodes:
        treated = one.opened_on <= day and (one.closed_on is None or day <= one.closed_on)
        if one.episode_id == task or (task is None and treated):
            return one
    return None


def _entries(
    session: Session, patient_ids: Iterable[uuid.UUID], instants: Collection[dt.datetime]
) -> dict[uuid.UUID, list[dt.datetime]]:
    """When the patients handed something in around these instants."""
    found: dict[uuid.UUID, list[dt.datetime]] = defaultdict(list)
    if not instants:
        return found
    within = Entry.handed_in_at.between(min(instants), max(instants) + ACTED_WITHIN)
    for patient_id, at in session.execute(
        select(Entry.patient_id, Entry.handed_in_at).where(Entry.patient_id.in_(patient_ids), within)
    ):
        if at is not None:
            found[patient_id].append(at)
    return found


def message_sums(session: Session) -> list[Select[Any]]:
    """What messages add up to: once by hour and channel, and for each reason that they name."""
    one = MessageStanding
    whose = [*columns(one, PLACE), literal(EVERYBODY, Uuid).label("therapist_id")]
    worked = func.sum(cast(one.worked, Integer))
    cells: dict[Measured, dict[str, Any]] = {
        Measured.SENT: {"section": one.hour, "what": one.channel, "day": one.day},
        Measured.REASON: {"what": one.reason, "day": one.day},
    }
    counted = {Measured.SENT: one.is_first.is_(True), Measured.REASON: true()}
    return [
        select(*whose, *put(cell_columns(measured), **cell), *counting(func.count(), worked))
        .where(in_scope(session, one), counted[measured])
        .group_by(*columns(one, PLACE), *cell.values())
        for measured, cell in cells.items()
    ]
