"""The one beat of an installation: who gives it, when it last ran, and trouble on a channel."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from sqlalchemy import CursorResult, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pne_tracker.models import Beat

NAME: Final = "beat"
HELD_FOR: Final = dt.timedelta(minutes=2)


def hold(session: Session, holder: uuid.UUID, *, now: dt.datetime) -> bool:
    """Take or keep the beat for two minutes; False when somebody else has it. For databases without advisory locks."""
    _ensure(session)
    result = session.execute(
        update(Beat)
        .where(
            Beat.name == NAME, or_(Beat.holder == holder, Beat.held_until.is_(None), Beat.held_until < now)
        )
        .values(holder=holder, held_until=now + HELD_FOR)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def ran(session: Session, *, now: dt.datetime) -> None:
    """Keep when the beat ran."""
    _ensure(session)
    session.execute(update(Beat).where(Beat.name == NAME).values(last_at=now))


def keep_trouble(session: Session, channel: str, code: str | None, *, now: dt.datetime) -> None:
    """Keep what is wrong with a channel, since when; None when it works again. Each channel has a row of its own."""
    _ensure(session, channel)
    row = session.get_one(Beat, channel)
    if row.trouble != code:
        row.trouble, row.trouble_since = code, now if code else None
    session.flush()


def _ensure(session: Session, name: str = NAME) -> None:
    if session.get(Beat, name) is not None:
        return
    try:
        with session.begin_nested():
            session.add(Beat(name=name))
    except IntegrityError:
        session.expire_all()
