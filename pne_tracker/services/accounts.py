"""Accounts and clinics: making them, changing them, letting patients in."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import uuid
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.billing.identifiers import npi_problem
from pne_tracker.domain.door import MfaPolicy
from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.domain.passwords import SHORTEST
from pne_tracker.models import (
    Account,
    AccountClinic,
    Clinic,
    Organisation,
    Patient,
    Payer,
    new_id,
)
from pne_tracker.queries.access import load
from pne_tracker.services import api_tokens, audit, sessions

MIN_PASSWORD = SHORTEST
NAME_LENGTH, SLUG_LENGTH, CREDENTIAL_LENGTH = 200, 60, 20
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def create_organisation(
    session: Session,
    *,
    name: str,
    slug: str,
    now: dt.datetime,
    staff_mfa: MfaPolicy = MfaPolicy.REQUIRED,
) -> Organisation:
    """A new organisation (the session is unscoped). `staff_mfa`: whether its staff need a second step."""
    organisation = Organisation(id=new_id(), name=name, slug=slug, staff_mfa=staff_mfa, created_at=now)
    session.add(organisation)
    session.flush()
    return organisation


def create_clinic(
    session: Session,
    *,
    name: str,
    slug: str,
    timezone: str,
    now: dt.datetime,
    organisation: str | None = None,
    staff_mfa: MfaPolicy = MfaPolicy.REQUIRED,
) -> Clinic:
    """A new clinic, with the payer "Self-pay"; makes the organisation too when there is none yet.

    Raises BadInputError for an empty name, a slug that is taken or ill-formed, an unknown time zone.
    """
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise BadInputError(f"Write the clinic's name, 1 to {NAME_LENGTH} characters.", at="name")
    _refuse_unshown(name, "name")
    if not _SLUG.fullmatch(slug) or len(slug) > SLUG_LENGTH:
        raise BadInputError(
            "A slug has lower-case letters, digits and single hyphens, like harbor-lane, 60 characters at most.",
            at="slug",
        )
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInputError(
            f"{timezone} is not a time zone. Name one like America/New_York.", at="timezone"
        ) from None
    if session.scalar(select(Clinic.id).where(Clinic.slug == slug)):
        raise BadInputError(f"There is a clinic {slug} already. Choose another slug.", at="slug")
    owner = _organisation(session, organisation, name, slug, now, staff_mfa)
    clinic = Clinic(id=new_id(), organisation_id=owner.id, name=name, slug=slug, timezone=timezone)
    session.add(clinic)
    if not session.scalar(select(Payer.id).where(Payer.organisation_id == owner.id)):
        session.add(Payer(organisation_id=owner.id, name="Self-pay", unit_rule="ama_midpoint"))
    session.flush()
    return clinic


def _refuse_unshown(text: str, at: str) -> None:
    if any(ord(one) < 32 for one in text):
        raise BadInputError("Remove the characters that cannot be shown.", at=at)


def _organisation(
    session: Session, wanted: str | None, name: str, slug: str, now: dt.datetime, staff_mfa: MfaPolicy
) -> Organisation:
    known = session.scalars(select(Organisation).order_by(Organisation.created_at)).all()
    if wanted is not None:
        match = [organisation for organisation in known if organisation.slug == wanted]
        if not match:
            raise BadInputError(f"There is no organisation {wanted}.", at="organisation")
        return match[0]
    if len(known) > 1:
        raise BadInputError(
            "There are several organisations: name one with --organisation.", at="organisation"
        )
    if known:
        return known[0]
    return create_organisation(session, name=name, slug=slug, now=now, staff_mfa=staff_mfa)


def clinic_of_slug(session: Session, slug: str) -> Clinic:
    """The clinic of that slug (the session is unscoped). Raises BadInputError when there is none."""
    clinic = session.scalars(select(Clinic).where(Clinic.slug == slug)).one_or_none()
    if clinic is None:
        known = ", ".join(session.scalars(select(Clinic.slug).order_by(Clinic.slug)))
        hint = f"There are: {known}." if known else "Make one first with pne-tracker create-clinic."
        raise BadInputError(f"There is no clinic {slug}. {hint}", at="clinic")
    return clinic


def create_account(
    session: Session,
    *,
    email: str,
    role: Role,
    name: str,
    clinics: list[Clinic],
    password_hash: str | None,
    now: dt.datetime,
    credential: str | None = None,
    npi: str | None = None,
    patient: Patient | None = None,
    language: str = "en",
) -> Account:
    """A new account. Raises BadInputError for a mail address that is ill-formed or taken, and for a wrong NPI."""
    email = email.strip().lower()
    if not _MAIL.fullmatch(email) or len(email) > 254:
        raise BadInputError("Write a mail address like name@clinic.org.", at="email")
    if len(name) > NAME_LENGTH:
        raise BadInputError(f"Shorten the name to {NAME_LENGTH} characters.", at="name")
    _refuse_unshown(name, "name")
    _refuse_unshown(credential or "", "credential")
    if credential and len(credential) > CREDENTIAL_LENGTH:
        raise BadInputError(f"Shorten the credential to {CREDENTIAL_LENGTH} characters.", at="credential")
    if npi and (problem := npi_problem(npi)):
        raise BadInputError(problem, at="npi")
    if session.scalar(select(Account.id).where(Account.email == email)):
        raise BadInputError("This mail address has an account already. Use another one.", at="email")
    account = Account(
        id=new_id(),
        organisation_id=clinics[0].organisation_id,
        email=email,
        password_hash=password_hash,
        uniquifier=fresh_uniquifier(),
        role=role,
        name=name,
        credential=credential,
        npi=npi,
        patient_id=patient.id if patient else None,
        language=language,
        created_at=now,
    )
    session.add(account)
    for clinic in clinics:
        session.add(
            AccountClinic(organisation_id=clinic.organisation_id, account_id=account.id, clinic_id=clinic.id)
        )
    session.flush()
    return account


def fresh_uniquifier() -> str:
    """A new session name; setting it ends every session of the account."""
    return secrets.token_hex(24)


def keep_credentials(
    session: Session, account_id: uuid.UUID, *, password_hash: str | None, uniquifier: str
) -> None:
    """Store what signing in changed."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFoundError
    account.password_hash = password_hash
    account.uniquifier = uniquifier
    session.flush()


