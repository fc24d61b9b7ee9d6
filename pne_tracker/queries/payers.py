"""Payers, their fee schedules, and what claims need of clinics and of those who sign."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.models import Account, AccountClinic, Clinic, Fee, FeeBefore, Payer

MISSING = {
    "payer_number": "payer id",
    "submitter_id": "submitter id",
    "receiver_id": "receiver id",
}


@dataclass(frozen=True, slots=True)
class PayerRow:
    """A payer in a list. `missing` names what a claim file still needs; `fees` counts the codes with a fee."""

    id: uuid.UUID
    name: str
    unit_rule: str
    filing_code: str | None
    payer_number: str | None
    missing: tuple[str, ...]
    fees: int


def payers(session: Session, today: dt.date) -> list[PayerRow]:
    """Every payer of the organisation, by name."""
    counts = {
        row[0]: row[1]
        for row in session.execute(
            select(Fee.payer_id, func.count(Fee.code.distinct()))
            .where(Fee.effective_on <= today, (Fee.ends_on.is_(None)) | (Fee.ends_on >= today))
            .group_by(Fee.payer_id)
        )
    }
    return [
        PayerRow(
            one.id,
            one.name,
            one.unit_rule,
            one.filing_code,
            one.payer_number,
            missing_for_claims(one),
            counts.get(one.id, 0),
        )
        for one in session.scalars(select(Payer).order_by(Payer.name, Payer.id))
    ]


def missing_for_claims(payer: Payer) -> tuple[str, ...]:
    """What a claim file to this payer needs and nobody wrote yet; nothing where no claims go out."""
    if payer.filing_code is None:
        return ()
    return tuple(words for name, words in MISSING.items() if not getattr(payer, name))


CLINIC_MISSING = {
    "npi": "NPI",
    "tax_id": "tax id",
    "taxonomy": "taxonomy",
    "phone": "phone",
    "address_line": "street",
    "city": "city",
    "state": "state",
    "postal_code": "ZIP code",
}


def clinic_lacks(clinic: Clinic) -> tuple[str, ...]:
    """What claims need of a clinic and nobody wrote yet."""
    return tuple(words for name, words in CLINIC_MISSING.items() if not getattr(clinic, name))


def payer_of(session: Session, payer_id: uuid.UUID) -> Payer:
    """The payer of that id in the session's organisation; NotFoundError when there is none."""
    found = session.scalars(select(Payer).where(Payer.id == payer_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True, slots=True)
class FeeShown:
    """A fee of a schedule. `until` is its last day, by its own end or the next one's beginning; None: open."""

    id: uuid.UUID
    code: str
    cents: int
    effective_on: dt.date
    ends_on: dt.date | None
    until: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is the fee of that day."""
        return self.effective_on <= day and (self.until is None or day <= self.until)


def schedule(session: Session, payer_id: uuid.UUID) -> list[FeeShown]:
    """Every fee of a payer, by code, the newest of each first."""
    rows = session.scalars(
        select(Fee).where(Fee.payer_id == payer_id).order_by(Fee.code, Fee.effective_on.desc())
    ).all()
    found: list[FeeShown] = []
    for place, fee in enumerate(rows):
        after = rows[place - 1] if place and rows[place - 1].code == fee.code else None
        ends = [fee.ends_on] if fee.ends_on else []
        if after is not None:
            ends.append(after.effective_on - dt.timedelta(days=1))
        found.append(
            FeeShown(fee.id, fee.code, fee.cents, fee.effective_on, fee.ends_on, min(ends) if ends else None)
        )
    return found


@dataclass(frozen=True, slots=True)
class FeeChange:
    """A fee as it was before `by` replaced or removed it."""

    code: str
    cents: int
    effective_on: dt.date
    ends_on: dt.date | None
    at: dt.datetime
    by: str


def fee_history(session: Session, payer_id: uuid.UUID, limit: int = 200) -> list[FeeChange]:
    """What was corrected in a schedule, the latest first."""
    rows = session.execute(
        select(FeeBefore, Account.name)
        .join(Account, Account.id == FeeBefore.replaced_by)
        .where(FeeBefore.payer_id == payer_id)
        .order_by(FeeBefore.id.desc())
        .limit(limit)
    )
    return [
        FeeChange(one.code, one.cents, one.effective_on, one.ends_on, one.replaced_at, name)
        for one, name in rows
    ]


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody whose signature goes onto claims, as claims name them."""

    id: uuid.UUID
    name: str
    credential: str | None
    npi: str | None
    taxonomy: str | None
    family_name: str | None


def signers(session: Session, viewer: Viewer) -> list[Signer]:
    """The therapists of the viewer's clinics, by name."""
    rows = session.scalars(
        select(Account)
        .join(AccountClinic, AccountClinic.account_id == Account.id)
        .where(AccountClinic.clinic_id.in_(viewer.clinic_ids), Account.role == Role.THERAPIST)
        .order_by(Account.name, Account.id)
        .distinct()
    )
    return [_signer(one) for one in rows]


def signer(session: Session, viewer: Viewer, account_id: uuid.UUID) -> Signer:
    """One of `signers`; NotFoundError for anybody else."""
    found = next((one for one in signers(session, viewer) if one.id == account_id), None)
    if found is None:
        raise NotFoundError
    return found


def _signer(one: Account) -> Signer:
    return Signer(one.id, one.name, one.credential, one.npi, one.taxonomy, one.family_name)
