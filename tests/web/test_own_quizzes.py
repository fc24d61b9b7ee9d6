"""A clinic's own quiz: uploaded and attested by a lead, answered on the portal, counted by idea."""

from __future__ import annotations

import io
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import load_shipped
from pne_tracker.db import transaction
from pne_tracker.models import AuditEvent, Check, ClinicQuiz, ClinicQuizUse, Homework
from tests.domain.own_quiz_file import OWN_QUIZ
from tests.people import House
from tests.web.pages import post, token

SignIn = Callable[[str], FlaskClient]
IDEAS = {one.id: one.idea.en for one in load_shipped().concepts}
ANSWERS = {"own-sore": "true", "own-steps": "bit", "own-ask": "true"}


@pytest.fixture(autouse=True)
def _at_noon(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


@pytest.fixture
def url(house: House) -> str:
    return f"/curriculum/{house.clinic_id}/quizzes"


def read(client: FlaskClient, address: str) -> str:
    return unescape(client.get(address).get_data(as_text=True))


def upload(client: FlaskClient, url: str, text: str = OWN_QUIZ) -> tuple[int, str]:
    form = {"file": (io.BytesIO(text.encode()), "quiz.yaml"), "csrf_token": token(client)}
    answer = client.post(url, data=form, content_type="multipart/form-data")
    return answer.status_code, answer.headers.get("Location") or unescape(answer.get_data(as_text=True))


def in_use(client: FlaskClient, url: str, text: str = OWN_QUIZ, **use: str) -> str:
    """The quiz is uploaded and put to use; the address of its edition."""
    address = upload(client, url, text)[1]
    assert post(client, address, {**use, "attested": "1"}).status_code == 303
    return address


def given(therapist: FlaskClient, house: House, key: str) -> Homework:
    """The item goes home."""
    sent = post(therapist, f"/homework/episodes/{house.episode_id}", {"do": "assign", "template_key": key})
    assert sent.status_code == 303
    with transaction(house.therapist) as session:
        row = session.scalars(select(Homework).order_by(Homework.id.desc()).limit(1)).one()
        session.expunge_all()
    return row


def answered(patient: FlaskClient, homework: Homework, answers: dict[str, str]) -> str:
    address = f"/portal/homework/{homework.id}"
    for place, (question, answer) in enumerate(answers.items(), start=1):
        form = {"question": question, "answer": answer, "at": str(place)}
        assert post(patient, f"{address}/answer", form).status_code == 303
    return read(patient, address)


def test_an_upload_says_every_mistake_by_its_line_and_stores_nothing(
    house: House, sign_in: SignIn, url: str
) -> None:
    lead = sign_in("lead")
    assert "None yet." in read(lead, url)
    broken = OWN_QUIZ.replace("small-steps", "big-steps").replace("answer: bit", "answer: much")
    status, page = upload(lead, url, broken)
    assert (status, "Name a concept of why-you-hurt" in page, "Name the right answer" in page) == (
        422,
        True,
        True,
    )
    assert ">12<" in page
    assert ">17<" in page
    with transaction(house.lead) as session:
        assert session.scalars(select(ClinicQuiz)).all() == []


def test_a_lead_attests_before_a_quiz_is_used_and_who_and_when_stay(
    house: House, sign_in: SignIn, url: str
) -> None:
    lead = sign_in("lead")
    address = upload(lead, url)[1]
    page = read(lead, address)
    assert "A sore back is a broken back." in page
    assert IDEAS["small-steps"] in page
    refused = post(lead, address, {"homework": "1"})
    assert (refused.status_code, "Confirm that your clinic may use these items." in refused.text) == (
        422,
        True,
    )
    assert post(lead, address, {"homework": "1", "attested": "1"}).status_code == 303
    with transaction(house.lead) as session:
        use = session.scalars(select(ClinicQuizUse)).one()
        assert (use.homework, use.first_visit, use.changed_by, use.changed_at) == (
            *(True, False, house.lead.account_id),
            house.now,
        )
        trail = [row.action for row in session.scalars(select(AuditEvent)) if row.subject == "clinic_quiz"]
    assert trail == ["upload", "change"]
    assert "homework; 23 November 2026" in read(lead, address)
    assert sign_in("therapist").get(url).status_code == 403


def test_a_patient_answers_it_as_homework_and_ledger_and_belief_map_show_it(
    house: House, sign_in: SignIn, url: str
) -> None:
    in_use(sign_in("lead"), url, homework="1")
    homework = given(sign_in("therapist"), house, "own-quiz-our-first-check")
    patient = sign_in("patient")
    first = read(patient, f"/portal/homework/{homework.id}")
    assert "A sore back is a broken back." in first
    assert "You got 2 of 3." in answered(patient, homework, ANSWERS)
    with transaction(house.therapist) as session:
        check = session.scalars(select(Check)).one()
        assert (check.section, round(check.score, 2), check.questions) == (1, 0.67, 3)
        assert check.concepts == {"hurt-is-not-harm": 0.0, "small-steps": 1.0}
        assert check.asked == {"hurt-is-not-harm": 1, "small-steps": 1}
    page = read(sign_in("therapist"), f"/patients/{house.patient_id}")
    assert IDEAS["hurt-is-not-harm"] in page
    section = read(sign_in("therapist"), f"/patients/episodes/{house.episode_id}/sections/1")
    assert "67" in section
    quiz = given(sign_in("therapist"), house, "s01-quiz")
    assert "Question 1 of 24" in read(patient, f"/portal/homework/{quiz.id}")


def test_it_takes_the_place_of_our_first_visit_questions_and_counts_by_idea_alone(
    house: House, sign_in: SignIn, url: str
) -> None:
    in_use(sign_in("lead"), url, first_visit="1")
    homework = given(sign_in("therapist"), house, "s01-quiz")
    own = [one for one in load_shipped().by_number[1].questions if one.parallel_set == "a"]
    right = {one.id: one.answer for one in own}
    assert f"You got {len(own) + 2} of {len(own) + 3}." in answered(
        sign_in("patient"), homework, right | ANSWERS
    )
    with transaction(house.therapist) as session:
        check = session.scalars(select(Check)).one()
        assert (check.score, check.questions) == (1.0, len(own))
        assert check.concepts["small-steps"] == 1.0


def test_what_was_given_keeps_its_edition_when_another_is_put_to_use(
    house: House, sign_in: SignIn, url: str
) -> None:
    lead, therapist, patient = sign_in("lead"), sign_in("therapist"), sign_in("patient")
    in_use(lead, url, homework="1")
    before = given(therapist, house, "own-quiz-our-first-check")
    newer = OWN_QUIZ.replace("A sore back is a broken back.", "A stiff back is a broken back.")
    in_use(lead, url, newer, homework="1")
    after = given(therapist, house, "own-quiz-our-first-check")
    assert "A sore back" in read(patient, f"/portal/homework/{before.id}")
    assert "A stiff back" in read(patient, f"/portal/homework/{after.id}")
    page = read(lead, url)
    assert (page.count("Our first check"), page.count("not in use")) == (2, 1)
