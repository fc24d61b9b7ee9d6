"""Texts that come in: stop and start change consent at once, help answers, and free words go to staff."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.messages.templates import Channel, sender_name
from pne_tracker.domain.reminders.replies import Reply, is_spanish, meaning
from pne_tracker.models import (
    Clinic,
    ContactPoint,
    InboundText,
    Patient,
    StaffTask,
    StaffTaskKind,
    new_id,
    seal_into,
)
from pne_tracker.services import audit, outbox
from pne_tracker.services.reminders.choices import answer_channel

ANSWERS = {Reply.STOP: "sms_stopped", Reply.START: "sms_started", Reply.HELP: "sms_help"}
LONGEST = 1_600
NO_PHONE = "the clinic"


def take_in(session: Session, number: str, words: str, provider_key: str, *, now: dt.datetime) -> int:
    """Take a text from `number` (E.164) in; returns for how many patients it was new.

    A number may be that of several patients, in several organisations: each gets the answer to stop and start.
    The provider's own id of the text makes a second delivery have no second effect. The session is unscoped.
    """
    found = _patients(session, number)
    said = words[:LONGEST]
    return sum(_take(session, patient, clinic, number, said, provider_key, now) for patient, clinic in found)


def _patients(session: Session, number: str) -> Sequence[tuple[Patient, Clinic]]:
    rows = session.execute(
        select(Patient, Clinic)
        .join(ContactPoint, ContactPoint.patient_id == Patient.id)
        .join(Clinic, Clinic.id == Patient.clinic_id)
        .where(ContactPoint.system.in_(("phone", "sms")), ContactPoint.value == number)
        .order_by(Patient.id)
        .distinct()
    )
    return [(patient, clinic) for patient, clinic in rows]


def _take(
    session: Session,
    patient: Patient,
    clinic: Clinic,
    number: str,
    words: str,
    provider_key: str,
    now: dt.datetime,
) -> bool:
    key = f"{provider_key[:80]}:{patient.id.hex}"
    there = select(InboundText.id).where(
        InboundText.organisation_id == patient.organisation_id, InboundText.provider_key == key
    )
    if session.scalars(there).first() is not None:
        return False
    reply = meaning(words)
    row = InboundText(
        id=new_id(),
        organisation_id=patient.organisation_id,
        patient_id=patient.id,
        provider_key=key,
        meaning=reply.value,
        received_at=now,
    )
    seal_into(session, row, "words", words)
    session.add(row)
    session.flush()
    if reply in {Reply.STOP, Reply.START}:
        granted = reply is Reply.START
        source = f"text message {row.id.hex[-12:]}"
        answer_channel(session, patient.id, Channel.SMS, granted=granted, source=source, now=now)
    if reply is Reply.WORDS:
        _tell_staff(session, patient, row.id, now)
    else:
        _answer(session, patient, clinic, number, reply, words, row.id, now)
    audit.record_by_itself(
        session,
        patient.organisation_id,
        reply.value,
        "inbound_text",
        subject_id=row.id,
        patient_id=patient.id,
        now=now,
    )
    session.flush()
    return True


def _answer(
    session: Session,
    patient: Patient,
    clinic: Clinic,
    number: str,
    reply: Reply,
    words: str,
    text_id: uuid.UUID,
    now: dt.datetime,
) -> None:
    variables = {"sender": sender_name(clinic.name)}
    if reply is Reply.HELP:
        variables["phone"] = (clinic.phone or NO_PHONE)[:20]
    spanish = is_spanish(words) or patient.language.lower().startswith("es")
    outbox.enqueue(
        session,
        organisation_id=patient.organisation_id,
        key=f"answer:{text_id}",
        channel=Channel.SMS,
        recipient=number,
        template=ANSWERS[reply],
        variables=variables,
        language="es" if spanish else "en",
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        now=now,
        expires_at=now + dt.timedelta(hours=1),
    )


def _tell_staff(session: Session, patient: Patient, text_id: uuid.UUID, now: dt.datetime) -> None:
    session.add(
        StaffTask(
            organisation_id=patient.organisation_id,
            clinic_id=patient.clinic_id,
            patient_id=patient.id,
            kind=StaffTaskKind.TEXT_CAME_IN,
            text_id=text_id,
            created_at=now,
        )
    )
