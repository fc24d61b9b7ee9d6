"""JSON for programs: what it answers is what its document says, and what it refuses it refuses in words."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from pne_tracker.cli.bill import bill
from pne_tracker.cli.plan import plan
from pne_tracker.db import transaction
from pne_tracker.domain.scopes import ApiScope
from pne_tracker.models import AuditEvent, Patient, Visit
from pne_tracker.services import program_reading
from pne_tracker.web.policies import describe
from tests.api import give_token
from tests.claims import prepare, visit_on
from tests.json_schema import faults, resolve
from tests.people import House
from tests.visit_forms import start

SignIn = Callable[[str], FlaskClient]
DAY = dt.date(2026, 11, 20)
VISIT = {
    "discipline": "PT",
    "date": "2026-11-23",
    "unit_rule": "cms_8min",
    "treatments": [{"activity": "97116", "minutes": 20, "pne_minutes": 12}],
    "fees": {"97116": "38.50"},
}
FACTS = {
    "pack": "why-you-hurt",
    "today": "2026-11-23",
    "minutes": 30,
    "sections": {"1": {"taught": ["2026-11-02"]}},
}
READERS = {"patients": "therapist", "plan": "therapist", "homework": "therapist", "visits": "therapist"}


@pytest.fixture
def course(house: House) -> list[uuid.UUID]:
    """Three signed visits of the house's patient, and a draft."""
    with transaction(house.therapist) as session:
        prepare(session, house)
        visits = [visit_on(session, house, DAY - dt.timedelta(days=day)).id for day in (4, 2, 0)]
        start(session, house)
    return visits


def _document(app: Flask) -> dict[str, Any]:
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return dict(answer.get_json())


def _with(app: Flask, house: House, who: str, *scopes: ApiScope) -> FlaskClient:
    client = app.test_client()
    with transaction(house.viewers[who]) as session:
        client.bearer = give_token(session, house.viewers[who], scopes or list(ApiScope))  # type: ignore[attr-defined]
    return client


def test_the_document_holds_every_address_its_scope_and_its_refusals(app: Flask) -> None:
    document = _document(app)
    assert document["openapi"] == "3.1.0"
    described = {
        (re.sub(r"<uuid:(\w+)>", r"{\1}", rule["rule"]), method.lower(), rule["scope"])
        for rule in describe(app)
        for method in rule["methods"]
        if rule["rule"].startswith("/api/v1") and rule["scope"]
    }
    written = {
        (path, method, operation["security"][0]["token"][0])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert written == described
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            places = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert places == set(re.findall(r"{(\w+)}", path))
            assert operation["summary"]
            for status, answer in operation["responses"].items():
                content = resolve(document, answer)["content"]
                kind = "application/json" if status == "200" else "application/problem+json"
                assert resolve(document, content[kind]["schema"])
    names = {tag["name"] for tag in document["tags"]}
    assert {tag for one in operations for tag in one["tags"]} <= names


def test_every_read_answers_as_the_document_says(app: Flask, house: House, course: list[uuid.UUID]) -> None:
    document, seen = _document(app), {}
    ids = {"patient_id": house.patient_id, "episode_id": house.episode_id}
    for path, methods in document["paths"].items():
        if "get" not in methods:
            continue
        scope = methods["get"]["security"][0]["token"][0]
        who = READERS.get(
            scope.partition(":")[0],
            {"billing": "biller", "completion": "lead"}.get(scope.partition(":")[0], ""),
        )
        answer = _with(app, house, who, ApiScope(scope)).get(path.format(**ids))
        assert answer.status_code == 200, path
        schema = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert list(faults(document, schema, answer.get_json())) == []
        seen[path] = answer.get_json()
    episode = seen["/api/v1/episodes/{episode_id}"]
    assert episode["visits_signed"] == 3
    assert episode["pne_minutes"] == 36
    assert [one["on"] for one in episode["sections"][0]["taught"]] == [
        "2026-11-16",
        "2026-11-18",
        "2026-11-20",
    ]
    assert {one["state"] for one in episode["sections"][1:]} == {"not_started"}
    billed = seen["/api/v1/billing/visits"]["items"]
    assert [one["visit"]["id"] for one in billed] == [str(one) for one in course]
    assert {(line["code"], line["units"], line["charge"]) for one in billed for line in one["lines"]} == {
        ("97116", 2, "77.00")
    }
    assert len(seen["/api/v1/billing/claims"]["items"]) == 3
    assert seen["/api/v1/completion"]["sections"][0]["taught"] == 1
    assert [one["status"] for one in seen["/api/v1/patients/{patient_id}/visits"]["items"]] == ["signed"] * 3


def test_pages_follow_each_other_without_gap_or_double(
    app: Flask, house: House, course: list[uuid.UUID]
) -> None:
    for who, first in (
        ("lead", "/api/v1/patients"),
        ("biller", "/api/v1/billing/visits"),
        ("biller", "/api/v1/billing/claims"),
    ):
        client, address, pages = _with(app, house, who), f"{first}?limit=1", []
        while address:
            answer = client.get(address).get_json()
            assert len(answer["items"]) == 1
            pages.append(str(answer["items"][0]))
            address = answer["next"]
        assert len(pages) == len(set(pages)) == len(client.get(first).get_json()["items"]) > 1


def test_what_is_new_since_an_instant_can_be_asked_for(
    app: Flask, house: House, course: list[uuid.UUID]
) -> None:
    client = _with(app, house, "biller")
    late = client.get("/api/v1/billing/visits?signed_since=2026-11-18T00:00:00Z").get_json()["items"]
    assert [one["visit"]["id"] for one in late] == [str(one) for one in course[1:]]
    lead = _with(app, house, "lead")
    assert lead.get("/api/v1/patients?since=2027-01-01T00:00:00%2B01:00").get_json()["items"] == []


def test_each_read_is_in_the_trail_with_the_token_and_a_figure_names_nobody(
    app: Flask, house: House, course: list[uuid.UUID]
) -> None:
    client = _with(app, house, "lead")
    client.get("/api/v1/patients")
    client.get(f"/api/v1/episodes/{house.episode_id}")
    with transaction(house.lead) as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.actor_id == house.lead.account_id)).all()
        assert {one.details.get("token", "")[:4] for one in events} == {"pne_"}
        patients = set(session.scalars(select(Patient.id).where(Patient.clinic_id == house.clinic_id)))
        assert {one.patient_id for one in events if one.action == "list"} == patients
        assert [one.patient_id for one in events if one.subject == "episode"] == [house.patient_id]


