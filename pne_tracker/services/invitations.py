"""The way into the portal: a single-use invitation, and accepting it with the right date of birth."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Role, Viewer
from pne_tracker.domain.door import LINK_WINDOW, MOST_LINKS, hash_of
from pne_tracker.domain.errors import BadInputError, NotAllowedError, RefusedError
from pne_tracker.models import (
    Account,
    AuditEvent,
    Clinic,
    Consent,
    ConsentKind,
    Invitation,
    Patient,
    Scope,
    enter_scope,
    new_id,
)
from pne_tracker.queries.access import load, lock
from pne_tracker.services import accounts, audit

LIFE: Final = dt.timedelta(days=7)
MOST_TRIES: Final = 6
SOURCE: Final = "portal invitation"
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Acceptance(StrEnum):
    """What became of a try to accept."""

    ACCEPTED = "accepted"
    WRONG_DATE = "wrong_date"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class NewAccess:
    """What the person who holds the link typed; the password already as its hash, None for who wants none."""

    birth_date: dt.date | None
    email: str
    password_hash: str | None
    language: str = "en"
    email_consent: bool = False


def invite(session: Session, viewer: Viewer, patient_id: uuid.UUID, *, now: dt.datetime, token: str) -> str:
    """Make a way into the portal for a patient, good once and for seven days; earlier ones end.

    `token` is at least 32 random characters; returns it for the link, and keeps its hash alone. Raises
    NotAllowedError for all but therapists and leads, RefusedError for a patient who has died or whose date
    of birth is not known.
    """
    patient = load(session, viewer, Patient, patient_id, Access.EDIT)
    if viewer.role not in {Role.THERAPIST, Role.LEAD}:
        raise NotAllowedError("A therapist or the clinic lead invites patients.")
    if patient.deceased:
        raise RefusedError("This patient has died. There is no one to invite.", code="deceased")
    if patient.birth_date is None:
        raise RefusedError("Add the date of birth first: it opens the invitation.", code="no_birth_date")
    for earlier in _open_ones(session, patient_id, now):
        earlier.expires_at = now
    invitation = Invitation(
        id=new_id(),
        patient_id=patient_id,
        token_hash=hash_of(token),
        created_at=now,
        created_by=viewer.account_id,
        expires_at=now + LIFE,
    )
    session.add(invitation)
    audit.record(session, viewer, "invite", "patient", subject_id=patient_id, patient_id=patient_id, now=now)
    session.flush()
    return token


def renew(session: Session, patient: Patient, *, now: dt.datetime, token: str) -> uuid.UUID | None:
    """A new invitation for a patient who lost the last one. Three an hour, then None.

    A printed one goes on working: who only knows the mail address must not be able to end it. The session is
    unscoped, and nobody is signed in: the new one stands in the name of who invited first.
    """
    lock(session, Patient, patient.id)
    earlier = session.scalars(
        select(Invitation).where(Invitation.patient_id == patient.id).order_by(Invitation.created_at)
    ).all()
    if sum(one.created_at > now - LINK_WINDOW for one in earlier) >= MOST_LINKS:
        return None
    invitation = Invitation(
        id=new_id(),
        organisation_id=patient.organisation_id,
        patient_id=patient.id,
        token_hash=hash_of(token),
        created_at=now,
        created_by=earlier[0].created_by,
        expires_at=now + LIFE,
    )
    session.add(invitation)
    _note(session, patient.organisation_id, None, "renew_invitation", patient.id, now)
    session.flush()
    return invitation.id


def is_open(session: Session, token_hash: str, *, now: dt.datetime) -> bool:
    """Whether that invitation could be accepted now. Reads only (the session is unscoped)."""
    invitation = session.scalars(select(Invitation).where(Invitation.token_hash == token_hash)).one_or_none()
    if invitation is None or not _holds(invitation, now):
        return False
    return session.scalar(select(Patient.deceased).where(Patient.id == invitation.patient_id)) is False


def accept(session: Session, token_hash: str, access: NewAccess, *, now: dt.datetime) -> Acceptance:
    """Use an invitation up: make the patient's account, or open it again with a new password.

    Of any number of tries at once one works. A wrong date of birth counts, and the sixth ends the
    invitation. The session is unscoped and takes on the invitation's organisation. Raises BadInputError for
    a mail address that is ill-formed or another account's; that uses nothing up.
    """
    invitation = session.scalars(
        select(Invitation).where(Invitation.token_hash == token_hash).with_for_update()
    ).one_or_none()
    if invitation is None or not _holds(invitation, now):
        return Acceptance.ENDED
    organisation_id, invitation_id = invitation.organisation_id, invitation.id
    enter_scope(session, Scope(organisation_id))
    invitation = session.get_one(Invitation, invitation_id)
    patient = session.get_one(Patient, invitation.patient_id)
    if patient.deceased:
        return Acceptance.ENDED
    if patient.birth_date is None or patient.birth_date != access.birth_date:
        invitation.failed_tries += 1
        _note(session, organisation_id, None, "refuse_invitation", patient.id, now)
        session.flush()
        return Acceptance.WRONG_DATE if _holds(invitation, now) else Acceptance.ENDED
    invitation.used_at = now
    for other in _open_ones(session, patient.id, now):
        other.expires_at = now
    account = _account(session, patient, access, now)
    _consents(session, patient, account, access, now)
    _note(session, organisation_id, account.id, "accept_invitation", patient.id, now)
    session.flush()
    return Acceptance.ACCEPTED


def _holds(invitation: Invitation, now: dt.datetime) -> bool:
    return invitation.used_at is None and invitation.expires_at > now and invitation.failed_tries < MOST_TRIES


def _open_ones(session: Session, patient_id: uuid.UUID, now: dt.datetime) -> list[Invitation]:
    return list(
        session.scalars(
            select(Invitation).where(
                Invitation.patient_id == patient_id, Invitation.used_at.is_(None), Invitation.expires_at > now
            )
        )
    )


def _account(session: Session, patient: Patient, access: NewAccess, now: dt.datetime) -> Account:
    known = session.scalars(select(Account).where(Account.patient_id == patient.id)).one_or_none()
    try:
        if known is None:
            return _new_account(session, patient, access, now)
        return _reopened(session, known, access)
    except IntegrityError as error:
        raise BadInputError("This mail address cannot be used. Use another one.", at="email") from error


def _new_account(session: Session, patient: Patient, access: NewAccess, now: dt.datetime) -> Account:
    return accounts.create_account(
        session,
        email=access.email,
        role=Role.PATIENT,
        name=f"{patient.given_name} {patient.family_name}",
        clinics=[session.get_one(Clinic, patient.clinic_id)],
        password_hash=access.password_hash,
        now=now,
        patient=patient,
        language=access.language,
    )


def _reopened(session: Session, account: Account, access: NewAccess) -> Account:
    """The account with the new address and password; whoever was signed in with the old ones no longer is."""
    email = access.email.strip().lower()
    if not _ADDRESS.fullmatch(email) or len(email) > 254:
        raise BadInputError("Write a mail address like name@mail.org.", at="email")
    account.email = email
    account.password_hash = access.password_hash
    account.uniquifier = accounts.fresh_uniquifier()
    account.active = True
    account.language = access.language
    session.flush()
    return account


def _consents(
    session: Session, patient: Patient, account: Account, access: NewAccess, now: dt.datetime
) -> None:
    for kind, granted in ((ConsentKind.PORTAL, True), (ConsentKind.EMAIL, access.email_consent)):
        session.add(
            Consent(
                patient_id=patient.id,
                kind=kind,
                granted=granted,
                at=now,
                recorded_by=account.id,
                source=SOURCE,
            )
        )


def _note(
    session: Session,
    organisation_id: uuid.UUID,
    actor_id: uuid.UUID | None,
    action: str,
    patient_id: uuid.UUID,
    now: dt.datetime,
) -> None:
    """Nobody is signed in here, so the event names no viewer."""
    session.add(
        AuditEvent(
            organisation_id=organisation_id,
            at=now,
            actor_id=actor_id,
            actor_role=Role.PATIENT.value if actor_id else "",
            action=action,
            subject="invitation",
            subject_id=None,
            patient_id=patient_id,
            details={},
        )
    )
