"""Signed-in browsers: opening one, the list of them, and ending them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.door import LONGEST_SESSION, hash_of
from pne_tracker.models import AccountSession, new_id
from pne_tracker.services import audit


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One open session as its owner sees it."""

    id: uuid.UUID
    device: str
    how: str
    started_at: dt.datetime


def open_session(
    session: Session, viewer: Viewer, *, token: str, how: str, device: str, now: dt.datetime
) -> None:
    """Keep a newly signed-in browser; `token` is random, and its hash alone is kept."""
    session.add(
        AccountSession(
            id=new_id(),
            account_id=viewer.account_id,
            token_hash=hash_of(token),
            how=how,
            device=device[:120],
            started_at=now,
            confirmed_at=now,
        )
    )
    session.flush()


def confirm_session(session: Session, viewer: Viewer, session_id: uuid.UUID, *, now: dt.datetime) -> None:
    """The person has shown again who it is."""
    session.execute(
        update(AccountSession)
        .where(AccountSession.id == session_id, AccountSession.account_id == viewer.account_id)
        .values(confirmed_at=now)
    )


def end_session(session: Session, viewer: Viewer, session_id: uuid.UUID, *, now: dt.datetime) -> None:
    """End one session of the viewer's."""
    _end(session, viewer, now, AccountSession.id == session_id)


def end_others(session: Session, viewer: Viewer, session_id: uuid.UUID, *, now: dt.datetime) -> int:
    """End every session of the viewer's but this one; gives how many."""
    ended = _end(session, viewer, now, AccountSession.id != session_id)
    audit.record(
        session, viewer, "end_sessions", "account", subject_id=viewer.account_id, now=now, ended=ended
    )
    return ended


def _end(session: Session, viewer: Viewer, now: dt.datetime, which: ColumnElement[bool]) -> int:
    rows = session.execute(
        update(AccountSession)
        .where(AccountSession.account_id == viewer.account_id, AccountSession.ended_at.is_(None), which)
        .values(ended_at=now)
        .returning(AccountSession.id)
    ).all()
    return len(rows)


def sessions_of(session: Session, viewer: Viewer, *, now: dt.datetime) -> list[OpenSession]:
    """The viewer's sessions that have not ended and are not too old, latest first."""
    rows = session.scalars(
        select(AccountSession)
        .where(
            AccountSession.account_id == viewer.account_id,
            AccountSession.ended_at.is_(None),
            AccountSession.started_at > now - LONGEST_SESSION,
        )
        .order_by(AccountSession.started_at.desc(), AccountSession.id)
    )
    return [OpenSession(row.id, row.device, row.how, row.started_at) for row in rows]


def end_all(session: Session, account_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Every session of an account is over: its way in, its role or its standing changed."""
    session.execute(
        update(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.ended_at.is_(None))
        .values(ended_at=now)
    )
