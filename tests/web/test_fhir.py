"""FHIR R4: resources that another system can read, found by the usual parameters, and nobody else's."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from flask import Flask
from flask.testing import FlaskClient

from pne_tracker.db import transaction
from pne_tracker.domain.homework import HomeworkStatus
from pne_tracker.domain.scopes import ApiScope
from pne_tracker.models import AuditEvent, Condition
from pne_tracker.services.visits import withdraw_visit
from tests.api import give_token
from tests.claims import prepare, visit_on
from tests.people import House
from tests.services.homework_samples import assign
from tests.visit_forms import start
from tests.web.test_api import DAY

TYPES = ("Patient", "EpisodeOfCare", "Condition", "Encounter", "Task")
KEYS = ("s06-journal", "s05-sleep")


@pytest.fixture
def course(house: House) -> list[uuid.UUID]:
    """Two signed visits, one of them taken back; a draft; conditions from elsewhere."""
    with transaction(house.therapist) as session:
        prepare(session, house)
        visits = [visit_on(session, house, DAY - dt.timedelta(days=day)).id for day in (2, 0)]
        withdraw_visit(session, house.therapist, visits[1], "Somebody else's", now=house.now)
        start(session, house)
        for key in KEYS:
            assign(session, house, key)
        for status, verified in (("active", "confirmed"), ("resolved", None), (None, "entered-in-error")):
            session.add(
                Condition(
                    patient_id=house.patient_id,
                    source_id=f"c-{status}",
                    system="http://snomed.info/sct",
                    code="279039007",
                    label="Low back pain",
                    clinical_status=status,
                    verification_status=verified,
                    onset_on=dt.date(2026, 1, 5),
                    abated_on=dt.date(2026, 5, 1) if status == "resolved" else None,
                )
            )
    return visits


@pytest.fixture
def client(app: Flask, house: House) -> FlaskClient:
    """The therapist's program."""
    return _of(app, house, "therapist")


def _of(app: Flask, house: House, who: str) -> FlaskClient:
    client = app.test_client()
    with transaction(house.viewers[who]) as session:
        client.bearer = give_token(session, house.viewers[who], list(ApiScope))  # type: ignore[attr-defined]
    return client


def _checked(resource: dict[str, Any]) -> dict[str, Any]:
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    return resource


