"""Reads about accounts: sign-in, colleagues, settings."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import STAFF, Role, Viewer
from pne_tracker.domain.door import MfaPolicy
from pne_tracker.models import Account, AccountClinic, AccountSession, Clinic, Organisation
from pne_tracker.queries.access import load


@dataclass(frozen=True, slots=True)
class SignInRecord:
    """What signing in and each signed-in request need of an account."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    email: str
    password_hash: str | None
    active: bool
    uniquifier: str
    role: Role
    name: str
    patient_id: uuid.UUID | None
    language: str
    theme: str | None
    clinic_ids: frozenset[uuid.UUID]
    clinic_name: str
    timezone: str
    staff_mfa: MfaPolicy
    session_id: uuid.UUID | None = None
    started_at: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None


# Built once, as every request sends it; columns, as nothing of it is changed.
_SIGN_IN = (
    select(
        Account.id,
        Account.organisation_id,
        Account.email,
        Account.password_hash,
        Account.active,
        Account.uniquifier,
        Account.role,
        Account.name,
        Account.patient_id,
        Account.language,
        Account.theme,
        AccountClinic.clinic_id,
        Clinic.name.label("clinic_name"),
        Clinic.timezone,
        Organisation.staff_mfa,
        AccountSession.id.label("session_id"),
        AccountSession.started_at,
        AccountSession.confirmed_at,
    )
    .select_from(Account)
    .join(Organisation, Organisation.id == Account.organisation_id)
    .outerjoin(
        AccountSession,
        (AccountSession.account_id == Account.id)
        & (AccountSession.token_hash == bindparam("token_hash"))
        & AccountSession.ended_at.is_(None),
    )
    .outerjoin(AccountClinic, AccountClinic.account_id == Account.id)
    .outerjoin(Clinic, Clinic.id == AccountClinic.clinic_id)
    .order_by(Clinic.name)
)
_BY_EMAIL = _SIGN_IN.where(Account.email == bindparam("email"))
_BY_SESSION = _SIGN_IN.where(Account.uniquifier == bindparam("uniquifier"))


def sign_in_record(
    session: Session, *, email: str | None = None, uniquifier: str | None = None, token_hash: str = ""
) -> SignInRecord | None:
    """The account of that mail address or session name, in any organisation (the session is unscoped).

    `token_hash` is that of the browser's session, whose facts come along while it is open.
    """
    if email is not None:
        rows = session.execute(_BY_EMAIL, {"email": email.lower(), "token_hash": token_hash}).all()
    else:
        rows = session.execute(_BY_SESSION, {"uniquifier": uniquifier, "token_hash": token_hash}).all()
    if not rows:
        return None
    account = rows[0]
    return SignInRecord(
        id=account.id,
        organisation_id=account.organisation_id,
        email=account.email,
        password_hash=account.password_hash,
        active=account.active,
        uniquifier=account.uniquifier,
        role=account.role,
        name=account.name,
        patient_id=account.patient_id,
        language=account.language,
        theme=account.theme,
        clinic_ids=frozenset(row.clinic_id for row in rows if row.clinic_id is not None),
        clinic_name=account.clinic_name or "",
        timezone=account.timezone or "UTC",
        staff_mfa=MfaPolicy(account.staff_mfa),
        session_id=account.session_id,
        started_at=account.started_at,
        confirmed_at=account.confirmed_at,
    )


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff to choose from."""

    id: uuid.UUID
    name: str
    credential: str | None
    role: Role
    active: bool
    email: str

    @property
    def label(self) -> str:
        """Name with credential: "Maya Okonjo, PT"."""
        return f"{self.name}, {self.credential}" if self.credential else self.name


def _colleague(account: Account) -> Colleague:
    return Colleague(
        account.id, account.name, account.credential, account.role, account.active, account.email
    )


def colleague(session: Session, viewer: Viewer, account_id: uuid.UUID) -> Colleague:
    """A member of staff within the viewer's reach. Raises NotFoundError for anybody else."""
    return _colleague(load(session, viewer, Account, account_id))


def colleagues(session: Session, viewer: Viewer, *roles: Role) -> list[Colleague]:
    """Active staff of the viewer's clinics with one of `roles`, by name."""
    accounts = session.scalars(
        select(Account)
        .join(AccountClinic, AccountClinic.account_id == Account.id)
        .where(
            AccountClinic.clinic_id.in_(viewer.clinic_ids), Account.role.in_(roles), Account.active.is_(True)
        )
        .order_by(Account.name, Account.id)
        .distinct()
    )
    return [_colleague(account) for account in accounts]


def clinics(session: Session, viewer: Viewer) -> list[Clinic]:
    """The viewer's clinics, by name."""
    return list(
        session.scalars(
            select(Clinic).where(Clinic.id.in_(viewer.clinic_ids)).order_by(Clinic.name, Clinic.id)
        )
    )


def holds_any_organisation(session: Session) -> bool:
    """Whether the database holds anything at all (the session is unscoped)."""
    return session.scalar(select(Organisation.id).limit(1)) is not None


def staff(session: Session) -> list[Colleague]:
    """Every staff account of the organisation, active ones first, then by name."""
    accounts = session.scalars(
        select(Account)
        .where(Account.role.in_(STAFF))
        .order_by(Account.active.desc(), Account.name, Account.id)
    )
    return [_colleague(account) for account in accounts]