def test_the_rules_answer_as_the_commands_do_and_leave_no_row(app: Flask, house: House) -> None:
    client, document = _with(app, house, "biller", ApiScope.RULES), _document(app)
    for name, command, given in (("bill", bill, VISIT), ("plan", plan, FACTS)):
        operation = document["paths"][f"/api/v1/{name}"]["post"]
        asked = operation["requestBody"]["content"]["application/json"]["schema"]
        assert list(faults(document, asked, given)) == []
        answer = client.post(f"/api/v1/{name}", json=given)
        printed = CliRunner().invoke(command, ["-"], input=json.dumps(given))
        assert answer.get_json() == json.loads(printed.output)
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert list(faults(document, schema, answer.get_json())) == []
    with transaction(house.lead) as session:
        assert session.scalars(select(Visit)).all() == []


def test_what_is_refused_is_said_in_a_problem(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = _with(app, house, "biller", ApiScope.RULES, ApiScope.PATIENTS)
    lead = _with(app, house, "lead")
    bad = {**VISIT, "treatments": [{"activity": "97116", "minutes": -1}]}
    cases = [
        (lead.get("/api/v1/patients?limit=0"), 400, "bad_parameter", "limit"),
        (lead.get("/api/v1/patients?limit=1&limit=2"), 400, "bad_parameter", "limit"),
        (lead.get("/api/v1/patients?name=Foreign"), 400, "unknown_parameter", "name"),
        (client.post("/api/v1/bill", data="{", content_type="application/json"), 400, "not_json", None),
        (app.test_client().get("/api/v1/patients"), 401, None, None),
        (client.get("/api/v1/patients"), 403, "scope", None),
        (client.get("/api/v1/completion"), 403, "scope", None),
        (lead.get(f"/api/v1/patients/{uuid.uuid4()}"), 404, None, None),
        (lead.get("/api/v1/nothing"), 404, None, None),
        (client.delete("/api/v1/bill"), 405, None, None),
        (
            client.post("/api/v1/bill", data=b"[" + b" " * 2**20, content_type="application/json"),
            413,
            None,
            None,
        ),
        (client.post("/api/v1/bill", data={"a": "b"}), 415, None, None),
        (client.post("/api/v1/bill", json=bad), 422, "bad_minutes", "treatments[0].minutes"),
        (client.post("/api/v1/plan", json={**FACTS, "pack": "none"}), 422, "unknown_pack", "pack"),
    ]
    for answer, status, code, at in cases:
        problem = answer.get_json()
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), problem
        assert problem["status"] == status
        assert problem["detail"]
        if code is not None:
            assert problem["code"] == code
        if at is not None:
            assert problem["at"] == at

    def broken(*_args: Any, **_options: Any) -> None:
        raise OperationalError("SELECT secret", {}, Exception("away"))

    monkeypatch.setattr(program_reading, "list_patients", broken)
    busy = lead.get("/api/v1/patients")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert "secret" not in busy.get_data(as_text=True)


def test_an_id_of_others_in_a_parameter_answers_like_a_random_one(
    app: Flask, house: House, course: list[uuid.UUID]
) -> None:
    """Ids in paths are in tests/web/test_reach.py, made from the route map."""
    lead, biller = _with(app, house, "lead"), _with(app, house, "biller")
    foreign = house.viewers["foreign_therapist"]
    with transaction(foreign) as session:
        clinic = next(iter(foreign.clinic_ids))
        assert session.get_one(Patient, house.foreign_patient_id).clinic_id == clinic

    def same(client: FlaskClient, address: str, one: uuid.UUID) -> None:
        answers = [client.get(address.format(key)) for key in (one, uuid.uuid4())]
        assert answers[0].status_code == answers[1].status_code
        assert answers[0].data == answers[1].data

    same(lead, "/api/v1/completion?clinic={}", clinic)
    same(lead, "/api/v1/completion?therapist={}", foreign.account_id)
    same(biller, "/api/v1/billing/claims?after={}", house.foreign_patient_id)
    same(biller, "/api/v1/billing/visits?after={}", house.foreign_patient_id)
    other = _with(app, house, "other_therapist")
    same(other, "/api/v1/episodes/{}", house.episode_id)
    same(other, "/api/v1/patients/{}/visits", house.patient_id)
    assert str(house.patient_id) not in other.get("/api/v1/patients").get_data(as_text=True)
