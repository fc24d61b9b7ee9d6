"""Opening messages: each page served leaves events that say whose words were looked at."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.models import Patient
from pne_tracker.queries.access import load
from pne_tracker.queries.messages import MessageLine, thread, waiting_messages
from pne_tracker.queries.patient_facts import facts_of_patient
from pne_tracker.services import audit
from pne_tracker.services.portal_reading import Record, open_record


@dataclass(frozen=True, slots=True)
class Thread:
    """The messages of one patient, newest first, and where to call."""

    patient_id: uuid.UUID
    patient: str
    phone: str
    lines: tuple[MessageLine, ...]


def open_thread(session: Session, viewer: Viewer, patient_id: uuid.UUID, *, now: dt.datetime) -> Thread:
    """All messages of a patient in reach. Raises NotFoundError."""
    patient = load(session, viewer, Patient, patient_id)
    facts = facts_of_patient(session, patient, now.date())
    lines = thread(session, viewer, patient.id)
    audit.record(session, viewer, "read", "messages", subject_id=patient.id, patient_id=patient.id, now=now)
    session.flush()
    return Thread(patient.id, facts.name, facts.first_contact("phone"), lines)


def list_waiting(session: Session, viewer: Viewer, *, now: dt.datetime) -> tuple[MessageLine, ...]:
    """What waits to be read, of all patients in reach."""
    lines = waiting_messages(session, viewer)
    audit.record_list(session, viewer, "messages", (line.patient_id for line in lines), now=now)
    return lines


def open_own(
    session: Session, viewer: Viewer, language: str, *, now: dt.datetime
) -> tuple[Record, tuple[MessageLine, ...]]:
    """The patient's own record and thread."""
    record = open_record(session, viewer, "messages", now=now)
    return record, thread(session, viewer, record.place.patient_id, language)
