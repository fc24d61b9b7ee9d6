"""The demo clinic as of `NOW`, loaded once for each kind of database, and once in each worker at most."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url, text

from pne_tracker.cli.demo import load_demo
from pne_tracker.db import db
from pne_tracker.factory import create_app
from tests.conftest import KINDS, NOW, Browser, settings_for


@pytest.fixture(scope="package")
def demo_on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_template, folder / "demo.db")
    with _loaded(f"sqlite:///{folder / 'demo.db'}", folder) as app:
        yield app


@pytest.fixture(scope="package")
def demo_on_postgresql(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """In a database of its own: other tests empty the one that they share."""
    shared = make_url(postgres)
    own = f"{shared.database}_demo"
    admin = create_engine(shared.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {own}"))
        connection.execute(text(f"CREATE DATABASE {own}"))
    admin.dispose()
    address = shared.set(database=own).render_as_string(hide_password=False)
    with _loaded(address, tmp_path_factory.mktemp("demo")) as app:
        yield app


@contextmanager
def _loaded(url: str, folder: Path) -> Iterator[Flask]:
    app = create_app(settings_for(url, folder))
    app.test_client_class = Browser
    with app.app_context():
        flask_migrate.upgrade()
        load_demo(now=NOW)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(params=KINDS)
def demo(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The demo clinic's application, within its context."""
    app: Flask = request.getfixturevalue(f"demo_on_{request.param}")
    with app.app_context():
        yield app
        db.session.remove()
