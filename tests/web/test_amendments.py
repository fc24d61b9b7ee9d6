"""A patient asks for a correction, staff answer, and nothing that was signed changes."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from pne_tracker.db import reading, transaction
from pne_tracker.models import Addendum, Amendment, AuditEvent, Visit
from pne_tracker.services import visits
from tests.people import House
from tests.visit_forms import signed_visit
from tests.web.pages import post

ASKED = {"what": "It says left knee.", "why": "It is my right knee."}


@pytest.fixture
def asked(app: Flask, house: House, sign_in) -> uuid.UUID:
    """A correction that the patient asked for on the portal."""
    assert post(sign_in("patient"), "/portal/corrections", ASKED).status_code == 303
    with reading(house.lead) as session:
        return session.scalars(select(Amendment.id)).one()


def test_an_empty_wish_is_refused_and_keeps_what_was_typed(app: Flask, house: House, sign_in) -> None:
    answer = post(sign_in("patient"), "/portal/corrections", {**ASKED, "why": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Tell us what it should say." in page
    assert "It says left knee." in page


def test_the_patient_reads_the_deadline_then_the_answer(
    app: Flask, house: House, sign_in, asked: uuid.UUID
) -> None:
    patient = sign_in("patient")
    assert "we look at it" in patient.get("/portal/corrections").get_data(as_text=True)
    said = {"answer": "declined", "words": "The picture shows the left knee."}
    assert post(sign_in("lead"), f"/corrections/{asked}", said).status_code == 303
    page = patient.get("/portal/corrections").get_data(as_text=True)
    assert "not changed" in page
    assert "The picture shows the left knee." in page
    again = post(sign_in("lead"), f"/corrections/{asked}", {**said, "answer": "accepted"})
    assert again.status_code == 409, "an answer is given once"


def test_the_lead_sees_how_many_days_are_left(app: Flask, house: House, sign_in, asked: uuid.UUID) -> None:
    page = sign_in("lead").get("/corrections").get_data(as_text=True)
    assert "It is my right knee." in page
    assert "60 days left" in page


def test_accepting_links_the_addendum_and_leaves_the_signed_visit_as_it_was(
    app: Flask, house: House, sign_in, asked: uuid.UUID
) -> None:
    with transaction(house.therapist) as session:
        visit = signed_visit(session, house)
        before = (visit.note, visit.content_hash, visit.version)
        visits.add_addendum(
            session, house.therapist, visit.id, "The right knee, not the left.", now=house.now
        )
        session.flush()
        addendum_id = session.scalars(select(Addendum.id)).one()
    said = {"answer": "accepted", "words": "We added a note.", "addendum": str(addendum_id)}
    assert post(sign_in("therapist"), f"/corrections/{asked}", said).status_code == 303
    with reading(house.lead) as session:
        wish, visit = session.scalars(select(Amendment)).one(), session.scalars(select(Visit)).one()
        assert (wish.addendum_id, wish.answered_by) == (addendum_id, house.therapist.account_id)
        assert (visit.note, visit.content_hash, visit.version) == before
        acts = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == "amendment")).all()
        assert sorted(acts) == ["answer", "ask"]


@pytest.mark.parametrize(
    "said", [{"answer": "declined", "words": " "}, {"words": "Yes."}, {"answer": "maybe", "words": "x"}]
)
def test_an_answer_without_its_words_or_its_choice_is_refused(
    app: Flask, house: House, sign_in, asked: uuid.UUID, said: dict[str, str]
) -> None:
    assert post(sign_in("lead"), f"/corrections/{asked}", said).status_code == 422
    with reading(house.lead) as session:
        assert session.scalars(select(Amendment.answer)).one() is None


@pytest.mark.parametrize(
    ("who", "status"),
    [("other_therapist", 404), ("foreign_therapist", 404), ("assistant", 403), ("biller", 403)],
)
def test_nobody_answers_for_a_patient_out_of_reach(
    app: Flask, house: House, sign_in, asked: uuid.UUID, who: str, status: int
) -> None:
    said = {"answer": "accepted", "words": "Done."}
    assert post(sign_in(who), f"/corrections/{asked}", said).status_code == status
