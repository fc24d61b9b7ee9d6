"""The door: every rule, every role, and nothing undeclared."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pne_tracker.domain.access import Permission
from pne_tracker.factory import create_app
from pne_tracker.web.policies import UndeclaredPolicyError, describe, refuse_undeclared
from tests.conftest import settings_for
from tests.people import House

STAFF = ("therapist", "assistant", "lead", "biller", "administrator", "patient")


def test_an_endpoint_without_a_policy_stops_the_start(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'none.db'}", tmp_path))
    app.add_url_rule("/undeclared", "undeclared", lambda: "open to all")
    with pytest.raises(UndeclaredPolicyError, match="undeclared"):
        refuse_undeclared(app)


def _address(rule: str) -> str:
    import re

    address = re.sub(r"<(uuid):[^>]+>", str(uuid.uuid4()), rule)
    address = re.sub(r"<int:[^>]+>", "1", address)
    return re.sub(r"<(path:|string:)?[^>]+>", "nothing", address)


def test_a_stranger_reaches_public_pages_alone(app: Flask, house: House) -> None:
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    for rule in describe(app):
        if rule["public"]:
            continue
        for method in rule["methods"]:
            answer = client.open(_address(rule["rule"]), method=method)
            assert answer.status_code in {302, 401}, (method, rule["rule"], answer.status_code)
            if answer.status_code == 302:
                assert answer.headers["Location"].startswith("/sign-in"), rule["rule"]


@pytest.mark.parametrize("who", STAFF)
def test_a_role_without_the_permission_is_refused(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient], who: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(who)
    role = house.viewers[who].role.value
    for rule in describe(app):
        if rule["public"] or role in rule["roles"] or rule["endpoint"] == "security.logout":
            continue
        for method in rule["methods"]:
            answer = client.open(_address(rule["rule"]), method=method)
            assert answer.status_code == 403, (who, method, rule["rule"], answer.status_code)


@pytest.mark.parametrize("who", STAFF)
def test_an_id_out_of_reach_answers_like_one_that_never_existed(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient], who: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(who)
    role = house.viewers[who].role.value
    for rule in describe(app):
        if "<uuid:" not in rule["rule"] or role not in rule["roles"] or rule["public"]:
            continue
        for method in rule["methods"]:
            answer = client.open(_address(rule["rule"]), method=method)
            assert answer.status_code == 404, (who, method, rule["rule"], answer.status_code)


def test_each_role_lands_on_its_first_page(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    first = {
        "therapist": "/today",
        "assistant": "/today",
        "lead": "/completion",
        "biller": "/billing",
        "administrator": "/settings",
        "patient": "/portal",
    }
    for who, page in first.items():
        client = sign_in(who)
        assert client.get("/").headers["Location"] == page
        assert client.get(page).status_code == 200, page


def test_a_form_without_its_token_changes_nothing(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    client = sign_in("therapist")
    signed_themselves = {"reminders.stop", "reminders.incoming_text", "completion.stop_summary"}
    for rule in describe(app):
        if "POST" in rule["methods"] and not rule["scope"] and rule["endpoint"] not in signed_themselves:
            answer = client.post(_address(rule["rule"]), data={"anything": "1"})
            assert answer.status_code in {400, 403}, (rule["rule"], answer.status_code)
    assert client.get("/today").status_code == 200


def test_every_permission_is_used_by_some_endpoint(app: Flask) -> None:
    used = {rule["policy"] for rule in describe(app)}
    assert used == {permission.value for permission in Permission}
