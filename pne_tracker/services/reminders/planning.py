"""Planning: a reminder is a row of the change that causes it. A task has one at a time, the next."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pne_tracker.domain.reminders.reasons import USEFUL_FOR, Reason, Suppressed
from pne_tracker.domain.reminders.rules import (
    Moment,
    RuleSet,
    moment,
    next_task_moment,
    task_moments,
    visit_moments,
)
from pne_tracker.domain.reminders.when import local
from pne_tracker.models import Appointment, Homework, Patient, Reminder, ReminderStatus, built_once, new_id
from pne_tracker.queries.parameters import PATIENT
from pne_tracker.queries.reminders.rules import rules_for
from pne_tracker.queries.zones import zone_of


def plan_tasks(session: Session, patient: Patient, rows: Sequence[Homework], *, now: dt.datetime) -> None:
    """Plan the first reminder of each item that goes out, and the watch for silence."""
    zone, rules = zone_of(session, patient.id), rules_for(session, patient)
    watched = _is_watched(session, patient)
    for row in rows:
        moments = task_moments(rules, row.due_on, patient.preferred_time, zone)
        first = next_task_moment(moments, now)
        if first is not None:
            key = f"{first.reason}:{row.id}"
            session.add(new_reminder(patient, first, key, zone, now, homework_id=row.id))
    if not watched and rules.on(Reason.NOTHING_LOGGED):
        session.add(silence_after(patient, rules, local(now, zone).date(), zone, now))


_WATCH = built_once(
    select(Reminder.id)
    .where(
        Reminder.patient_id == PATIENT,
        Reminder.reason == Reason.NOTHING_LOGGED,
        Reminder.settled_at.is_(None),
    )
    .limit(1)
)


def _is_watched(session: Session, patient: Patient) -> bool:
    return session.scalars(_WATCH, {"patient": patient.id}).first() is not None


def silence_after(patient: Patient, rules: RuleSet, day: dt.date, zone: str, now: dt.datetime) -> Reminder:
    """The reminder that nothing was logged since `day`."""
    reason = Reason.NOTHING_LOGGED
    on = max(
        day + dt.timedelta(days=rules.rules[reason].days), local(now, zone).date() + dt.timedelta(days=1)
    )
    due = moment(rules, reason, on, patient.preferred_time, zone)
    return new_reminder(patient, due, f"{reason}:{patient.id}:{on}", zone, now)


def plan_visit(session: Session, appointment: Appointment, *, now: dt.datetime) -> None:
    """Plan the reminders of an appointment that was moved or restored; earlier ones are taken back."""
    take_back_visit(session, appointment.id, now=now)
    known = set(
        session.scalars(select(Reminder.idempotency_key).where(Reminder.appointment_id == appointment.id))
    )
    plan_new_visit(session, appointment, now=now, known=known)


def plan_new_visit(
    session: Session, appointment: Appointment, *, now: dt.datetime, known: AbstractSet[str] = frozenset()
) -> None:
    """Plan the reminders of an appointment that was booked; `known` are the keys of those it had."""
    patient = session.get_one(Patient, appointment.patient_id)
    zone, rules = zone_of(session, patient.id), rules_for(session, patient)
    for one in visit_moments(rules, appointment.starts_at, patient.preferred_time, zone):
        stem = f"{one.reason}:{appointment.id}:{appointment.starts_at:%Y%m%dT%H%M}"
        key = next(name for number in range(99) if (name := f"{stem}:{number}") not in known)
        if one.at > now:
            session.add(new_reminder(patient, one, key, zone, now, appointment_id=appointment.id))


def take_back_visit(session: Session, appointment_id: uuid.UUID, *, now: dt.datetime) -> None:
    """The visit was moved or called off: what is planned for it is not said."""
    session.execute(
        update(Reminder)
        .where(
            Reminder.appointment_id == appointment_id,
            Reminder.settled_at.is_(None),
            Reminder.message_id.is_(None),
        )
        .values(status=ReminderStatus.SUPPRESSED, suppressed_for=Suppressed.VISIT_CHANGED, settled_at=now)
    )


def plan_reply(session: Session, homework: Homework, *, now: dt.datetime) -> None:
    """Plan word of an answer to homework: at once, or in the morning."""
    patient = session.get_one(Patient, homework.patient_id)
    zone, rules = zone_of(session, patient.id), rules_for(session, patient)
    key = f"{Reason.REPLIED}:{homework.id}:{now:%Y%m%d}"
    there = select(Reminder.id).where(
        Reminder.organisation_id == patient.organisation_id, Reminder.idempotency_key == key
    )
    if not rules.on(Reason.REPLIED) or session.scalars(there).first() is not None:
        return
    due = Moment(Reason.REPLIED, local(now, zone).replace(tzinfo=None), now, now + USEFUL_FOR[Reason.REPLIED])
    session.add(new_reminder(patient, due, key, zone, now, homework_id=homework.id))


def new_reminder(
    patient: Patient,
    due: Moment,
    key: str,
    zone: str,
    now: dt.datetime,
    *,
    homework_id: uuid.UUID | None = None,
    appointment_id: uuid.UUID | None = None,
) -> Reminder:
    """A planned reminder; `key` names its one effect."""
    return Reminder(
        id=new_id(),
        organisation_id=patient.organisation_id,
        patient_id=patient.id,
        homework_id=homework_id,
        appointment_id=appointment_id,
        reason=due.reason.value,
        idempotency_key=key,
        wall_time=due.wall.strftime("%Y-%m-%dT%H:%M"),
        timezone=zone,
        due_at=due.at,
        expires_at=due.expires_at,
        status=ReminderStatus.PLANNED,
        created_at=now,
    )
