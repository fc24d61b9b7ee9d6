"""Reads about API tokens: who comes with one, and which there are."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.models import Account, ApiToken
from pne_tracker.queries.accounts import SignInRecord, sign_in_record


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token that works, and the account it stands for."""

    id: uuid.UUID
    prefix: str
    scopes: frozenset[str]
    last_used_on: dt.date | None
    account: SignInRecord


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token in a list. `ended`: revoked or expired."""

    id: uuid.UUID
    name: str
    owner: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_on: dt.date | None
    revoked: bool
    ended: bool


def token_record(session: Session, token_hash: str, *, now: dt.datetime) -> TokenRecord | None:
    """The token of that hash while it works and its account is active, in any organisation (session unscoped)."""
    found = session.execute(
        select(ApiToken, Account.uniquifier)
        .join(Account, Account.id == ApiToken.account_id)
        .where(
            ApiToken.token_hash == token_hash,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            Account.active.is_(True),
        )
    ).one_or_none()
    if found is None:
        return None
    token, uniquifier = found
    account = sign_in_record(session, uniquifier=uniquifier)
    if account is None:
        return None
    return TokenRecord(token.id, token.prefix, frozenset(token.scopes), token.last_used_on, account)


def own_tokens(session: Session, viewer: Viewer, *, now: dt.datetime) -> list[TokenLine]:
    """The viewer's tokens, latest first, those that ended too."""
    return _lines(session, _tokens().where(ApiToken.account_id == viewer.account_id), now)


def all_tokens(session: Session, *, now: dt.datetime) -> list[TokenLine]:
    """The tokens of the organisation that work, latest first."""
    working = (ApiToken.revoked_at.is_(None), ApiToken.expires_at > now, Account.active.is_(True))
    return _lines(session, _tokens().where(*working), now)


def load_token(session: Session, viewer: Viewer, token_id: uuid.UUID) -> ApiToken:
    """A token of the viewer's own, or of the organisation's for an administrator. Raises NotFoundError."""
    statement = select(ApiToken).where(ApiToken.id == token_id).with_for_update()
    if not viewer.may(Permission.MANAGE_ACCOUNTS):
        statement = statement.where(ApiToken.account_id == viewer.account_id)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _tokens() -> Select[ApiToken, str]:
    return (
        select(ApiToken, Account.name)
        .join(Account, Account.id == ApiToken.account_id)
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    )


def _lines(session: Session, statement: Select[ApiToken, str], now: dt.datetime) -> list[TokenLine]:
    return [
        TokenLine(
            id=token.id,
            name=token.name,
            owner=owner,
            prefix=token.prefix,
            scopes=tuple(token.scopes),
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_on=token.last_used_on,
            revoked=token.revoked_at is not None,
            ended=token.revoked_at is not None or token.expires_at <= now,
        )
        for token, owner in session.execute(statement)
    ]
