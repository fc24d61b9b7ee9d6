"""A visit as it is stored, with all that its page, bill and note are made from: a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing import CodeTable
from pne_tracker.domain.billing.dated import Tables
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.outcome_draft import ScoreDraft
from pne_tracker.domain.visit_draft import DraftInput, HomeworkDraft, SectionDraft, TreatmentDraft
from pne_tracker.models import (
    Account,
    Clinic,
    Diagnosis,
    Episode,
    Fee,
    Patient,
    Payer,
    Treatment,
    Visit,
    VisitHomework,
    VisitScore,
    VisitSection,
    VisitStatus,
    built_once,
)
from pne_tracker.queries.clinic_packs import pack_for
from pne_tracker.queries.code_tables import codes_of, tables_of
from pne_tracker.queries.episode_care import year_amount
from pne_tracker.queries.outcomes import first_scores
from pne_tracker.queries.parameters import EPISODE, VISIT
from pne_tracker.queries.progress import EpisodeEvidence, evidence


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decided where stand-alone PNE minutes belong, and when."""

    by: uuid.UUID
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """The rows around a visit, read once.

    `fees` are cents a unit by code on the day; `ytd_cents` what counts this year so far, None where the payer
    does not count towards the yearly threshold; `signed_days` are day and id of the episode's other signed visits;
    `visits_before` counts them, for a signed visit those before it, `treatment_days` their days since the last
    progress report, this one included.
    `first_scores` are the episode's by measure.
    """

    visit: Visit
    episode: Episode
    patient: Patient
    clinic: Clinic
    payer: Payer
    therapist: Account
    pack: Pack
    evidence: EpisodeEvidence
    fees: dict[str, int]
    diagnoses: tuple[str, ...]
    ytd_cents: int | None
    signed_days: tuple[tuple[dt.date, uuid.UUID], ...]
    visits_before: int
    treatment_days: int
    decided: dict[int, Decided]
    draft: DraftInput
    first_scores: dict[str, float]
    codes: CodeTable
    tables: Tables


_AROUND = built_once(
    select(Episode, Patient, Clinic, Payer, Account)
    .join(Patient, Patient.id == Episode.patient_id)
    .join(Clinic, Clinic.id == Episode.clinic_id)
    .join(Payer, Payer.id == Episode.payer_id)
    .join(Account, Account.id == bindparam("therapist"))
    .where(Episode.id == EPISODE)
)


def facts_of(session: Session, visit: Visit, today: dt.date) -> VisitFacts:
    """Everything around a visit that the caller has loaded."""
    episode, patient, clinic, payer, therapist = session.execute(
        _AROUND, {"episode": visit.episode_id, "therapist": visit.therapist_id}
    ).one()
    signed = _signed_days(session, visit)
    before, days = _visits_before(visit, episode, signed)
    draft, decided = read_draft(session, visit)
    return VisitFacts(
        visit=visit,
        episode=episode,
        patient=patient,
        clinic=clinic,
        payer=payer,
        therapist=therapist,
        pack=pack_for(session, episode.clinic_id, episode.pack_version_id),
        evidence=evidence(session, [episode.id], today)[episode.id],
        fees=fees_on(session, payer.id, visit.on_date),
        diagnoses=diagnoses_of(session, episode.id),
        ytd_cents=_this_year(session, visit, episode) if payer.counts_towards_threshold else None,
        signed_days=signed,
        visits_before=before,
        treatment_days=days,
        decided=decided,
        draft=draft,
        first_scores=first_scores(session, episode.id, but=visit.id),
        codes=codes_of(session),
        tables=tables_of(session),
    )


_TREATMENTS = built_once(
    select(
        Treatment.activity,
        Treatment.minutes,
        Treatment.pne_minutes,
        Treatment.assistant_minutes,
        Treatment.decision,
        Treatment.combined_with,
        Treatment.impairment,
        Treatment.decided_by,
        Treatment.decided_at,
    )
    .where(Treatment.visit_id == VISIT)
    .order_by(Treatment.position)
)
_SECTIONS = built_once(
    select(VisitSection.section, VisitSection.teach_back)
    .where(VisitSection.visit_id == VISIT)
    .order_by(VisitSection.id)
)
_HOMEWORK = built_once(
    select(
        VisitHomework.template_key,
        VisitHomework.due_on,
        VisitHomework.required,
        VisitHomework.message,
        VisitHomework.times,
    )
    .where(VisitHomework.visit_id == VISIT)
    .order_by(VisitHomework.id)
)
_SCORES = built_once(
    select(VisitScore.measure, VisitScore.ratings)
    .where(VisitScore.visit_id == VISIT)
    .order_by(VisitScore.position)
)


