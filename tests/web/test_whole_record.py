"""A patient takes the whole record along; staff hand it out, without what the patient keeps private."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from pne_tracker.db import reading, transaction
from pne_tracker.domain.appointments import Slot
from pne_tracker.models import AuditEvent, Base, Homework
from pne_tracker.models.of_patient import patient_tables
from pne_tracker.queries.portal import quiz_of
from pne_tracker.services import entries
from pne_tracker.services.appointments import book_appointment, cancel_appointment
from pne_tracker.services.entries import Typed
from tests.people import House
from tests.services.homework_samples import SLEEP, assign
from tests.services.test_private_writing import CANARY, hand_in
from tests.visit_forms import GAIT_AND_PNE, signed_visit
from tests.web.pages import post


@pytest.fixture
def journal(app: Flask, house: House) -> uuid.UUID:
    """A signed visit, and a private entry of the patient."""
    with transaction(house.therapist) as session:
        signed_visit(session, house)
        homework_id = assign(session, house, "s06-journal")
    hand_in(house, homework_id, shared=False)
    return homework_id


def test_every_table_that_can_hold_something_of_a_patient_is_in_the_record() -> None:
    covered = {table.name for table in patient_tables()}
    for table in Base.metadata.sorted_tables:
        names = {column.name for column in table.c}
        points = {
            key.referred_table.name
            for key in table.foreign_key_constraints
            if key.referred_table is not table
        }
        if "patient_id" in names or points & {
            "visit",
            "episode",
            "homework",
            "entry",
            "claim",
            "appointment",
        }:
            assert table.name in covered, f"{table.name} is a patient's and not in the record"


def test_the_patient_takes_every_row_along_and_the_private_words_too(
    app: Flask, house: House, sign_in, journal: uuid.UUID
) -> None:
    answer = sign_in("patient").get("/portal/record.json")
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    record = json.loads(answer.data)
    assert set(record["tables"]) == {table.name for table in patient_tables()}
    with reading(house.lead) as session:
        for table in patient_tables():
            if "patient_id" in table.c and table.name != "audit_event":
                stored = session.execute(select(table.c.id).where(table.c.patient_id == house.patient_id))
                assert {str(one) for one in stored.scalars()} == {
                    row["id"] for row in record["tables"][table.name]
                }
    assert record["tables"]["visit"][0]["note"]
    assert record["tables"]["treatment"]
    assert CANARY in answer.get_data(as_text=True)
    assert record["people"][str(house.therapist.account_id)] == "Maya Okonjo"
    assert "Fenwick" not in answer.get_data(as_text=True), "another patient"


def test_no_secret_of_signing_in_is_in_the_file(
    app: Flask, house: House, sign_in, journal: uuid.UUID
) -> None:
    record = json.loads(sign_in("patient").get("/portal/record.json").data)
    assert "password_hash" in record["withheld"]["account"]
    assert record["withheld"]["patient_key"] == ["wrapped"]
    for rows in record["tables"].values():
        for row in rows:
            assert not {"password_hash", "token_hash", "secret", "wrapped", "uniquifier"} & set(row)


@pytest.mark.parametrize("who", ["therapist", "lead"])
def test_staff_hand_it_out_without_the_private_words(
    app: Flask, house: House, sign_in, journal: uuid.UUID, who: str
) -> None:
    answer = sign_in(who).get(f"/patients/{house.patient_id}/record.json")
    assert answer.status_code == 200
    assert CANARY not in answer.get_data(as_text=True)
    record = json.loads(answer.data)
    assert record["made_for"] == "staff"
    assert record["tables"]["entry"][0]["values"] == {}
    with reading(house.lead) as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "export")).one()
        assert (event.subject, event.patient_id, event.details["form"]) == (
            "record",
            house.patient_id,
            "json",
        )


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_paper_is_tagged_and_in_the_patients_language(
    app: Flask, house: House, sign_in, journal: uuid.UUID, language: str, tmp_path: Path
) -> None:
    patient = sign_in("patient")
    post(patient, "/portal/language", {"language": language, "back": "/portal"})
    before = {one for one in tmp_path.rglob("*") if one.suffix == ".pdf"}
    answer = patient.get("/portal/record.pdf")
    assert answer.mimetype == "application/pdf"
    pdf = PdfReader(io.BytesIO(answer.data))
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert "/StructTreeRoot" in pdf.trailer["/Root"]
    assert CANARY in text.replace("\n", "")
    assert ("Tareas y lo que" if language == "es" else "Tasks and what you wrote") in text
    assert {one for one in tmp_path.rglob("*") if one.suffix == ".pdf"} == before


def test_the_paper_says_what_was_asked_and_chosen_in_words_and_nothing_twice(
    app: Flask, house: House, sign_in
) -> None:
    with transaction(house.therapist) as session:
        form = replace(GAIT_AND_PNE(house.today, decision="separate"), remarks="Slept badly.")
        signed_visit(session, house, form)
        quiz, sleep = assign(session, house, "s01-quiz"), assign(session, house, "s05-sleep")
        slot = Slot(house.now + dt.timedelta(days=2), 40)
        booked = book_appointment(
            session,
            house.therapist,
            house.episode_id,
            slot,
            therapist_id=house.therapist.account_id,
            now=house.now,
        )
        cancel_appointment(session, house.therapist, booked.id, "Snow", version=booked.version, now=house.now)
    with transaction(house.patient) as session:
        asked = quiz_of(session, session.get_one(Homework, quiz)).every
        for one in asked:
            entries.answer_question(session, house.patient, quiz, one.id, "not_sure", now=house.now)
        entries.hand_in(session, house.patient, sleep, Typed(1, SLEEP), now=house.now)
    patient = sign_in("patient")
    post(patient, "/portal/language", {"language": "es", "back": "/portal"})
    pdf = PdfReader(io.BytesIO(patient.get("/portal/record.pdf").data))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert asked[0].question.es in text
    assert asked[0].id not in text
    assert text.count("No sé") == len(asked)
    assert "not_sure" not in text
    assert "23 de noviembre de 2026" in text
    assert "2026-11-23" not in text
    assert text.count("Slept badly.") == 1
    assert "Su equipo escribe sus notas en inglés." in text
    assert "cancelada" in text


@pytest.mark.parametrize("who", ["assistant", "biller", "administrator", "other_therapist"])
def test_nobody_else_gets_it(app: Flask, house: House, sign_in, who: str) -> None:
    answer = sign_in(who).get(f"/patients/{house.patient_id}/record.json")
    assert answer.status_code in {403, 404}
