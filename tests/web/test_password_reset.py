"""Staff who lost their password choose a new one from a link by mail; the second step is asked as ever."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask_security import verify_password
from sqlalchemy import func, select

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.models import Account, OutboxMessage
from pne_tracker.services import outbox, second_steps
from tests.people import House
from tests.web.pages import bytes_of

STAFF = "therapist@harbor-lane.example"
NEW = "seven violet lanterns drift"


@pytest.fixture
def door(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: house.now)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def _link() -> str:
    with transaction(UNSCOPED) as session:
        return urlsplit(outbox.variables_of(session.scalars(select(OutboxMessage)).one())["link"]).path


def _ask(app: Flask, email: str) -> bytes:
    answer = app.test_client().post("/sign-in/reset", data={"email": email})
    assert answer.status_code == 200
    return bytes_of(answer)


def test_the_page_is_the_same_whoever_asks_and_only_staff_get_a_link(door: Flask) -> None:
    known = _ask(door, STAFF)
    for other in ("nobody@harbor-lane.example", "patient@harbor-lane.example"):
        assert _ask(door, other) == known
    with reading(UNSCOPED) as session:
        sent = session.scalars(select(OutboxMessage.recipient)).all()
    assert sent == [STAFF]


def test_a_link_changes_the_password_once_ends_sessions_and_opens_none(
    door: Flask, house: House, sign_in: Any
) -> None:
    elsewhere = sign_in("therapist")
    with transaction(house.therapist) as session:
        second_steps.begin_app(session, house.therapist, secret=secrets.token_bytes(20), now=house.now)
        second_steps._app(session, house.therapist.account_id).confirmed_at = house.now  # type: ignore[union-attr]
    _ask(door, STAFF)
    link, browser = _link(), door.test_client()
    assert browser.get(link).status_code == browser.get(link).status_code == 200, "opening uses nothing up"
    for weak in ("short", "passwordpassword", "maya okonjo maya okonjo"):
        assert browser.post(link, data={"new": weak, "again": weak}).status_code == 422, weak
    assert browser.post(link, data={"new": NEW, "again": NEW}).headers["Location"] == "/sign-in"
    assert browser.get("/today").status_code == 302, "it lets nobody in by itself"
    assert elsewhere.get("/today").status_code == 302, "whoever was in is out"
    assert browser.post(link, data={"new": NEW, "again": NEW}).status_code == 404
    entered = browser.post("/sign-in", data={"email": STAFF, "password": NEW})
    assert entered.headers["Location"] == "/sign-in/second"
    with reading(house.therapist) as session:
        kept = session.get_one(Account, house.therapist.account_id).password_hash
    assert verify_password(NEW, kept)


def test_an_administrator_starts_it_and_the_colleague_is_out(door: Flask, house: House, sign_in: Any) -> None:
    colleague, administrator = sign_in("therapist"), sign_in("administrator")
    url = f"/settings/accounts/{house.therapist.account_id}/password"
    assert sign_in("lead").post(url).status_code == 403
    assert administrator.post(url).status_code == 303
    assert colleague.get("/today").status_code == 302
    assert door.test_client().get(_link()).status_code == 200
    for _ in range(2):
        administrator.post(url)
    assert administrator.post(url).status_code == 409, "three an hour"
    patient = house.patient.account_id
    assert administrator.post(f"/settings/accounts/{patient}/password").status_code == 404
    with reading(UNSCOPED) as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 3
