"""What staff open of reminders, with the audit events that say so."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.people import full_name
from pne_tracker.domain.reminders.states import ReminderStatus
from pne_tracker.models import Patient, ReminderChoice
from pne_tracker.queries.access import load
from pne_tracker.queries.reminders.due import Facts, facts_of
from pne_tracker.queries.reminders.pages import (
    ReminderRow,
    TaskRow,
    Works,
    counts,
    listed,
    open_tasks,
    works,
    works_of_patient,
)
from pne_tracker.services import audit
from pne_tracker.services.reminders.feeds import own_feed

LATEST = 5


@dataclass(frozen=True, slots=True)
class Overview:
    """The page of a clinic's reminders."""

    rows: Sequence[ReminderRow]
    counts: Mapping[str, int]
    tasks: Sequence[TaskRow]
    works: Works


@dataclass(frozen=True, slots=True)
class OfPatient:
    """The page of one patient's reminders."""

    name: str
    facts: Facts
    choice: ReminderChoice | None
    rows: Sequence[ReminderRow]
    tasks: Sequence[TaskRow]
    works: Works


def open_overview(
    session: Session,
    viewer: Viewer,
    status: str,
    before: uuid.UUID | None,
    *,
    now: dt.datetime,
    today: dt.date,
) -> Overview:
    """Reminders in the viewer's reach."""
    rows = listed(session, viewer, status, before=before)
    tasks = open_tasks(session, viewer)
    seen = [row.patient_id for row in rows] + [one.patient_id for one in tasks if one.patient_id]
    audit.record_list(session, viewer, "reminder", seen, now=now)
    return Overview(rows, counts(session, viewer), tasks, works(session, viewer, today))


def open_patient(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, *, now: dt.datetime, today: dt.date
) -> OfPatient:
    """One patient's reminders. Raises NotFoundError out of reach."""
    patient = load(session, viewer, Patient, patient_id)
    audit.record(session, viewer, "read", "reminder", patient_id=patient.id, now=now)
    choice = session.scalars(
        select(ReminderChoice).where(ReminderChoice.patient_id == patient.id)
    ).one_or_none()
    return OfPatient(
        name=full_name(patient.given_name, patient.family_name),
        facts=facts_of(session, [patient], now)[patient.id],
        choice=choice,
        rows=listed(session, viewer, patient_id=patient.id),
        tasks=open_tasks(session, viewer, patient.id),
        works=works_of_patient(session, patient.id, today),
    )


@dataclass(frozen=True, slots=True)
class Own:
    """The viewing patient's own reminders: choices, the latest sent ones, and whether there is a calendar."""

    facts: Facts
    sent: Sequence[ReminderRow]
    has_calendar: bool


def open_own(session: Session, viewer: Viewer, *, now: dt.datetime) -> Own:
    """What the viewing patient chose and got. Raises NotFoundError for anybody else."""
    patient = load(session, viewer, Patient, viewer.patient_id or viewer.account_id)
    audit.record(session, viewer, "read", "reminder", patient_id=patient.id, now=now)
    rows = listed(session, viewer, ReminderStatus.SENT.value, patient.id)
    return Own(
        facts=facts_of(session, [patient], now)[patient.id],
        sent=rows[:LATEST],
        has_calendar=own_feed(session, viewer) is not None,
    )
