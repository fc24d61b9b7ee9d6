"""Questions of patients and what becomes of them: read, answered, taken back; asking to be called."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Role, Viewer
from pne_tracker.domain.errors import BadInputError, NotAllowedError, NotFoundError, RefusedError
from pne_tracker.models import (
    OF_PATIENTS,
    Entry,
    EntryStatus,
    Homework,
    Message,
    MessageKind,
    Patient,
    new_id,
)
from pne_tracker.queries.access import load
from pne_tracker.services import audit

MAX_TEXT = 500
MOST_OPEN = 3


def ask(session: Session, viewer: Viewer, text: str, *, now: dt.datetime) -> Message:
    """A short question of the patient's to their therapist; the same one again has no second effect.

    Raises BadInputError for none or a long one, RefusedError while three wait to be read.
    """
    patient = _own(session, viewer)
    text = _checked(text, "Write your question.")
    waiting = _unread(session, patient.id, MessageKind.QUESTION)
    same = next((one for one in waiting if one.text == text), None)
    if same is not None:
        return same
    if len(waiting) >= MOST_OPEN:
        raise RefusedError("Three questions wait to be read.", code="enough_questions")
    row = _written(session, viewer, patient.id, MessageKind.QUESTION, text, now)
    _record(session, viewer, row, "ask", now)
    return row


def ask_for_call(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, occurrence: int, *, now: dt.datetime
) -> Message:
    """The patient asks the therapist to call, from an entry that is shared. One such wish at a time.

    Raises NotFoundError for an entry that was not handed in, RefusedError for one that is private.
    """
    patient = _own(session, viewer)
    homework = load(session, viewer, Homework, homework_id)
    entry = session.scalars(
        select(Entry).where(
            Entry.homework_id == homework.id,
            Entry.occurrence == occurrence,
            Entry.status == EntryStatus.DONE,
        )
    ).one_or_none()
    if entry is None:
        raise NotFoundError
    if not entry.shared:
        raise RefusedError("A private entry is tied to nothing that others see.", code="private")
    waiting = _unread(session, patient.id, MessageKind.CALL_REQUEST)
    if waiting:
        return waiting[0]
    row = _written(session, viewer, patient.id, MessageKind.CALL_REQUEST, "", now)
    row.homework_id, row.occurrence = homework.id, occurrence
    _record(session, viewer, row, "ask_for_call", now)
    return row


def take_back(session: Session, viewer: Viewer, message_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Take back a question or a wish to be called. RefusedError once it was read."""
    row = load(session, viewer, Message, message_id, Access.EDIT)
    if row.kind not in OF_PATIENTS or row.written_by != viewer.account_id:
        raise NotFoundError
    if row.read_at is not None:
        raise RefusedError("It was read already and stays.", code="read_already")
    _record(session, viewer, row, "take_back", now)
    session.delete(row)
    session.flush()


def mark_read(session: Session, viewer: Viewer, message_id: uuid.UUID, *, now: dt.datetime) -> Message:
    """Staff read what a patient wrote; the patient sees who and when. The first reading stays."""
    row = _of_patient(session, viewer, message_id)
    if row.read_at is None:
        row.read_at, row.read_by = now, viewer.account_id
        _record(session, viewer, row, "read_message", now)
        session.flush()
    return row


def reply(session: Session, viewer: Viewer, message_id: uuid.UUID, text: str, *, now: dt.datetime) -> Message:
    """Staff answer a question or a wish to be called; that reads it. The same answer again is sent once."""
    asked = mark_read(session, viewer, message_id, now=now)
    text = _checked(text, "Write the answer.")
    same = session.scalars(
        select(Message).where(Message.answers_id == asked.id, Message.text == text)
    ).first()
    if same is not None:
        return same
    row = _written(session, viewer, asked.patient_id, MessageKind.REPLY, text, now)
    row.answers_id = asked.id
    _record(session, viewer, row, "reply", now)
    return row


def patient_of(session: Session, viewer: Viewer, message_id: uuid.UUID) -> uuid.UUID:
    """Whose question or wish it is. Raises NotFoundError out of reach."""
    return _of_patient(session, viewer, message_id).patient_id


def comment(session: Session, viewer: Viewer, homework: Homework, text: str, *, now: dt.datetime) -> None:
    """Words that go with a review; the caller checked them, and audits the review."""
    row = _written(session, viewer, homework.patient_id, MessageKind.COMMENT, text, now)
    row.homework_id = homework.id


def _own(session: Session, viewer: Viewer) -> Patient:
    if viewer.role is not Role.PATIENT or viewer.patient_id is None:
        raise NotAllowedError("Only a patient asks here.")
    return load(session, viewer, Patient, viewer.patient_id, Access.EDIT)


def _of_patient(session: Session, viewer: Viewer, message_id: uuid.UUID) -> Message:
    row = load(session, viewer, Message, message_id, Access.EDIT)
    if viewer.role is Role.PATIENT or row.kind not in OF_PATIENTS:
        raise NotFoundError
    return row


def _checked(text: str, missing: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise BadInputError(missing, at="text", code="blank")
    if len(text) > MAX_TEXT:
        raise BadInputError(f"Shorten this to {MAX_TEXT} characters.", at="text", code="too_long")
    return text


def _unread(session: Session, patient_id: uuid.UUID, kind: MessageKind) -> list[Message]:
    return list(
        session.scalars(
            select(Message)
            .where(Message.patient_id == patient_id, Message.kind == kind, Message.read_at.is_(None))
            .order_by(Message.written_at, Message.id)
        )
    )


def _written(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, kind: MessageKind, text: str, now: dt.datetime
) -> Message:
    row = Message(
        id=new_id(),
        organisation_id=viewer.organisation_id,
        patient_id=patient_id,
        kind=kind,
        text=text,
        written_at=now,
        written_by=viewer.account_id,
    )
    session.add(row)
    return row


def _record(session: Session, viewer: Viewer, row: Message, action: str, now: dt.datetime) -> None:
    audit.record(session, viewer, action, "message", subject_id=row.id, patient_id=row.patient_id, now=now)
    session.flush()
