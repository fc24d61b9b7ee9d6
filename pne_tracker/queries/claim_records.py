"""Everything a claim and its gates are made from, for many claims at once: a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from pne_tracker.domain.billing import Bill, BillingFacts, Diagnosis, Finding, Level, Line, PlanOfCare, gates
from pne_tracker.domain.billing.claim import ClaimFacts
from pne_tracker.domain.billing.claim_gates import claim_checks, claim_gates
from pne_tracker.domain.billing.edits import CODES_OF_EDITS, edits
from pne_tracker.domain.icd10 import look_up
from pne_tracker.models import (
    Account,
    BillingLine,
    Claim,
    Clinic,
    Coverage,
    Episode,
    ExternalProvider,
    Fee,
    Patient,
    Payer,
    Visit,
    VisitStatus,
    built_once,
)
from pne_tracker.models import (
    Diagnosis as DiagnosisRow,
)
from pne_tracker.queries.claim_facts import Around, facts_of
from pne_tracker.queries.code_tables import codes_of, tables_of
from pne_tracker.queries.parameters import EPISODE
from pne_tracker.queries.visit_facts import VisitFacts

_ORDER = tuple(Level)


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """A claim with what surrounds it. `findings` are all gates and checks as of now, the worst first."""

    facts: ClaimFacts
    findings: tuple[Finding, ...]


def records(session: Session, claim_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, ClaimRecord]:
    """The records of those claims."""
    found = session.execute(
        select(Claim, Visit, Episode, Patient, Clinic, Payer, Account, Coverage, ExternalProvider)
        .join(Visit, Visit.id == Claim.visit_id)
        .join(Episode, Episode.id == Claim.episode_id)
        .join(Patient, Patient.id == Claim.patient_id)
        .join(Clinic, Clinic.id == Claim.clinic_id)
        .join(Payer, Payer.id == Claim.payer_id)
        .join(Account, Account.id == Claim.therapist_id)
        .outerjoin(Coverage, Coverage.episode_id == Claim.episode_id)
        .outerjoin(ExternalProvider, ExternalProvider.id == Episode.referring_provider_id)
        .where(Claim.id.in_(claim_ids))
    ).all()
    lines = lines_of(session, [row[0].visit_id for row in found])
    episode_ids = {row[0].episode_id for row in found}
    codes = _diagnoses(session, episode_ids)
    days = _visit_days(session, episode_ids)
    fees = _fees(session, [row[0] for row in found], lines)
    code_table, tables = codes_of(session), tables_of(session)
    answer = {}
    for claim, visit, episode, patient, clinic, payer, signer, coverage, referring in found:
        used, treated = counted(days.get(episode.id, ()), visit, episode)
        answer[claim.id] = record_of(
            Around(
                claim=claim,
                visit=visit,
                episode=episode,
                patient=patient,
                clinic=clinic,
                payer=payer,
                signer=signer,
                coverage=coverage,
                referring=referring,
                lines=lines.get(visit.id, []),
                diagnoses=codes.get(episode.id, []),
                fees=fees.get((claim.payer_id, claim.on_date), {}),
                visits_used=used,
                treatment_days=treated,
                code_table=code_table,
                tables=tables,
            )
        )
    return answer


_AT_SIGNING = built_once(
    select(Account, Coverage, ExternalProvider)
    .select_from(Account)
    .outerjoin(Coverage, Coverage.episode_id == EPISODE)
    .outerjoin(ExternalProvider, ExternalProvider.id == bindparam("referring"))
    .where(Account.id == bindparam("signer"))
)


def record_at_signing(
    session: Session, claim: Claim, lines: Sequence[BillingLine], facts: VisitFacts
) -> ClaimRecord:
    """The record of the claim of a visit that is being signed, from what was read to sign it. One query."""
    visit, episode = facts.visit, facts.episode
    signer, coverage, referring = session.execute(
        _AT_SIGNING,
        {
            "episode": episode.id,
            "referring": episode.referring_provider_id,
            "signer": claim.therapist_id,
        },
    ).one()
    used, treated = counted(facts.signed_days, visit, episode)
    return record_of(
        Around(
            claim=claim,
            visit=visit,
            episode=episode,
            patient=facts.patient,
            clinic=facts.clinic,
            payer=facts.payer,
            signer=signer,
            coverage=coverage,
            referring=referring,
            lines=lines,
            diagnoses=facts.diagnoses,
            fees=facts.fees,
            visits_used=used,
            treatment_days=treated,
            code_table=facts.codes,
            tables=facts.tables,
        )
    )


def lines_of(session: Session, visit_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[BillingLine]]:
    """The frozen lines of those visits, in order."""
    found: dict[uuid.UUID, list[BillingLine]] = {}
    for line in session.scalars(
        select(BillingLine).where(BillingLine.visit_id.in_(visit_ids)).order_by(BillingLine.position)
    ):
        found.setdefault(line.visit_id, []).append(line)
    return found


def _diagnoses(session: Session, episode_ids: set[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    found: dict[uuid.UUID, list[str]] = {}
    for episode_id, code in session.execute(
        select(DiagnosisRow.episode_id, DiagnosisRow.code)
        .where(DiagnosisRow.episode_id.in_(episode_ids))
        .order_by(DiagnosisRow.rank, DiagnosisRow.code)
    ):
        found.setdefault(episode_id, []).append(code)
    return found


def _visit_days(
    session: Session, episode_ids: set[uuid.UUID]
) -> dict[uuid.UUID, list[tuple[dt.date, uuid.UUID]]]:
    found: dict[uuid.UUID, list[tuple[dt.date, uuid.UUID]]] = {}
    for episode_id, day, visit_id in session.execute(
        select(Visit.episode_id, Visit.on_date, Visit.id).where(
            Visit.episode_id.in_(episode_ids), Visit.status == VisitStatus.SIGNED
        )
    ):
        found.setdefault(episode_id, []).append((day, visit_id))
    return found


def counted(days: Sequence[tuple[dt.date, uuid.UUID]], visit: Visit, episode: Episode) -> tuple[int, int]:
    """(visits of the episode so far, treatment days since the last progress report), this visit included."""
    before = [day for day, visit_id in days if (day, visit_id) < (visit.on_date, visit.id)]
    since = episode.last_progress_report_on or dt.date.min
    return len(before) + 1, len({day for day in before if since < day} | {visit.on_date})


def _fees(
    session: Session, claims: Sequence[Claim], lines: dict[uuid.UUID, list[BillingLine]]
) -> dict[tuple[uuid.UUID, dt.date], dict[str, int]]:
    """The schedules for lines that were signed without a fee."""
    lacking = [
        one for one in claims if any(line.charge_cents is None for line in lines.get(one.visit_id, ()))
    ]
    if not lacking:
        return {}
    rows = session.execute(
        select(Fee.payer_id, Fee.code, Fee.cents, Fee.effective_on, Fee.ends_on)
        .where(Fee.payer_id.in_({one.payer_id for one in lacking}))
        .order_by(Fee.effective_on)
    ).all()
    found: dict[tuple[uuid.UUID, dt.date], dict[str, int]] = {}
    for one in lacking:
        fees: dict[str, int] = {}
        for payer_id, code, cents, starts, ends in rows:
            if payer_id == one.payer_id and starts <= one.on_date:
                fees.pop(code, None)
                if ends is None or ends >= one.on_date:
                    fees[code] = cents
        found[one.payer_id, one.on_date] = fees
    return found


def record_of(around: Around) -> ClaimRecord:
    """The record made of the rows around a claim."""
    facts = facts_of(around)
    found = [*_visit_gates(around, facts), *claim_gates(facts)]
    known = {(one.code, one.message) for one in found}
    if facts.payer.filing_code and not any(one.level is Level.BLOCKING for one in found):
        found += [
            one for one in claim_checks(facts, around.code_table) if (one.code, one.message) not in known
        ]
    found.sort(key=lambda one: _ORDER.index(one.level))
    return ClaimRecord(facts, tuple(found))


def _visit_gates(around: Around, facts: ClaimFacts) -> tuple[Finding, ...]:
    """The gates of the visit as its lines were signed, with the record as it stands now."""
    episode, claim = around.episode, around.claim
    started = episode.plan_of_care_from
    return gates(
        BillingFacts(
            day=claim.on_date,
            bill=_bill(around),
            diagnoses=tuple(Diagnosis(code, billable=not look_up(code).problem) for code in facts.diagnoses),
            visit_minutes=around.visit.minutes,
            rendering_npi=around.signer.npi,
            treatment_days=around.treatment_days,
            plan_of_care=PlanOfCare(started, episode.plan_of_care_certified_on) if started else None,
            visits_authorised=episode.visits_authorised,
            visits_used=around.visits_used,
        )
    )


def _bill(around: Around) -> Bill:
    lines = tuple(
        Line(
            one.code,
            one.minutes,
            one.units,
            tuple(one.modifiers),
            one.charge_cents,
            tuple(one.source_minutes.items()),
            one.pne_minutes,
            tuple(one.reasons),
        )
        for one in around.lines
    )
    minutes = sum(line.minutes for line in lines)
    units = sum(line.units for line in lines)
    return Bill(lines, (), _engine_findings(around, lines), minutes, minutes, units, None)


def _engine_findings(around: Around, lines: Sequence[Line]) -> tuple[Finding, ...]:
    """What the engine found at signing; what the tables say is asked again, for they may have a new edition."""
    signed = [finding_of(one) for one in around.claim.signed_findings]
    known = around.tables.threshold(around.claim.on_date.year, around.episode.discipline) is not None
    unsure = known and any(one.code == NO_YEAR for one in signed)
    kept = [one for one in signed if one.code not in CODES_OF_EDITS and not (known and one.code == NO_YEAR)]
    units: dict[str, int] = {}
    for line in lines:
        units[line.code] = units.get(line.code, 0) + line.units
    found = edits(around.claim.on_date, units, around.tables)
    return (*kept, *found, *([_UNSURE] if unsure else []))


NO_YEAR = "year_without_threshold"
_UNSURE = Finding(
    "kx_not_compared",
    Level.WARNING,
    "The year had no threshold when this was signed. Compare the patient's year with it: KX may be needed.",
)


def finding_of(kept: dict[str, str]) -> Finding:
    """A finding as it was kept with the claim."""
    return Finding(kept["code"], Level(kept["level"]), kept["message"])
