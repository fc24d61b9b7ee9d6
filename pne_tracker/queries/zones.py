"""In which time zone a patient lives: the patient's own, else the clinic's."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.models import Clinic, Patient, built_once
from pne_tracker.queries.parameters import PATIENT

_ZONE = built_once(
    select(func.coalesce(Patient.timezone, Clinic.timezone))
    .join(Clinic, Clinic.id == Patient.clinic_id)
    .where(Patient.id == PATIENT)
)


def zone_of(session: Session, patient_id: uuid.UUID) -> str:
    """The IANA name of the zone of a patient that was loaded before."""
    return session.scalars(_ZONE, {"patient": patient_id}).one()
