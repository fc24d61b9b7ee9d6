"""Every form that anybody sees, made from the route map: sent with more than it asks for, and with odd things typed."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Uuid, select

from pne_tracker.db import db, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.models import Base, Visit, VisitStatus
from pne_tracker.services.visits import start_visit
from pne_tracker.web.policies import describe
from tests.people import House
from tests.raw import raw
from tests.services.homework_samples import assign
from tests.soak import rounds
from tests.web.filled_forms import Form, forms_of
from tests.web.pages import fill

WORD = "Assigned from outside"
NUMBER = 86_420
OWNER = {"organisation_id", "clinic_id", "patient_id", "account_id", "episode_id", "visit_id", "homework_id"}
KEPT_FROM_FORMS = {
    "role",
    "active",
    "status",
    "uniquifier",
    "password_hash",
    "seal",
    "pdf_hash",
    "content_hash",
}
ODD = (
    *(
        "",
        " ",
        "\0",
        "a\0b",
        "\ud800",
        "\u202eabc\u202c",
        "\ufeff",
        "\r\nBcc: x",
        "%s%n",
        "../../etc/passwd",
        "=1+1",
        "{{7*7}}",
    ),
    *(
        "-1",
        "0",
        "1e309",
        "NaN",
        "9" * 40,
        "1/3",
        "0x10",
        "\u0663",
        "2026-02-30",
        "0000-00-00",
        "9999-12-31",
        "25:61",
    ),
    *("x" * 5_000, "\U0001f600" * 300, "[]", "{}", "null", "true", "00000000-0000-0000-0000-000000000000"),
)
LEFT_OUT = {"security.logout"}
ENDS_THE_SESSION = ("/sign-out", "/logout", "/security/logout")


def _outside(column: Column[Any], foreign: uuid.UUID) -> str:
    """A value for a column that nothing of this house has."""
    if isinstance(column.type, Uuid):
        return str(foreign)
    if isinstance(column.type, Boolean):
        return "y"
    if isinstance(column.type, Integer):
        return str(NUMBER)
    if isinstance(column.type, DateTime):
        return "2031-01-01T12:00:00+00:00"
    if isinstance(column.type, Date):
        return "2031-01-01"
    return {"role": "administrator", "status": "signed"}.get(column.name, WORD)


def _rows() -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row of every table, by its table and key."""
    with raw() as connection:
        return {
            (table.name, row.id): dict(row._mapping)
            for table in Base.metadata.sorted_tables
            if "id" in table.c
            for row in connection.execute(select(table))
        }


def _faults(before: dict[tuple[str, Any], dict[str, Any]], foreign: uuid.UUID) -> set[str]:
    """Columns of old rows that no form may reach and that changed, and values of any row taken from outside."""
    found = set()
    for (table, key), row in _rows().items():
        old = before.get((table, key))
        for name, value in row.items():
            if value == foreign and name != "id":
                found.add(f"{table}.{name} points outside")
            if old is not None and name in OWNER and old[name] != value:
                found.add(f"{table}.{name} moved")
            taken = name in KEPT_FROM_FORMS and value in {WORD, "administrator", "signed"}
            if taken and (old is None or old[name] != value):
                found.add(f"{table}.{name} taken from the form")
    return found


@dataclass
class Desk:
    """Somebody with every form they can see, and what of the house the forms are about."""

    client: FlaskClient
    forms: list[Form]
    visit_id: uuid.UUID


@pytest.fixture(params=["therapist", "assistant", "lead", "biller", "administrator", "patient"])
def desk(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient], request: pytest.FixtureRequest
) -> Desk:
    """Each role in turn, with a draft and homework to work on."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("forms do not know the database")
    app.config["WTF_CSRF_ENABLED"], app.config["PROPAGATE_EXCEPTIONS"] = False, False
    with transaction(house.therapist) as session:
        visit = start_visit(session, house.therapist, house.episode_id, on_date=house.today, now=house.now)
        ids = {
            "patient_id": house.patient_id,
            "episode_id": house.episode_id,
            "clinic_id": house.clinic_id,
            "payer_id": house.payer_id,
            "account_id": house.viewers["other_therapist"].account_id,
            "visit_id": visit.id,
            "homework_id": assign(session, house, "s06-journal"),
        }
    client, role = sign_in(request.param), house.viewers[request.param].role.value
    forms = _forms(client, [one for one in describe(app) if _may(one, role)], ids)
    return Desk(client, list(forms), ids["visit_id"])


def test_no_column_is_written_that_a_form_does_not_ask_for_and_nothing_is_signed(
    house: House, desk: Desk
) -> None:
    foreign = house.foreign_patient_id
    columns = {
        column.name: _outside(column, foreign)
        for table in Base.metadata.sorted_tables
        for column in table.columns
    }
    before, taken = _rows(), 0
    for form in desk.forms:
        outside = {name: value for name, value in columns.items() if name not in form.fields}
        answer = desk.client.post(form.action, data={**form.fields, **outside})
        assert answer.status_code < 500, form.action
        taken += answer.status_code in {200, 302, 303}
    assert _faults(before, foreign) == set()
    assert taken > 2
    with raw() as connection:
        status = connection.scalar(select(Visit.status).where(Visit.id == desk.visit_id))
    assert status is VisitStatus.DRAFT


@pytest.mark.soak
def test_no_form_breaks_whatever_is_typed(desk: Desk) -> None:
    rng = random.Random(14)
    for _round in range(rounds(2, 60)):
        for form in desk.forms:
            typed = {
                name: rng.choice(ODD) if rng.random() < 0.4 else value for name, value in form.fields.items()
            }
            body = urlencode(typed, errors="surrogatepass")
            answer = desk.client.post(
                form.action, data=body, content_type="application/x-www-form-urlencoded"
            )
            assert answer.status_code < 500, (form.action, typed)


def _may(rule: dict[str, Any], role: str) -> bool:
    return rule["policy"] != Permission.PUBLIC and role in rule["roles"] and rule["endpoint"] not in LEFT_OUT


def _forms(client: FlaskClient, rules: list[dict[str, Any]], ids: dict[str, Any]) -> Iterator[Form]:
    """Each form of the pages these rules lead to, once."""
    seen = set[str]()
    for rule in rules:
        if "GET" not in rule["methods"]:
            continue
        address = fill(rule["rule"], ids)
        answer = client.get(address)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            for form in forms_of(address, answer.get_data(as_text=True)):
                path = urlsplit(form.action).path
                if path not in seen and not path.endswith(ENDS_THE_SESSION):
                    seen.add(path)
                    yield form
