"""Whether this process can serve: database, migrations, beat."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Boolean, String, column, func, or_, select, table
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT
from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, db, reading
from pne_tracker.queries.beat import Pulse, pulse

BEAT_KEY = "pne_last_beat"
BEAT_MAY_BE_LATE = dt.timedelta(minutes=5)
ROLES = table(
    "pg_roles", column("rolname", String), column("rolsuper", Boolean), column("rolbypassrls", Boolean)
)


def is_ready() -> bool:
    """The three together; the beat counts where one has ever run."""
    return database_is_current() and beat_is_alive()


def database_is_current() -> bool:
    """The database answers and has the newest migration."""
    try:
        return revision_of_database() == newest_revision()
    except SQLAlchemyError:
        return False


def revision_of_database() -> str | None:
    """The migration the database is at; None when it has no tables yet."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@lru_cache(maxsize=1)
def newest_revision() -> str | None:
    """The head of the migrations in this checkout."""
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def role_is_above_policies() -> bool:
    """Whether row level security does not hold for the role we have in PostgreSQL."""
    if db.engine.dialect.name != "postgresql":
        return False
    with db.engine.connect() as connection:
        above = select(or_(ROLES.c.rolsuper, ROLES.c.rolbypassrls)).where(
            ROLES.c.rolname == func.current_user()
        )
        return bool(connection.scalar(above))


def beat_is_alive() -> bool:
    """The beat ran within five minutes: of this process where it gives one, and of whichever does by its record."""
    now = clock.now()
    own: dt.datetime | None = current_app.extensions.get(BEAT_KEY)
    latest = max((at for at in (own, installation_pulse().last_at) if at is not None), default=None)
    return latest is None or now - latest < BEAT_MAY_BE_LATE


def installation_pulse() -> Pulse:
    """The record of the installation's beat; nothing when the database does not answer."""
    try:
        with reading(UNSCOPED) as session:
            return pulse(session)
    except SQLAlchemyError:
        return Pulse()
