"""A new password for staff who lost theirs: a single-use link by mail, asked at the door or by an administrator."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import STAFF, Viewer
from pne_tracker.domain.errors import RefusedError
from pne_tracker.models import Account
from pne_tracker.queries.access import load
from pne_tracker.services import accounts, api_tokens, audit, sessions
from pne_tracker.services.sign_in_links import Address, account_of, send_link, spend

TEMPLATE: Final = "password_reset"
LIFE: Final = dt.timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Resetting:
    """Whose password the link changes: what the new one must not be made of."""

    email: str
    name: str


def ask(session: Session, email: str, *, now: dt.datetime, token: str, link_to: Address) -> None:
    """Send a link if the address is an active member of staff's, at most three an hour; say nothing about it.

    The session is unscoped.
    """
    account = session.scalars(
        select(Account).where(
            Account.email == email.strip().lower(), Account.active.is_(True), Account.role.in_(STAFF)
        )
    ).one_or_none()
    if account is not None:
        send_link(session, account, now=now, token=token, link_to=link_to, template=TEMPLATE, life=LIFE)


def start(
    session: Session,
    viewer: Viewer,
    account_id: uuid.UUID,
    *,
    now: dt.datetime,
    token: str,
    link_to: Address,
) -> None:
    """An administrator has a link sent to a colleague, whose sessions end. The old password works until then.

    Raises NotFoundError out of reach, RefusedError for one who is suspended or got three links this hour.
    """
    account = load(session, viewer, Account, account_id)
    if not account.active:
        raise RefusedError("Let the account back in first: a suspended one gets no link.")
    if not send_link(session, account, now=now, token=token, link_to=link_to, template=TEMPLATE, life=LIFE):
        raise RefusedError(
            "Three links went out within the hour. Wait, or ask them to look in the spam folder."
        )
    _end_sessions(session, account, now)
    audit.record(session, viewer, "start_password_reset", "account", subject_id=account.id, now=now)
    session.flush()


def whose(session: Session, token_hash: str, *, now: dt.datetime) -> Resetting | None:
    """Whose password that link would change now, or None. Reads only (the session is unscoped)."""
    account = account_of(session, token_hash, STAFF, now=now)
    return Resetting(account.email, account.name) if account else None


def use(session: Session, token_hash: str, password_hash: str, *, now: dt.datetime) -> bool:
    """Use the link up for a new password; every session ends, and a second step stays what it was.

    The session is unscoped; see `sign_in_links.spend`.
    """
    account = spend(session, token_hash, STAFF, now=now)
    if account is None:
        return False
    account.password_hash = password_hash
    _end_sessions(session, account, now)
    audit.record_by_itself(
        session,
        account.organisation_id,
        "change_password",
        "account",
        subject_id=account.id,
        now=now,
        by="link",
    )
    session.flush()
    return True


def _end_sessions(session: Session, account: Account, now: dt.datetime) -> None:
    account.uniquifier = accounts.fresh_uniquifier()
    sessions.end_all(session, account.id, now=now)
    for token_id in api_tokens.end_all(session, account.id, by=account.id, now=now):
        audit.record_by_itself(
            session, account.organisation_id, "revoke_token", "api_token", subject_id=token_id, now=now
        )
