"""Words between a patient and the clinic: comments on homework, questions, replies, and asking to be called."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ColumnElement, Index, and_, column, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, Long, Ref, TenantOwned, enum_of, fk, owned, sparse


class MessageKind(StrEnum):
    """A comment is staff's on homework, a reply staff's to a question; the other two are the patient's."""

    COMMENT = "comment"
    QUESTION = "question"
    REPLY = "reply"
    CALL_REQUEST = "call_request"


OF_PATIENTS = (MessageKind.QUESTION, MessageKind.CALL_REQUEST)
_SAID: list[ColumnElement[str]] = [literal_column(f"'{kind}'") for kind in OF_PATIENTS]
UNREAD = and_(column("kind").in_(_SAID), column("read_at").is_(None))


class Message(TenantOwned, Base):
    """One message. `read_at` is when staff read what a patient wrote; `answers_id` the question of a reply."""

    __tablename__ = "message"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        fk("homework_id", "homework"),
        fk("written_by", "account"),
        fk("read_by", "account"),
        fk("answers_id", "message"),
        Index("ix_message_patient", "patient_id", "written_at"),
        sparse("ix_message_answers", "answers_id"),
        Index("ix_message_unread", "written_at", sqlite_where=UNREAD, postgresql_where=UNREAD),
    )

    patient_id: Mapped[Ref]
    homework_id: Mapped[uuid.UUID | None]
    occurrence: Mapped[int | None]
    kind: Mapped[MessageKind] = mapped_column(enum_of(MessageKind))
    text: Mapped[Long]
    written_at: Mapped[dt.datetime]
    written_by: Mapped[Ref]
    read_at: Mapped[dt.datetime | None]
    read_by: Mapped[uuid.UUID | None]
    answers_id: Mapped[uuid.UUID | None]


IS_UNREAD = and_(Message.kind.in_(_SAID), Message.read_at.is_(None))
"""A patient wrote it and nobody read it. Said with the words themselves, so that the small index is used."""
