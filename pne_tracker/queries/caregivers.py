"""Whom a patient lets look, and whom somebody looks after."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.curriculum import HomeworkTemplate
from pne_tracker.domain.homework import OPEN, HomeworkStatus, status_of
from pne_tracker.domain.homework_item import item_from_dict
from pne_tracker.domain.people import full_name
from pne_tracker.models import CaregiverAccess, Homework, Patient


@dataclass(frozen=True, slots=True)
class Caregiver:
    """One person as the patient sees them; `joined` once the invitation was used."""

    id: uuid.UUID
    name: str
    email: str
    sees_tasks: bool
    sees_path: bool
    joined: bool


@dataclass(frozen=True, slots=True)
class CaredFor:
    """One patient as the caregiver sees them."""

    patient_id: uuid.UUID
    name: str
    sees_tasks: bool
    sees_path: bool


@dataclass(frozen=True, slots=True)
class SharedTask:
    """One homework item without anything written for it."""

    template: HomeworkTemplate
    due_on: dt.date
    status: HomeworkStatus

    @property
    def wanted(self) -> bool:
        """Whether it still waits to be done, late or not."""
        return self.status in OPEN or self.status is HomeworkStatus.MISSED


def shared_tasks(session: Session, patient_id: uuid.UUID, today: dt.date) -> tuple[SharedTask, ...]:
    """The homework of a patient that nobody took back, due first first. What was written is not read at all."""
    rows = session.scalars(
        select(Homework)
        .where(Homework.patient_id == patient_id, Homework.closed_as.is_(None))
        .order_by(Homework.due_on, Homework.section, Homework.id)
    )
    return tuple(
        SharedTask(item_from_dict(row.template), row.due_on, status_of(row, begun=False, today=today))
        for row in rows
    )


def caregivers_of(session: Session, viewer: Viewer) -> list[Caregiver]:
    """Whom the viewing patient lets look now, or has invited, by name."""
    if viewer.role is not Role.PATIENT or viewer.patient_id is None:
        return []
    rows = session.scalars(
        select(CaregiverAccess)
        .where(CaregiverAccess.patient_id == viewer.patient_id, CaregiverAccess.ended_at.is_(None))
        .order_by(CaregiverAccess.name, CaregiverAccess.id)
    )
    return [
        Caregiver(row.id, row.name, row.email, row.sees_tasks, row.sees_path, row.accepted_at is not None)
        for row in rows
    ]


def cared_for(session: Session, viewer: Viewer) -> list[CaredFor]:
    """The patients who let the viewer look at this moment, by name."""
    if viewer.role is not Role.CAREGIVER:
        return []
    rows = session.execute(
        select(CaregiverAccess, Patient.given_name, Patient.family_name)
        .join(Patient, Patient.id == CaregiverAccess.patient_id)
        .where(
            CaregiverAccess.account_id == viewer.account_id,
            CaregiverAccess.accepted_at.is_not(None),
            CaregiverAccess.ended_at.is_(None),
        )
        .order_by(Patient.given_name, Patient.id)
    )
    return [
        CaredFor(row.patient_id, full_name(given, family), row.sees_tasks, row.sees_path)
        for row, given, family in rows
    ]
