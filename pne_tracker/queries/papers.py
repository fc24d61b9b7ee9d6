"""What was issued for a patient, and whose name, clinic and episode stand on a paper."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.discharge import reason_words, result_words
from pne_tracker.domain.papers import PaperKind
from pne_tracker.domain.people import address_text, full_name
from pne_tracker.models import Account, Clinic, Episode, IssuedPaper, Patient, Payer, Visit
from pne_tracker.queries.episodes import provider_option
from pne_tracker.queries.visit_facts import diagnoses_of


@dataclass(frozen=True, slots=True)
class PaperHead:
    """Whom a paper is about and who issues it. `zone` is the clinic's; texts are "" where nothing is known."""

    clinic: str
    clinic_address: str
    clinic_phone: str
    clinic_npi: str
    tax_id: str
    place_of_service: str
    zone: str
    patient_id: uuid.UUID
    patient: str
    given_name: str
    mrn: str
    birth_date: dt.date | None
    language: str
    address: str
    episode_id: uuid.UUID
    discipline: str
    reason: str
    goal: str
    opened_on: dt.date
    closed_on: dt.date | None
    payer: str
    therapist: str
    therapist_npi: str
    referred_by: str
    codes: tuple[str, ...]
    plan_of_care_from: dt.date | None
    plan_of_care_certified_on: dt.date | None
    last_report_on: dt.date | None
    visits_authorised: int | None
    end_reason: str
    end_result: str
    end_words: str

    @property
    def running(self) -> str:
        """What stands on each sheet after the first."""
        return f"{self.patient}, MRN {self.mrn}"


def paper_head(session: Session, episode_id: uuid.UUID) -> PaperHead:
    """The head of a paper on an episode that the caller has loaded, or on a visit of it. Three queries."""
    episode, patient, clinic, payer, account = session.execute(
        select(Episode, Patient, Clinic, Payer.name, Account)
        .join(Patient, Patient.id == Episode.patient_id)
        .join(Clinic, Clinic.id == Episode.clinic_id)
        .join(Payer, Payer.id == Episode.payer_id)
        .join(Account, Account.id == Episode.therapist_id)
        .where(Episode.id == episode_id)
    ).one()
    provider = provider_option(session, episode.referring_provider_id)
    return PaperHead(
        clinic=clinic.name,
        clinic_address=address_text(clinic.address_line, clinic.city, clinic.state, clinic.postal_code),
        clinic_phone=clinic.phone or "",
        clinic_npi=clinic.npi or "",
        tax_id=clinic.tax_id or "",
        place_of_service=clinic.place_of_service,
        zone=clinic.timezone,
        patient_id=patient.id,
        patient=full_name(patient.given_name, patient.family_name),
        given_name=patient.given_name,
        mrn=patient.mrn,
        birth_date=patient.birth_date,
        language="es" if patient.language.startswith("es") else "en",
        address=address_text(patient.address_line, patient.city, patient.state, patient.postal_code),
        episode_id=episode.id,
        discipline=episode.discipline.value,
        reason=episode.reason,
        goal=episode.goal,
        opened_on=episode.opened_on,
        closed_on=episode.closed_on,
        payer=payer,
        therapist=f"{account.name}, {account.credential}" if account.credential else account.name,
        therapist_npi=account.npi or "",
        referred_by=provider.label if provider else "",
        codes=diagnoses_of(session, episode.id),
        plan_of_care_from=episode.plan_of_care_from,
        plan_of_care_certified_on=episode.plan_of_care_certified_on,
        last_report_on=episode.last_progress_report_on,
        visits_authorised=episode.visits_authorised,
        end_reason=reason_words(episode.end_reason),
        end_result=result_words(episode.end_result),
        end_words=episode.end_words,
    )


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One issued paper in a list: about the days it `covers` from first to last, or about a visit of `visit_on`."""

    id: uuid.UUID
    kind: PaperKind
    language: str
    covers: tuple[dt.date, dt.date] | None
    visit_on: dt.date | None
    issued_at: dt.datetime
    issued_by: str


def papers_of(session: Session, patient_id: uuid.UUID) -> tuple[PaperLine, ...]:
    """What was issued for a patient that the caller has loaded, the latest first. One query."""
    rows = session.execute(
        select(IssuedPaper, Account.name, Visit.on_date)
        .join(Account, Account.id == IssuedPaper.issued_by)
        .outerjoin(Visit, Visit.id == IssuedPaper.visit_id)
        .where(IssuedPaper.patient_id == patient_id)
        .order_by(IssuedPaper.issued_at.desc(), IssuedPaper.id.desc())
    )
    return tuple(
        PaperLine(
            id=row.id,
            kind=row.kind,
            language=row.language,
            covers=(row.covers_from, row.covers_to) if row.covers_from and row.covers_to else None,
            visit_on=visit_on,
            issued_at=row.issued_at,
            issued_by=name,
        )
        for row, name, visit_on in rows
    )


def same_paper(
    session: Session, episode_id: uuid.UUID, kind: PaperKind, content_hash: str
) -> IssuedPaper | None:
    """The paper of that kind that says the same, if it was issued before."""
    return session.scalars(
        select(IssuedPaper)
        .where(
            IssuedPaper.episode_id == episode_id,
            IssuedPaper.kind == kind,
            IssuedPaper.content_hash == content_hash,
        )
        .order_by(IssuedPaper.issued_at)
        .limit(1)
    ).first()


def day_of(session: Session, paper: IssuedPaper, zone: str) -> dt.date:
    """The day that a paper's file is named by: that of its visit, else the one on which it was issued."""
    if paper.visit_id is not None:
        return session.scalars(select(Visit.on_date).where(Visit.id == paper.visit_id)).one()
    return paper.issued_at.astimezone(ZoneInfo(zone)).date()