def read_draft(session: Session, visit: Visit) -> tuple[DraftInput, dict[int, Decided]]:
    """What is written in a visit, and who decided on which of its rows (by place, from 0)."""
    of = {"visit": visit.id}
    treatments = session.execute(_TREATMENTS, of).all()
    draft = DraftInput(
        on_date=visit.on_date,
        minutes=visit.minutes,
        treatments=tuple(_treatment(row) for row in treatments),
        sections=tuple(SectionDraft(*row) for row in session.execute(_SECTIONS, of)),
        homework=tuple(HomeworkDraft(*row) for row in session.execute(_HOMEWORK, of)),
        remarks=visit.remarks,
        kx_attested=visit.kx_attested,
        scores=tuple(
            ScoreDraft(measure, tuple((name, value) for name, value in ratings))
            for measure, ratings in session.execute(_SCORES, of)
        ),
        note=visit.note_typed or "",
        note_basis=visit.note_basis or "",
        insist=visit.insist or "",
    )
    decided = {
        place: Decided(row.decided_by, row.decided_at)
        for place, row in enumerate(treatments)
        if row.decided_by is not None and row.decided_at is not None
    }
    return draft, decided


def _treatment(row: Any) -> TreatmentDraft:
    return TreatmentDraft(
        activity=row.activity,
        minutes=row.minutes,
        pne=row.pne_minutes,
        assistant=row.assistant_minutes,
        decision=row.decision.value if row.decision else None,
        combined_with=row.combined_with,
        impairment=row.impairment or "",
    )


_FEES = built_once(
    select(Fee.code, Fee.cents, Fee.ends_on)
    .where(Fee.payer_id == bindparam("payer"), Fee.effective_on <= bindparam("day"))
    .order_by(Fee.code, Fee.effective_on)
)


def fees_on(session: Session, payer_id: uuid.UUID, day: dt.date) -> dict[str, int]:
    """Cents a unit by code with that payer on that day: of each code the fee that took effect last.

    A fee that ended before the day is none.
    """
    rows = session.execute(_FEES, {"payer": payer_id, "day": day})
    latest = {row[0]: (row[1], row[2]) for row in rows}
    return {code: cents for code, (cents, ends) in latest.items() if ends is None or ends >= day}


_DIAGNOSES = built_once(
    select(Diagnosis.code).where(Diagnosis.episode_id == EPISODE).order_by(Diagnosis.rank, Diagnosis.code)
)


def diagnoses_of(session: Session, episode_id: uuid.UUID) -> tuple[str, ...]:
    """The episode's ICD-10-CM codes, the one billed first leading."""
    return tuple(session.scalars(_DIAGNOSES, {"episode": episode_id}))


_SIGNED_DAYS = built_once(
    select(Visit.on_date, Visit.id).where(
        Visit.episode_id == EPISODE, Visit.status == VisitStatus.SIGNED, Visit.id != VISIT
    )
)


def _signed_days(session: Session, visit: Visit) -> tuple[tuple[dt.date, uuid.UUID], ...]:
    rows = session.execute(_SIGNED_DAYS, {"episode": visit.episode_id, "visit": visit.id})
    return tuple((day, visit_id) for day, visit_id in rows)


def _visits_before(
    visit: Visit, episode: Episode, signed: Sequence[tuple[dt.date, uuid.UUID]]
) -> tuple[int, int]:
    own = visit.on_date, visit.id
    days = [day for day, one in signed if visit.status is VisitStatus.DRAFT or (day, one) < own]
    since = episode.last_progress_report_on or dt.date.min
    counted = {day for day in days if since < day <= visit.on_date}
    return len(days), len(counted | {visit.on_date})


def _this_year(session: Session, visit: Visit, episode: Episode) -> int:
    found = year_amount(session, visit.patient_id, episode.discipline, visit.on_date, but=visit.id)
    return found.together


def names_of(
    session: Session, viewer: Viewer, *account_ids: uuid.UUID | None, known: Account | None = None
) -> dict[uuid.UUID, str]:
    """Names with credential of accounts of the viewer's organisation, for signatures; `known` is not read again."""
    found = {known.id: signature(known.name, known.credential)} if known is not None else {}
    wanted = {one for one in account_ids if one is not None and one not in found}
    if wanted:
        rows = session.execute(
            select(Account.id, Account.name, Account.credential).where(
                Account.id.in_(wanted), Account.organisation_id == viewer.organisation_id
            )
        )
        found |= {account_id: signature(name, credential) for account_id, name, credential in rows}
    return found


def signature(name: str, credential: str | None) -> str:
    """How somebody signs: "Ana Ruiz, DPT"."""
    return f"{name}, {credential}" if credential else name
