"""One patient's own facts: the header of the record, and the form that changes them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.people import age_on, full_name
from pne_tracker.models import Account, Clinic, Condition, Episode, EpisodeStatus, Patient
from pne_tracker.queries.consents import ConsentGiven, Contact, contacts_of, latest_consents


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What is known of a person. `age` is that of today, or of the day of death; None without a birth date."""

    id: uuid.UUID
    version: int
    clinic_id: uuid.UUID
    clinic: str
    mrn: str
    given_name: str
    family_name: str
    birth_date: dt.date | None
    age: int | None
    sex: str
    language: str
    address_line: str
    city: str
    state: str
    postal_code: str
    deceased: bool
    deceased_on: dt.date | None
    active: bool
    contacts: tuple[Contact, ...]
    consents: dict[str, ConsentGiven]
    has_portal: bool

    @property
    def name(self) -> str:
        """Given and family name."""
        return full_name(self.given_name, self.family_name)

    def first_contact(self, system: str) -> str:
        """The contact point of that system which is tried first, or ""."""
        return next((one.value for one in self.contacts if one.system == system), "")


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A condition as another system named it."""

    label: str
    code: str
    status: str
    since: dt.date | None
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class EpisodeChoice:
    """One of a patient's episodes, to switch to."""

    id: uuid.UUID
    discipline: str
    reason: str
    status: str
    opened_on: dt.date
    closed_on: dt.date | None


def facts_of_patient(session: Session, patient: Patient, today: dt.date) -> PatientFacts:
    """The facts of a patient already loaded. Four queries."""
    clinic = session.scalar(select(Clinic.name).where(Clinic.id == patient.clinic_id)) or ""
    died_on = patient.deceased_at.date() if patient.deceased_at else None
    account = session.scalar(
        select(Account.id).where(Account.patient_id == patient.id, Account.active.is_(True))
    )
    return PatientFacts(
        id=patient.id,
        version=patient.version,
        clinic_id=patient.clinic_id,
        clinic=clinic,
        mrn=patient.mrn,
        given_name=patient.given_name,
        family_name=patient.family_name,
        birth_date=patient.birth_date,
        age=_age(patient, died_on, today),
        sex=patient.sex,
        language=patient.language,
        address_line=patient.address_line or "",
        city=patient.city or "",
        state=patient.state or "",
        postal_code=patient.postal_code or "",
        deceased=patient.deceased,
        deceased_on=died_on,
        active=patient.active,
        contacts=contacts_of(session, patient.id),
        consents=latest_consents(session, [patient.id]).get(patient.id, {}),
        has_portal=account is not None,
    )


def _age(patient: Patient, died_on: dt.date | None, today: dt.date) -> int | None:
    day = died_on if patient.deceased else today
    return age_on(patient.birth_date, day) if patient.birth_date and day else None


def conditions_of(session: Session, patient_id: uuid.UUID) -> tuple[ConditionLine, ...]:
    """Conditions another system sent, the active ones first, then the latest; those in error are left out."""
    rows = session.scalars(
        select(Condition)
        .where(Condition.patient_id == patient_id)
        .order_by(Condition.onset_on.desc(), Condition.id)
    )
    lines = [
        ConditionLine(row.label, row.code, row.clinical_status or "", row.onset_on, row.abated_on)
        for row in rows
        if row.verification_status != "entered-in-error"
    ]
    return tuple(sorted(lines, key=lambda line: line.status != "active"))


def episodes_of(session: Session, patient_id: uuid.UUID) -> tuple[EpisodeChoice, ...]:
    """A patient's episodes: those that run first, then the latest."""
    rows = session.scalars(
        select(Episode).where(Episode.patient_id == patient_id).order_by(Episode.opened_on.desc(), Episode.id)
    )
    found = [
        EpisodeChoice(
            row.id, row.discipline.value, row.reason, row.status.value, row.opened_on, row.closed_on
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: one.status == EpisodeStatus.DISCHARGED))
