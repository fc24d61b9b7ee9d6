"""The audit trail: who read or changed what of whom, and the chain that seals it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from pne_tracker.models.base import Base, JsonDict, TenantOwned, owned
from pne_tracker.models.tenancy import TenantError, scope_of


class AuditEvent(TenantOwned, Base):
    """One read or change, written in its transaction. `position`, `previous` and `seal` come from the beat.

    `details` names fields and ids, never their values. `patient_id` is a plain id: the trail outlives the record.
    """

    __tablename__ = "audit_event"
    __table_args__ = owned(
        UniqueConstraint("position"),
        Index("ix_audit_event_patient", "patient_id", "at"),
        Index("ix_audit_event_at", "at"),
    )

    at: Mapped[dt.datetime]
    actor_id: Mapped[uuid.UUID | None]
    actor_role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[uuid.UUID | None]
    patient_id: Mapped[uuid.UUID | None]
    details: Mapped[JsonDict]
    position: Mapped[int | None]
    previous: Mapped[str | None] = mapped_column(String(64))
    seal: Mapped[str | None] = mapped_column(String(64))


_SEEN = "events_of_a_look"


def begin_look(session: Session) -> None:
    """Keep the events of this session as plain rows until `end_look` writes them."""
    session.info[_SEEN] = []


def add_event(session: Session, values: dict[str, Any]) -> None:
    """Write one event with the session's transaction, or with what its look leaves."""
    rows: list[dict[str, Any]] | None = session.info.get(_SEEN)
    if rows is None:
        session.add(AuditEvent(**values))
    else:
        rows.append(values)


def end_look(session: Session) -> None:
    """Write the events of the look, as rows of one statement; TenantError for one of another organisation."""
    rows = session.info.pop(_SEEN)
    own = scope_of(session).organisation_id
    if own is not None and any(row["organisation_id"] != own for row in rows):
        raise TenantError("an event of another organisation in this session")
    if rows:
        session.execute(insert(AuditEvent), rows)
