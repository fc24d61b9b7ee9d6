"""Audit events, written in the transaction of the read or change they tell of, sealed later by the beat."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.models import AuditEvent, add_events

GENESIS = "0" * 64
ITSELF = "system"


def record(
    session: Session,
    viewer: Viewer,
    action: str,
    subject: str,
    *,
    now: dt.datetime,
    subject_id: uuid.UUID | None = None,
    patient_id: uuid.UUID | None = None,
    **details: str | int | bool | list[str] | None,
) -> None:
    """Write one event. `details` names fields and counts, never what was written in them.

    A look at a record that was opened outside the care team is flagged.
    What a program did names the beginning of its token.
    """
    outside = patient_id in viewer.opened
    add_events(session, _of(viewer, action, subject, now, subject_id, outside, details), [patient_id])


def _of(
    viewer: Viewer,
    action: str,
    subject: str,
    now: dt.datetime,
    subject_id: uuid.UUID | None,
    outside: bool,
    details: dict[str, Any],
) -> dict[str, Any]:
    return {
        "organisation_id": viewer.organisation_id,
        "at": now,
        "actor_id": viewer.account_id,
        "actor_role": viewer.role.value,
        "action": action,
        "subject": subject,
        "subject_id": subject_id,
        "details": details | _around(viewer, outside),
    }


def _around(viewer: Viewer, outside: bool) -> dict[str, str | bool]:
    flag: dict[str, str | bool] = {"break_glass": True} if outside else {}
    return flag | ({"token": viewer.token} if viewer.token else {})


def record_by_itself(
    session: Session,
    organisation_id: uuid.UUID,
    action: str,
    subject: str,
    *,
    now: dt.datetime,
    subject_id: uuid.UUID | None = None,
    patient_id: uuid.UUID | None = None,
    **details: str | int | bool | list[str] | None,
) -> None:
    """Write one event of what the application did by itself, with nobody acting."""
    session.add(
        AuditEvent(
            organisation_id=organisation_id,
            at=now,
            actor_id=None,
            actor_role=ITSELF,
            action=action,
            subject=subject,
            subject_id=subject_id,
            patient_id=patient_id,
            details=details,
        )
    )


def seal_of(event: AuditEvent, position: int, previous: str) -> str:
    """The SHA-256 that binds an event to its place and to the event before it."""
    content = [
        position,
        previous,
        str(event.id),
        str(event.organisation_id),
        event.at.isoformat(),
        str(event.actor_id),
        event.actor_role,
        event.action,
        event.subject,
        str(event.subject_id),
        str(event.patient_id),
        event.details,
    ]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def seal_new(session: Session, *, limit: int = 5000) -> int:
    """Seal up to `limit` events that have no place in the chain yet, oldest first; returns how many.

    One sealer at a time: the caller's transaction is immediate on SQLite; on PostgreSQL the unique position
    refuses a second one.
    """
    head = session.execute(
        select(AuditEvent.position, AuditEvent.seal)
        .where(AuditEvent.position.is_not(None))
        .order_by(AuditEvent.position.desc())
        .limit(1)
    ).first()
    position, previous = (head[0] or 0, head[1] or GENESIS) if head else (0, GENESIS)
    waiting = session.scalars(
        select(AuditEvent).where(AuditEvent.position.is_(None)).order_by(AuditEvent.id).limit(limit)
    ).all()
    for event in waiting:
        position += 1
        event.position, event.previous = position, previous
        event.seal = previous = seal_of(event, position, previous)
    session.flush()
    return len(waiting)


def broken_links(session: Session, *, after: int = 0) -> Iterator[tuple[int, str]]:
    """Walk the chain, or its events after a place; yield (position, what is wrong) where it does not hold.

    The chain runs through all organisations, so the session is unscoped.
    """
    before = session.scalar(select(AuditEvent.seal).where(AuditEvent.position == after)) if after else None
    expected, previous = after + 1, before or GENESIS
    for event in session.scalars(
        select(AuditEvent).where(AuditEvent.position > after).order_by(AuditEvent.position)
    ).yield_per(1000):
        position = event.position or 0
        if position != expected:
            yield position, f"event {expected} is missing"
            expected = position
        if event.previous != previous:
            yield position, "it does not follow the event before it"
        if event.seal != seal_of(event, position, event.previous or ""):
            yield position, "its content was changed after sealing"
        previous = event.seal or ""
        expected += 1


@dataclass(frozen=True, slots=True)
class ChainState:
    """Where the chain stands: its last place, from which on it was walked just now, what does not hold, what waits."""

    head: int
    walked_from: int
    faults: int
    waiting: int


def chain_state(session: Session, *, walk: int = 1000) -> ChainState:
    """Walk the latest `walk` events of the chain (the session is unscoped)."""
    head = session.scalar(select(func.max(AuditEvent.position))) or 0
    after = max(head - walk, 0)
    return ChainState(head, after + 1, len(list(broken_links(session, after=after))), unsealed(session))


def unsealed(session: Session) -> int:
    """How many events wait for the beat."""
    return session.scalar(select(func.count()).where(AuditEvent.position.is_(None))) or 0


def record_list(
    session: Session,
    viewer: Viewer,
    subject: str,
    patient_ids: Iterable[uuid.UUID],
    *,
    now: dt.datetime,
    action: str = "list",
) -> None:
    """One event for each patient shown in a list, so that each can see who saw it."""
    shown = dict.fromkeys(patient_ids)
    for outside in (True, False):
        some = [one for one in shown if (one in viewer.opened) is outside]
        add_events(session, _of(viewer, action, subject, now, None, outside, {}), some)
