"""What staff see of reminders: those of a patient, those of a clinic, what they have to look at, and what works."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.people import listed_name
from pne_tracker.domain.reminders.reasons import Reason
from pne_tracker.domain.reminders.states import WENT, ReminderStatus
from pne_tracker.domain.standing_messages import ACTED_WITHIN, worked
from pne_tracker.models import (
    Clinic,
    Entry,
    Episode,
    InboundText,
    MessageStanding,
    OutboxMessage,
    Patient,
    Reminder,
    StaffTask,
    StaffTaskKind,
    unsealed,
)
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.sent import sent_messages
from pne_tracker.queries.completion.window import window_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """One reminder with its patient, the zone it is read in, and the message that said it."""

    id: uuid.UUID
    patient_id: uuid.UUID
    patient: str
    reason: str
    status: str
    at: dt.datetime
    zone: str
    channel: str
    attempts: int
    why: str
    acted: bool


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One thing for staff to look at. `words`: what a patient texted."""

    id: uuid.UUID
    kind: StaffTaskKind
    patient_id: uuid.UUID | None
    patient: str
    channel: str
    outcome: str
    words: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Works:
    """Of messages sent: how many were followed by an entry within a day, by reason and by hour of the patient's day."""

    by_reason: dict[Reason, tuple[int, int]]
    by_hour: dict[int, tuple[int, int]]
    sent: int
    acted: int


def listed(
    session: Session,
    viewer: Viewer,
    status: str = "",
    patient_id: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> list[ReminderRow]:
    """Reminders in the viewer's reach, newest first, one more than a page when more follow. Two queries.

    Which these are is settled before anything is joined to them.
    """
    mine = (
        select(Reminder.id).join(Patient, Patient.id == Reminder.patient_id).where(reachable_patients(viewer))
    )
    if status:
        mine = mine.where(Reminder.status == status)
    if patient_id is not None:
        mine = mine.where(Reminder.patient_id == patient_id)
    if before is not None:
        mine = mine.where(Reminder.id < before)
    statement = (
        select(Reminder, Patient, OutboxMessage, func.coalesce(Patient.timezone, Clinic.timezone))
        .join(Patient, Patient.id == Reminder.patient_id)
        .join(Clinic, Clinic.id == Patient.clinic_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == Reminder.message_id)
        .where(Reminder.id.in_(mine.order_by(Reminder.id.desc()).limit(PAGE + 1)))
        .order_by(Reminder.id.desc())
    )
    found = session.execute(statement).all()
    entries = _entries_after(session, [row.Reminder for row in found])
    return [_row(reminder, patient, message, zone, entries) for reminder, patient, message, zone in found]


def _row(
    reminder: Reminder,
    patient: Patient,
    message: OutboxMessage | None,
    zone: str,
    entries: dict[uuid.UUID, list[dt.datetime]],
) -> ReminderRow:
    at = reminder.settled_at or reminder.due_at
    return ReminderRow(
        id=reminder.id,
        patient_id=patient.id,
        patient=listed_name(patient.given_name, patient.family_name),
        reason=reminder.reason,
        status=reminder.status.value,
        at=at,
        zone=zone,
        channel=message.channel if message else patient.preferred_channel,
        attempts=message.attempts if message else 0,
        why=reminder.suppressed_for or reminder.held_for or (message.outcome if message else "") or "",
        acted=reminder.status in WENT and worked(at, entries.get(patient.id, ())),
    )


def _entries_after(session: Session, rows: Collection[Reminder]) -> dict[uuid.UUID, list[dt.datetime]]:
    """When the patients of these reminders handed something in, as far as a reminder that went can have led to it."""
    found: dict[uuid.UUID, list[dt.datetime]] = defaultdict(list)
    went = [row.settled_at for row in rows if row.settled_at is not None and row.status in WENT]
    if went:
        entries = select(Entry.patient_id, Entry.handed_in_at).where(
            Entry.patient_id.in_({row.patient_id for row in rows}),
            Entry.handed_in_at.between(min(went), max(went) + ACTED_WITHIN),
        )
        for patient_id, at in session.execute(entries):
            if at is not None:
                found[patient_id].append(at)
    return found


def counts(session: Session, viewer: Viewer) -> dict[str, int]:
    """How many reminders stand where, in the viewer's reach. One query."""
    statement = (
        select(Reminder.status, func.count())
        .join(Patient, Patient.id == Reminder.patient_id)
        .where(reachable_patients(viewer))
        .group_by(Reminder.status)
    )
    found = {status.value: count for status, count in session.execute(statement)}
    return {one.value: found.get(one.value, 0) for one in ReminderStatus}


def works(session: Session, viewer: Viewer, today: dt.date) -> Works:
    """What became of the messages of the last 28 days, as completion counts them, for all statuses of episodes."""
    every = CompletionFilter(status=None)
    found, _people = sent_messages(session, viewer, every, window_of(every, today))
    by_reason, by_hour, by_channel = (
        {key: (one.sent, one.worked) for key, one in sorted(found[name].items())}
        for name in ("reason", "hour", "channel")
    )
    return Works(
        {one: by_reason[one.value] for one in Reason if one.value in by_reason},
        {int(hour): pair for hour, pair in by_hour.items()},
        *(sum(pair[place] for pair in by_channel.values()) for place in (0, 1)),
    )


def works_of_patient(session: Session, patient_id: uuid.UUID, today: dt.date) -> Works:
    """The same of one patient, without reasons and hours."""
    since = window_of(CompletionFilter(), today).since
    sent, acted = session.execute(
        select(func.count(), func.coalesce(func.sum(case((MessageStanding.worked, 1), else_=0)), 0))
        .join(Episode, Episode.id == MessageStanding.episode_id)
        .where(Episode.patient_id == patient_id, MessageStanding.day >= since, MessageStanding.is_first)
    ).one()
    return Works({}, {}, sent, acted)


def open_tasks(
    session: Session, viewer: Viewer, patient_id: uuid.UUID | None = None, limit: int = 25
) -> list[TaskRow]:
    """What staff have to look at in the viewer's reach, oldest first. One query."""
    statement = (
        select(StaffTask, Patient, OutboxMessage, InboundText)
        .outerjoin(Patient, Patient.id == StaffTask.patient_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == StaffTask.message_id)
        .outerjoin(InboundText, InboundText.id == StaffTask.text_id)
        .where(
            StaffTask.done_at.is_(None),
            StaffTask.clinic_id.in_(viewer.clinic_ids),
            or_(StaffTask.patient_id.is_(None), reachable_patients(viewer)),
        )
    )
    if patient_id is not None:
        statement = statement.where(StaffTask.patient_id == patient_id)
    rows = session.execute(statement.order_by(StaffTask.created_at, StaffTask.id).limit(limit))
    return [
        TaskRow(
            id=task.id,
            kind=task.kind,
            patient_id=task.patient_id,
            patient=listed_name(patient.given_name, patient.family_name) if patient else "",
            channel=message.channel if message else "",
            outcome=message.outcome or "" if message else "",
            words=unsealed(text, "words") or "" if text else "",
            at=task.created_at,
        )
        for task, patient, message, text in rows
    ]
