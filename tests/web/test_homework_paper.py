"""Paper forms that staff enter for a patient: the same fields and checks, marked as from paper."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import load_shipped
from pne_tracker.db import transaction
from pne_tracker.models import Check, Entry, EntryStatus
from tests.people import House
from tests.services.homework_samples import SLEEP, assign
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _clock_of_the_house(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


def _assign(house: House, key: str) -> uuid.UUID:
    with transaction(house.therapist) as session:
        return assign(session, house, key)


def _entry(house: House) -> Entry:
    with transaction(house.therapist) as session:
        row = session.scalars(select(Entry)).one()
        session.expunge_all()
        return row


@pytest.mark.parametrize("key", list(load_shipped().templates))
def test_every_item_of_the_pack_has_a_paper_form(house: House, sign_in: SignIn, key: str) -> None:
    homework_id = _assign(house, key)
    page = sign_in("assistant").get(f"/homework/{homework_id}/paper")
    assert page.status_code == 200
    assert "Hand in for the patient" in page.get_data(as_text=True)


def test_a_night_from_paper_bears_the_name_of_who_entered_it(house: House, sign_in: SignIn) -> None:
    homework_id = _assign(house, "s05-sleep")
    assistant = sign_in("assistant")
    url = f"/homework/{homework_id}/paper"
    assert "Enter from paper" in assistant.get(f"/homework/{homework_id}").get_data(as_text=True)
    wrong = post(assistant, url, {**SLEEP, "_n": "3", "quality": ""})
    assert wrong.status_code == 422
    assert 'value="22:40"' in wrong.get_data(as_text=True)
    version = str(_entry(house).version)
    assert post(assistant, url, {**SLEEP, "_n": "3", "_version": version}).status_code == 303
    entry = _entry(house)
    assert (entry.status, entry.occurrence, entry.from_paper) == (EntryStatus.DONE, 3, True)
    assert entry.handed_in_by == house.viewers["assistant"].account_id
    assert "From paper, Teo Lindqvist" in unescape(
        assistant.get(f"/homework/{homework_id}").get_data(as_text=True)
    )
    patient = sign_in("patient")
    sent = patient.get(f"/portal/homework/{homework_id}?n=3").get_data(as_text=True)
    assert "From your paper. Your clinic typed it in for you." in sent
    assert "Saved. Thank you." not in sent
    assert "From paper" in patient.get("/portal/logs").get_data(as_text=True)


def test_a_quiz_from_paper_counts_as_evidence(house: House, sign_in: SignIn) -> None:
    homework_id = _assign(house, "s02-journal")
    quiz_id = _assign(house, "s01-quiz")
    assert homework_id != quiz_id
    therapist = sign_in("therapist")
    pack = load_shipped()
    questions = [*pack.by_number[1].questions, *pack.baseline]
    answers = {question.id: question.answer for question in questions}
    assert post(therapist, f"/homework/{quiz_id}/paper", {**answers, "_n": "1"}).status_code == 303
    with transaction(house.therapist) as session:
        assert session.scalars(select(Check.score)).one() == 1.0


def test_others_enter_nothing(house: House, sign_in: SignIn) -> None:
    homework_id = _assign(house, "s05-sleep")
    assert sign_in("other_therapist").get(f"/homework/{homework_id}/paper").status_code == 404
    assert sign_in("lead").get(f"/homework/{homework_id}/paper").status_code == 403
