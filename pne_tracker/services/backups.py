"""Every row out of a database of either kind as lines of JSON, and back into one of either kind (ADR 79).

The lines of a table say the same whichever database they come from, in the order of its primary key: so the
digest of what was restored can be compared with that of the backup. All sessions here are unscoped.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from pne_tracker.domain.backups import ChainHead, TableFacts
from pne_tracker.domain.errors import RefusedError
from pne_tracker.models import AuditEvent, Base
from pne_tracker.models.base import UtcDateTime

BATCH: Final = 1000

_KINDS: Final[dict[str, tuple[type[Any], TypeEngine[Any]]]] = {
    "instant": (UtcDateTime, UtcDateTime()),
    "uuid": (sa.Uuid, sa.Uuid()),
    "json": (sa.JSON, sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")),
    "bytes": (sa.LargeBinary, sa.LargeBinary()),
    "boolean": (sa.Boolean, sa.Boolean()),
    "integer": (sa.Integer, sa.BigInteger()),
    "number": (sa.Double, sa.Double()),
    "date": (sa.Date, sa.Date()),
    "time": (sa.Time, sa.Time()),
    "text": (sa.String, sa.Text()),
}
"""The kinds of columns, each with the type it is known by and the type it is read and written as."""

_OUT: Final[dict[str, Callable[[Any], Any]]] = {
    "instant": dt.datetime.isoformat,
    "uuid": str,
    "json": lambda text: [json.loads(text)],
    "bytes": lambda value: b64encode(value).decode(),
    "date": dt.date.isoformat,
    "time": dt.time.isoformat,
}
_BACK: Final[dict[str, Callable[[Any], Any]]] = {
    "instant": dt.datetime.fromisoformat,
    "uuid": uuid.UUID,
    "json": lambda boxed: sa.JSON.NULL if boxed[0] is None else boxed[0],
    "bytes": b64decode,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
}

Columns = Mapping[str, str]


def tables() -> dict[str, Columns]:
    """Every table with its columns and their kinds, what is pointed at before what points at it."""
    return {
        table.name: {column.name: _kind(column) for column in table.c}
        for table in Base.metadata.sorted_tables
    }


def _kind(column: sa.Column[Any]) -> str:
    bare = column.type.impl if isinstance(column.type, sa.types.TypeDecorator) else column.type
    for kind, (known_by, _) in _KINDS.items():
        if isinstance(column.type, known_by) or isinstance(bare, known_by):
            return kind
    raise TypeError(f"a backup cannot hold {column!r} yet: give its type a kind")


def _plain(name: str, columns: Columns) -> sa.TableClause:
    """The table as the backup knows it: no model, so that a backup of an earlier revision can be read."""
    return sa.table(name, *(sa.column(column, _KINDS[kind][1]) for column, kind in columns.items()))


def lines_out(session: Session, name: str, columns: Columns) -> Iterator[bytes]:
    """Each row of a table as a line: a JSON list in the order of `columns`.

    A JSON value stands in a list of its own, which tells JSON's null from no value.
    """
    table, out = _plain(name, columns), [_OUT.get(kind) for kind in columns.values()]
    cells = [
        sa.cast(table.c[one], sa.Text) if kind == "json" else table.c[one] for one, kind in columns.items()
    ]
    key = "id" if "id" in columns else next(iter(columns))
    order = sa.collate(table.c[key], "C") if _sorts_by_language(session, columns[key]) else table.c[key]
    # The rows of every organisation, by a Core select on purpose: the criteria of a scope do not apply.
    rows = session.connection().execute(
        sa.select(*cells).order_by(order), execution_options={"yield_per": BATCH}
    )
    for row in rows:
        values = [
            value if value is None or way is None else way(value) for value, way in zip(row, out, strict=True)
        ]
        yield json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode() + b"\n"


def _sorts_by_language(session: Session, kind: str) -> bool:
    return kind == "text" and session.connection().dialect.name == "postgresql"


def facts(lines: Iterable[bytes], columns: Columns) -> TableFacts:
    """How many lines there are, and their digest."""
    digest, rows = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        rows += 1
    return TableFacts(columns, rows, digest.hexdigest())


def lines_in(session: Session, name: str, columns: Columns, lines: Iterable[bytes]) -> None:
    """Write the rows of a table. Raises RefusedError for a line that is no row of it."""
    statement = sa.insert(_plain(name, columns))
    back = [(column, _BACK.get(kind)) for column, kind in columns.items()]
    left = iter(lines)
    while batch := list(islice(left, BATCH)):
        session.connection().execute(statement, [_row(name, line, back) for line in batch])


def _row(name: str, line: bytes, back: list[tuple[str, Callable[[Any], Any] | None]]) -> dict[str, Any]:
    try:
        values = json.loads(line)
        return {
            column: value if value is None or way is None else way(value)
            for (column, way), value in zip(back, values, strict=True)
        }
    except (ValueError, TypeError, LookupError) as error:
        raise RefusedError(f"The backup is damaged: a line of {name} is no row of it.") from error


def rest_references(session: Session) -> None:
    """Let foreign keys be checked at the commit, also those that are checked at once otherwise."""
    if session.connection().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")


def first_filled(session: Session, names: Iterable[str]) -> str | None:
    """A table that has a row already, if any."""
    for name in names:
        if (
            session.connection()
            .execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1))
            .first()
        ):
            return name
    return None


def chain_heads(session: Session) -> tuple[ChainHead, ...]:
    """The latest sealed event of each organisation."""
    latest = (
        sa.select(sa.func.max(AuditEvent.position))
        .where(AuditEvent.position.is_not(None))
        .group_by(AuditEvent.organisation_id)
    )
    found = session.execute(
        sa.select(AuditEvent.organisation_id, AuditEvent.position, AuditEvent.seal)
        .where(AuditEvent.position.in_(latest))
        .order_by(AuditEvent.position)
    )
    return tuple(ChainHead(str(one), position or 0, seal or "") for one, position, seal in found)


def lost_heads(session: Session, heads: Iterable[ChainHead]) -> list[ChainHead]:
    """The heads of a backup that the chain no longer holds: it was cut, or made anew."""
    return [
        head
        for head in heads
        if session.scalar(sa.select(AuditEvent.seal).where(AuditEvent.position == head.position)) != head.seal
    ]
