"""The clinic of the demo: its staff, who pays, and what a unit costs. Identifiers are invented."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.door import MfaPolicy
from pne_tracker.models import Account, Clinic, Fee, Organisation, Payer, new_id
from pne_tracker.services import accounts, curricula

ORGANISATION = "harbor-lane-demo"
SLUG = "harbor-lane"
ZONE = "America/New_York"
PASSWORD = "calm-strand-fourteen"  # noqa: S105 (it opens the demo alone, and is printed)


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff."""

    role: Role
    name: str
    credential: str | None = None
    npi: str | None = None


STAFF = {
    "maya": Member(Role.THERAPIST, "Maya Okonjo", "PT", "1000000004"),
    "daniel": Member(Role.THERAPIST, "Daniel Reyes", "PT", "1000000012"),
    "hanne": Member(Role.THERAPIST, "Hanne Brandvold", "OT", "1000000020"),
    "teo": Member(Role.ASSISTANT, "Teo Lindqvist", "PTA"),
    "ruth": Member(Role.LEAD, "Ruth Abara", "PT", "1000000038"),
    "priya": Member(Role.BILLER, "Priya Lundgren"),
    "sam": Member(Role.ADMINISTRATOR, "Sam Ito"),
}


TAXONOMIES = {"PT": "225100000X", "OT": "225X00000X"}


@dataclass(frozen=True, slots=True)
class PayerFacts:
    """Who pays, by how many percent their fees differ from the clinic's own, and which kind of claim they take."""

    name: str
    unit_rule: str
    percent: int
    number: str | None = None
    most_units: int | None = None
    threshold: bool = False
    filing: str | None = None


PAYERS = {
    "medicare": PayerFacts("Medicare", "cms_8min", 82, "00901", threshold=True, filing="MB"),
    "shoreline": PayerFacts("Shoreline Mutual", "ama_midpoint", 108, "SHM01", filing="CI"),
    "granite": PayerFacts("Granite Coast Health", "cms_8min", 104, "GCH07", filing="HM"),
    "comp": PayerFacts(
        "Harbor Workers Compensation", "ama_midpoint", 112, "HWC22", most_units=4, filing="WC"
    ),
    "self": PayerFacts("Self-pay", "ama_midpoint", 90),
}
FEES = {
    "97110": 3650,
    "97112": 4150,
    "97113": 4480,
    "97116": 3890,
    "97140": 3340,
    "97530": 4420,
    "97535": 4060,
    "97162": 12400,
    "97164": 8600,
    "97166": 12150,
    "97168": 8450,
}


@dataclass(frozen=True, slots=True)
class DemoClinic:
    """What the histories need: the clinic, its staff as viewers by key, its payers by key."""

    clinic_id: uuid.UUID
    organisation_id: uuid.UUID
    viewers: dict[str, Viewer]
    payers: dict[str, uuid.UUID]


@dataclass(frozen=True, slots=True)
class House:
    """How an organisation made from these staff and payers is called; `mail` ends its addresses."""

    organisation: str
    name: str
    slug: str
    mail: str


DEMO = House(ORGANISATION, "Harbor Lane Therapy", SLUG, "harbor-lane.example.org")


def build_clinic(
    session: Session, pack: Pack, password_hash: str, *, now: dt.datetime, house: House = DEMO
) -> DemoClinic:
    """Make the organisation with all that is in place before the first patient comes (session unscoped)."""
    accounts.create_organisation(
        session, name=house.name, slug=house.organisation, now=now, staff_mfa=MfaPolicy.OPTIONAL
    )
    clinic = accounts.create_clinic(
        session, name=house.name, slug=house.slug, timezone=ZONE, organisation=house.organisation, now=now
    )
    clinic.phone, clinic.npi, clinic.tax_id = "+1 207 555 0199", "2000000002", "00-1234567"
    clinic.taxonomy, clinic.address_line, clinic.city = "261QP2000X", "14 Harbor Lane", "Portland"
    clinic.state, clinic.postal_code = "ME", "04101-3325"
    curricula.store(session, clinic.organisation_id, pack, now=now)
    viewers = {
        key: _employ(session, clinic, staff_mail(one, house), one, password_hash, now)
        for key, one in STAFF.items()
    }
    payers = {key: _payer(session, clinic, facts, now.date()) for key, facts in PAYERS.items()}
    session.flush()
    return DemoClinic(clinic.id, clinic.organisation_id, viewers, payers)


def _employ(
    session: Session, clinic: Clinic, email: str, one: Member, password_hash: str, now: dt.datetime
) -> Viewer:
    account = accounts.create_account(
        session,
        email=email,
        role=one.role,
        name=one.name,
        clinics=[clinic],
        password_hash=password_hash,
        credential=one.credential,
        npi=one.npi,
        now=now,
    )
    account.taxonomy = TAXONOMIES.get(one.credential or "")
    return viewer_of(account, clinic.id)


def staff_mail(one: Member, house: House = DEMO) -> str:
    """ "maya.okonjo@harbor-lane.example.org"."""
    return f"{one.name.lower().replace(' ', '.')}@{house.mail}"


def viewer_of(account: Account, clinic_id: uuid.UUID) -> Viewer:
    """The account as the one who acts."""
    return Viewer(
        account_id=account.id,
        organisation_id=account.organisation_id,
        role=account.role,
        name=account.name,
        clinic_ids=frozenset({clinic_id}),
        patient_id=account.patient_id,
        language=account.language,
        timezone=ZONE,
    )


def _payer(session: Session, clinic: Clinic, facts: PayerFacts, since: dt.date) -> uuid.UUID:
    payer = session.scalars(
        select(Payer).where(Payer.organisation_id == clinic.organisation_id, Payer.name == facts.name)
    ).one_or_none()
    if payer is None:
        payer = Payer(
            id=new_id(),
            organisation_id=clinic.organisation_id,
            name=facts.name,
            unit_rule=facts.unit_rule,
            payer_number=facts.number,
            max_timed_units_per_day=facts.most_units,
            counts_towards_threshold=facts.threshold,
            filing_code=facts.filing,
            submitter_id="HARBORLANE" if facts.filing else None,
            receiver_id="CLEARHOUSE" if facts.filing else None,
            receiver_name="Invented Clearing House" if facts.filing else None,
        )
        session.add(payer)
    session.add_all(
        Fee(
            organisation_id=clinic.organisation_id,
            payer_id=payer.id,
            code=code,
            cents=cents * facts.percent // 100 // 5 * 5,
            effective_on=since,
        )
        for code, cents in FEES.items()
    )
    return payer.id


def is_demo(session: Session) -> bool:
    """Whether the database holds the demo (the session is unscoped)."""
    found = select(Organisation.id).where(Organisation.slug == ORGANISATION)
    return session.scalar(found) is not None
