"""One beat however many processes: an advisory lock on PostgreSQL, a lease row on SQLite."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import func, select

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, db, transaction
from pne_tracker.services import beat

LOCK: Final = 7_406_311
"""The number of the advisory lock; anything that nobody else in the database uses."""
HOLDER: Final = uuid.uuid4()
"""This process."""


@contextmanager
def elected(holder: uuid.UUID = HOLDER) -> Iterator[bool]:
    """Whether the beat is this process's now. A process that died frees its lock at once, its lease in two minutes."""
    if db.engine.dialect.name != "postgresql":
        with transaction(UNSCOPED) as session:
            mine = beat.hold(session, holder, now=clock.now())
        yield mine
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(connection.scalar(select(func.pg_try_advisory_lock(LOCK))))
        try:
            yield mine
        finally:
            if mine:
                connection.scalar(select(func.pg_advisory_unlock(LOCK)))
