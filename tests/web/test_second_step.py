"""Staff of a clinic that asks for it need more than a password, on every way in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import select
from werkzeug.test import TestResponse

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.domain.door import MfaPolicy
from pne_tracker.domain.totp import code_of, step_at
from pne_tracker.models import Account, AuthenticatorApp, Organisation
from pne_tracker.web.policies import describe
from tests.people import House

GOOD = "four calm words here"
EMAIL = "therapist@harbor-lane.example"
KEY = re.compile(r'<strong class="num">([A-Z2-7 ]+)</strong>')
CODE = re.compile(r"<li>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</li>")


class Hour:
    """A clock that the test moves."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def pass_by(self, **time: int) -> None:
        self.now += dt.timedelta(**time)


@pytest.fixture
def hour(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> Hour:
    """A clinic that requires a second step; the therapist has a password; forms need no token."""
    hour = Hour(house.now)
    monkeypatch.setattr(clock, "now", lambda: hour.now)
    app.config["WTF_CSRF_ENABLED"] = False
    with transaction(UNSCOPED) as session:
        organisation = session.get_one(Organisation, house.therapist.organisation_id)
        organisation.staff_mfa = MfaPolicy.REQUIRED
        session.get_one(Account, house.therapist.account_id).password_hash = hash_password(GOOD)
        session.get_one(Account, house.patient.account_id).password_hash = hash_password(GOOD)
    return hour


def _password(app: Flask, email: str = EMAIL) -> tuple[FlaskClient, TestResponse]:
    client = app.test_client()
    return client, client.post("/sign-in", data={"email": email, "password": GOOD})


def _send(code: str, browser: FlaskClient) -> TestResponse:
    return browser.post("/sign-in/second", data={"code": code})


def _set_up(app: Flask, hour: Hour) -> tuple[FlaskClient, str, list[str]]:
    """The therapist sets the app up: (browser, secret, recovery codes)."""
    client, answer = _password(app)
    assert answer.headers["Location"] == "/sign-in/set-up"
    page = client.post("/sign-in/set-up").get_data(as_text=True)
    found = KEY.search(page)
    assert found
    secret = found[1].replace(" ", "")
    answer = client.post("/sign-in/set-up/app", data={"code": code_of(secret, step_at(hour.now))})
    codes = CODE.findall(answer.get_data(as_text=True))
    assert len(codes) == 10
    return client, secret, codes


def test_a_password_alone_opens_nothing(app: Flask, hour: Hour) -> None:
    client, answer = _password(app)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/set-up")
    for rule in describe(app):
        if not rule["public"] and "<" not in rule["rule"] and "GET" in rule["methods"]:
            assert client.get(rule["rule"]).status_code in {302, 401}, rule["rule"]


def test_setting_the_app_up_opens_the_clinic_and_the_next_sign_in_asks_for_a_code(
    app: Flask, hour: Hour
) -> None:
    client, secret, _ = _set_up(app, hour)
    assert client.get("/today").status_code == 200
    hour.pass_by(minutes=1)
    client, answer = _password(app)
    assert answer.headers["Location"] == "/sign-in/second"
    assert client.get("/today").status_code == 302
    answer = client.post("/sign-in/second", data={"code": code_of(secret, step_at(hour.now))})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert client.get("/today").status_code == 200


def test_the_secret_is_sealed_in_the_database(app: Flask, hour: Hour) -> None:
    _, secret, _ = _set_up(app, hour)
    with reading(UNSCOPED) as session:
        kept = session.scalars(select(AuthenticatorApp.secret)).one()
    assert kept.startswith("v1.")
    assert secret not in kept


def test_a_code_works_once_of_twenty_uses_at_once(app: Flask, hour: Hour) -> None:
    _, secret, codes = _set_up(app, hour)
    hour.pass_by(minutes=1)
    for code in (code_of(secret, step_at(hour.now)), codes[0]):
        browsers = []
        for _ in range(5):
            client, _answer = _password(app)
            browsers.append(client)
        db.session.remove()
        with ThreadPoolExecutor(5) as pool:
            answers = list(pool.map(partial(_send, code), browsers))
        assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422, 422]
        hour.pass_by(minutes=20)


