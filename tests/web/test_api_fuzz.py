"""Whatever a program sends, it gets an answer or a refusal in words: never a failure of ours."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pne_tracker.db import db, transaction
from pne_tracker.domain.scopes import ApiScope
from pne_tracker.web.policies import describe
from tests.api import give_token
from tests.people import House
from tests.web.test_api import FACTS, VISIT

EXAMPLES = 60
FEW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WORDS = (
    *(
        "\0",
        "\ud800",
        "\u202e",
        "-1",
        "9" * 400,
        "NaN",
        "%00",
        "' OR 1=1",
        "Patient/",
        "json",
        "all",
        "1",
        "200",
    ),
    *("2026-02-30", "2026-11-23T25:00:00Z", "0001-01-01", "9999-12-31", "2026-11-23T00:00:00Z"),
    *("gt9999-12-31", "gt0001-01-01T00:00:00+23:59", str(uuid.UUID(int=0))),
)
NASTY = st.one_of(
    st.text(max_size=40),
    st.sampled_from(WORDS),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = ("after", "since", "until", "limit", "minutes", "state", "status", "clinic", "therapist", "payer")
MORE = ("signed_since", "_id", "_count", "_after", "_format", "patient", "_lastUpdated", "anything")


@pytest.fixture
def clients(app: Flask, house: House) -> dict[str, FlaskClient]:
    """Programs of a lead and of a biller, with every scope."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("once is enough: refusals do not depend on the database")
    found = {}
    for who in ("lead", "biller"):
        with transaction(house.viewers[who]) as session:
            client = app.test_client()
            client.bearer = give_token(session, house.viewers[who], list(ApiScope))  # type: ignore[attr-defined]
        found[who] = client
    return found


def test_no_parameter_breaks_an_address(app: Flask, house: House, clients: dict[str, FlaskClient]) -> None:
    rules = [rule["rule"] for rule in describe(app) if rule["scope"] and "GET" in rule["methods"]]
    ids = {"patient_id": house.patient_id, "episode_id": house.episode_id}

    @FEW
    @given(st.sampled_from(rules), st.dictionaries(st.sampled_from(NAMES + MORE), NASTY, max_size=3))
    def check(rule: str, query: dict[str, str]) -> None:
        for name in ("patient_id", "episode_id", "condition_id", "visit_id", "homework_id"):
            rule = rule.replace(f"<uuid:{name}>", str(ids.get(name, uuid.UUID(int=1))))
        sent = {name: text.encode("utf-8", "surrogatepass") for name, text in query.items()}
        for client in clients.values():
            answer = client.get(rule, query_string=sent)
            assert answer.status_code < 500, (rule, query)
            assert "json" in answer.content_type

    check()


def test_no_body_breaks_an_engine(clients: dict[str, FlaskClient]) -> None:
    def answer(name: str, data: bytes) -> Any:
        found = clients["biller"].post(f"/api/v1/{name}", data=data, content_type="application/json")
        assert found.status_code in {200, 400, 413, 422}, (name, data[:200], found.status_code)
        return found

    @FEW
    @given(st.sampled_from(["bill", "plan"]), st.data())
    def check(name: str, data: st.DataObject) -> None:
        whole = dict(VISIT if name == "bill" else FACTS)
        whole[data.draw(st.sampled_from([*whole, "other"]))] = data.draw(JSON)
        answer(name, json.dumps(whole).encode())
        answer(name, json.dumps(data.draw(JSON)).encode())
        answer(name, data.draw(st.binary(max_size=60)))

    check()
    for name in ("bill", "plan"):
        answer(name, b"[" * 200_000)
        answer(name, b'{"a":' * 100_000)
        answer(name, json.dumps({**VISIT, "treatments": [VISIT["treatments"][0]] * 5000}).encode())
        answer(name, b"9" * 900_000)


def test_a_deeply_nested_body_breaks_no_page_either(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data=b"[" * 200_000, content_type="application/json")
    assert answer.status_code < 500
