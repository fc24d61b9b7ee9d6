"""Reading and messages in the browser: one tap for the therapist, who and when for the patient."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pne_tracker.adapters import clock
from pne_tracker.db import transaction
from pne_tracker.domain.crisis import CARD, NOTICE
from pne_tracker.models import Message
from pne_tracker.services import entries
from pne_tracker.services.entries import Typed
from tests.people import House
from tests.services.homework_samples import JOURNAL, assign
from tests.web.pages import token

SignIn = Callable[[str], FlaskClient]
DESPAIR = {**JOURNAL, "second-scene": "Some days there is no way out."}


@pytest.fixture(autouse=True)
def _clock_of_the_house(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


def _page(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def _post(client: FlaskClient, url: str, data: dict[str, str], status: int = 303, page: str = "") -> str:
    form = {**data, "csrf_token": token(client, page or "/settings/account")}
    answer = client.post(url, data=form)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return unescape(answer.get_data(as_text=True))


def _portal(client: FlaskClient, url: str, data: dict[str, str], status: int = 303) -> str:
    return _post(client, url, data, status, "/portal/settings")


def _journal(house: House, *, shared: bool = True, words: dict[str, str] = JOURNAL) -> uuid.UUID:
    with transaction(house.therapist) as session:
        homework_id = assign(session, house, "s06-journal")
    with transaction(house.patient) as session:
        typed = Typed(1, words, shared=shared)
        entries.hand_in(session, house.patient, homework_id, typed, now=house.now - dt.timedelta(hours=1))
    return homework_id


def test_a_question_travels_to_the_therapist_and_its_answer_back(house: House, sign_in: SignIn) -> None:
    patient, therapist = sign_in("patient"), sign_in("therapist")
    page = _page(patient, "/portal/messages")
    assert 0 < page.index(NOTICE.en) < page.index("<textarea")
    _portal(patient, "/portal/messages", {"text": "May I <swim>?"})
    assert "Not read yet." in _page(patient, "/portal/messages")
    today = _page(therapist, "/today")
    assert "Questions" in today
    assert f"/messages/patients/{house.patient_id}" in today
    assert "May I <swim>?" not in today
    assert "Rosalind" in _page(therapist, "/messages")
    thread = therapist.get(f"/messages/patients/{house.patient_id}").get_data(as_text=True)
    assert "May I &lt;swim&gt;?" in thread
    with transaction(house.therapist) as session:
        asked = session.scalars(select(Message.id)).one()
    refused = _post(therapist, f"/messages/{asked}/reply", {"text": "", "message": str(asked)}, 422)
    assert "Write the answer." in refused
    _post(therapist, f"/messages/{asked}/reply", {"text": "Yes, gladly.", "message": str(asked)})
    page = _page(patient, "/portal/messages")
    assert "Maya read this on Monday, 23 November, at 10:00" in page
    assert "Yes, gladly." in page
    assert "Questions" not in _page(therapist, "/today")


def test_words_of_distress_in_a_question_show_where_help_is_and_are_marked_nowhere(
    house: House, sign_in: SignIn
) -> None:
    patient = sign_in("patient")
    _portal(patient, "/portal/messages", {"text": "I think there is no way out"})
    assert CARD.en in _page(patient, "/portal/messages")
    thread = _page(sign_in("therapist"), f"/messages/patients/{house.patient_id}")
    assert CARD.en not in thread


def test_a_blank_question_keeps_the_page_and_says_what_to_do(house: House, sign_in: SignIn) -> None:
    patient = sign_in("patient")
    assert "Write your question first." in _portal(patient, "/portal/messages", {"text": " "}, 422)
    long = "word " * 120
    assert long.strip() in _portal(patient, "/portal/messages", {"text": long}, 422)


def test_the_patient_asks_for_a_call_and_sees_when_that_is_read(house: House, sign_in: SignIn) -> None:
    homework_id = _journal(house, words=DESPAIR)
    patient, therapist = sign_in("patient"), sign_in("therapist")
    page = _page(patient, f"/portal/homework/{homework_id}")
    assert CARD.en in page
    assert "Ask my therapist to call me" in page
    _portal(patient, f"/portal/homework/{homework_id}/call-me", {"n": "1"})
    assert "You asked to be called. Not read yet." in _page(patient, f"/portal/homework/{homework_id}")
    for url in ("/today", f"/patients/{house.patient_id}"):
        page = _page(therapist, url)
        assert "Asks to be called" in page
        assert "not read yet" in page
    with transaction(house.therapist) as session:
        wish = session.scalars(select(Message.id)).one()
    _post(therapist, f"/messages/{wish}/read", {})
    assert "Asks to be called" not in _page(therapist, "/today")
    assert "Maya read this on Monday, 23 November" in _page(patient, "/portal/messages")


def test_a_private_entry_offers_no_call_and_shows_help_to_its_writer_alone(
    house: House, sign_in: SignIn
) -> None:
    homework_id = _journal(house, shared=False, words=DESPAIR)
    patient = sign_in("patient")
    page = _page(patient, f"/portal/homework/{homework_id}")
    assert CARD.en in page
    assert "Ask my therapist to call me" not in page
    refused = _portal(patient, f"/portal/homework/{homework_id}/call-me", {"n": "1"}, 409)
    assert "Only you can read this one." in refused
    with transaction(house.therapist) as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_question_is_taken_back_until_it_is_read(house: House, sign_in: SignIn) -> None:
    patient = sign_in("patient")
    _portal(patient, "/portal/messages", {"text": "Never mind"})
    with transaction(house.therapist) as session:
        asked = session.scalars(select(Message.id)).one()
    _portal(patient, f"/portal/messages/{asked}/take-back", {})
    assert "Never mind" not in _page(patient, "/portal/messages")


def test_one_page_holds_everything_new_and_one_tap_reads_an_item(house: House, sign_in: SignIn) -> None:
    first, private = _journal(house), _journal(house, shared=False)
    therapist, patient = sign_in("therapist"), sign_in("patient")
    url = f"/homework/review/{house.episode_id}"
    page = _page(therapist, url)
    assert page.count("I pruned the roses.") == 1
    assert "The patient keeps this one private." in page
    _post(therapist, url, {"do": "read", "item": str(first)})
    page = _page(therapist, url)
    assert "I pruned the roses." not in page
    assert "The patient keeps this one private." in page
    sent = _page(patient, f"/portal/homework/{first}")
    assert "Maya read this on Monday, 23 November, at 10:00" in sent
    assert "Take it back and change it" not in sent
    _post(therapist, url, {"do": "all"})
    assert "Everything is read" in _page(therapist, url)
    assert "has read this" not in _page(patient, f"/portal/homework/{private}")


def test_a_comment_reaches_the_item_and_the_messages(house: House, sign_in: SignIn) -> None:
    homework_id = _journal(house)
    therapist, patient = sign_in("therapist"), sign_in("patient")
    url = f"/homework/review/{house.episode_id}"
    refused = _post(therapist, url, {"do": "comment", "item": str(homework_id), "reply": "x" * 501}, 422)
    assert "Shorten the answer" in refused
    _post(therapist, url, {"do": "comment", "item": str(homework_id), "reply": "Well seen."})
    for page in (f"/portal/homework/{homework_id}", "/portal/messages", "/portal"):
        assert "Well seen." in _page(patient, page), page


def test_looking_at_the_strip_is_seen_by_the_patient(house: House, sign_in: SignIn) -> None:
    _journal(house)
    therapist, patient = sign_in("therapist"), sign_in("patient")
    assert f"/homework/review/{house.episode_id}" in _page(therapist, "/today")
    _post(therapist, f"/patients/episodes/{house.episode_id}/reviewed", {"back": "today"})
    assert "Maya looked at what you sent today." in _page(patient, "/portal")


def test_an_item_of_another_episode_is_not_read_here(house: House, sign_in: SignIn) -> None:
    _journal(house)
    therapist = sign_in("therapist")
    url = f"/homework/review/{house.episode_id}"
    _post(therapist, url, {"do": "read", "item": str(uuid.uuid4())}, 404)
    _post(therapist, url, {"do": "read"}, 404)
