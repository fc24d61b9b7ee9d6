"""Passkeys: the public halves we keep, and challenges that are answered once."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.door import CHALLENGE_LIFE, hash_of
from pne_tracker.domain.errors import NotFoundError, RefusedError
from pne_tracker.models import Account, Passkey, SpentChallenge, new_id
from pne_tracker.services import audit


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What checking an answer needs, and whose key it is."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    account_id: uuid.UUID
    uniquifier: str
    public_key: str
    sign_count: int


def keep(
    session: Session,
    viewer: Viewer,
    *,
    credential_id: str,
    public_key: str,
    sign_count: int,
    name: str,
    now: dt.datetime,
) -> None:
    """Keep a new passkey of the viewer's. Raises RefusedError for one that is kept already."""
    session.add(
        Passkey(
            id=new_id(),
            account_id=viewer.account_id,
            credential_id=credential_id,
            public_key=public_key,
            sign_count=sign_count,
            name=name[:80],
            created_at=now,
        )
    )
    audit.record(session, viewer, "add_passkey", "account", subject_id=viewer.account_id, now=now)
    try:
        session.flush()
    except IntegrityError as error:
        raise RefusedError("This passkey is kept already. Use it to sign in.") from error


def known_key(session: Session, credential_id: str) -> KnownKey | None:
    """The passkey of that id, of an active account, locked until the commit (the session is unscoped)."""
    row = session.execute(
        select(Passkey, Account)
        .join(Account, Account.id == Passkey.account_id)
        .where(Passkey.credential_id == credential_id, Account.active.is_(True))
        .with_for_update(of=Passkey)
    ).first()
    if row is None:
        return None
    key, account = row
    return KnownKey(
        key.id, key.organisation_id, account.id, account.uniquifier, key.public_key, key.sign_count
    )


def use(session: Session, key: KnownKey, *, challenge: str, sign_count: int, now: dt.datetime) -> bool:
    """Spend the challenge on this key; False when it was spent before (the session is unscoped)."""
    session.execute(delete(SpentChallenge).where(SpentChallenge.spent_at <= now - 2 * CHALLENGE_LIFE))
    try:
        with session.begin_nested():
            session.add(
                SpentChallenge(
                    organisation_id=key.organisation_id, challenge_hash=hash_of(challenge), spent_at=now
                )
            )
    except IntegrityError:
        return False
    row = session.get_one(Passkey, key.id)
    row.sign_count, row.last_used_at = sign_count, now
    session.flush()
    return True


def remove(session: Session, viewer: Viewer, passkey_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Take one of the viewer's passkeys away. Raises NotFoundError for another's."""
    found = session.execute(
        delete(Passkey)
        .where(Passkey.id == passkey_id, Passkey.account_id == viewer.account_id)
        .returning(Passkey.id)
    ).first()
    if found is None:
        raise NotFoundError
    audit.record(session, viewer, "remove_passkey", "account", subject_id=viewer.account_id, now=now)
    session.flush()


def ids_of(session: Session, account_id: uuid.UUID) -> list[str]:
    """The credential ids an account has, so that no device is asked twice."""
    return list(session.scalars(select(Passkey.credential_id).where(Passkey.account_id == account_id)))
