"""Which reminders are not wanted any more, asked of the evidence: done, read, moved, answered."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role
from pne_tracker.domain.reminders.reasons import TASK_STEPS, Reason, Suppressed
from pne_tracker.domain.reminders.when import local
from pne_tracker.models import (
    Appointment,
    AppointmentStatus,
    AuditEvent,
    Entry,
    Homework,
    RecallCard,
    Reminder,
)
from pne_tracker.queries.reminders.due import Facts

Found = dict[uuid.UUID, Suppressed]


def obsolete(
    session: Session, rows: Sequence[Reminder], facts: Mapping[uuid.UUID, Facts], now: dt.datetime
) -> Found:
    """Why each of these reminders is not wanted any more, by id; those that still are, are left out."""
    by_reason: dict[Reason, list[Reminder]] = {}
    for row in rows:
        by_reason.setdefault(Reason(row.reason), []).append(row)

    def of(*reasons: Reason) -> list[Reminder]:
        return [row for reason in reasons for row in by_reason.get(reason, ())]

    return {
        **_tasks(session, of(*TASK_STEPS)),
        **_visits(session, of(Reason.VISIT_TODAY, Reason.VISIT_TOMORROW)),
        **_replies(session, of(Reason.REPLIED)),
        **_recall(session, of(Reason.RECALL_DUE), facts, now),
        **_nothing_to_log(session, of(Reason.NOTHING_LOGGED)),
    }


def _tasks(session: Session, rows: Sequence[Reminder]) -> Found:
    if not rows:
        return {}
    ids = {row.homework_id for row in rows}
    settled = {
        homework_id: _settled(done_on, closed_as)
        for homework_id, done_on, closed_as in session.execute(
            select(Homework.id, Homework.done_on, Homework.closed_as).where(Homework.id.in_(ids))
        )
    }
    return _known((row.id, settled.get(row.homework_id)) for row in rows if row.homework_id)


def _settled(done_on: dt.date | None, closed_as: str | None) -> Suppressed | None:
    if closed_as is not None:
        return Suppressed(closed_as)
    return Suppressed.DONE_ALREADY if done_on is not None else None


def _visits(session: Session, rows: Sequence[Reminder]) -> Found:
    if not rows:
        return {}
    starts = {
        one.id: one.starts_at
        for one in session.scalars(
            select(Appointment).where(
                Appointment.id.in_({row.appointment_id for row in rows}),
                Appointment.status == AppointmentStatus.BOOKED,
            )
        )
    }
    return {
        row.id: Suppressed.VISIT_CHANGED
        for row in rows
        if row.appointment_id is None or starts.get(row.appointment_id) != row.expires_at
    }


def _replies(session: Session, rows: Sequence[Reminder]) -> Found:
    """An answer needs no word once the patient has opened the portal after it."""
    if not rows:
        return {}
    seen = dict(
        session.execute(
            select(AuditEvent.patient_id, func.max(AuditEvent.at))
            .where(
                AuditEvent.patient_id.in_({row.patient_id for row in rows}),
                AuditEvent.actor_role == Role.PATIENT.value,
                AuditEvent.at > min(row.created_at for row in rows),
            )
            .group_by(AuditEvent.patient_id)
        ).all()
    )
    return {
        row.id: Suppressed.DONE_ALREADY
        for row in rows
        if (at := seen.get(row.patient_id)) is not None and at > row.created_at
    }


def _recall(
    session: Session, rows: Sequence[Reminder], facts: Mapping[uuid.UUID, Facts], now: dt.datetime
) -> Found:
    if not rows:
        return {}
    first = dict(
        session.execute(
            select(RecallCard.patient_id, func.min(RecallCard.due_on))
            .where(RecallCard.patient_id.in_({row.patient_id for row in rows}))
            .group_by(RecallCard.patient_id)
        ).all()
    )

    def waits(row: Reminder) -> bool:
        due_on, mine = first.get(row.patient_id), facts[row.patient_id]
        return due_on is not None and due_on <= local(now, mine.zone).date() and mine.recall_on

    return {row.id: Suppressed.DONE_ALREADY for row in rows if not waits(row)}


def _nothing_to_log(session: Session, rows: Sequence[Reminder]) -> Found:
    if not rows:
        return {}
    open_items = set(
        session.scalars(
            select(Homework.patient_id)
            .where(
                Homework.patient_id.in_({row.patient_id for row in rows}),
                Homework.done_on.is_(None),
                Homework.closed_as.is_(None),
            )
            .distinct()
        )
    )
    return {row.id: Suppressed.DONE_ALREADY for row in rows if row.patient_id not in open_items}


def logged_since(
    session: Session, rows: Sequence[Reminder], facts: Mapping[uuid.UUID, Facts], now: dt.datetime
) -> dict[uuid.UUID, dt.date]:
    """Watches for silence whose patient is not silent: the day something was logged last, by id."""
    watches = [row for row in rows if row.reason == Reason.NOTHING_LOGGED and row.due_at <= now]
    if not watches:
        return {}
    latest = last_logged(session, {row.patient_id for row in watches})
    found = {}
    for row in watches:
        mine, at = facts[row.patient_id], latest.get(row.patient_id)
        days = dt.timedelta(days=mine.rules.rules[Reason.NOTHING_LOGGED].days)
        if at is not None and local(at, mine.zone).date() + days > local(now, mine.zone).date():
            found[row.id] = local(at, mine.zone).date()
    return found


def last_logged(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dt.datetime]:
    """When each patient handed in an entry last."""
    rows = session.execute(
        select(Entry.patient_id, func.max(Entry.handed_in_at))
        .where(Entry.patient_id.in_(list(ids)), Entry.handed_in_at.is_not(None))
        .group_by(Entry.patient_id)
    )
    return {patient_id: at for patient_id, at in rows if at is not None}


def _known(pairs: Iterable[tuple[uuid.UUID, Suppressed | None]]) -> Found:
    return {one: why for one, why in pairs if why is not None}
