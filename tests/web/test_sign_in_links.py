"""A patient without a password, with a forgotten one, or with a lost invitation gets in without a help desk."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.models import Account, ContactPoint, OutboxMessage, Patient, SignInLink
from pne_tracker.services import invitations, outbox
from tests.people import House
from tests.web.pages import bytes_of, post, token

PATIENT = "patient@harbor-lane.example"
FORM = "/sign-in/link"


@pytest.fixture
def browser(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Nobody signed in, at the hour of the house."""
    monkeypatch.setattr(clock, "now", lambda: house.now)
    return app.test_client()


def _ask(browser: FlaskClient, email: str = PATIENT) -> TestResponse:
    return browser.post(FORM, data={"email": email, "csrf_token": token(browser, FORM)})


def _messages() -> list[OutboxMessage]:
    with transaction(UNSCOPED) as session:
        return list(
            session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.id))
        )


def _addresses() -> list[str]:
    with transaction(UNSCOPED) as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.id))
        return [outbox.variables_of(row)["link"] for row in rows]


def _links() -> list[str]:
    return [urlsplit(address).path for address in _addresses()]


def _press(browser: FlaskClient, path: str) -> TestResponse:
    found = browser.get(path)
    secret = token(browser, path) if found.status_code == 200 else token(browser, "/sign-in")
    return browser.post(path, data={"csrf_token": secret})


def test_a_patient_asks_for_a_link_and_is_in(browser: FlaskClient) -> None:
    assert _ask(browser).status_code == 200
    (message,) = _messages()
    assert (message.channel, message.recipient, message.template) == ("email", PATIENT, "sign_in_link")
    answer = _press(browser, _links()[0])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Rosalind" in browser.get("/portal").get_data(as_text=True)


def test_only_the_hash_of_the_token_is_kept(browser: FlaskClient) -> None:
    _ask(browser)
    with reading(UNSCOPED) as session:
        kept = session.scalars(select(SignInLink.token_hash)).one()
    assert kept not in _links()[0]
    assert len(kept) == 64


@pytest.mark.parametrize(
    "email", ["nobody@example.org", "therapist@harbor-lane.example", "lead@harbor-lane.example"]
)
def test_an_unknown_address_and_a_colleagues_read_like_a_patients(
    app: Flask, browser: FlaskClient, email: str
) -> None:
    known, other = _ask(browser), _ask(app.test_client(), email)
    assert known.status_code == other.status_code == 200
    assert bytes_of(known) == bytes_of(other)
    assert [message.recipient for message in _messages()] == [PATIENT]


def test_what_is_no_address_says_so_and_stays_typed(browser: FlaskClient) -> None:
    answer = _ask(browser, "rosalind at home")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Write your email, like name@example.org." in page
    assert 'value="rosalind at home"' in page


def test_opening_the_link_uses_nothing_up(browser: FlaskClient) -> None:
    _ask(browser)
    for _ in range(5):
        assert browser.get(_links()[0]).status_code == 200
        assert browser.head(_links()[0]).status_code == 200
    assert _press(browser, _links()[0]).status_code == 303


def test_a_link_works_once(app: Flask, browser: FlaskClient) -> None:
    _ask(browser)
    assert _press(browser, _links()[0]).status_code == 303
    again = _press(app.test_client(), _links()[0])
    assert again.status_code == 404
    assert "This link has ended" in again.get_data(as_text=True)
    assert "few minutes" not in again.get_data(as_text=True), "the link of a reminder works for a day"


def test_of_twenty_uses_at_once_exactly_one_works(app: Flask, browser: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    _ask(browser)
    (path,) = _links()
    db.session.remove()
    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda _: app.test_client().post(path).status_code, range(20)))
    assert sorted(statuses) == [303] + [404] * 19


