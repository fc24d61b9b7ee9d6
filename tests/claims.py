"""Claims for tests: a house whose claims can go out, visits on many days, and pyx12's word on a file."""

from __future__ import annotations

import datetime as dt
import io
import logging
import uuid
from pathlib import Path

import pyx12
import pyx12.params
import pyx12.x12n_document
from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.adapters.x12 import write_837p
from pne_tracker.domain.visit_draft import DraftInput, SectionDraft, TreatmentDraft
from pne_tracker.models import Account, Claim, Clinic, Episode, Patient, Payer, Visit
from pne_tracker.services import claim_batches, coverages
from pne_tracker.services.coverages import CoverageDraft
from pne_tracker.services.signing import sign_visit
from pne_tracker.services.visit_drafts import save_draft
from pne_tracker.services.visits import start_visit
from tests.people import House

CARD = CoverageDraft("1EG4-TE5-MK73")


def prepare(session: Session, house: House, *, card: CoverageDraft | None = CARD) -> None:
    """Write down everything that claims of the house need."""
    clinic = session.scalars(select(Clinic).where(Clinic.id == house.clinic_id)).one()
    clinic.npi, clinic.tax_id, clinic.taxonomy = "2000000002", "00-1234567", "261QP2000X"
    clinic.phone, clinic.address_line, clinic.city = "+12075550199", "14 Harbor Lane", "Portland"
    clinic.state, clinic.postal_code = "ME", "04101-3325"
    payer = session.scalars(select(Payer).where(Payer.id == house.payer_id)).one()
    payer.filing_code, payer.payer_number = "MB", "00901"
    payer.submitter_id, payer.receiver_id = "HARBOR1", "CLEAR1"
    account = session.scalars(select(Account).where(Account.id == house.therapist.account_id)).one()
    account.taxonomy = "225100000X"
    patient = session.scalars(select(Patient).where(Patient.id == house.patient_id)).one()
    patient.sex, patient.address_line, patient.city = "female", "2 Wharf Street", "Portland"
    patient.state, patient.postal_code = "ME", "04101"
    session.flush()
    if card is not None:
        biller = house.viewers["biller"]
        coverages.save_coverage(session, biller, house.episode_id, house.patient_id, card, now=house.now)


def visit_on(session: Session, house: House, day: dt.date, minutes: int = 30) -> Visit:
    """A signed visit of that day: gait practice with PNE in it."""
    form = DraftInput(
        on_date=day,
        minutes=minutes + 5,
        treatments=(TreatmentDraft("97116", minutes, min(12, minutes)),),
        sections=(SectionDraft(1),),
    )
    now = dt.datetime.combine(day, dt.time(15), dt.UTC)
    visit = start_visit(session, house.therapist, house.episode_id, on_date=day, now=now)
    visit = save_draft(session, house.therapist, visit.id, form, visit.version, now)
    return sign_visit(session, viewer=house.therapist, visit_id=visit.id, version=visit.version, now=now)


def claim_of(session: Session, visit_id: uuid.UUID) -> Claim:
    """The visit's current claim."""
    return session.scalars(select(Claim).where(Claim.visit_id == visit_id, Claim.current.is_(True))).one()


def export(session: Session, house: House, *claim_ids: uuid.UUID) -> list[uuid.UUID]:
    """Put those claims into files, as the biller."""
    biller = house.viewers["biller"]
    return claim_batches.export(session, biller, claim_ids, write_837p, today=house.today, now=house.now)


def faults(content: str) -> list[str]:
    """What pyx12 finds wrong with an 837P file; nothing when it accepts it."""
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    params = pyx12.params.ParamsBase()
    maps = str(Path(pyx12.__file__).parent / "map")
    params.set("map_path", maps)
    answer = io.StringIO()
    fine = pyx12.x12n_document.x12n_document(
        params, io.StringIO(content), fd_997=answer, fd_html=None, map_path=maps
    )
    if fine:
        return []
    return [line for line in answer.getvalue().splitlines() if line.startswith(("IK", "AK", "CTX"))] or [
        "refused"
    ]


def open_episode_of(session: Session, house: House) -> Episode:
    """The house's episode."""
    return session.scalars(select(Episode).where(Episode.id == house.episode_id)).one()
