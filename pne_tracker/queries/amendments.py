"""Corrections that patients asked for: a patient's own, and those of the patients whom staff reach."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.amendments import AmendmentAnswer
from pne_tracker.domain.people import full_name
from pne_tracker.models import Account, Addendum, Amendment, Patient, Visit
from pne_tracker.queries.access import reachable_patients

MOST = 200


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """One wish with its answer. `addenda` are those of the patient, to link one: (id, day it was written)."""

    id: uuid.UUID
    patient_id: uuid.UUID
    patient: str
    what: str
    why: str
    asked_at: dt.datetime
    due_on: dt.date
    answer: AmendmentAnswer | None
    words: str
    answered_at: dt.datetime | None
    answered_by: str
    addenda: tuple[tuple[uuid.UUID, dt.datetime], ...]
    addendum_of: dt.date | None


def amendments(session: Session, viewer: Viewer) -> tuple[AmendmentLine, ...]:
    """The latest wishes of all patients whom the viewer reaches, open ones first, those due first on top."""
    rows = session.execute(
        select(Amendment, Patient.given_name, Patient.family_name, Account.name, Visit.on_date)
        .join(Patient, Patient.id == Amendment.patient_id)
        .outerjoin(Account, Account.id == Amendment.answered_by)
        .outerjoin(Addendum, Addendum.id == Amendment.addendum_id)
        .outerjoin(Visit, Visit.id == Addendum.visit_id)
        .where(reachable_patients(viewer))
        .order_by(case((Amendment.answer.is_(None), 0), else_=1), Amendment.due_on, Amendment.id)
        .limit(MOST)
    ).all()
    addenda: dict[uuid.UUID, list[tuple[uuid.UUID, dt.datetime]]] = {}
    waiting = {row[0].patient_id for row in rows if row[0].answer is None}
    for addendum_id, patient_id, at in session.execute(
        select(Addendum.id, Visit.patient_id, Addendum.written_at)
        .join(Visit, Visit.id == Addendum.visit_id)
        .where(Visit.patient_id.in_(waiting))
        .order_by(Addendum.written_at.desc())
    ):
        addenda.setdefault(patient_id, []).append((addendum_id, at))
    return tuple(
        AmendmentLine(
            one.id,
            one.patient_id,
            full_name(given, family),
            one.what,
            one.why,
            one.asked_at,
            one.due_on,
            one.answer,
            one.words,
            one.answered_at,
            by or "",
            tuple(addenda.get(one.patient_id, ())),
            on_date,
        )
        for one, given, family, by, on_date in rows
    )
