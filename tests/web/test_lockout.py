"""Guessing passwords gets nobody far: by name, by address, one after the other or all at once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask_security import hash_password
from sqlalchemy import func, select

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.models import Account, SignInTry
from pne_tracker.web import sign_in as door
from tests.people import House
from tests.web.pages import bytes_of

GOOD, WRONG = "four calm words here", "not the password at all"
KNOWN, UNKNOWN = "therapist@harbor-lane.example", "nobody.at.all@example.org"


@pytest.fixture
def at_the_door(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A therapist with a password, at the hour of the house; forms need no token."""
    monkeypatch.setattr(clock, "now", lambda: house.now)
    app.config["WTF_CSRF_ENABLED"] = False
    with transaction(house.therapist) as session:
        session.get_one(Account, house.therapist.account_id).password_hash = hash_password(GOOD)
    return house


def _try(app: Flask, email: str, password: str = WRONG, address: str = "192.0.2.1") -> int:
    data = {"email": email, "password": password}
    return app.test_client().post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address}).status_code


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_after_ten_wrong_tries_a_name_waits_a_quarter_of_an_hour(
    app: Flask, at_the_door: House, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    tries = [_try(app, email, address=f"192.0.2.{number}") for number in range(12)]
    assert tries == [200] * 10 + [429] * 2
    assert _try(app, email, GOOD, "198.51.100.7") == 429
    monkeypatch.setattr(clock, "now", lambda: at_the_door.now + dt.timedelta(minutes=15))
    assert _try(app, email, GOOD, "198.51.100.7") == (302 if email == KNOWN else 200)


def test_of_fifty_tries_at_once_ten_are_looked_at(
    app: Flask, at_the_door: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []

    def look(password: str, kept: str) -> bool:
        looked_at.append(password)
        return False

    monkeypatch.setattr(door, "verify_password", look)
    db.session.remove()
    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(lambda n: _try(app, KNOWN, address=f"192.0.2.{n}"), range(50)))
    assert len(looked_at) == 10
    assert sorted(statuses) == [200] * 10 + [429] * 40


def test_the_right_password_gives_the_tries_back(app: Flask, at_the_door: House) -> None:
    for _ in range(3):
        assert [_try(app, KNOWN) for _ in range(9)] == [200] * 9
        assert _try(app, KNOWN, GOOD) == 302


def test_one_address_does_not_walk_through_many_names(app: Flask, at_the_door: House) -> None:
    tries = [_try(app, f"person{number}@example.org") for number in range(103)]
    assert tries == [200] * 100 + [429] * 3
    assert _try(app, KNOWN, GOOD, "198.51.100.7") == 302


def test_unknown_names_leave_no_more_rows_than_tries_of_a_quarter_of_an_hour(
    app: Flask, at_the_door: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(120):
        _try(app, f"person{number}@example.org")

    def rows() -> int:
        with reading(UNSCOPED) as session:
            return session.scalar(select(func.count()).select_from(SignInTry)) or 0

    assert rows() == 101
    with reading(UNSCOPED) as session:
        assert not [key for key in session.scalars(select(SignInTry.key)) if "person" in key]
    monkeypatch.setattr(clock, "now", lambda: at_the_door.now + dt.timedelta(minutes=15))
    _try(app, UNKNOWN)
    assert rows() == 2


def test_a_locked_name_reads_the_same_known_or_unknown(app: Flask, at_the_door: House) -> None:
    def locked(email: str) -> bytes:
        for _ in range(10):
            _try(app, email)
        answer = app.test_client().post("/sign-in", data={"email": email, "password": WRONG})
        assert answer.status_code == 429
        return bytes_of(answer).replace(email.encode(), b"")

    assert locked(KNOWN) == locked(UNKNOWN)
