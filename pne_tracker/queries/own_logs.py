"""Logs that nobody assigned: the patient's own, as the patient and the care team read them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.models import OwnLog, Patient
from pne_tracker.queries.access import load

MOST = 200


@dataclass(frozen=True, slots=True)
class Logged:
    """One log: its values by type and the figures that follow from them."""

    id: uuid.UUID
    for_date: dt.date
    values: Mapping[str, Any]
    derived: Mapping[str, Any]
    logged_at: dt.datetime


def own_logs(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, kind: HomeworkKind
) -> tuple[Logged, ...]:
    """The logs of a kind, newest first. Raises NotFoundError for a patient out of reach."""
    if patient_id != viewer.patient_id:
        load(session, viewer, Patient, patient_id)
    rows = session.scalars(
        select(OwnLog)
        .where(OwnLog.patient_id == patient_id, OwnLog.kind == kind, OwnLog.taken_back_at.is_(None))
        .order_by(OwnLog.for_date.desc(), OwnLog.logged_at.desc())
        .limit(MOST)
    )
    return tuple(Logged(row.id, row.for_date, row.values, row.derived, row.logged_at) for row in rows)
