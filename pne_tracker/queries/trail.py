"""The audit trail by person, record, kind, period and outcome, paged by key, newest first."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.trail import ACTS, WENT_WRONG, Kind, Outcome
from pne_tracker.models import Account, AccountClinic, AuditEvent, Patient
from pne_tracker.queries.patients import account_labels

Key = tuple[dt.datetime, uuid.UUID]


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What is asked for; None and "" ask for everything. `until` is not in the period any more."""

    actor_id: uuid.UUID | None = None
    patient_id: uuid.UUID | None = None
    kind: Kind | None = None
    action: str = ""
    outcome: Outcome | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One event. Patients and caregivers who act are told by their role, never by name."""

    id: uuid.UUID
    at: dt.datetime
    who: str
    role: str
    action: str
    subject: str
    subject_id: uuid.UUID | None
    patient_id: uuid.UUID | None
    details: Mapping[str, object]
    position: int | None

    @property
    def key(self) -> Key:
        """Where the next page begins."""
        return self.at, self.id


def trail(
    session: Session, viewer: Viewer, chosen: TrailFilter, *, before: Key | None = None, limit: int = 50
) -> list[TrailRow]:
    """Events that the viewer may see: an administrator all of the organisation, a lead those of the own clinics."""
    statement = select(AuditEvent).where(*_reach(viewer), *_conditions(chosen))
    if before is not None:
        statement = statement.where(tuple_(AuditEvent.at, AuditEvent.id) < before)
    events = session.scalars(
        statement.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(limit)
    ).all()
    staff = {
        one.actor_id
        for one in events
        if one.actor_id and one.actor_role not in {Role.PATIENT, Role.CAREGIVER}
    }
    names = account_labels(session, staff)
    return [
        TrailRow(
            one.id,
            one.at,
            names.get(one.actor_id, "") if one.actor_id else "",
            one.actor_role,
            one.action,
            one.subject,
            one.subject_id,
            one.patient_id,
            one.details,
            one.position,
        )
        for one in events
    ]


def _reach(viewer: Viewer) -> list[ColumnElement[bool]]:
    if viewer.role is Role.ADMINISTRATOR:
        return []
    patients = select(Patient.id).where(
        Patient.id == AuditEvent.patient_id, Patient.clinic_id.in_(viewer.clinic_ids)
    )
    staff = (
        select(AccountClinic.id)
        .join(Account, Account.id == AccountClinic.account_id)
        .where(Account.id == AuditEvent.actor_id, AccountClinic.clinic_id.in_(viewer.clinic_ids))
    )
    of_own_staff = AuditEvent.patient_id.is_(None) & staff.correlate(AuditEvent).exists()
    return [or_(patients.correlate(AuditEvent).exists(), of_own_staff)]


def _conditions(chosen: TrailFilter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if chosen.actor_id:
        wanted.append(AuditEvent.actor_id == chosen.actor_id)
    if chosen.patient_id:
        wanted.append(AuditEvent.patient_id == chosen.patient_id)
    if chosen.action:
        wanted.append(AuditEvent.action == chosen.action)
    if chosen.kind is Kind.CHANGED:
        wanted.append(AuditEvent.action.not_in(sorted(frozenset().union(*ACTS.values()))))
    elif chosen.kind:
        wanted.append(AuditEvent.action.in_(sorted(ACTS[chosen.kind])))
    if chosen.outcome:
        wrong = AuditEvent.action.in_(sorted(WENT_WRONG))
        wanted.append(wrong if chosen.outcome is Outcome.WRONG else ~wrong)
    if chosen.since:
        wanted.append(AuditEvent.at >= chosen.since)
    if chosen.until:
        wanted.append(AuditEvent.at < chosen.until)
    return wanted
