"""A session ends when nobody uses it, when it is old, and when its owner says so from elsewhere."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from pne_tracker.adapters import clock
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.models import Account
from pne_tracker.web.policies import describe
from tests.people import House

GOOD = "four calm words here"


class Hour:
    """A clock that the test moves."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def pass_by(self, **time: int) -> None:
        self.now += dt.timedelta(**time)


@pytest.fixture
def hour(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> Hour:
    """Therapist, administrator and patient have a password; forms need no token."""
    hour = Hour(house.now)
    monkeypatch.setattr(clock, "now", lambda: hour.now)
    app.config["WTF_CSRF_ENABLED"] = False
    hashed = hash_password(GOOD)
    with transaction(house.therapist) as session:
        for who in ("therapist", "administrator", "patient"):
            session.get_one(Account, house.viewers[who].account_id).password_hash = hashed
    return hour


def _in(
    app: Flask, who: str = "therapist", agent: str = "Mozilla/5.0 (X11; Linux) Firefox/140.0"
) -> FlaskClient:
    client = app.test_client()
    data = {"email": f"{who}@harbor-lane.example", "password": GOOD}
    assert client.post("/sign-in", data=data, headers={"User-Agent": agent}).status_code == 302
    return client


def test_staff_are_out_after_a_quarter_of_an_hour_without_a_sign_of_life(app: Flask, hour: Hour) -> None:
    client = _in(app)
    hour.pass_by(minutes=14)
    assert client.get("/today").status_code == 200
    hour.pass_by(minutes=14)
    assert client.get("/today").status_code == 200
    hour.pass_by(minutes=15)
    assert client.get("/today").status_code == 302


def test_what_a_script_asks_keeps_no_session_alive(app: Flask, hour: Hour) -> None:
    client = _in(app)
    for _ in range(2):
        hour.pass_by(minutes=7)
        answer = client.get("/session", headers={"X-Background": "1"})
        assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["left"] == 60
    hour.pass_by(minutes=1)
    assert client.get("/today").status_code == 302


def test_saying_that_one_is_there_starts_the_quarter_anew(app: Flask, hour: Hour) -> None:
    client = _in(app)
    hour.pass_by(minutes=14)
    answer = client.post("/session/stay")
    assert answer.json is not None
    assert answer.json["left"] == 15 * 60
    hour.pass_by(minutes=14)
    assert client.get("/today").status_code == 200


def test_nobody_stays_longer_than_twelve_hours(app: Flask, hour: Hour) -> None:
    client = _in(app)
    for _ in range(71):
        hour.pass_by(minutes=10)
        assert client.get("/today").status_code == 200
    hour.pass_by(minutes=10)
    assert client.get("/today").status_code == 302


def test_a_patient_may_leave_the_telephone_for_an_hour(app: Flask, hour: Hour) -> None:
    client = _in(app, "patient")
    hour.pass_by(minutes=119)
    assert client.get("/portal").status_code == 200
    hour.pass_by(minutes=120)
    assert client.get("/portal").status_code == 302


def test_an_old_cookie_opens_nothing_after_signing_out(app: Flask, hour: Hour) -> None:
    client = _in(app)
    kept = client.get_cookie("pne")
    assert kept is not None
    client.post("/sign-out")
    thief = app.test_client()
    thief.set_cookie("pne", kept.value)
    assert thief.get("/today").status_code == 302


def test_signing_in_gives_a_new_session_each_time(app: Flask, hour: Hour) -> None:
    client = app.test_client()
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        before = dict(cookie)
    client.post("/sign-in", data={"email": "therapist@harbor-lane.example", "password": GOOD})
    with client.session_transaction() as cookie:
        first = cookie["door"]
        assert cookie.get("csrf_token") is None or cookie.get("csrf_token") != before.get("csrf_token")
    client.post("/sign-in", data={"email": "therapist@harbor-lane.example", "password": GOOD})
    with client.session_transaction() as cookie:
        assert cookie["door"] != first


def test_the_account_page_lists_the_browsers_and_signs_the_others_out(app: Flask, hour: Hour) -> None:
    here = _in(app)
    there = _in(app, agent="Mozilla/5.0 (iPhone) Safari/605")
    page = here.get("/settings/account").get_data(as_text=True)
    assert "Firefox on Linux (this one)" in page
    assert "Safari on iPhone" in page
    assert here.post("/sessions/others").status_code == 303
    assert there.get("/today").status_code == 302
    assert here.get("/today").status_code == 200


def test_what_matters_asks_again_who_it_is_after_half_an_hour(app: Flask, hour: Hour) -> None:
    client = _in(app, "administrator")
    assert client.get("/settings/accounts/new").status_code == 200
    for _ in range(3):
        hour.pass_by(minutes=10)
        client.get("/settings")
    answer = client.get("/settings/accounts/new")
    assert answer.headers["Location"] == "/confirm?next=/settings/accounts/new&back=/"
    wrong = client.post("/confirm", data={"secret": "not it at all", "next": "/settings/accounts/new"})
    assert wrong.status_code == 422
    right = client.post("/confirm", data={"secret": GOOD, "next": "/settings/accounts/new"})
    assert right.headers["Location"] == "/settings/accounts/new"
    assert client.get("/settings/accounts/new").status_code == 200


def test_an_export_asks_again_and_comes_afterwards(app: Flask, hour: Hour) -> None:
    client = _in(app, "administrator")
    hour.pass_by(minutes=14)
    client.get("/settings")
    hour.pass_by(minutes=14)
    client.get("/settings")
    hour.pass_by(minutes=2)
    asked = client.get(
        "/settings/audit.csv?kind=opened", headers={"Referer": "http://localhost/settings/audit"}
    )
    assert asked.status_code == 303, "not a row leaves before"
    back = {"next": "/settings/audit.csv?kind=opened", "back": "/settings/audit"}
    assert parse_qs(urlsplit(asked.headers["Location"]).query) == {name: [at] for name, at in back.items()}
    shown = client.post("/confirm", data={"secret": GOOD, **back})
    page = client.get(shown.headers["Location"]).get_data(as_text=True)
    assert 'content="0; url=/settings/audit.csv?kind=opened"' in page
    assert 'href="/settings/audit"' in page
    assert client.get("/settings/audit.csv?kind=opened").mimetype == "text/csv"


def test_every_export_and_what_decides_who_gets_in_asks_again(app: Flask, house: House) -> None:
    rules = {rule["endpoint"]: rule for rule in describe(app)}
    nothing_of_patients = {"office.export_fees"}
    for endpoint, rule in rules.items():
        file = "." in rule["rule"].rpartition("/")[2]
        to_staff = not rule["public"] and "patient" not in rule["roles"]
        single_paper = endpoint.startswith("papers.")
        export = file and to_staff and not single_paper and endpoint not in nothing_of_patients
        accounts = rule["policy"] == Permission.MANAGE_ACCOUNTS
        if export or accounts:
            assert rule["fresh"], endpoint
    assert rules["security.remove_app"]["fresh"]
    assert rules["security.new_codes"]["fresh"]


def test_the_page_after_asking_again_is_one_of_ours(app: Flask, hour: Hour) -> None:
    client = _in(app, "administrator")
    answer = client.post("/confirm", data={"secret": GOOD, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"
