"""The database: one engine for each of both kinds, and the only place where work is committed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Protocol
from uuid import UUID

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from pne_tracker.domain.errors import ConflictError
from pne_tracker.models import (
    UNSCOPED,
    Base,
    Scope,
    asks_to_forget,
    begin_look,
    end_look,
    enter_scope,
    give_keys,
    leave_scope,
)
from pne_tracker.models.tenancy import install
from pne_tracker.services import gists, standing

try:
    from pysqlite3 import dbapi2 as _sqlite
except ImportError:
    _sqlite = sqlite3

__all__ = ["UNSCOPED", "Scope", "db", "looking", "reading", "transaction"]

READ_ONLY = {"pne_read_only": True}
NO_WRITES = {"postgresql_readonly": True}
SNAPSHOT = {"isolation_level": "REPEATABLE READ"}
KEYS = "pne_keys"
LARGE = 256 * 2**20
"""Bytes of an SQLite file of some hundred patients."""


class _ScopedSession(FlaskSession):
    """The session class that carries the tenant guards."""


install(_ScopedSession)
standing.watch(_ScopedSession)
gists.watch(_ScopedSession)


class InOrganisation(Protocol):
    """Whoever acts within one organisation: a Viewer or a Scope."""

    @property
    def organisation_id(self) -> UUID | None: ...


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"class_": _ScopedSession, "expire_on_commit": False, "autoflush": True},
)


@contextmanager
def transaction(scope: InOrganisation) -> Iterator[Session]:
    """One unit of work within `scope`: commits at the end, rolls back on any error.

    Raises ConflictError when somebody else changed a row of it first.
    """
    session = db.session()
    enter_scope(session, Scope(scope.organisation_id))
    give_keys(session, current_app.extensions[KEYS])
    try:
        yield session
        standing.keep(session)
        gists.keep(session)
        session.commit()
        if asks_to_forget(session):
            _forget_old_pages(db.engine)
    except StaleDataError as error:
        session.rollback()
        raise ConflictError("Somebody else changed this first. Load it again to see what differs.") from error
    except BaseException:
        session.rollback()
        raise
    finally:
        leave_scope(session)
        db.session.remove()


def _forget_old_pages(engine: Engine) -> None:
    """Fold SQLite's write-ahead log into the file and empty it: frames in it keep what rows held before.

    A reader at work holds some of it back; its frames go with the next time. PostgreSQL's vacuum does this.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # type: ignore[union-attr]


def rewrite(*, largest: int | None = None) -> bool:
    """Write the database anew without what was deleted.

    False when it was not: an SQLite file larger than `largest` bytes, or one that somebody is at work in. SQLite
    copies the whole file; PostgreSQL's vacuum runs beside others.
    """
    engine = db.engine
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        if engine.dialect.name != "sqlite":
            raw.autocommit = True
            raw.execute("VACUUM")
            raw.autocommit = False
            return True
        pages, size = (raw.execute(f"PRAGMA {one}").fetchone()[0] for one in ("page_count", "page_size"))
        if largest is not None and pages * size > largest:
            return False
        try:
            raw.execute("VACUUM").close()
        except _sqlite.OperationalError:
            return False
    _forget_old_pages(engine)
    return True


def count_indices() -> bool:
    """Let the database count what its columns and indices hold, so that it takes the right ones; says whether it did.

    SQLite counts them whole, for what it counts up to a limit misleads (ADR 84), and in a LARGE file alone: numbers
    of a few patients would still be believed when there are thousands. PostgreSQL goes on counting by itself.
    """
    with db.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        if connection.dialect.name != "sqlite":
            raw.autocommit = True
            raw.execute("ANALYZE")
            raw.autocommit = False
            return True
        pages, size = (raw.execute(f"PRAGMA {one}").fetchone()[0] for one in ("page_count", "page_size"))
        if pages * size < LARGE:
            return False
        raw.execute("ANALYZE").close()
    return True


@contextmanager
def reading(scope: InOrganisation, *, frozen: bool = False) -> Iterator[Session]:
    """A session that only reads and never waits for a writer; nothing done in it is kept.

    `frozen`: all statements see the database as the first one saw it, which SQLite's readers do anyway.
    """
    with _ScopedSession(db, expire_on_commit=False) as session:
        kept = frozen and db.engine.dialect.name == "postgresql"
        enter_scope(session, Scope(scope.organisation_id))
        session.connection(execution_options=READ_ONLY | (SNAPSHOT if kept else {}))
        give_keys(session, current_app.extensions[KEYS])
        try:
            yield session
        finally:
            session.rollback()


@contextmanager
def looking(scope: InOrganisation) -> Iterator[Session]:
    """A look at patient data: reads without waiting for a writer, then writes the audit events that say so (ADR 4).

    The events are committed before this ends, and any error leaves it, so what could not be recorded is not
    shown. Raises RuntimeError when anything but audit events was to be written: that takes a transaction.
    """
    with _ScopedSession(db, expire_on_commit=False, autoflush=False) as session:
        enter_scope(session, Scope(scope.organisation_id))
        connection = session.connection(execution_options=READ_ONLY | NO_WRITES)
        before = _changes(connection)
        give_keys(session, current_app.extensions[KEYS])
        begin_look(session)
        yield session
        if session.new or session.dirty or session.deleted or _changes(connection) != before:
            raise RuntimeError("a look writes audit events alone, with services.audit")
        session.rollback()
        end_look(session)
        session.commit()


def _changes(connection: Connection) -> int:
    """Rows that an SQLite connection changed so far. PostgreSQL refuses to write where NO_WRITES is said."""
    if connection.dialect.name != "sqlite":
        return 0
    return connection.connection.driver_connection.total_changes  # type: ignore[union-attr,no-any-return]


@contextmanager
def filling() -> Iterator[None]:
    """For a database that is being made: SQLite waits for no disk and looks up no reference meanwhile.

    A killed process leaves it whole; a power cut may not. PostgreSQL works as always.
    """
    engine = db.engine
    if engine.dialect.name != "sqlite":
        yield
        return

    def hurry(connection: Any, *_rest: Any) -> None:
        for pragma in (
            "journal_mode=TRUNCATE",
            "synchronous=OFF",
            "foreign_keys=OFF",
            "secure_delete=OFF",
            "cache_size=-400000",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    engine.dispose()
    event.listen(engine, "checkout", hurry)
    try:
        yield
    finally:
        event.remove(engine, "checkout", hurry)
        engine.dispose()


def engine_options(url: str) -> dict[str, Any]:
    """Options for SQLAlchemy's engine by kind of database."""
    if url.startswith("sqlite"):
        return {"module": _sqlite, "connect_args": {"timeout": 20, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}


def wal_is_safe(module: ModuleType = _sqlite) -> bool:
    """Whether this SQLite has the fix for the write-ahead log's damage with two writers (3.51.3 and later)."""
    version: tuple[int, int, int] = module.sqlite_version_info
    return version >= (3, 51, 3)


def prepare_engine(engine: Engine) -> None:
    """Teach an SQLite engine durable, checked, immediate transactions; PostgreSQL needs nothing."""
    if engine.dialect.name != "sqlite":
        return
    journal = "WAL" if wal_is_safe() else "DELETE"

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "busy_timeout=20000",
            f"journal_mode={journal}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("pne_read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
