"""Alembic's environment: the application's engine, one transaction a migration, batch mode on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection, event

from pne_tracker.models import UNSCOPED, Base
from pne_tracker.models.base import UtcDateTime
from pne_tracker.models.tenancy import tell_database


def plain_type(kind: str, column_type: Any, _context: Any) -> str | Literal[False]:
    """Migrations never import the models, so our own column type is written as what it is in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(column_type, UtcDateTime) else False


def ours(name: str | None, kind: str, _parents: Any) -> bool:
    """The tables of a queue beside ours are its own (docs/reminders.md)."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying and dropping it, which its foreign keys would refuse.

    They rest meanwhile, and every reference is looked up before they hold again. The pragma is without effect
    within a transaction, so it goes past SQLAlchemy, which would begin one.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchone()
        if broken:
            raise RuntimeError(
                f"the migration left a row of {broken[0]} that points at nothing in {broken[2]}"
            )
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Run the migrations on the application's engine."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection, _tables_may_be_rebuilt(connection):
        event.listen(connection, "begin", lambda begun: tell_database(begun, UNSCOPED))
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            render_item=plain_type,
            include_name=ours,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
