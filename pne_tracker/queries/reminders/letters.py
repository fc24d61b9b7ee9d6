"""What a letter needs besides its words."""

from __future__ import annotations

import json
import uuid
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.models import Appointment, Clinic, Patient, PushSubscription, Reminder, unsealed


def devices_of(session: Session, patient_id: uuid.UUID) -> dict[str, dict[str, Any]]:
    """The push subscriptions of a patient that are not gone, by id."""
    rows = session.scalars(
        select(PushSubscription)
        .where(PushSubscription.patient_id == patient_id, PushSubscription.gone_at.is_(None))
        .order_by(PushSubscription.id)
    )
    return {str(row.id): json.loads(unsealed(row, "subscription") or "{}") for row in rows}


def visit_of_message(session: Session, message_id: uuid.UUID) -> tuple[Appointment, str, Clinic] | None:
    """The first appointment that a message is about, with the patient's zone and clinic."""
    row = session.execute(
        select(Appointment, func.coalesce(Patient.timezone, Clinic.timezone), Clinic)
        .join(Reminder, Reminder.appointment_id == Appointment.id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(Clinic, Clinic.id == Patient.clinic_id)
        .where(Reminder.message_id == message_id)
        .order_by(Appointment.starts_at)
        .limit(1)
    ).first()
    return (row[0], row[1], row[2]) if row else None
