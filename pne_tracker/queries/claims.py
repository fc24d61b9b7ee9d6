"""The biller's queue: claims by state, a page at a time, with their lines and what holds them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing.claim_states import OPEN, ClaimStatus
from pne_tracker.domain.people import words_of
from pne_tracker.models import Account, Claim, ClaimBatch, Clinic, Patient, Payer
from pne_tracker.queries.claim_records import lines_of

PAGE = 50
STATES: dict[str, frozenset[ClaimStatus]] = {
    "waiting": OPEN,
    **{one.value: frozenset({one}) for one in ClaimStatus if one is not ClaimStatus.WITHDRAWN},
    "all": frozenset(ClaimStatus) - {ClaimStatus.WITHDRAWN},
}


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """Which current claims; None means all. `state` is a key of STATES; `query` is for a search, never an address."""

    state: str = "waiting"
    clinic_id: uuid.UUID | None = None
    payer_id: uuid.UUID | None = None
    therapist_id: uuid.UUID | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    query: str = ""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A frozen line; `charge_cents` None when the payer's schedule had no fee for the code."""

    id: uuid.UUID
    code: str
    units: int
    minutes: int
    pne_minutes: int
    modifiers: tuple[str, ...]
    charge_cents: int | None
    reasons: tuple[str, ...]
    source_minutes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim in the queue. `net_cents` is what it asks for in the end, None while a line has no fee."""

    id: uuid.UUID
    visit_id: uuid.UUID
    patient_id: uuid.UUID
    on_date: dt.date
    status: ClaimStatus
    frequency: str
    number: str | None
    family_name: str
    given_name: str
    mrn: str
    birth_date: dt.date | None
    payer: str
    takes_claims: bool
    clinic: str
    clinic_npi: str | None
    place_of_service: str
    therapist: str
    therapist_npi: str | None
    units: int
    charge_cents: int | None
    net_cents: int | None
    paid_cents: int | None
    answered_on: dt.date | None
    diagnoses: tuple[str, ...]
    findings: tuple[dict[str, str], ...]
    hold_reason: str | None
    batch_id: uuid.UUID | None
    batch: str | None
    exported_at: dt.datetime | None
    lines: tuple[LineRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """What some claims come to; the sums of their rows."""

    claims: int = 0
    lines: int = 0
    units: int = 0
    net_cents: int = 0
    paid_cents: int = 0
    without_fee: int = 0
    oldest: dt.date | None = None

    def __add__(self, other: Totals) -> Totals:
        days = [one.oldest for one in (self, other) if one.oldest is not None]
        return Totals(
            self.claims + other.claims,
            self.lines + other.lines,
            self.units + other.units,
            self.net_cents + other.net_cents,
            self.paid_cents + other.paid_cents,
            self.without_fee + other.without_fee,
            min(days, default=None),
        )


def _conditions(viewer: Viewer, chosen: ClaimFilter) -> list[ColumnElement[bool]]:
    clinics = viewer.clinic_ids & {chosen.clinic_id} if chosen.clinic_id else viewer.clinic_ids
    found: list[ColumnElement[bool]] = [
        Claim.clinic_id.in_(clinics),
        Claim.current.is_(True),
        Claim.status.in_(sorted(STATES[chosen.state])),
    ]
    if chosen.payer_id is not None:
        found.append(Claim.payer_id == chosen.payer_id)
    if chosen.therapist_id is not None:
        found.append(Claim.therapist_id == chosen.therapist_id)
    if chosen.since is not None:
        found.append(Claim.on_date >= chosen.since)
    if chosen.until is not None:
        found.append(Claim.on_date <= chosen.until)
    if chosen.query:
        found.append(_searched(chosen.query))
    return found


def _searched(query: str) -> ColumnElement[bool]:
    words = words_of(query)
    named = select(Patient.id).where(
        Patient.id == Claim.patient_id,
        *(Patient.search_text.contains(word, autoescape=True) for word in words),
    )
    return or_(Claim.number == query.strip(), named.correlate(Claim).exists())


def totals(states: Mapping[ClaimStatus, Totals], chosen: ClaimFilter) -> Totals:
    """What all that the filter selects comes to, from what `states` found under it."""
    return sum((one for status, one in states.items() if status in STATES[chosen.state]), Totals())


def states(session: Session, viewer: Viewer, chosen: ClaimFilter) -> dict[ClaimStatus, Totals]:
    """Every state that occurs under the filter, whatever state the filter names. One query."""
    rows = session.execute(
        select(
            Claim.status,
            func.count(),
            func.sum(Claim.lines),
            func.sum(Claim.units),
            func.sum(Claim.net_cents),
            func.sum(Claim.paid_cents),
            func.count() - func.count(Claim.net_cents),
            func.min(Claim.on_date),
        )
        .where(*_conditions(viewer, replace(chosen, state="all")))
        .group_by(Claim.status)
    )
    return {
        row[0]: Totals(
            row[1], int(row[2] or 0), int(row[3] or 0), int(row[4] or 0), int(row[5] or 0), row[6], row[7]
        )
        for row in rows
    }


def ids(
    session: Session, viewer: Viewer, chosen: ClaimFilter, *, ready_to_go: bool = False
) -> list[uuid.UUID]:
    """Every claim that the filter selects; of these only the ones that a file can take, when that is asked."""
    statement = select(Claim.id).where(*_conditions(viewer, chosen))
    if ready_to_go:
        statement = statement.join(Payer, Payer.id == Claim.payer_id).where(
            Claim.status == ClaimStatus.READY, Payer.filing_code.is_not(None)
        )
    return list(session.scalars(statement))


def rows(
    session: Session,
    viewer: Viewer,
    chosen: ClaimFilter,
    *,
    limit: int = PAGE,
    after: tuple[dt.date, uuid.UUID] | None = None,
) -> list[ClaimRow]:
    """A page of claims, oldest visit first; `after` is the last one of the page before."""
    conditions = _conditions(viewer, chosen)
    if after is not None:
        conditions.append(tuple_(Claim.on_date, Claim.id) > after)
    return read_rows(session, conditions, limit)


def page(
    session: Session, viewer: Viewer, chosen: ClaimFilter, *, after: tuple[dt.date, uuid.UUID] | None = None
) -> tuple[list[ClaimRow], bool]:
    """(a page of claims, whether more follow)."""
    found = rows(session, viewer, chosen, limit=PAGE + 1, after=after)
    return found[:PAGE], len(found) > PAGE


def read_rows(session: Session, conditions: list[ColumnElement[bool]], limit: int) -> list[ClaimRow]:
    """Claims with their lines, oldest visit first: two queries.

    Which claims these are is settled before anything is joined to them.
    """
    order = (Claim.on_date, Claim.id)
    first = select(Claim.id).where(*conditions).order_by(*order).limit(limit)
    found = session.execute(_listed().where(Claim.id.in_(first)).order_by(*order)).all()
    lines = lines_of(session, [row[0].visit_id for row in found])
    return [_row(row, lines.get(row[0].visit_id, [])) for row in found]


def _listed() -> Select[Claim, Patient, Payer, Clinic, Account, str]:
    return (
        select(Claim, Patient, Payer, Clinic, Account, ClaimBatch.file_name)
        .join(Patient, Patient.id == Claim.patient_id)
        .join(Payer, Payer.id == Claim.payer_id)
        .join(Clinic, Clinic.id == Claim.clinic_id)
        .join(Account, Account.id == Claim.therapist_id)
        .outerjoin(ClaimBatch, ClaimBatch.id == Claim.batch_id)
    )


def _row(found: Any, lines: list[Any]) -> ClaimRow:
    claim, patient, payer, clinic, account, batch = found
    return ClaimRow(
        id=claim.id,
        visit_id=claim.visit_id,
        patient_id=patient.id,
        on_date=claim.on_date,
        status=claim.status,
        frequency=claim.frequency,
        number=claim.number,
        family_name=patient.family_name,
        given_name=patient.given_name,
        mrn=patient.mrn,
        birth_date=patient.birth_date,
        payer=payer.name,
        takes_claims=payer.filing_code is not None,
        clinic=clinic.name,
        clinic_npi=clinic.npi,
        place_of_service=clinic.place_of_service,
        therapist=account.name,
        therapist_npi=account.npi,
        units=claim.units,
        charge_cents=claim.charge_cents,
        net_cents=claim.net_cents,
        paid_cents=claim.paid_cents,
        answered_on=claim.answered_on,
        diagnoses=tuple(claim.diagnoses),
        findings=tuple(claim.findings),
        hold_reason=claim.hold_reason,
        batch_id=claim.batch_id,
        batch=batch,
        exported_at=claim.exported_at,
        lines=tuple(
            LineRow(
                line.id,
                line.code,
                line.units,
                line.minutes,
                line.pne_minutes,
                tuple(line.modifiers),
                line.charge_cents,
                tuple(line.reasons),
                dict(line.source_minutes),
            )
            for line in lines
        ),
    )
