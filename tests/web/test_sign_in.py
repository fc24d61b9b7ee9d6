"""Signing in and out, and what every answer carries."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import select

from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.models import Account, AuditEvent
from tests.people import House
from tests.web.pages import post, token

GOOD = "four calm words here"


def _give_password(app: Flask, house: House, who: str) -> str:
    with transaction(house.viewers[who]) as session:
        account = session.get(Account, house.viewers[who].account_id)
        assert account is not None
        account.password_hash = hash_password(GOOD)
        return account.email


def _try(client: FlaskClient, email: str, password: str) -> tuple[int, str]:
    data = {"email": email, "password": password, "csrf_token": token(client, "/sign-in")}
    answer = client.post("/sign-in", data=data)
    return answer.status_code, answer.get_data(as_text=True)


def test_the_right_password_opens_the_first_page(app: Flask, house: House) -> None:
    email = _give_password(app, house, "therapist")
    client = app.test_client()
    assert _try(client, email.upper(), GOOD)[0] == 302
    assert client.get("/").headers["Location"] == "/today"
    with reading(house.therapist) as session:
        actions = session.scalars(select(AuditEvent.action)).all()
    assert "sign_in" in actions


def test_a_wrong_password_and_an_unknown_name_read_the_same(app: Flask, house: House) -> None:
    email = _give_password(app, house, "therapist")
    first, second = app.test_client(), app.test_client()
    wrong = _try(first, email, "not the password at all")
    unknown = _try(second, "nobody.at.all@example.org", "not the password at all")
    assert wrong[0] == unknown[0] == 200
    assert "do not match" in wrong[1]

    def bare(text: str) -> str:
        import re

        text = re.sub(r'name="csrf_token"\s+value="[^"]+"', "", text)
        return re.sub(
            r'value="[^"]*@[^"]*"', "", re.sub(r"content=.[^>]*csrf[^>]*|hx-headers[^>]*>", "", text)
        )

    assert bare(wrong[1]) == bare(unknown[1])


def test_signing_out_needs_a_form_and_ends_the_session(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    client = sign_in("therapist")
    assert client.get("/sign-out").status_code == 405
    assert client.get("/today").status_code == 200
    assert post(client, "/sign-out").status_code == 302
    assert client.get("/today").status_code == 302


def test_a_suspended_account_is_out_at_its_next_request(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    client, administrator = sign_in("therapist"), sign_in("administrator")
    assert client.get("/today").status_code == 200
    answer = post(administrator, f"/settings/accounts/{house.therapist.account_id}/suspend")
    assert answer.status_code == 303
    assert client.get("/today").status_code == 302


def test_a_new_password_ends_every_session(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    email = _give_password(app, house, "therapist")
    here, elsewhere = sign_in("therapist"), sign_in("therapist")
    new = "five other calm words today"
    answer = post(here, "/settings/account/password", {"current": GOOD, "new": new, "again": new})
    assert answer.status_code == 303
    assert elsewhere.get("/today").status_code == 302
    assert _try(app.test_client(), email, new)[0] == 302


def test_a_short_new_password_is_refused_with_what_to_do(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    _give_password(app, house, "therapist")
    answer = post(
        sign_in("therapist"),
        "/settings/account/password",
        {"current": GOOD, "new": "short", "again": "short"},
    )
    assert answer.status_code == 422
    assert "at least 15 characters" in answer.get_data(as_text=True)


def test_the_way_on_after_sign_in_stays_on_this_host(app: Flask, house: House) -> None:
    email = _give_password(app, house, "therapist")
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        client = app.test_client()
        data = {"email": email, "password": GOOD, "next": target, "csrf_token": token(client, "/sign-in")}
        answer = client.post("/sign-in", data=data)
        location = urlsplit(answer.headers.get("Location", "/"))
        assert (location.scheme, location.netloc) == ("", ""), target
        assert location.path.startswith("/"), target


def test_every_answer_carries_the_strict_headers(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    for client, page in ((app.test_client(), "/sign-in"), (sign_in("therapist"), "/today")):
        headers = client.get(page).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Frame-Options"] == "DENY"


def test_the_machine_pages_tell_one_word(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").get_data() == b"ok\n"
    assert client.get("/readyz").get_data() == b"ready\n"


def test_an_administrator_makes_an_account_whose_password_is_shown_once(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    import re

    answer = post(
        sign_in("administrator"),
        "/settings/accounts/new",
        {"name": "Nia Boateng", "email": "Nia@Harbor-Lane.example", "role": "therapist", "credential": "PT"},
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200, text
    first = re.search(r'<strong class="num">([^<]+)</strong>', text)
    assert first is not None
    assert _try(app.test_client(), "nia@harbor-lane.example", first[1])[0] == 302
    with reading(UNSCOPED) as session:
        hashed = session.scalars(
            select(Account.password_hash).where(Account.email == "nia@harbor-lane.example")
        ).one()
    assert hashed is not None
    assert first[1] not in hashed


def test_a_mail_address_that_is_taken_says_so_beside_the_field(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    answer = post(
        sign_in("administrator"),
        "/settings/accounts/new",
        {"name": "Twice", "email": "lead@harbor-lane.example", "role": "therapist"},
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "has an account already" in text
    assert 'value="Twice"' in text
