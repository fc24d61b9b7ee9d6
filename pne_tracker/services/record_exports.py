"""Handing a patient's whole record out: to the patient, or to staff whom the patient asked. Each leaves an event."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import HomeworkKind, Question
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.domain.people import address_text, full_name
from pne_tracker.models import Clinic, Homework, Patient
from pne_tracker.queries.access import load
from pne_tracker.queries.portal import quiz_of
from pne_tracker.queries.whole_record import WholeRecord, whole_record
from pne_tracker.services import audit


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A record with the name, address and time zone of the clinic that hands it out.

    `questions` are those of each quiz, by its homework, for a paper.
    """

    record: WholeRecord
    clinic: str
    clinic_lines: tuple[str, ...]
    zone: str
    questions: Mapping[uuid.UUID, tuple[Question, ...]]


def open_record_page(session: Session, viewer: Viewer, patient_id: uuid.UUID, *, now: dt.datetime) -> str:
    """The name of a patient in reach whose record is to be handed out. Raises NotFoundError."""
    patient = load(session, viewer, Patient, patient_id)
    audit.record(session, viewer, "read", "record", subject_id=patient.id, patient_id=patient.id, now=now)
    return full_name(patient.given_name, patient.family_name)


def export_record(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, form: str, *, now: dt.datetime
) -> HandedOut:
    """The whole record of a patient in reach, to become "json" or "pdf". Raises NotFoundError."""
    patient = load(session, viewer, Patient, patient_id)
    record = whole_record(session, viewer, patient.id)
    audit.record(
        session,
        viewer,
        "export",
        "record",
        subject_id=patient.id,
        patient_id=patient.id,
        now=now,
        form=form,
        rows=sum(map(len, record.tables.values())),
    )
    clinic = session.get_one(Clinic, patient.clinic_id)
    address = address_text(clinic.address_line, clinic.city, clinic.state, clinic.postal_code)
    lines = tuple(part for part in (address, clinic.phone) if part)
    asked = _questions(session, patient.id) if form == "pdf" else {}
    return HandedOut(record, clinic.name, lines, clinic.timezone, asked)


def _questions(session: Session, patient_id: uuid.UUID) -> dict[uuid.UUID, tuple[Question, ...]]:
    quizzes = select(Homework).where(Homework.patient_id == patient_id, Homework.kind == HomeworkKind.QUIZ)
    return {one.id: quiz_of(session, one).every for one in session.scalars(quizzes)}


def export_own_record(session: Session, viewer: Viewer, form: str, *, now: dt.datetime) -> HandedOut:
    """The viewing patient's own record. Raises NotFoundError for anybody else."""
    if viewer.patient_id is None:
        raise NotFoundError
    return export_record(session, viewer, viewer.patient_id, form, now=now)
