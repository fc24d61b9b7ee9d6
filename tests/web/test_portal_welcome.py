"""The way in by invitation, as the person who holds the link meets it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pne_tracker.adapters import clock
from pne_tracker.db import transaction
from pne_tracker.models import Account, Invitation
from pne_tracker.services import invitations
from tests.people import House
from tests.web.pages import TOKEN

LINK = "a-token-of-more-than-thirty-two-characters"
URL = f"/welcome/{LINK}"
GOOD = {
    "birth_month": "4",
    "birth_day": "2",
    "birth_year": "1955",
    "email": "amadou@example.org",
    "password": "four calm words here",
}


@pytest.fixture
def browser(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Nobody signed in; an invitation for the patient without an account waits."""
    monkeypatch.setattr(clock, "now", lambda: house.now)
    with transaction(house.lead) as session:
        invitations.invite(session, house.lead, house.untreated_id, now=house.now, token=LINK)
    return app.test_client()


def _send(browser: FlaskClient, url: str = URL, **changes: str) -> TestResponse:
    found = TOKEN.search(browser.get(url).get_data(as_text=True))
    return browser.post(url, data={**GOOD, **changes, "csrf_token": found[1] if found else ""})


def _used(house: House) -> bool:
    with transaction(house.lead) as session:
        return session.scalars(select(Invitation.used_at)).one() is not None


def _account(house: House) -> Account | None:
    with transaction(house.lead) as session:
        return session.scalars(select(Account).where(Account.patient_id == house.untreated_id)).one_or_none()


def test_looking_at_the_link_uses_nothing_up(browser: FlaskClient, house: House) -> None:
    for _ in range(5):
        assert browser.get(URL).status_code == 200
        assert browser.head(URL).status_code == 200
    assert not _used(house)


def test_the_page_names_nobody(browser: FlaskClient) -> None:
    page = browser.get(URL).get_data(as_text=True)
    for word in ("Amadou", "Fenwick", "1955", "HL-20500"):
        assert word not in page


def test_the_right_answers_make_an_account_that_signs_in(browser: FlaskClient, house: House) -> None:
    answer = _send(browser, email_consent="y")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/portal")
    page = browser.get("/portal").get_data(as_text=True)
    assert "You are in. Next time, use your email and your new password." in page
    browser.delete_cookie("pne")
    secret = TOKEN.search(browser.get("/sign-in").get_data(as_text=True))
    assert secret
    data = {"email": GOOD["email"], "password": GOOD["password"], "csrf_token": secret[1]}
    assert browser.post("/sign-in", data=data).status_code == 302
    assert "Amadou" in browser.get("/portal").get_data(as_text=True)
    assert _used(house)


def test_the_link_works_once(browser: FlaskClient, house: House) -> None:
    _send(browser)
    again = browser.get(URL)
    assert again.status_code == 404
    assert "This link has ended" in again.get_data(as_text=True)


def test_an_ended_and_an_unknown_link_read_the_same(app: Flask, browser: FlaskClient) -> None:
    _send(browser)
    ended, unknown = app.test_client().get(URL), app.test_client().get("/welcome/no-such-link")
    assert ended.status_code == unknown.status_code == 404

    def bare(answer: TestResponse) -> str:
        return re.sub(r"X-CSRFToken[^>]+", "", answer.get_data(as_text=True))

    assert bare(ended) == bare(unknown)


def test_a_wrong_birth_date_says_so_and_keeps_what_was_typed(browser: FlaskClient, house: House) -> None:
    answer = _send(browser, birth_year="1956")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "This is not the birth date your clinic has." in page
    assert 'value="amadou@example.org"' in page
    assert 'value="1956"' in page
    assert GOOD["password"] not in page
    assert _account(house) is None


@pytest.mark.parametrize(("day", "month"), [("31", "2"), ("x", "4"), ("", ""), ("2", "99"), ("²", "4")])
def test_what_is_no_date_is_a_wrong_date(browser: FlaskClient, day: str, month: str) -> None:
    assert _send(browser, birth_day=day, birth_month=month).status_code == 422


def test_the_sixth_wrong_date_ends_the_link(browser: FlaskClient, house: House) -> None:
    statuses = [_send(browser, birth_year="1956").status_code for _ in range(6)]
    assert statuses == [422] * 5 + [404]
    assert browser.get(URL).status_code == 404
    assert _account(house) is None


def test_a_short_password_is_refused_and_uses_nothing_up(browser: FlaskClient, house: House) -> None:
    answer = _send(browser, password="short")
    assert answer.status_code == 422
    assert "Use 15 letters or more." in answer.get_data(as_text=True)
    assert not _used(house)


def test_what_is_missing_is_said_at_once_in_the_summary_and_uses_nothing_up(
    browser: FlaskClient, house: House
) -> None:
    answer = _send(browser, birth_day="", email="", password="short")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    summary = page[page.index("data-error-summary") : page.index("<form")]
    for field in ("birth_month", "email", "password"):
        assert f'href="#{field}"' in summary
    assert "3 things to fix" in summary
    assert not _used(house)


def test_a_mail_address_of_somebody_else_is_refused(browser: FlaskClient, house: House) -> None:
    answer = _send(browser, email="therapist@harbor-lane.example")
    assert answer.status_code == 422
    assert "We can not use this email." in answer.get_data(as_text=True)
    assert not _used(house)


def test_the_page_comes_in_spanish_and_so_does_the_account(browser: FlaskClient, house: House) -> None:
    page = browser.get(URL, headers={"Accept-Language": "es-MX,es"}).get_data(as_text=True)
    assert "Le damos la bienvenida" in page
    assert "abril" in page
    assert _send(browser, f"{URL}?lang=es").status_code == 303
    account = _account(house)
    assert account is not None
    assert account.language == "es"


def test_without_the_pages_token_nothing_happens(browser: FlaskClient, house: House) -> None:
    assert browser.post(URL, data=GOOD).status_code == 400
    assert not _used(house)
