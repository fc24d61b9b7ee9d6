"""`pne-tracker db`: migrations, by Alembic through Flask-Migrate."""

from __future__ import annotations

from typing import Any

import click
import flask_migrate

from pne_tracker.cli._app import with_app
from pne_tracker.db import count_indices, rewrite
from pne_tracker.web.readiness import revision_of_database


@click.group("db")
def database() -> None:
    """Migrations of the database."""


@database.command()
@click.argument("revision", default="head")
@with_app
def upgrade(revision: str) -> None:
    """Bring the database to REVISION (default: the newest). A large database is counted then: seconds to minutes."""
    before = revision_of_database()
    flask_migrate.upgrade(revision=revision)
    if revision_of_database() != before:
        count_indices()


@database.command()
@click.argument("revision", default="-1")
@with_app
def downgrade(revision: str) -> None:
    """Take the database back to REVISION (default: one step)."""
    flask_migrate.downgrade(revision=revision)


@database.command()
@with_app
def forget() -> None:
    """Write the file anew without what was deleted; on PostgreSQL: vacuum every table."""
    if not rewrite():
        raise click.ClickException("Somebody is at work in the database. Try again in a quiet hour.")
    click.echo("Nothing that was deleted is left in the database.")


@database.command()
@with_app
def current() -> None:
    """Show the revision of the database."""
    flask_migrate.current()


@database.command()
@with_app
def history() -> None:
    """List the migrations."""
    flask_migrate.history()


@database.command()
@click.option("-m", "--message", required=True)
@with_app
def revision(**options: Any) -> None:
    """Write a new migration from the difference between tables and models."""
    flask_migrate.migrate(**options)


@database.command()
@with_app
def check() -> None:
    """Exit 1 when the models differ from the migrations."""
    flask_migrate.check()
