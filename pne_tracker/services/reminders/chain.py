"""What follows a reminder that is over: the next of its task, the next watch for silence, the day's recall."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.reminders.reasons import TASK_STEPS, Reason, Suppressed
from pne_tracker.domain.reminders.rules import moment, next_task_moment, task_moments
from pne_tracker.domain.reminders.when import local
from pne_tracker.models import Clinic, Homework, Patient, RecallCard, Reminder, ReminderSweep
from pne_tracker.queries.reminders.due import Facts
from pne_tracker.queries.reminders.obsolete import last_logged
from pne_tracker.queries.reminders.rules import rules_of
from pne_tracker.services.reminders.planning import new_reminder, silence_after

MOST_IN_SILENCE = 3
"""After so many reminders that nothing was logged, with nothing logged in between, no more follow."""
AT_ONCE = 500
Over = Sequence[tuple[Facts, Reminder]]
ENDED = frozenset(
    {
        Suppressed.DONE_ALREADY,
        Suppressed.WAIVED,
        Suppressed.WITHDRAWN,
        Suppressed.DECEASED,
        Suppressed.DISCHARGED,
    }
)
"""After these nothing follows for a task."""


def plan_next(session: Session, over: Over, *, now: dt.datetime) -> int:
    """Plan what follows these reminders; returns how many were planned."""
    rows = [*_next_of_tasks(session, over, now), *_next_of_silence(session, over, now)]
    session.add_all(rows)
    return len(rows)


def _next_of_tasks(session: Session, over: Over, now: dt.datetime) -> Iterable[Reminder]:
    steps = [
        (facts, row)
        for facts, row in over
        if Reason(row.reason) in TASK_STEPS and row.suppressed_for not in ENDED and row.homework_id
    ]
    if not steps:
        return
    due_on = dict(
        session.execute(
            select(Homework.id, Homework.due_on).where(
                Homework.id.in_([row.homework_id for _facts, row in steps])
            )
        ).all()
    )
    for facts, row in steps:
        if row.homework_id is None:
            continue
        moments = task_moments(facts.rules, due_on[row.homework_id], facts.patient.preferred_time, facts.zone)
        follows = next_task_moment(moments, now, Reason(row.reason))
        if follows is not None:
            key = f"{follows.reason}:{row.homework_id}"
            yield new_reminder(facts.patient, follows, key, facts.zone, now, homework_id=row.homework_id)


def watch_from(row: Reminder, facts: Facts, day: dt.date) -> None:
    """Something was logged on `day`: the watch for silence begins again there."""
    rules, reason = facts.rules, Reason.NOTHING_LOGGED
    on = day + dt.timedelta(days=rules.rules[reason].days)
    due = moment(rules, reason, on, facts.patient.preferred_time, facts.zone)
    row.wall_time = due.wall.strftime("%Y-%m-%dT%H:%M")
    row.due_at, row.expires_at = due.at, due.expires_at


def _next_of_silence(session: Session, over: Over, now: dt.datetime) -> Iterable[Reminder]:
    watches = [
        facts
        for facts, row in over
        if row.reason == Reason.NOTHING_LOGGED
        and row.suppressed_for not in ENDED
        and facts.rules.on(Reason.NOTHING_LOGGED)
    ]
    if not watches:
        return
    latest = last_logged(session, [facts.patient.id for facts in watches])
    for facts in watches:
        if not _asked_often(session, facts.patient, latest):
            today = local(now, facts.zone).date()
            yield silence_after(facts.patient, facts.rules, today, facts.zone, now)


def _asked_often(session: Session, patient: Patient, latest: dict[uuid.UUID, dt.datetime]) -> bool:
    sent = session.scalar(
        select(func.count()).where(
            Reminder.patient_id == patient.id,
            Reminder.reason == Reason.NOTHING_LOGGED,
            Reminder.message_id.is_not(None),
            Reminder.due_at > latest.get(patient.id, patient.created_at),
        )
    )
    return (sent or 0) >= MOST_IN_SILENCE


def sweep_recall(session: Session, *, now: dt.datetime) -> int:
    """Once a day and clinic: plan a reminder for each patient with a recall question that comes due.

    Days missed are made up for, a week at most. Returns how many were planned.
    """
    planned = 0
    swept = {row.clinic_id: row for row in session.scalars(select(ReminderSweep))}
    clinics = session.scalars(select(Clinic).order_by(Clinic.id)).all()
    waiting = [one for one in clinics if _is_new_day(swept.get(one.id), local(now, one.timezone).date())]
    rules = rules_of(session, [one.id for one in waiting]) if waiting else {}
    for clinic in waiting:
        today = local(now, clinic.timezone).date()
        row = swept.get(clinic.id)
        since = max(row.swept_on if row else today - dt.timedelta(days=1), today - dt.timedelta(days=7))
        if row is None:
            session.add(
                ReminderSweep(organisation_id=clinic.organisation_id, clinic_id=clinic.id, swept_on=today)
            )
        else:
            row.swept_on = today
        if not clinic.recall_enabled or not rules[clinic.id].on(Reason.RECALL_DUE):
            continue
        found = session.execute(
            select(Patient, func.min(RecallCard.due_on))
            .join(RecallCard, RecallCard.patient_id == Patient.id)
            .where(
                Patient.clinic_id == clinic.id,
                Patient.recall_enabled.is_(True),
                RecallCard.due_on > since,
                RecallCard.due_on <= today,
            )
            .group_by(Patient.id)
        ).all()
        for patient, _due_on in found:
            zone = patient.timezone or clinic.timezone
            due = moment(rules[clinic.id], Reason.RECALL_DUE, today, patient.preferred_time, zone)
            key = f"{Reason.RECALL_DUE}:{patient.id}:{today}"
            session.add(new_reminder(patient, due, key, zone, now))
        planned += len(found)
    session.flush()
    return planned


def _is_new_day(row: ReminderSweep | None, today: dt.date) -> bool:
    return row is None or row.swept_on < today
