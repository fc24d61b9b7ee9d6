"""Looking at the audit trail, which is itself an event of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.queries.trail import Key, TrailFilter, TrailRow, trail
from pne_tracker.services import audit


def open_trail(
    session: Session,
    viewer: Viewer,
    chosen: TrailFilter,
    *,
    before: Key | None,
    now: dt.datetime,
    limit: int = 50,
    action: str = "search",
) -> list[TrailRow]:
    """A page of events; one event says who looked, for whose record, and by what."""
    rows = trail(session, viewer, chosen, before=before, limit=limit)
    of_patient = chosen.patient_id if any(row.patient_id == chosen.patient_id for row in rows) else None
    audit.record(
        session,
        viewer,
        action,
        "audit",
        now=now,
        patient_id=of_patient,
        filters=[name for name in TrailFilter.__slots__ if getattr(chosen, name)],
        rows=len(rows),
    )
    return rows
