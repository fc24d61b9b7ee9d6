"""What got in the way: kept as the patient says it, and taken back as easily."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.barriers import BarrierReason
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.models import Barrier, Homework, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.zones import zone_of
from pne_tracker.services import audit


def tell(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, reason: str, *, now: dt.datetime
) -> BarrierReason:
    """Keep one reason for an item; the same again has no second effect.

    Patient and staff may both tell. Raises BadInputError for another reason than the five, RefusedError for
    an item that was closed.
    """
    row = load(session, viewer, Homework, homework_id, Access.EDIT)
    if row.closed_as is not None:
        raise RefusedError("This item is closed. There is nothing more to do.", code="closed")
    if reason not in set(BarrierReason):
        raise BadInputError("Choose what got in the way.", at="reason")
    told = BarrierReason(reason)
    known = select(Barrier.id).where(Barrier.homework_id == row.id, Barrier.reason == told)
    if session.scalar(known) is not None:
        return told
    session.add(
        Barrier(
            id=new_id(),
            organisation_id=row.organisation_id,
            homework_id=row.id,
            patient_id=row.patient_id,
            reason=told,
            on_date=now.astimezone(ZoneInfo(zone_of(session, row.patient_id))).date(),
            at=now,
            told_by=viewer.account_id,
        )
    )
    _record(session, viewer, row, "tell_barrier", now)
    session.flush()
    return told


def untell(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, reason: str, *, now: dt.datetime
) -> None:
    """Take a reason back. What was never told is not an error."""
    row = load(session, viewer, Homework, homework_id, Access.EDIT)
    if reason in set(BarrierReason):
        session.execute(
            delete(Barrier).where(Barrier.homework_id == row.id, Barrier.reason == BarrierReason(reason))
        )
        _record(session, viewer, row, "untell_barrier", now)
        session.flush()


def _record(session: Session, viewer: Viewer, row: Homework, action: str, now: dt.datetime) -> None:
    audit.record(session, viewer, action, "homework", subject_id=row.id, patient_id=row.patient_id, now=now)