def test_a_link_ends_after_fifteen_minutes(
    browser: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask(browser)
    monkeypatch.setattr(clock, "now", lambda: house.now + dt.timedelta(minutes=15))
    assert _press(browser, _links()[0]).status_code == 404


def test_using_one_link_ends_the_others(app: Flask, browser: FlaskClient) -> None:
    _ask(browser)
    _ask(browser)
    first, second = _links()
    assert _press(browser, second).status_code == 303
    assert _press(app.test_client(), first).status_code == 404


def test_nobody_floods_a_mailbox(browser: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {bytes_of(_ask(browser)) for _ in range(6)}
    assert len(_messages()) == 3
    assert len(pages) == 1
    monkeypatch.setattr(clock, "now", lambda: house.now + dt.timedelta(hours=1, seconds=1))
    _ask(browser)
    assert len(_messages()) == 4


def test_of_ten_asked_for_at_once_three_are_sent(app: Flask, browser: FlaskClient, house: House) -> None:
    def ask(address: str) -> int:
        return app.test_client().post(FORM, data={"email": address}).status_code

    app.config["WTF_CSRF_ENABLED"] = False
    _invite(house)
    db.session.remove()
    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(ask, [PATIENT, "amadou@example.org"] * 10)) == {200}
    sent = Counter(message.recipient for message in _messages())
    assert sent == {PATIENT: 3, "amadou@example.org": 2}, "one invitation of this hour is there already"


def test_a_suspended_patient_gets_no_link_and_uses_none(browser: FlaskClient, house: House) -> None:
    _ask(browser)
    with transaction(house.lead) as session:
        session.get_one(Account, house.patient.account_id).active = False
    _ask(browser)
    assert len(_messages()) == 1
    assert _press(browser, _links()[0]).status_code == 404


def test_a_stranger_does_not_choose_where_the_link_leads(browser: FlaskClient) -> None:
    _ask(browser)
    browser.post(
        FORM,
        data={"email": PATIENT, "csrf_token": token(browser, FORM)},
        headers={"Host": "evil.example"},
    )
    assert [urlsplit(address).netloc for address in _addresses()] == ["localhost"]


def _invite(house: House) -> None:
    with transaction(house.lead) as session:
        session.add(
            ContactPoint(patient_id=house.untreated_id, system="email", value="Amadou@example.org", rank=1)
        )
        invitations.invite(session, house.lead, house.untreated_id, now=house.now, token="t" * 40)


def test_a_lost_invitation_comes_by_mail_and_the_printed_one_goes_on_working(
    app: Flask, browser: FlaskClient, house: House
) -> None:
    _invite(house)
    _ask(browser, "amadou@example.org")
    (message,) = _messages()
    assert message.template == "invitation"
    for path in (_links()[0], f"/welcome/{'t' * 40}"):
        assert browser.get(path).status_code == 200
    wrong = browser.post(
        _links()[0],
        data={
            "birth_year": "1950",
            "email": "a@example.org",
            "way": "link",
            "csrf_token": token(browser, FORM),
        },
    )
    assert wrong.status_code == 422


def test_who_was_never_invited_is_not_invited_by_asking(browser: FlaskClient, house: House) -> None:
    with transaction(house.lead) as session:
        session.add(
            ContactPoint(patient_id=house.untreated_id, system="email", value="amadou@example.org", rank=1)
        )
    _ask(browser, "amadou@example.org")
    assert _messages() == []


def test_who_has_died_is_not_written_to(browser: FlaskClient, house: House) -> None:
    _invite(house)
    with transaction(house.lead) as session:
        session.get_one(Patient, house.untreated_id).deceased = True
    _ask(browser, "amadou@example.org")
    assert _messages() == []


def test_accepting_with_a_link_as_the_way_in_opens_the_portal_at_once(
    browser: FlaskClient, house: House
) -> None:
    _invite(house)
    data = {
        "birth_month": "4",
        "birth_day": "2",
        "birth_year": "1955",
        "email": "amadou@example.org",
        "way": "link",
        "csrf_token": token(browser, f"/welcome/{'t' * 40}"),
    }
    answer = browser.post(f"/welcome/{'t' * 40}", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/portal")
    assert "Amadou" in browser.get("/portal").get_data(as_text=True)
    _ask(browser, "amadou@example.org")
    assert _messages()[-1].template == "sign_in_link"


def test_the_printed_letter_holds_the_code_and_both_languages(
    house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    page = post(sign_in("lead"), f"/patients/{house.untreated_id}/invitations").get_data(as_text=True)
    assert 'class="qr__dark"' in page
    assert 'lang="es"' in page
    assert "Your way in" in page
    assert "Amadou" not in page
