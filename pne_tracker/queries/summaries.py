"""Who gets the monthly summary."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role
from pne_tracker.models import Account, AccountClinic, Clinic, SummaryWish


@dataclass(frozen=True, slots=True)
class Reader:
    """A lead who asked for the summary; name and zone are those of the first of their clinics."""

    account_id: uuid.UUID
    organisation_id: uuid.UUID
    email: str
    language: str
    clinic: str
    zone: str


def wants_summary(session: Session, account_id: uuid.UUID) -> bool:
    """Whether that account asked for it."""
    wanted = select(SummaryWish.wanted).where(SummaryWish.account_id == account_id)
    return bool(session.scalar(wanted))


def is_read_at(session: Session, organisation_id: uuid.UUID, email: str) -> bool:
    """Whether a lead with that address still wants it. One query."""
    found = (
        select(SummaryWish.id)
        .join(Account, Account.id == SummaryWish.account_id)
        .where(
            Account.organisation_id == organisation_id,
            Account.email == email,
            Account.active.is_(True),
            Account.role == Role.LEAD,
            SummaryWish.wanted.is_(True),
        )
    )
    return session.scalar(found) is not None


def readers(session: Session) -> list[Reader]:
    """Every active lead with a clinic who asked for it. One query; the session is unscoped."""
    rows = session.execute(
        select(Account, Clinic.name, Clinic.timezone)
        .join(SummaryWish, SummaryWish.account_id == Account.id)
        .join(AccountClinic, AccountClinic.account_id == Account.id)
        .join(Clinic, Clinic.id == AccountClinic.clinic_id)
        .where(SummaryWish.wanted.is_(True), Account.active.is_(True), Account.role == Role.LEAD)
        .order_by(Account.id, Clinic.name)
    )
    found: dict[uuid.UUID, Reader] = {}
    for account, clinic, zone in rows:
        one = Reader(account.id, account.organisation_id, account.email, account.language, clinic, zone)
        found.setdefault(account.id, one)
    return list(found.values())