def renew_sessions(session: Session, viewer: Viewer, *, now: dt.datetime) -> str:
    """A way in changed: every session ends, this one too. Gives the new session name to sign in with."""
    account = session.get_one(Account, viewer.account_id)
    account.uniquifier = fresh_uniquifier()
    sessions.end_all(session, viewer.account_id, now=now)
    session.flush()
    return account.uniquifier


def signed_in(session: Session, viewer: Viewer, *, now: dt.datetime) -> None:
    """Remember when the account signed in."""
    account = session.get(Account, viewer.account_id)
    if account is not None:
        account.last_sign_in_at = now
    audit.record(session, viewer, "sign_in", "account", subject_id=viewer.account_id, now=now)
    session.flush()


def choose_display(session: Session, viewer: Viewer, *, theme: str | None, language: str) -> None:
    """The account's own theme ("light", "dark" or None for the device's) and language."""
    account = session.get(Account, viewer.account_id)
    if account is None:
        raise NotFoundError
    account.theme = theme
    account.language = language
    session.flush()


def create_staff(
    session: Session,
    viewer: Viewer,
    *,
    email: str,
    role: Role,
    name: str,
    credential: str | None,
    npi: str | None,
    password_hash: str,
    now: dt.datetime,
) -> Account:
    """A new member of staff in the viewer's clinics. Raises BadInputError as create_account does."""
    clinics = session.scalars(select(Clinic).where(Clinic.id.in_(viewer.clinic_ids))).all()
    account = create_account(
        session,
        email=email,
        role=role,
        name=name,
        clinics=list(clinics),
        password_hash=password_hash,
        credential=credential,
        npi=npi,
        now=now,
    )
    audit.record(session, viewer, "create", "account", subject_id=account.id, now=now, role=role.value)
    return account


def set_password(
    session: Session, viewer: Viewer, account_id: uuid.UUID, password_hash: str, *, now: dt.datetime
) -> None:
    """A new password; every session of the account ends, and every API token."""
    account = load(session, viewer, Account, account_id)
    account.password_hash = password_hash
    account.uniquifier = fresh_uniquifier()
    sessions.end_all(session, account_id, now=now)
    api_tokens.revoke_all(session, viewer, account_id, now=now)
    audit.record(session, viewer, "change_password", "account", subject_id=account_id, now=now)
    session.flush()


def toggle_active(session: Session, viewer: Viewer, account_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Suspend an account, or let it back in; its sessions and API tokens end either way.

    Returns whether it is active now.
    """
    account = load(session, viewer, Account, account_id)
    account.active = not account.active
    account.uniquifier = fresh_uniquifier()
    sessions.end_all(session, account_id, now=now)
    api_tokens.revoke_all(session, viewer, account_id, now=now)
    action = "reinstate" if account.active else "suspend"
    audit.record(session, viewer, action, "account", subject_id=account_id, now=now)
    session.flush()
    return account.active
