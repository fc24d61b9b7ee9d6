"""Whether a message should still go out now: asked when it is claimed, and again just before the network."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Select, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.reminders.reasons import Reason, Suppressed
from pne_tracker.domain.reminders.when import first_allowed, is_quiet, local
from pne_tracker.domain.summaries import TEMPLATE as SUMMARY
from pne_tracker.models import (
    Appointment,
    AppointmentStatus,
    Clinic,
    Consent,
    Entry,
    Homework,
    OutboxMessage,
    Patient,
    Reminder,
    ReminderChoice,
    ReminderRules,
)
from pne_tracker.queries.reminders.due import REMINDING, facts_of, is_paused
from pne_tracker.queries.reminders.obsolete import obsolete
from pne_tracker.queries.summaries import is_read_at

FRESH: Final = dt.timedelta(minutes=2)
"""So long the decision that wrote a message holds but for what changes fast: a stop, a pause, a task done."""


def unwanted(session: Session, row: OutboxMessage, now: dt.datetime) -> Suppressed | dt.datetime | None:
    """Why a message should not go out after all, or the morning before which it must not.

    One that waited, for a server that was down or for staff, is decided about anew by all that holds for a reminder.
    """
    if now >= row.expires_at:
        return Suppressed.EXPIRED
    if row.template == SUMMARY and not is_read_at(session, row.organisation_id, row.recipient):
        return Suppressed.OPTED_OUT
    if row.template not in REMINDING or row.patient_id is None:
        return None
    if now - row.created_at > FRESH:
        why = _out_of_date(session, row.id, row.patient_id, now)
        if why is not None:
            return why
    return still_unwanted(session, row.id, row.patient_id, row.channel, now)


def _out_of_date(
    session: Session, message_id: uuid.UUID, patient_id: uuid.UUID, now: dt.datetime
) -> Suppressed | None:
    facts = facts_of(session, [session.get_one(Patient, patient_id)], now)
    blocked = facts[patient_id].blocked(now)
    if blocked is not None:
        return blocked
    rows = session.scalars(select(Reminder).where(Reminder.message_id == message_id)).all()
    gone = obsolete(session, rows, facts, now)
    return gone[rows[0].id] if rows and len(gone) == len(rows) else None


def still_unwanted(
    session: Session, message_id: uuid.UUID, patient_id: uuid.UUID, channel: str, now: dt.datetime
) -> Suppressed | dt.datetime | None:
    """Whether the patient stopped, paused, died, or did everything this reminding message is about. One query.

    By night, when it is wanted at all: the next morning at the patient's place.
    """
    found = session.execute(
        _question(), {"message_id": message_id, "patient_id": patient_id, "channel": channel}
    ).one()
    deceased, clinic_zone, zone, yes, clinic_paused, is_wanted, choice = found
    here = zone or clinic_zone
    checks = (
        (deceased, Suppressed.DECEASED),
        (channel != "portal" and not yes, Suppressed.OPTED_OUT),
        (clinic_paused, Suppressed.CLINIC_PAUSED),
        (is_paused(choice, local(now, here).date()), Suppressed.PAUSED),
        (not is_wanted, Suppressed.DONE_ALREADY),
    )
    why = next((why for so, why in checks if so), None)
    if why is None and is_quiet(now, here):
        return first_allowed(now, here)
    return why


@lru_cache(maxsize=1)
def _question() -> Select[Any]:
    """What `still_unwanted` asks, built once: it is asked twice for each message."""
    agreed = (
        select(Consent.granted)
        .where(Consent.patient_id == Patient.id, Consent.kind == bindparam("channel"))
        .order_by(Consent.at.desc(), Consent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    paused = (
        select(ReminderRules.paused)
        .where(ReminderRules.clinic_id == Patient.clinic_id)
        .order_by(ReminderRules.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    logged = select(Entry.id).where(
        Entry.patient_id == Reminder.patient_id, Entry.handed_in_at > OutboxMessage.created_at
    )
    wanted = (
        select(Reminder.id)
        .join(OutboxMessage, OutboxMessage.id == Reminder.message_id)
        .outerjoin(Homework, Homework.id == Reminder.homework_id)
        .outerjoin(Appointment, Appointment.id == Reminder.appointment_id)
        .where(
            Reminder.message_id == bindparam("message_id"),
            or_(
                Reminder.reason == Reason.REPLIED,
                Homework.id.is_(None),
                Homework.done_on.is_(None) & Homework.closed_as.is_(None),
            ),
            or_(Reminder.reason != Reason.NOTHING_LOGGED, ~exists(logged)),
            or_(
                Appointment.id.is_(None),
                (Appointment.status == AppointmentStatus.BOOKED)
                & (Appointment.starts_at == Reminder.expires_at),
            ),
        )
    )
    return (
        select(
            Patient.deceased,
            Clinic.timezone,
            Patient.timezone,
            agreed,
            paused,
            exists(wanted),
            ReminderChoice,
        )
        .join(Clinic, Clinic.id == Patient.clinic_id)
        .outerjoin(ReminderChoice, ReminderChoice.patient_id == Patient.id)
        .where(Patient.id == bindparam("patient_id"))
    )