def _search(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    answer = client.get(f"/fhir/R4/{address}")
    assert (answer.status_code, answer.content_type) == (200, "application/fhir+json"), address
    bundle = _checked(answer.get_json())
    return [_checked(entry["resource"]) for entry in bundle.get("entry", [])]


def test_every_resource_is_what_the_standard_says_and_reads_as_it_was_found(
    app: Flask, house: House, client: FlaskClient, course: list[uuid.UUID]
) -> None:
    _checked(app.test_client().get("/fhir/R4/metadata").get_json())
    for kind in TYPES:
        found = _search(client, f"{kind}?patient={house.patient_id}" if kind != "Patient" else kind)
        assert found, kind
        for one in found:
            assert client.get(f"/fhir/R4/{kind}/{one['id']}").get_json() == one
    visits = _search(client, "Encounter")
    assert [(one["id"], one["status"]) for one in visits] == [
        (str(course[0]), "finished"),
        (str(course[1]), "entered-in-error"),
    ]
    episode = _search(client, "EpisodeOfCare")[0]
    named = {one["condition"]["reference"] for one in episode["diagnosis"]}
    assert named <= {f"Condition/{one['id']}" for one in _search(client, "Condition")}


def test_pages_follow_by_the_next_link(client: FlaskClient, house: House, course: list[uuid.UUID]) -> None:
    whole = _search(client, "Condition?_count=200")
    found, address = [], "/fhir/R4/Condition?_count=1&_format=application/fhir+json"
    while address:
        bundle = client.get(address).get_json()
        found += [entry["resource"] for entry in bundle["entry"]]
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        address = links.get("next", "").removeprefix("http://localhost")
    assert found == whole
    assert len(found) >= 4


def test_searches_narrow_by_id_patient_and_last_change(
    client: FlaskClient, house: House, course: list[uuid.UUID]
) -> None:
    both = f"{course[0]},{course[1]},nonsense"
    assert len(_search(client, f"Encounter?_id={both}")) == 2
    assert len(_search(client, f"Encounter?_id={course[0]}&patient=Patient/{house.patient_id}")) == 1
    assert _search(client, f"Encounter?patient={house.untreated_id}") == []
    for asked, visits in (
        ("gt2026-11-17", [0, 1]),
        ("ge2026-11-19", [1]),
        ("lt2026-11-19", [0]),
        ("2026-11-18", [0]),
        ("le2026-11-18", [0]),
        ("gt2026-11-18T14:59:59Z", [0, 1]),
        ("gt2026-11-18T15:00:00%2B00:00", [1]),
    ):
        found = [one["id"] for one in _search(client, f"Encounter?_lastUpdated={asked}")]
        assert found == [str(course[number]) for number in visits], asked


def test_a_refusal_is_an_outcome(app: Flask, house: House, client: FlaskClient) -> None:
    for answer, status, code in (
        (client.get("/fhir/R4/Patient?_lastUpdated=2026"), 400, "invalid"),
        (client.get("/fhir/R4/Encounter?_lastUpdated=gt2026-13-01"), 400, "invalid"),
        (client.get("/fhir/R4/Patient?_count=0"), 400, "invalid"),
        (app.test_client().get("/fhir/R4/Patient"), 401, "login"),
        (_of(app, house, "biller").get("/fhir/R4/Patient"), 403, "forbidden"),
        (client.get(f"/fhir/R4/Patient/{uuid.uuid4()}"), 404, "not-found"),
        (client.get("/fhir/R4/Patient/nonsense"), 404, "not-found"),
        (client.get("/fhir/R4/Observation"), 404, "not-found"),
        (client.delete(f"/fhir/R4/Patient/{house.patient_id}"), 405, "not-supported"),
    ):
        outcome = _checked(answer.get_json())
        assert (answer.status_code, answer.content_type) == (status, "application/fhir+json")
        assert (outcome["resourceType"], outcome["issue"][0]["code"]) == ("OperationOutcome", code)


def test_nobody_finds_what_is_out_of_reach(
    app: Flask, house: House, client: FlaskClient, course: list[uuid.UUID]
) -> None:
    """Ids in paths are in tests/web/test_reach.py, made from the route map."""
    others = [_of(app, house, who) for who in ("other_therapist", "foreign_therapist")]
    for kind in TYPES[1:]:
        assert _search(client, kind)
        for other in others:
            assert _search(other, kind) == []
            for one in (house.patient_id, house.foreign_patient_id, uuid.uuid4()):
                assert _search(other, f"{kind}?patient={one}") == []
            ids = ",".join(resource["id"] for resource in _search(client, kind))
            assert _search(other, f"{kind}?_id={ids}") == []
    seen = {one["id"] for one in _search(others[0], "Patient")}
    assert seen == {str(house.untreated_id)}


def test_a_read_and_each_patient_found_are_in_the_trail(client: FlaskClient, house: House) -> None:
    client.get(f"/fhir/R4/Patient/{house.patient_id}")
    _search(client, f"EpisodeOfCare?patient={house.patient_id}")
    with transaction(house.therapist) as session:
        events = [one for one in session.query(AuditEvent) if one.subject.startswith("fhir_")]
    assert [(one.action, one.subject, one.patient_id) for one in events] == [
        ("read", "fhir_Patient", house.patient_id),
        ("list", "fhir_EpisodeOfCare", house.patient_id),
    ]
    assert all(one.details["token"].startswith("pne_") for one in events)


def test_every_state_of_homework_has_its_task_status() -> None:
    from pne_tracker.adapters.fhir_resources import EPISODES, TASKS
    from pne_tracker.domain.care import EpisodeStatus

    assert set(TASKS) == set(HomeworkStatus)
    assert set(EPISODES) == set(EpisodeStatus)
