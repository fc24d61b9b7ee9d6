"""API tokens: made for a program and shown once, used, revoked."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.door import hash_of
from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.scopes import MOST_TOKENS, SHOWN, check_wish, life_of
from pne_tracker.models import Account, ApiToken, new_id
from pne_tracker.queries.access import lock
from pne_tracker.queries.api_tokens import load_token
from pne_tracker.services import audit


def issue(
    session: Session,
    viewer: Viewer,
    *,
    name: str,
    scopes: Iterable[str],
    days: int,
    secret: str,
    now: dt.datetime,
) -> ApiToken:
    """Keep a new token of the viewer's; `secret` is random and its hash alone is kept.

    Raises BadInputError as check_wish does, RefusedError when the account has as many as it can.
    """
    name, wanted = check_wish(viewer.role, name, scopes, days)
    lock(session, Account, viewer.account_id)
    working = select(func.count()).where(
        ApiToken.account_id == viewer.account_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now
    )
    if (session.scalar(working) or 0) >= MOST_TOKENS:
        raise RefusedError(f"You have {MOST_TOKENS} tokens. Revoke one that no program uses.")
    token = ApiToken(
        id=new_id(),
        account_id=viewer.account_id,
        name=name,
        prefix=secret[:SHOWN],
        token_hash=hash_of(secret),
        scopes=[scope.value for scope in wanted],
        created_at=now,
        expires_at=now + life_of(days),
    )
    session.add(token)
    audit.record(
        session, viewer, "add_token", "api_token", subject_id=token.id, now=now, scopes=list(token.scopes)
    )
    session.flush()
    return token


def revoke(session: Session, viewer: Viewer, token_id: uuid.UUID, *, now: dt.datetime) -> str:
    """End a token for good; once more changes nothing. Gives its name. Raises NotFoundError."""
    token = load_token(session, viewer, token_id)
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = now, viewer.account_id
        audit.record(session, viewer, "revoke_token", "api_token", subject_id=token.id, now=now)
        session.flush()
    return token.name


def revoke_all(session: Session, viewer: Viewer, account_id: uuid.UUID, *, now: dt.datetime) -> None:
    """End every token of an account."""
    for token_id in end_all(session, account_id, by=viewer.account_id, now=now):
        audit.record(session, viewer, "revoke_token", "api_token", subject_id=token_id, now=now)


def end_all(
    session: Session, account_id: uuid.UUID, *, by: uuid.UUID, now: dt.datetime
) -> Sequence[uuid.UUID]:
    """End every token of an account; gives their ids, for the trail."""
    return session.scalars(
        update(ApiToken)
        .where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=by)
        .returning(ApiToken.id)
        .execution_options(synchronize_session=False)
    ).all()


def note_use(session: Session, token_id: uuid.UUID, *, today: dt.date) -> None:
    """Remember the day a token was last used."""
    unseen = or_(ApiToken.last_used_on.is_(None), ApiToken.last_used_on < today)
    session.execute(
        update(ApiToken)
        .where(ApiToken.id == token_id, unseen)
        .values(last_used_on=today)
        .execution_options(synchronize_session=False)
    )