def test_a_recovery_code_opens_once(app: Flask, hour: Hour) -> None:
    _, _, codes = _set_up(app, hour)
    first, _ = _password(app)
    assert first.post("/sign-in/second", data={"code": codes[3].upper().replace("-", " ")}).status_code == 303
    second, _ = _password(app)
    assert second.post("/sign-in/second", data={"code": codes[3]}).status_code == 422


def test_fresh_recovery_codes_are_shown_in_a_session_that_goes_on(app: Flask, hour: Hour) -> None:
    client, _, codes = _set_up(app, hour)
    answer = client.post("/sign-in/codes")
    fresh = CODE.findall(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    assert client.get("/today").status_code == 200


def test_six_wrong_codes_lock_the_second_step(app: Flask, hour: Hour) -> None:
    _, secret, _ = _set_up(app, hour)
    hour.pass_by(minutes=20)
    client, _ = _password(app)
    statuses = [client.post("/sign-in/second", data={"code": "000000"}).status_code for _ in range(7)]
    assert statuses == [422] * 6 + [429]
    again, _ = _password(app)
    right = {"code": code_of(secret, step_at(hour.now))}
    assert again.post("/sign-in/second", data=right).status_code == 429


def test_the_password_is_good_for_ten_minutes_at_the_second_step(app: Flask, hour: Hour) -> None:
    _, secret, _ = _set_up(app, hour)
    client, _ = _password(app)
    hour.pass_by(minutes=10)
    answer = client.post("/sign-in/second", data={"code": code_of(secret, step_at(hour.now))})
    assert answer.headers["Location"] == "/sign-in"
    assert client.get("/today").status_code == 302


def test_who_has_a_second_step_cannot_replace_it_with_the_password_alone(app: Flask, hour: Hour) -> None:
    _set_up(app, hour)
    client, _ = _password(app)
    assert client.post("/sign-in/set-up").headers["Location"] == "/sign-in"
    assert client.post("/sign-in/set-up/app", data={"code": "123456"}).headers["Location"] == "/sign-in"


def test_a_new_second_step_ends_every_other_session(
    app: Flask, hour: Hour, sign_in: Callable[[str], FlaskClient]
) -> None:
    elsewhere = sign_in("therapist")
    assert elsewhere.get("/today").status_code == 200
    client, _, _ = _set_up(app, hour)
    assert elsewhere.get("/today").status_code == 302
    assert client.get("/today").status_code == 200


def test_patients_are_asked_for_their_password_alone(app: Flask, hour: Hour) -> None:
    _, answer = _password(app, "patient@harbor-lane.example")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_where_it_is_optional_a_password_opens_the_clinic(app: Flask, hour: Hour, house: House) -> None:
    with transaction(UNSCOPED) as session:
        organisation = session.get_one(Organisation, house.therapist.organisation_id)
        organisation.staff_mfa = MfaPolicy.OPTIONAL
    client, answer = _password(app)
    assert answer.headers["Location"] == "/"
    assert client.get("/today").status_code == 200


def test_an_administrator_lets_a_colleague_set_up_a_new_one(
    app: Flask, hour: Hour, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    client, _, _ = _set_up(app, hour)
    administrator = sign_in("administrator")
    path = f"/settings/accounts/{house.therapist.account_id}/second-step"
    assert administrator.post(path).status_code == 303
    assert client.get("/today").status_code == 302
    _, answer = _password(app)
    assert answer.headers["Location"] == "/sign-in/set-up"


def test_an_administrator_chooses_whether_staff_need_it(
    app: Flask, hour: Hour, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    administrator = sign_in("administrator")
    assert administrator.post("/settings/sign-in-policy", data={"policy": "optional"}).status_code == 303
    assert _password(app)[1].headers["Location"] == "/"
    assert administrator.post("/settings/sign-in-policy", data={"policy": "required"}).status_code == 303
    assert _password(app)[1].headers["Location"] == "/sign-in/set-up"
    assert sign_in("lead").post("/settings/sign-in-policy", data={"policy": "optional"}).status_code == 403
