"""Statements past the ORM and its layers, as somebody who owns the database can send them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from pne_tracker.db import UNSCOPED, db
from pne_tracker.models.tenancy import tell_database


@contextmanager
def raw() -> Iterator[Connection]:
    """A transaction on the application's database that row level security lets see every organisation."""
    with db.engine.begin() as connection:
        tell_database(connection, UNSCOPED)
        yield connection
