"""The recall page: one question, why at once, and a switch; in both languages and in plain words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update
from werkzeug.test import TestResponse

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, db, transaction
from pne_tracker.domain.visit_draft import SectionDraft
from pne_tracker.models import Account, AuditEvent, Check, Clinic, Patient, SectionState
from pne_tracker.queries.recall import due_question
from pne_tracker.web.recall_card import recall_task
from tests.domain.curriculum.readability import grades
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, signed_visit
from tests.web.pages import TOKEN, bytes_of

URL = "/portal/recall"
ACTION = re.compile(r'action="(/portal/recall/[0-9a-f-]{36})"')
QUESTION = re.compile(r'name="question" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _at_noon(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


@pytest.fixture
def client(app: Flask, house: House, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """The patient's browser; section 4 was explained well ten days ago."""
    day = house.today - dt.timedelta(days=10)
    form = replace(GAIT_AND_PNE(day, decision="separate"), sections=(SectionDraft(4, "explains"),))
    with transaction(house.therapist) as session:
        signed_visit(session, house, form)
    return sign_in("patient")


def text_of(client: FlaskClient) -> str:
    return client.get(URL).get_data(as_text=True)


def send(client: FlaskClient, picked: str | None, page: str = "") -> TestResponse:
    """Answer the question of that page, or of the page as it is now."""
    page = page or text_of(client)
    action, question, token = ACTION.search(page), QUESTION.search(page), TOKEN.search(page)
    assert action
    assert question
    assert token
    data = {"question": question[1], "csrf_token": token[1]} | ({"answer": picked} if picked else {})
    return client.post(action[1], data=data)


def switch(client: FlaskClient, on: str) -> TestResponse:
    token = TOKEN.search(text_of(client))
    assert token
    return client.post(f"{URL}/switch", data={"on": on, "csrf_token": token[1]}, follow_redirects=True)


def right_answer(house: House) -> str:
    with transaction(house.patient) as session:
        due = due_question(session, house.patient, house.today)
    assert due is not None
    return due.question.answer


def checks() -> int:
    with transaction(UNSCOPED) as session:
        return session.scalar(select(func.count()).select_from(Check)) or 0


def test_one_question_waits_with_not_sure_among_its_answers(client: FlaskClient) -> None:
    page = text_of(client)
    assert page.count('type="radio"') in {3, 4}
    assert 'value="not_sure"' in page
    assert "Question 1 of 1" not in page
    assert "not a test" in page


def test_a_right_answer_is_explained_at_once_and_stays_for_the_day(client: FlaskClient, house: House) -> None:
    sent = send(client, right_answer(house))
    assert (sent.status_code, sent.location) == (303, URL)
    page = text_of(client)
    assert "Yes, that is so." in page
    assert "We will ask again in a while." in page
    assert ACTION.search(page) is None
    assert bytes_of(client.get(URL)) == bytes_of(client.get(URL))


def test_not_sure_is_met_kindly_and_the_section_is_to_revisit(client: FlaskClient, house: House) -> None:
    send(client, "not_sure")
    page = text_of(client)
    assert "Not sure is fine. Here is how it works." in page
    assert "We will look at this again at your visit." in page
    with transaction(house.therapist) as session:
        row = session.scalars(select(SectionState).where(SectionState.section == 4)).one()
    assert row.state == "revisit"


def test_sending_without_an_answer_asks_for_one_and_keeps_the_question(client: FlaskClient) -> None:
    refused = send(client, None)
    assert refused.status_code == 422
    page = refused.get_data(as_text=True)
    assert page.count("Pick an answer. Not sure is fine too.") == 2
    assert ACTION.search(page)
    assert checks() == 0


def test_an_old_page_sent_again_has_no_second_effect(client: FlaskClient, house: House) -> None:
    page = text_of(client)
    right = right_answer(house)
    assert send(client, right, page).status_code == 303
    assert send(client, "not_sure", page).status_code == 303
    assert "Yes, that is so." in text_of(client)
    assert checks() == 1


def test_a_page_of_another_day_gives_way_kindly(
    client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = text_of(client)
    send(client, "not_sure", page)
    monkeypatch.setattr(clock, "now", lambda: house.now + dt.timedelta(days=1))
    assert send(client, right_answer_of(page), page).status_code == 303
    shown = text_of(client)
    assert "That question is not open any more." in shown
    assert "No question for you now" in shown
    assert checks() == 1


def right_answer_of(page: str) -> str:
    found = re.search(r'type="radio"\s+name="answer"\s+value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_patient_turns_the_questions_off_and_on(client: FlaskClient) -> None:
    off = switch(client, "0").get_data(as_text=True)
    assert "The questions are off." in off
    assert ACTION.search(off) is None
    on = switch(client, "1").get_data(as_text=True)
    assert "The questions are on." in on
    assert ACTION.search(on)


def test_without_the_clinics_consent_there_is_neither_question_nor_switch(
    client: FlaskClient, house: House
) -> None:
    with transaction(house.therapist) as session:
        session.execute(update(Clinic).values(recall_enabled=False))
    page = text_of(client)
    assert "No question for you now" in page
    assert "Turn the questions" not in page


def test_opening_the_page_is_in_the_record_of_who_looked(client: FlaskClient, house: House) -> None:
    client.get(URL)
    with transaction(house.therapist) as session:
        seen = session.execute(
            select(AuditEvent.action, AuditEvent.patient_id).where(AuditEvent.subject == "recall")
        ).all()
    assert seen == [("read", house.patient_id)]


def test_staff_do_not_reach_the_patients_page(
    client: FlaskClient, sign_in: Callable[[str], FlaskClient]
) -> None:
    assert sign_in("therapist").get(URL).status_code == 403


def test_nobody_is_named_in_the_page(client: FlaskClient, house: House) -> None:
    page = text_of(client)
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title
    assert "One quick question" in title[1]
    assert "Achterberg" not in page


def test_the_question_is_a_task_of_today_until_it_is_answered(
    app: Flask, client: FlaskClient, house: House
) -> None:
    with app.test_request_context("/portal"), transaction(house.patient) as session:
        task = recall_task(due_question(session, house.patient, house.today))
    assert task is not None
    assert (task["url"], task["detail"]) == (URL, "About 1 minute")
    send(client, "not_sure")
    with app.test_request_context("/portal"), transaction(house.patient) as session:
        assert recall_task(due_question(session, house.patient, house.today)) is None


def test_in_spanish_the_question_comes_in_spanish(client: FlaskClient, house: House) -> None:
    with transaction(house.patient) as session:
        session.execute(update(Account).values(language="es"))
        session.execute(update(Patient).values(language="es"))
        due = due_question(session, house.patient, house.today)
    assert due is not None
    page = text_of(client)
    assert due.question.question.es in page
    assert "No sé" in page
    assert "Una pregunta corta" in page


def test_the_words_are_read_in_sixth_grade_or_lower(client: FlaskClient, house: House) -> None:
    root = Path(__file__).parents[2]
    sources = [*root.glob("pne_tracker/blueprints/recall/*.py"), *root.glob("templates/recall/*.html")]
    words = {
        one for path in sources for one in re.findall(r'_\(\s*"([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(words) > 15
    assert {text: grades(text) for text in words if len(text.split()) > 3 and max(grades(text)) > 6} == {}


def test_the_first_page_with_a_question_among_its_tasks_takes_six_queries(client: FlaskClient) -> None:
    assert "One quick question" in client.get("/portal").get_data(as_text=True)
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    client.get("/portal")
    event.remove(db.engine, "before_cursor_execute", count)
    assert len(seen) == 6, seen
