"""Guessing is slow: tries are counted in the database before a secret is looked at, so none slips by in parallel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pne_tracker.domain.door import TRY_WINDOW
from pne_tracker.models import SignInTry


def take_try(session: Session, limits: Mapping[str, int], *, now: dt.datetime) -> bool:
    """Count one try against each key of `limits` (key: most tries); False when one of them has none left.

    A key has its tries back after fifteen minutes without a counted one, so that no fifteen minutes ever
    hold more than `most`. A refused try counts nothing. Rows are always locked in the order of their keys,
    so that no two of many at once wait for each other. The session is unscoped.
    """
    _forget_old(session, now)
    with session.begin_nested() as counted:
        good = all(_count(session, key, limits[key], now) for key in sorted(limits))
        if not good:
            counted.rollback()
    return good


def _forget_old(session: Session, now: dt.datetime) -> None:
    old = select(SignInTry.key).where(SignInTry.last_at <= now - TRY_WINDOW).with_for_update(skip_locked=True)
    session.execute(delete(SignInTry).where(SignInTry.key.in_(old)))


def _count(session: Session, key: str, most: int, now: dt.datetime) -> bool:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    fresh = insert(SignInTry).values(key=key, tries=1, last_at=now)
    is_old = SignInTry.last_at <= now - TRY_WINDOW
    counted = session.scalar(
        fresh.on_conflict_do_update(
            index_elements=[SignInTry.key],
            set_={
                "tries": case((is_old, 1), (SignInTry.tries < most, SignInTry.tries + 1), else_=most + 1),
                "last_at": case(
                    (is_old | (SignInTry.tries < most), fresh.excluded.last_at), else_=SignInTry.last_at
                ),
            },
        ).returning(SignInTry.tries)
    )
    return counted is not None and counted <= most


def give_back(session: Session, own_key: str, shared_key: str) -> None:
    """The right secret was given: forget the tries of its own key, and one of the key it shares with others.

    The session is unscoped.
    """
    both = select(SignInTry.key).where(SignInTry.key.in_([own_key, shared_key]))
    session.execute(both.order_by(SignInTry.key).with_for_update())
    session.execute(delete(SignInTry).where(SignInTry.key == own_key))
    session.execute(
        update(SignInTry)
        .where(SignInTry.key == shared_key, SignInTry.tries > 0)
        .values(tries=SignInTry.tries - 1)
    )
