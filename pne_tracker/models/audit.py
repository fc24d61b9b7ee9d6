"""The audit trail: who read or changed what of whom, and the chain that seals it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Index,
    Insert,
    String,
    UniqueConstraint,
    Uuid,
    bindparam,
    cast,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from pne_tracker.models.base import Base, JsonDict, TenantOwned, new_id, owned
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


AT_ONCE = 100
"""Events of one statement: SQLite keeps the pages that it changes in memory until it is through, one an event."""
_SEEN = "events_of_a_look"
_SAME = ("organisation_id", "at", "actor_id", "actor_role", "action", "subject", "subject_id", "details")
"""What the events of a list have in common."""


def begin_look(session: Session) -> None:
    """Keep the events of this session as plain values until `end_look` writes them."""
    session.info[_SEEN] = []


def add_events(session: Session, values: dict[str, Any], patient_ids: Sequence[uuid.UUID | None]) -> None:
    """Write an event about each of these patients with the session's transaction, or with what its look leaves."""
    seen: list[tuple[dict[str, Any], Sequence[uuid.UUID | None]]] | None = session.info.get(_SEEN)
    if seen is None:
        session.add_all(AuditEvent(**values, patient_id=one) for one in patient_ids)
    else:
        parts = range(0, len(patient_ids), AT_ONCE)
        seen.extend((values, patient_ids[start : start + AT_ONCE]) for start in parts)


def end_look(session: Session) -> None:
    """Write the events of the look, those of a list together; TenantError for one of another organisation."""
    own = scope_of(session).organisation_id
    for values, patient_ids in session.info.pop(_SEEN):
        if own not in {None, values["organisation_id"]}:
            raise TenantError("an event of another organisation in this session")
        each = {new_id().hex: one and one.hex for one in patient_ids}
        write = _write_each(session.connection().dialect.name)
        session.execute(write, values | {"each": each})


@cache
def _write_each(dialect: str) -> Insert:
    """One row for each id and patient of a JSON object: what the rows have in common is sent, and made ready, once."""
    table = Base.metadata.tables[AuditEvent.__tablename__]
    read = func.json_each if dialect == "sqlite" else func.json_each_text
    each = read(bindparam("each", type_=JSON)).table_valued("key", "value", name="each_event")
    same = [bindparam(name, type_=table.c[name].type) for name in _SAME]
    rows = select(*same, cast(each.c.key, Uuid), cast(each.c.value, Uuid))
    return insert(table).from_select([*_SAME, "id", "patient_id"], rows)
