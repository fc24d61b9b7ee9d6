"""Whether a message should still go out: asked when it is claimed, and again just before the network."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.reminders.reasons import Reason, Suppressed
from pne_tracker.domain.reminders.when import local
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
from pne_tracker.queries.reminders.due import REMINDING, is_paused
from pne_tracker.queries.summaries import is_read_at


def unwanted(session: Session, row: OutboxMessage, now: dt.datetime) -> Suppressed | None:
    """Why a message should not go out after all, asked in the transaction that claims it and before the network."""
    if now >= row.expires_at:
        return Suppressed.EXPIRED
    if row.template == SUMMARY and not is_read_at(session, row.organisation_id, row.recipient):
        return Suppressed.OPTED_OUT
    if row.template not in REMINDING or row.patient_id is None:
        return None
    return still_unwanted(session, row.id, row.patient_id, row.channel, now)


def still_unwanted(
    session: Session, message_id: uuid.UUID, patient_id: uuid.UUID, channel: str, now: dt.datetime
) -> Suppressed | None:
    """Whether the patient stopped, paused, died, or did everything this reminding message is about. One query."""
    agreed = (
        select(Consent.granted)
        .where(Consent.patient_id == Patient.id, Consent.kind == channel)
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
            Reminder.message_id == message_id,
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
    found = session.execute(
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
        .where(Patient.id == patient_id)
    ).one()
    deceased, clinic_zone, zone, yes, clinic_paused, is_wanted, choice = found
    checks = (
        (deceased, Suppressed.DECEASED),
        (channel != "portal" and not yes, Suppressed.OPTED_OUT),
        (clinic_paused, Suppressed.CLINIC_PAUSED),
        (is_paused(choice, local(now, zone or clinic_zone).date()), Suppressed.PAUSED),
        (not is_wanted, Suppressed.DONE_ALREADY),
    )
    return next((why for so, why in checks if so), None)
