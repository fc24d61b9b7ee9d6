"""Messages: a patient's thread, and what waits for the clinic to read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.people import full_name
from pne_tracker.models import IS_UNREAD, Account, Homework, Message, MessageKind, Patient
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.assigned_items import title_of

WAITING = 100
CALLS = (MessageKind.CALL_REQUEST,)


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message with the names it needs. `title` is that of the homework it is about, in `language`."""

    id: uuid.UUID
    patient_id: uuid.UUID
    patient: str
    kind: MessageKind
    text: str
    homework_id: uuid.UUID | None
    occurrence: int | None
    title: str
    written_at: dt.datetime
    written_by: str
    read_at: dt.datetime | None
    read_by: str
    answers_id: uuid.UUID | None
    answered: bool


def thread(
    session: Session,
    viewer: Viewer,
    patient_id: uuid.UUID,
    language: str = "en",
    kinds: Collection[MessageKind] = tuple(MessageKind),
) -> tuple[MessageLine, ...]:
    """The messages of a patient in reach, newest first. One query."""
    statement = _lines().where(
        Message.patient_id == patient_id, reachable_patients(viewer), Message.kind.in_(list(kinds))
    )
    return _read(session, statement.order_by(Message.written_at.desc(), Message.id.desc()), language)


def waiting_messages(session: Session, viewer: Viewer) -> tuple[MessageLine, ...]:
    """What patients in reach wrote and nobody read: wishes to be called first, then oldest first. One query."""
    statement = _lines().where(reachable_patients(viewer), IS_UNREAD)
    order = (Message.kind != MessageKind.CALL_REQUEST, Message.written_at, Message.id)
    return _read(session, statement.order_by(*order).limit(WAITING), "en")


def _lines() -> Any:
    author, reader, answer = aliased(Account), aliased(Account), aliased(Message)
    return (
        select(
            Message,
            Patient,
            Homework.template,
            author.name,
            reader.name,
            exists().where(answer.answers_id == Message.id),
        )
        .join(Patient, Patient.id == Message.patient_id)
        .join(author, author.id == Message.written_by)
        .outerjoin(reader, reader.id == Message.read_by)
        .outerjoin(Homework, Homework.id == Message.homework_id)
    )


def _read(session: Session, statement: Select[Any], language: str) -> tuple[MessageLine, ...]:
    rows = session.execute(statement).all()
    return tuple(
        MessageLine(
            id=row.id,
            patient_id=row.patient_id,
            patient=full_name(patient.given_name, patient.family_name),
            kind=row.kind,
            text=row.text,
            homework_id=row.homework_id,
            occurrence=row.occurrence,
            title=title_of(template, language) if template else "",
            written_at=row.written_at,
            written_by=author,
            read_at=row.read_at,
            read_by=reader or "",
            answers_id=row.answers_id,
            answered=answered,
        )
        for row, patient, template, author, reader, answered in rows
    )
