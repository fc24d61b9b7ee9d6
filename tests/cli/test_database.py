"""What `pne-tracker db` does beside the migrations."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask

from pne_tracker import db as database
from pne_tracker.cli import _app
from pne_tracker.cli.database import downgrade, upgrade
from tests.people import House
from tests.raw import raw


def counted() -> int:
    with raw() as connection:
        there = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if not there.scalar_one():
            return 0
        return connection.exec_driver_sql("SELECT count(*) FROM sqlite_stat1").scalar_one()


def test_a_large_file_is_counted_once_it_was_migrated(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.db.engine.dialect.name != "sqlite":
        pytest.skip("for PostgreSQL see the next one")
    monkeypatch.setattr(_app, "create_app", lambda: app)
    run = CliRunner().invoke
    run(downgrade, [], catch_exceptions=False)
    run(upgrade, [], catch_exceptions=False)
    assert counted() == 0, "it is small"
    monkeypatch.setattr(database, "LARGE", 0)
    run(upgrade, [], catch_exceptions=False)
    assert counted() == 0, "nothing was migrated"
    run(downgrade, [], catch_exceptions=False)
    run(upgrade, [], catch_exceptions=False)
    assert counted() > 0


def test_postgresql_counts_at_once_what_was_migrated(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.db.engine.dialect.name == "sqlite":
        pytest.skip("for SQLite see above")
    monkeypatch.setattr(_app, "create_app", lambda: app)
    run = CliRunner().invoke
    with raw() as connection:
        before = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    run(downgrade, [], catch_exceptions=False)
    run(upgrade, [], catch_exceptions=False)
    with raw() as connection:
        counted_at = connection.exec_driver_sql(
            "SELECT last_analyze FROM pg_stat_user_tables WHERE relname = 'patient'"
        ).scalar_one()
        assert counted_at > before
