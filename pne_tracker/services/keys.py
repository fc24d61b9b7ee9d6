"""The encryption keys in use: which seals how many values, and sealing everything anew under the first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from pne_tracker.models import Base, SealedText, TenantOwned, keys_of, seal_into, unsealed

DATA_KEY = "d"
BATCH = 500


def count_by_key(session: Session) -> dict[str, int]:
    """How many values each key of the installation seals (the session is unscoped)."""
    ring, found = keys_of(session), Counter[str]()
    for kind, column in _sealed_columns():
        for token in session.scalars(select(getattr(kind, column))):
            if token is not None:
                found[ring.key_of(token)] += 1
    found.pop(DATA_KEY, None)
    return dict(found)


def reseal(session: Session) -> int:
    """Seal what an older key sealed under the first one; returns how many values (the session is unscoped).

    What is sealed under a person's own data key stays: that key is itself sealed, and is among the values.
    """
    ring, done = keys_of(session), 0
    for kind, column in _sealed_columns():
        rows = select(kind).where(getattr(kind, column).is_not(None))
        for row in session.scalars(rows.execution_options(yield_per=BATCH)):
            if ring.key_of(getattr(row, column)) not in {ring.primary, DATA_KEY}:
                seal_into(session, row, column, unsealed(row, column))
                done += 1
    session.flush()
    return done


def _sealed_columns() -> Iterator[tuple[type[TenantOwned], str]]:
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__name__):
        if issubclass(mapper.class_, TenantOwned):
            for column in inspect(mapper.class_).columns:
                if isinstance(column.type, SealedText):
                    yield mapper.class_, column.key
