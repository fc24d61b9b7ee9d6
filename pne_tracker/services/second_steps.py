"""The second step of signing in: an authenticator app, and codes on paper for the day the telephone is lost."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.door import MfaPolicy, hash_of
from pne_tracker.domain.totp import secret_text, step_of
from pne_tracker.models import (
    Account,
    AuthenticatorApp,
    Organisation,
    Passkey,
    RecoveryCode,
    new_id,
    seal_into,
    unsealed,
)
from pne_tracker.queries.access import load
from pne_tracker.services import accounts, audit, sessions

LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of recovery codes: none that is taken for another."""


@dataclass(frozen=True, slots=True)
class KeptPasskey:
    """One passkey as its owner sees it."""

    id: uuid.UUID
    name: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class SecondSteps:
    """What an account has besides its password."""

    app: bool
    codes_left: int
    passkeys: tuple[KeptPasskey, ...]

    @property
    def has_one(self) -> bool:
        """Whether a second step can be asked for."""
        return self.app or bool(self.passkeys)


def steps_of(session: Session, account_id: uuid.UUID) -> SecondSteps:
    """The second steps of an account."""
    app = session.scalar(
        select(AuthenticatorApp.id).where(
            AuthenticatorApp.account_id == account_id, AuthenticatorApp.confirmed_at.is_not(None)
        )
    )
    codes = session.scalar(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    )
    keys = session.scalars(
        select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at, Passkey.id)
    )
    return SecondSteps(
        app is not None,
        codes or 0,
        tuple(KeptPasskey(key.id, key.name, key.created_at, key.last_used_at) for key in keys),
    )


def begin_app(session: Session, viewer: Viewer, *, secret: bytes, now: dt.datetime) -> str:
    """Offer a secret to an authenticator app; it counts once a code of it was typed. Gives it as text.

    A secret that counts already stays until the new one is confirmed.
    """
    row = _app(session, viewer.account_id)
    text = secret_text(secret)
    if row is None:
        row = AuthenticatorApp(id=new_id(), account_id=viewer.account_id, created_at=now)
        seal_into(session, row, "secret", text)
        session.add(row)
    elif row.confirmed_at is None:
        seal_into(session, row, "secret", text)
    session.flush()
    return text if row.confirmed_at is None else ""


def offered_secret(session: Session, viewer: Viewer) -> str | None:
    """The secret that waits for its first code, or None."""
    row = _app(session, viewer.account_id)
    return unsealed(row, "secret") if row is not None and row.confirmed_at is None else None


def confirm_app(session: Session, viewer: Viewer, code: str, *, now: dt.datetime) -> bool:
    """Let the offered secret count from now on, if this is a code of it."""
    row = _app(session, viewer.account_id)
    if row is None or row.confirmed_at is not None:
        return False
    step = step_of(unsealed(row, "secret") or "", code, now=now, after=row.last_step)
    if step is None:
        return False
    row.last_step, row.confirmed_at = step, now
    audit.record(session, viewer, "add_app", "account", subject_id=viewer.account_id, now=now)
    session.flush()
    return True


def use_code(session: Session, account_id: uuid.UUID, code: str, *, now: dt.datetime) -> str | None:
    """Use up a code of the app or one from paper: gives "app" or "recovery", None for a wrong or used one.

    Of any number of tries with one code at once, one works.
    """
    row = _app(session, account_id)
    if row is not None and row.confirmed_at is not None:
        step = step_of(unsealed(row, "secret") or "", code, now=now, after=row.last_step)
        if step is not None:
            row.last_step = step
            session.flush()
            return "app"
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _code_hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    ).all()
    return "recovery" if used else None


def replace_recovery_codes(
    session: Session, viewer: Viewer, codes: Sequence[str], *, now: dt.datetime
) -> None:
    """Keep the hashes of fresh codes; earlier ones work no more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == viewer.account_id))
    session.add_all(
        RecoveryCode(account_id=viewer.account_id, code_hash=_code_hash(code), created_at=now)
        for code in codes
    )
    audit.record(session, viewer, "new_recovery_codes", "account", subject_id=viewer.account_id, now=now)
    session.flush()


def remove_app(session: Session, viewer: Viewer, *, now: dt.datetime) -> None:
    """Take the app and the paper codes away."""
    session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.account_id == viewer.account_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == viewer.account_id))
    audit.record(session, viewer, "remove_app", "account", subject_id=viewer.account_id, now=now)
    session.flush()


def reset_for(session: Session, viewer: Viewer, account_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Take every second step of a colleague away, who sets a new one up at the next sign-in; all sessions end.

    Raises NotFoundError for an account out of reach.
    """
    account = load(session, viewer, Account, account_id)
    for kind in (AuthenticatorApp, RecoveryCode, Passkey):
        session.execute(delete(kind).where(kind.account_id == account.id))
    account.uniquifier = accounts.fresh_uniquifier()
    sessions.end_all(session, account.id, now=now)
    audit.record(session, viewer, "reset_second_step", "account", subject_id=account.id, now=now)
    session.flush()


def choose_policy(session: Session, viewer: Viewer, policy: MfaPolicy, *, now: dt.datetime) -> None:
    """Whether the staff of the viewer's organisation need a second step to sign in."""
    organisation = session.get_one(Organisation, viewer.organisation_id)
    organisation.staff_mfa = policy
    audit.record(
        session,
        viewer,
        "choose_sign_in_policy",
        "organisation",
        subject_id=organisation.id,
        now=now,
        policy=policy.value,
    )
    session.flush()


def _app(session: Session, account_id: uuid.UUID) -> AuthenticatorApp | None:
    return session.scalars(
        select(AuthenticatorApp).where(AuthenticatorApp.account_id == account_id).with_for_update()
    ).one_or_none()


def _code_hash(code: str) -> str:
    return hash_of("".join(one for one in code.lower() if one in LETTERS))
