"""Who looked at a patient's record, and who changed it, from the audit trail."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.models import AuditEvent
from pne_tracker.queries.patients import account_labels

MOST_EVENTS = 2000
OUTSIDE = "break_glass"
_KINDS = {"read": "read", OUTSIDE: "read", "list": "listed", "export": "listed"}


@dataclass(frozen=True, slots=True)
class Reading:
    """One person on one day: how often the record was read, changed, or shown as a row of a list.

    `outside` counts what was done with the record opened outside the care team.
    """

    on: dt.date
    who: str
    role: str
    read: int
    changed: int
    listed: int
    outside: int = 0


def readers_of(session: Session, patient_id: uuid.UUID, *, timezone: str) -> tuple[Reading, ...]:
    """Who opened, changed or listed the record, latest day first, from the last 2000 such events."""
    events = session.execute(
        select(
            AuditEvent.at, AuditEvent.actor_id, AuditEvent.actor_role, AuditEvent.action, AuditEvent.details
        )
        .where(AuditEvent.patient_id == patient_id)
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .limit(MOST_EVENTS)
    ).all()
    zone = ZoneInfo(timezone)
    kinds: dict[tuple[dt.date, uuid.UUID | None, str], Counter[str]] = {}
    for at, actor_id, role, action, details in events:
        counted = kinds.setdefault((at.astimezone(zone).date(), actor_id, role), Counter())
        counted[_KINDS.get(action, "changed")] += 1
        counted[OUTSIDE] += OUTSIDE in details
    names = account_labels(session, {actor_id for _, actor_id, _ in kinds if actor_id is not None})
    return tuple(
        Reading(
            on=on,
            who=names.get(actor_id, "") if actor_id else "",
            role=role,
            read=counted["read"],
            changed=counted["changed"],
            listed=counted["listed"],
            outside=counted[OUTSIDE],
        )
        for (on, actor_id, role), counted in kinds.items()
    )
