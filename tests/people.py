"""The people of the tests: two organisations, the first with every role and patients at several stages."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.door import MfaPolicy
from pne_tracker.models import (
    Account,
    CareTeamMember,
    Clinic,
    Diagnosis,
    Discipline,
    Episode,
    EpisodeStatus,
    Fee,
    Organisation,
    Patient,
    Payer,
    new_id,
)
from pne_tracker.services import accounts, curricula

PASSWORD_HASH = None
STAFF = {
    "therapist": (Role.THERAPIST, "Maya Okonjo", "PT", "1234567893"),
    "other_therapist": (Role.THERAPIST, "Daniel Reyes", "PT", "1111111112"),
    "assistant": (Role.ASSISTANT, "Teo Lindqvist", "PTA", None),
    "lead": (Role.LEAD, "Ruth Abara", "PT", None),
    "biller": (Role.BILLER, "Priya Lundgren", None, None),
    "administrator": (Role.ADMINISTRATOR, "Sam Ito", None, None),
}


@dataclass
class House:
    """Ids and viewers of everybody, by name."""

    now: dt.datetime
    clinic_id: uuid.UUID
    payer_id: uuid.UUID
    pack_version_id: uuid.UUID
    viewers: dict[str, Viewer] = field(default_factory=dict)
    uniquifiers: dict[str, str] = field(default_factory=dict)
    patient_id: uuid.UUID = field(default_factory=new_id)
    episode_id: uuid.UUID = field(default_factory=new_id)
    untreated_id: uuid.UUID = field(default_factory=new_id)
    foreign_patient_id: uuid.UUID = field(default_factory=new_id)

    @property
    def today(self) -> dt.date:
        return self.now.date()

    @property
    def therapist(self) -> Viewer:
        return self.viewers["therapist"]

    @property
    def lead(self) -> Viewer:
        return self.viewers["lead"]

    @property
    def patient(self) -> Viewer:
        return self.viewers["patient"]


def build_house(session: Session, *, now: dt.datetime) -> House:
    """Make both organisations in an unscoped session."""
    clinic = accounts.create_clinic(
        session,
        name="Harbor Lane Therapy",
        slug="harbor-lane",
        timezone="America/New_York",
        staff_mfa=MfaPolicy.OPTIONAL,
        now=now,
    )
    payer = add_payer(session, clinic, "Medicare", "cms_8min", now)
    pack = curricula.store(session, clinic.organisation_id, load_shipped(), now=now)
    house = House(now, clinic.id, payer.id, pack.id)
    for key, (role, name, credential, npi) in STAFF.items():
        _add_account(session, house, key, clinic, role, name, credential, npi)
    _add_patients(session, house, clinic, payer)
    _add_foreign(session, house, now)
    session.flush()
    return house


def add_payer(session: Session, clinic: Clinic, name: str, rule: str, now: dt.datetime) -> Payer:
    """A payer with a small fee schedule."""
    payer = Payer(id=new_id(), organisation_id=clinic.organisation_id, name=name, unit_rule=rule)
    session.add(payer)
    for code, cents in {"97110": 3420, "97112": 4100, "97116": 3850, "97140": 3100, "97530": 3970}.items():
        session.add(
            Fee(
                organisation_id=clinic.organisation_id,
                payer_id=payer.id,
                code=code,
                cents=cents,
                effective_on=dt.date(2024, 1, 1),
            )
        )
    return payer


def _add_account(
    session: Session,
    house: House,
    key: str,
    clinic: Clinic,
    role: Role,
    name: str,
    credential: str | None = None,
    npi: str | None = None,
    patient: Patient | None = None,
) -> Account:
    account = accounts.create_account(
        session,
        email=f"{key.replace('_', '.')}@{clinic.slug}.example",
        role=role,
        name=name,
        clinics=[clinic],
        password_hash=PASSWORD_HASH,
        credential=credential,
        npi=npi,
        patient=patient,
        now=house.now,
    )
    house.uniquifiers[key] = account.uniquifier
    house.viewers[key] = Viewer(
        account_id=account.id,
        organisation_id=account.organisation_id,
        role=role,
        name=name,
        clinic_ids=frozenset({clinic.id}),
        patient_id=patient.id if patient else None,
        timezone=clinic.timezone,
    )
    return account


def add_patient(
    session: Session, clinic: Clinic, patient_id: uuid.UUID, given: str, family: str, mrn: str
) -> Patient:
    """A living patient without an episode."""
    patient = Patient(
        id=patient_id,
        organisation_id=clinic.organisation_id,
        clinic_id=clinic.id,
        mrn=mrn,
        given_name=given,
        family_name=family,
        search_text=f"{family} {given} {mrn}".lower(),
        birth_date=dt.date(1955, 4, 2),
        language="en",
        created_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC),
    )
    session.add(patient)
    return patient


def _add_patients(session: Session, house: House, clinic: Clinic, payer: Payer) -> None:
    treated = add_patient(session, clinic, house.patient_id, "Rosalind", "Achterberg", "HL-20418")
    add_patient(session, clinic, house.untreated_id, "Amadou", "Fenwick", "HL-20500")
    session.flush()
    _add_account(session, house, "patient", clinic, Role.PATIENT, "Rosalind Achterberg", patient=treated)
    episode = Episode(
        id=house.episode_id,
        organisation_id=clinic.organisation_id,
        clinic_id=clinic.id,
        patient_id=treated.id,
        therapist_id=house.therapist.account_id,
        payer_id=payer.id,
        pack_version_id=house.pack_version_id,
        discipline=Discipline.PT,
        status=EpisodeStatus.OPEN,
        reason="low back and left leg",
        opened_on=dt.date(2026, 10, 12),
        visits_authorised=12,
    )
    session.add(episode)
    session.add(
        Diagnosis(organisation_id=clinic.organisation_id, episode_id=episode.id, code="M54.16", rank=1)
    )
    for key in ("therapist", "assistant"):
        session.add(
            CareTeamMember(
                organisation_id=clinic.organisation_id,
                episode_id=episode.id,
                patient_id=treated.id,
                account_id=house.viewers[key].account_id,
            )
        )


def _add_foreign(session: Session, house: House, now: dt.datetime) -> None:
    organisation = Organisation(id=new_id(), name="Far Shore", slug="far-shore", created_at=now)
    session.add(organisation)
    session.flush()
    clinic = accounts.create_clinic(
        session,
        name="Far Shore",
        slug="far-shore",
        timezone="America/Denver",
        organisation="far-shore",
        now=now,
    )
    _add_account(session, house, "foreign_therapist", clinic, Role.THERAPIST, "Inge Holm", "PT")
    add_patient(session, clinic, house.foreign_patient_id, "Foreign", "Person", "FS-1")
