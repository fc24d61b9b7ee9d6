"""Pages that only look: they wait for nobody, and what cannot be recorded is not shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import dropwhile
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pne_tracker.db import UNSCOPED, db, looking, reading, transaction
from pne_tracker.models import AuditEvent, Patient, TenantError, new_id
from pne_tracker.models import audit as audit_model
from pne_tracker.services import audit
from tests.people import House
from tests.queries.plans import statements


def _events() -> list[str]:
    with reading(UNSCOPED) as session:
        return list(session.scalars(select(AuditEvent.action).where(AuditEvent.subject == "patient")))


@contextmanager
def _no_event_can_be_written() -> Iterator[None]:
    def refuse(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO audit_event"):
            raise RuntimeError("the disk is full")

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)


def _note(session: Session, house: House) -> None:
    audit.record(session, house.therapist, "read", "patient", patient_id=house.patient_id, now=house.now)


def test_a_look_at_a_record_leaves_its_event(app: Flask, house: House) -> None:
    with looking(house.therapist) as session:
        _note(session, house)
        assert session.get(Patient, house.patient_id) is not None
    assert _events() == ["read"]


def test_a_page_whose_event_cannot_be_written_is_not_shown(app: Flask, house: House, sign_in) -> None:
    therapist, patient = sign_in("therapist"), sign_in("patient")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        with _no_event_can_be_written():
            answers = [therapist.get("/today"), patient.get("/portal")]
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
    assert [one.status_code for one in answers] == [500, 500]
    assert all("Rosalind" not in one.get_data(as_text=True) for one in answers)


def test_a_look_that_would_change_a_record_is_refused_and_changes_nothing(app: Flask, house: House) -> None:
    with pytest.raises(RuntimeError, match="audit events alone"), looking(house.therapist) as session:
        _note(session, house)
        session.get_one(Patient, house.patient_id).given_name = "Somebody"
    with reading(house.therapist) as session:
        assert session.get_one(Patient, house.patient_id).given_name != "Somebody"
    assert _events() == []


def test_a_look_waits_for_no_writer_until_it_is_recorded(app: Flask, house: House) -> None:
    begun: list[str] = []

    def remember(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        begun.append(statement.split(" ", 2)[0] + (" IMMEDIATE" if "IMMEDIATE" in statement else ""))

    event.listen(db.engine, "before_cursor_execute", remember)
    try:
        with looking(house.therapist) as session:
            session.get(Patient, house.patient_id)
            _note(session, house)
    finally:
        event.remove(db.engine, "before_cursor_execute", remember)
    reads_first = ["BEGIN", "SELECT", "BEGIN IMMEDIATE", "INSERT"]
    assert begun == (reads_first if db.engine.dialect.name == "sqlite" else ["SELECT", "INSERT"])


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("therapist", "/today"),
        ("therapist", "/patients"),
        ("therapist", "/messages"),
        ("lead", "/completion"),
        ("lead", "/reminders"),
        ("biller", "/billing"),
        ("biller", "/billing/lines.csv"),
    ],
)
def test_a_list_is_read_before_it_asks_for_the_write_lock(
    app: Flask, house: House, sign_in, role: str, path: str
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no lock of the whole database")
    client = sign_in(role)
    client.get(path)
    with statements("BEGIN", "SELECT", "WITH", "INSERT") as seen:
        assert client.get(path).status_code == 200
    locked = list(dropwhile(lambda one: one != "BEGIN IMMEDIATE", (one for one, _given in seen)))
    assert not [one for one in locked if one.startswith(("SELECT", "WITH"))], locked


def test_today_leaves_an_event_for_each_patient_it_lists(app: Flask, house: House, sign_in) -> None:
    therapist = sign_in("therapist")
    page = therapist.get("/today").get_data(as_text=True)
    with reading(UNSCOPED) as session:
        listed = session.scalars(select(AuditEvent.patient_id).where(AuditEvent.action == "list")).all()
    assert listed == [house.patient_id]
    assert str(house.patient_id) in page


def test_a_look_says_the_same_as_a_transaction(app: Flask, house: House) -> None:
    program = dataclasses.replace(house.lead, opened=frozenset({house.untreated_id}), token="pne_abc")
    shown, told = [house.patient_id, house.untreated_id, house.patient_id], []
    for unit in (transaction, looking):
        with unit(program) as session:
            audit.record_list(session, program, "patients", shown, now=house.now)
            audit.record(
                session, program, "read", "visit", subject_id=house.patient_id, now=house.now, fields=["é"]
            )
        with transaction(UNSCOPED) as session:
            rows = session.execute(delete(AuditEvent).returning(*AuditEvent.__table__.c)).mappings().all()
        told.append([{**row, "id": None} for row in sorted(rows, key=lambda row: row["id"])])
    assert told[0] == told[1]
    assert [(one["patient_id"], "break_glass" in one["details"]) for one in told[0]] == [
        (house.untreated_id, True),
        (house.patient_id, False),
        (None, False),
    ]


def test_a_long_list_leaves_an_event_for_everybody_in_it(app: Flask, house: House) -> None:
    shown = [new_id() for _ in range(2 * audit_model.AT_ONCE + 1)]
    with looking(house.lead) as session:
        audit.record_list(session, house.lead, "patients", shown, now=house.now)
    with reading(UNSCOPED) as session:
        assert list(session.scalars(select(AuditEvent.patient_id).order_by(AuditEvent.id))) == shown


def test_a_look_that_writes_past_its_session_is_refused(app: Flask, house: House) -> None:
    with pytest.raises((RuntimeError, DBAPIError)), looking(house.therapist) as session:
        session.execute(update(Patient).where(Patient.id == house.patient_id).values(given_name="Somebody"))
    with reading(house.therapist) as session:
        assert session.get_one(Patient, house.patient_id).given_name != "Somebody"


def test_a_look_cannot_be_recorded_in_another_organisation(app: Flask, house: House) -> None:
    stranger = dataclasses.replace(house.therapist, organisation_id=new_id())
    with pytest.raises(TenantError), looking(house.therapist) as session:
        audit.record(session, stranger, "read", "patient", now=house.now)
    assert _events() == []
