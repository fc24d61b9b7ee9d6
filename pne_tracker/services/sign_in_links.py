"""Sign-in links by mail: for patients who chose them, forgot a password, or lost an invitation."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role
from pne_tracker.domain.door import LINK_LIFE, LINK_WINDOW, MOST_LINKS, hash_of
from pne_tracker.domain.messages.templates import sender_name
from pne_tracker.models import (
    Account,
    AccountClinic,
    Clinic,
    ContactPoint,
    Invitation,
    Patient,
    SignInLink,
    new_id,
)
from pne_tracker.queries.access import lock
from pne_tracker.services import invitations, outbox

BY_LINK: Final = (Role.PATIENT, Role.CAREGIVER)
LINK_TEMPLATE: Final = "sign_in_link"
INVITATION_TEMPLATE: Final = "invitation"
REMINDER_LINK_LIFE: Final = dt.timedelta(hours=24)

Tokens = Callable[[], str]
Address = Callable[[str], str]


def ask(
    session: Session, email: str, *, now: dt.datetime, tokens: Tokens, link_to: Address, welcome_to: Address
) -> None:
    """Send a way in to that mail address, if it is one of ours; say nothing about whether it is.

    A patient with an account gets a sign-in link, one whose invitation was never used a new invitation, at
    most three an hour. `tokens` gives random tokens of at least 32 characters; `link_to` and `welcome_to`
    turn one into an address. The session is unscoped.
    """
    address = email.strip().lower()
    account = session.scalars(
        select(Account).where(Account.email == address, Account.active.is_(True), Account.role.in_(BY_LINK))
    ).one_or_none()
    if account is not None:
        send_link(session, account, now=now, token=tokens(), link_to=link_to)
        return
    for patient in _invited(session, address):
        _invite_again(session, patient, address, now, tokens(), welcome_to)


def send_link(
    session: Session,
    account: Account,
    *,
    now: dt.datetime,
    token: str,
    link_to: Address,
    template: str = LINK_TEMPLATE,
    life: dt.timedelta = LINK_LIFE,
) -> bool:
    """Mail a link that works once, for fifteen minutes or `life`. False when three were sent this hour.

    What a link does follows from the role: it lets patients in, and lets staff choose a new password.
    """
    lock(session, Account, account.id)
    sent = session.scalar(
        select(func.count())
        .select_from(SignInLink)
        .where(SignInLink.account_id == account.id, SignInLink.created_at > now - LINK_WINDOW)
    )
    if (sent or 0) >= MOST_LINKS:
        return False
    link = _new_link(session, account, token, now, life)
    outbox.enqueue(
        session,
        organisation_id=account.organisation_id,
        key=f"sign-in-link:{link.id}",
        channel="email",
        recipient=account.email,
        template=template,
        variables={
            "sender": _clinic_of(session, account),
            "link": link_to(token),
            "minutes": str(int(life.total_seconds()) // 60),
        },
        language=account.language,
        patient_id=account.patient_id,
        expires_at=link.expires_at,
        now=now,
    )
    return True


def link_of_reminder(
    session: Session, patient_id: uuid.UUID, email: str, *, now: dt.datetime, token: str
) -> bool:
    """Let a reminder to `email` carry a link that works once within a day.

    False when that is not the address the patient signs in with: then whoever reads it may be somebody else.
    """
    account = session.scalars(
        select(Account).where(
            Account.patient_id == patient_id,
            Account.email == email.lower(),
            Account.active.is_(True),
            Account.role.in_(BY_LINK),
        )
    ).one_or_none()
    if account is not None:
        _new_link(session, account, token, now, REMINDER_LINK_LIFE)
    return account is not None


def _new_link(
    session: Session, account: Account, token: str, now: dt.datetime, life: dt.timedelta
) -> SignInLink:
    link = SignInLink(
        id=new_id(),
        organisation_id=account.organisation_id,
        account_id=account.id,
        token_hash=hash_of(token),
        created_at=now,
        expires_at=now + life,
    )
    session.add(link)
    return link


def is_open(session: Session, token_hash: str, *, now: dt.datetime) -> bool:
    """Whether that link would let somebody in now. Reads only (the session is unscoped)."""
    return account_of(session, token_hash, BY_LINK, now=now) is not None


def use(session: Session, token_hash: str, *, now: dt.datetime) -> str | None:
    """Use a link up; gives the account's session name, or None when it works no more.

    The session is unscoped; see `spend`.
    """
    account = spend(session, token_hash, BY_LINK, now=now)
    return account.uniquifier if account else None


def account_of(
    session: Session, token_hash: str, roles: Iterable[Role], *, now: dt.datetime
) -> Account | None:
    """Whose link that is, when it works now for these roles. Reads only (the session is unscoped)."""
    return session.scalars(_usable(token_hash, roles, now)).one_or_none()


def spend(session: Session, token_hash: str, roles: Iterable[Role], *, now: dt.datetime) -> Account | None:
    """Use a link of these roles up; None when it works no more.

    Of any number of tries at once one works; the account's other links end with it. The session is unscoped.
    """
    account = session.scalars(_usable(token_hash, roles, now).with_for_update(of=SignInLink)).one_or_none()
    if account is not None:
        for link in session.scalars(
            select(SignInLink).where(SignInLink.account_id == account.id, SignInLink.used_at.is_(None))
        ):
            link.used_at = now
        session.flush()
    return account


def _usable(token_hash: str, roles: Iterable[Role], now: dt.datetime) -> Select[Account]:
    return (
        select(Account)
        .join(SignInLink, SignInLink.account_id == Account.id)
        .where(
            SignInLink.token_hash == token_hash,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
            Account.active.is_(True),
            Account.role.in_(roles),
        )
    )


def _invited(session: Session, address: str) -> list[Patient]:
    """Living patients of that mail address who were invited and have no account yet."""
    invited = select(Invitation.id).where(Invitation.patient_id == Patient.id, Invitation.used_at.is_(None))
    joined = select(Account.id).where(Account.patient_id == Patient.id)
    return list(
        session.scalars(
            select(Patient)
            .join(ContactPoint, ContactPoint.patient_id == Patient.id)
            .where(
                ContactPoint.system == "email",
                ContactPoint.value == address,
                Patient.deceased.is_(False),
                Patient.birth_date.is_not(None),
                invited.correlate(Patient).exists(),
                ~joined.correlate(Patient).exists(),
            )
            .order_by(Patient.id)
            .limit(MOST_LINKS)
        )
    )


def _invite_again(
    session: Session, patient: Patient, address: str, now: dt.datetime, token: str, welcome_to: Address
) -> None:
    invitation_id = invitations.renew(session, patient, now=now, token=token)
    if invitation_id is None:
        return
    outbox.enqueue(
        session,
        organisation_id=patient.organisation_id,
        key=f"invitation:{invitation_id}",
        channel="email",
        recipient=address,
        template=INVITATION_TEMPLATE,
        variables={
            "sender": sender_name(session.get_one(Clinic, patient.clinic_id).name),
            "link": welcome_to(token),
            "days": str(invitations.LIFE.days),
        },
        language=patient.language,
        patient_id=patient.id,
        expires_at=now + invitations.LIFE,
        now=now,
    )


def _clinic_of(session: Session, account: Account) -> str:
    """The name of the account's clinic, as a message gives it."""
    name = session.scalar(
        select(Clinic.name)
        .join(AccountClinic, AccountClinic.clinic_id == Clinic.id)
        .where(AccountClinic.account_id == account.id)
        .order_by(Clinic.name)
        .limit(1)
    )
    return sender_name(name or "PNE Tracker")
