"""The real application on a database of its own, served by waitress on a free port with the beat running."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import waitress
from flask import Flask
from flask_security import hash_password
from sqlalchemy import update

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.factory import create_app
from pne_tracker.jobs import beat
from pne_tracker.models import Account
from tests.conftest import settings_for
from tests.people import House, build_house

PASSWORD = "calm-strand-fourteen"
PATIENCE = 1.0
"""Seconds for a server to end: one whose browser lost its network never hears that the window was closed."""


@dataclass(frozen=True)
class Clinic:
    """A served clinic: where it is, who can sign in by role, and the application behind it."""

    url: str
    app: Flask
    accounts: dict[str, tuple[str, str]]
    house: House | None = None


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of `app` while it is served, with the beat, as `pne-tracker serve` does."""
    server = waitress.create_server(
        app, host="127.0.0.1", port=0, threads=8, ident=None, clear_untrusted_proxy_headers=True
    )
    scheduler = beat.start(app)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        scheduler.shutdown(wait=True)
        server.close()
        thread.join(timeout=PATIENCE)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def application(database_url: str, instance: Path) -> Flask:
    """The application as it is run: nothing of it switched to testing."""
    return create_app(
        dataclasses.replace(
            settings_for(database_url, instance), testing=False, beat=True, log_level="WARNING"
        )
    )


def fill_small(app: Flask) -> House:
    """The small house of the other tests, with a password for everybody, as of this moment."""
    with app.app_context():
        hashed = hash_password(PASSWORD)
        with transaction(UNSCOPED) as session:
            house = build_house(session, now=clock.now())
            session.execute(update(Account).values(password_hash=hashed))
    return house


def accounts_of(house: House) -> dict[str, tuple[str, str]]:
    """(mail address, password) of each role of the house."""
    keys = ("therapist", "assistant", "lead", "biller", "administrator", "patient")
    return {key: (f"{key}@harbor-lane.example", PASSWORD) for key in keys}


def today(app: Flask, clinic_zone: str = "America/New_York") -> dt.date:
    """The clinic's date now."""
    with app.app_context():
        return clock.today(clinic_zone)


def ids_of(house: House) -> dict[str, UUID]:
    """Ids that a page's rule may ask for, where no link leads there."""
    return {"patient_id": house.patient_id, "episode_id": house.episode_id, "clinic_id": house.clinic_id}


def fill_demo(database_url: str, instance: Path) -> None:
    """The demo clinic into a migrated, empty database."""
    from pne_tracker.cli.demo import load_demo

    app = application(database_url, instance)
    with app.app_context():
        load_demo(now=clock.now())
        db.session.remove()
        db.engine.dispose()


def demo_accounts(app: Flask) -> dict[str, tuple[str, str]]:
    """(mail address, password) of each role of the demo clinic."""
    from pne_tracker.cli.demo import demo_sign_ins

    with app.app_context(), reading(UNSCOPED) as session:
        return {one["role"]: (one["email"], one["password"]) for one in demo_sign_ins(session)}
