"""Fields that no form has: every column of the data model sent beside what a form sends, by everyone who sees it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

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


@pytest.mark.parametrize("who", ["therapist", "assistant", "lead", "biller", "administrator", "patient"])
def test_no_column_is_written_that_a_form_does_not_ask_for_and_nothing_is_signed(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient], who: str
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("forms do not know the database")
    app.config["WTF_CSRF_ENABLED"] = False
    with transaction(house.therapist) as session:
        visit = start_visit(session, house.therapist, house.episode_id, on_date=house.today, now=house.now)
        visit_id = visit.id
        homework_id = assign(session, house, "s06-journal")
    ids = {
        "patient_id": house.patient_id,
        "episode_id": house.episode_id,
        "clinic_id": house.clinic_id,
        "payer_id": house.payer_id,
        "account_id": house.viewers["other_therapist"].account_id,
        "visit_id": visit_id,
        "homework_id": homework_id,
    }
    foreign = house.foreign_patient_id
    columns = {
        column.name: _outside(column, foreign)
        for table in Base.metadata.sorted_tables
        for column in table.columns
    }
    client, sent = sign_in(who), set[str]()
    forms = list(
        _forms(client, [one for one in describe(app) if _may(one, house.viewers[who].role.value)], ids)
    )
    before = _rows()
    for one in forms:
        outside = {name: value for name, value in columns.items() if name not in one.fields}
        answer = client.post(one.action, data={**one.fields, **outside})
        assert answer.status_code < 500, one.action
        if answer.status_code in {200, 302, 303}:
            sent.add(one.action)
    assert _faults(before, foreign) == set()
    assert len(sent) > 2, "forms were taken"
    with raw() as connection:
        status = connection.scalar(select(Visit.status).where(Visit.id == visit_id))
    assert status is VisitStatus.DRAFT


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
