"""A program comes in with a token: shown once, for what its scopes name, no further than its account, for a time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.access import PERMISSIONS, Permission, Role
from pne_tracker.domain.door import MOST_FROM_ADDRESS
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.scopes import MOST_TOKENS, NEEDS, ApiScope, check_wish, scopes_for
from pne_tracker.models import Account, AccountSession, ApiToken, AuditEvent
from pne_tracker.services import accounts
from tests.people import House
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
SECRET = re.compile(r"pne_[A-Za-z0-9_-]{43}")
VISIT = {
    "discipline": "PT",
    "date": "2026-11-23",
    "unit_rule": "cms_8min",
    "treatments": [{"activity": "97116", "minutes": 20}],
}


def _ask(app: Flask, secret: str, **headers: str) -> TestResponse:
    bearer = {"Authorization": f"Bearer {secret}"} if secret else {}
    return app.test_client().post("/api/v1/bill", json=VISIT, headers={**bearer, **headers})


def _make(client: FlaskClient, **data: Any) -> TestResponse:
    wish = {"name": "Board report", "scopes": ["rules:use"], "days": "90"}
    return post(client, "/settings/tokens/new", {**wish, **data})


def _secret(answer: TestResponse) -> str:
    found = SECRET.search(answer.get_data(as_text=True))
    assert found
    return found[0]


def test_no_scope_goes_beyond_the_role_it_is_made_for() -> None:
    for role in Role:
        for scope in scopes_for(role):
            assert NEEDS[scope] in PERMISSIONS[role]
    assert {role for role in Role if scopes_for(role)} == {Role.THERAPIST, Role.LEAD, Role.BILLER}
    assert ApiScope.BILLING not in scopes_for(Role.LEAD)
    assert ApiScope.PATIENTS not in scopes_for(Role.BILLER)
    with pytest.raises(BadInputError):
        check_wish(Role.BILLER, "Report", ["patients:read"], 90)
    with pytest.raises(BadInputError):
        check_wish(Role.LEAD, "Report", ["patients:read"], 366)


def test_a_token_is_shown_once_and_kept_as_a_fingerprint(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("lead")
    page = _make(client)
    secret = _secret(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert _ask(app, secret).get_json()["total_timed_units"] == 1
    listed = client.get("/settings/tokens").get_data(as_text=True)
    assert "Board report" in listed
    assert secret not in listed
    assert secret[:12] in listed
    with transaction(house.lead) as session:
        token = session.scalars(select(ApiToken).where(ApiToken.name == "Board report")).one()
        assert secret not in repr(vars(token))
        assert token.last_used_on == clock.now().date()
        acts = session.scalars(select(AuditEvent).where(AuditEvent.subject == "api_token")).all()
        assert [(one.action, one.details) for one in acts] == [("add_token", {"scopes": ["rules:use"]})]


def test_making_a_token_asks_once_more_who_it_is(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("lead")
    with transaction(house.lead) as session:
        for one in session.scalars(select(AccountSession)):
            one.confirmed_at = clock.now() - dt.timedelta(hours=1)
    answer = client.get("/settings/tokens/new")
    assert answer.status_code == 303
    assert "/confirm" in answer.headers["Location"]


def test_a_token_that_cannot_be_had_is_refused(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("lead")
    for wish in ({"scopes": ["billing:read"]}, {"scopes": []}, {"days": "366"}, {"name": " "}):
        answer = _make(client, **wish)
        assert answer.status_code == 422, wish
        assert not SECRET.search(answer.get_data(as_text=True))


def test_an_account_has_twenty_tokens_at_most(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("lead")
    for _ in range(MOST_TOKENS - 1):
        assert _make(client).status_code == 200
    assert _make(client).status_code == 422


def test_a_revoked_token_is_out_at_the_next_request(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("lead")
    secret = _secret(_make(client))
    with transaction(house.lead) as session:
        token_id = session.scalars(select(ApiToken.id).where(ApiToken.name == "Board report")).one()
    assert post(sign_in("therapist"), f"/settings/tokens/{token_id}/revoke").status_code == 404
    assert _ask(app, secret).status_code == 200
    assert "Board report" in sign_in("administrator").get("/settings/all-tokens").get_data(as_text=True)
    assert post(sign_in("administrator"), f"/settings/all-tokens/{token_id}/revoke").status_code == 303
    assert _ask(app, secret).status_code == 401


def test_a_token_ends_with_its_time(
    app: Flask, house: House, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, made = _secret(_make(sign_in("lead"), days="30")), clock.now()
    monkeypatch.setattr(clock, "now", lambda: made + dt.timedelta(days=29))
    assert _ask(app, secret).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: made + dt.timedelta(days=30, seconds=1))
    assert _ask(app, secret).status_code == 401


def test_suspension_a_new_password_and_another_role_end_what_a_token_reaches(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client, admin = sign_in("lead"), house.viewers["administrator"]
    first = _secret(_make(client))
    with transaction(UNSCOPED) as session:
        session.get_one(Account, house.lead.account_id).role = Role.ADMINISTRATOR
    assert _ask(app, first).status_code == 403
    with transaction(UNSCOPED) as session:
        account = session.get_one(Account, house.lead.account_id)
        account.role, account.active = Role.LEAD, False
    assert _ask(app, first).status_code == 401
    with transaction(UNSCOPED) as session:
        session.get_one(Account, house.lead.account_id).active = True
    assert _ask(app, first).status_code == 200
    for _ in ("suspended", "let back in"):
        with transaction(admin) as session:
            accounts.toggle_active(session, admin, house.lead.account_id, now=clock.now())
    assert _ask(app, first).status_code == 401
    second = _secret(_make(sign_in("therapist")))
    with transaction(house.therapist) as session:
        accounts.set_password(session, house.therapist, house.therapist.account_id, "a hash", now=clock.now())
    assert _ask(app, second).status_code == 401


def test_a_token_opens_no_page_and_a_cookie_no_address_for_programs(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("lead")
    secret = _secret(_make(client))
    page = app.test_client().get("/completion", headers={"Authorization": f"Bearer {secret}"})
    assert page.status_code == 302
    assert client.get("/completion").status_code == 200
    client.bearer = ""  # type: ignore[attr-defined]
    answer = client.post("/api/v1/bill", json=VISIT)
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")
    assert "Set-Cookie" not in _ask(app, secret).headers


def test_bad_tokens_are_counted_by_address_and_good_ones_go_on(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    secret = _secret(_make(sign_in("lead")))
    guesses = [_ask(app, f"pne_{number:043d}").status_code for number in range(MOST_FROM_ADDRESS + 2)]
    assert guesses == [401] * MOST_FROM_ADDRESS + [429] * 2
    assert _ask(app, "nonsense").headers["Retry-After"] == "900"
    assert _ask(app, "").status_code == 401
    assert _ask(app, secret).status_code == 200


def test_every_scope_asks_for_a_permission_that_some_holder_of_tokens_has() -> None:
    assert set(NEEDS) == set(ApiScope)
    for scope in ApiScope:
        assert any(scope in scopes_for(role) for role in Role), scope
    assert Permission.USE_API not in PERMISSIONS[Role.ADMINISTRATOR]
