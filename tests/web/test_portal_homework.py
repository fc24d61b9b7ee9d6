"""Homework in the portal: forms that keep every word, the quiz, late work, privacy, and where help is."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import load_shipped
from pne_tracker.db import transaction
from pne_tracker.domain.crisis import CARD, NOTICE
from pne_tracker.models import Account, AuditEvent, Check, Entry, EntryStatus, Homework, Patient, new_id
from tests.people import House
from tests.services.homework_samples import JOURNAL, SLEEP, assign
from tests.web.pages import bytes_of, token

SignIn = Callable[[str], FlaskClient]
DAY = dt.timedelta(days=1)
WALK = {
    "day": "2026-11-23",
    "activity": "walk",
    "planned_minutes": "10",
    "done_minutes": "12",
    "effort": "3",
    "pain_before": "5",
    "pain_after": "4",
}
ITEMS = [key for key, (_section, _item) in load_shipped().templates.items()]


@pytest.fixture(autouse=True)
def _clock_of_the_house(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


@pytest.fixture
def client(house: House, sign_in: SignIn) -> FlaskClient:
    return sign_in("patient")


def _assign(house: House, key: str, **dates: Any) -> uuid.UUID:
    with transaction(house.therapist) as session:
        return assign(session, house, key, **dates)


def _page(client: FlaskClient, homework_id: uuid.UUID, query: str = "", status: int = 200) -> str:
    answer = client.get(f"/portal/homework/{homework_id}{query}", follow_redirects=True)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def _post(client: FlaskClient, homework_id: uuid.UUID, data: dict[str, Any], to: str = "") -> TestResponse:
    form = {"_n": "1", "_version": "0", **data, "csrf_token": token(client, "/portal/settings")}
    return client.post(f"/portal/homework/{homework_id}{to}", data=form)


def _entry(house: House, homework_id: uuid.UUID) -> Entry | None:
    with transaction(house.patient) as session:
        return session.scalars(select(Entry).where(Entry.homework_id == homework_id)).one_or_none()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("key", ITEMS)
def test_every_item_of_the_pack_has_a_page_in_both_languages(
    house: House, client: FlaskClient, key: str, language: str
) -> None:
    homework_id = _assign(house, key)
    with transaction(house.patient) as session:
        session.execute(update(Account).values(language=language))
    page = _page(client, homework_id)
    assert load_shipped().templates[key][1].title.in_language(language) in page
    boxes = page.count("<textarea") + page.count('maxlength="200"')
    assert page.count(NOTICE.in_language(language)) == (1 if boxes else 0)


@pytest.mark.parametrize("key", [key for key in ITEMS if key != "s01-quiz"])
def test_the_standing_notice_comes_before_the_first_free_text_box(
    house: House, client: FlaskClient, key: str
) -> None:
    page = _page(client, _assign(house, key))
    places = [place for place in (page.find("<textarea"), page.find('maxlength="200"')) if place >= 0]
    if places:
        assert 0 < page.index(NOTICE.en) < min(places)


def test_a_night_is_saved_and_says_what_follows_from_it(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s05-sleep")
    answer = _post(client, homework_id, SLEEP)
    assert answer.status_code == 303
    page = _page(client, homework_id, "?n=1")
    assert "Saved. Thank you." in page
    assert "You slept 79 percent of your time in bed." in page


def test_a_wrong_form_comes_back_with_every_word_and_a_list_of_what_to_fix(
    house: House, client: FlaskClient
) -> None:
    homework_id = _assign(house, "s05-sleep")
    answer = _post(client, homework_id, {**SLEEP, "awakenings": "two", "quality": ""})
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "2 things to fix" in page
    assert 'href="#awakenings"' in page
    assert 'value="two"' in page
    assert 'value="22:40"' in page
    entry = _entry(house, homework_id)
    assert entry is not None
    assert entry.status is EntryStatus.DRAFT


def test_a_blank_form_is_refused_with_a_kind_sentence(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s06-journal")
    answer = _post(client, homework_id, dict.fromkeys(JOURNAL, ""))
    assert answer.status_code == 422
    assert "There is nothing here yet. Add what you can, then send it." in answer.get_data(as_text=True)
    assert _entry(house, homework_id) is None


def test_what_is_kept_for_later_is_there_later(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s06-journal")
    answer = _post(client, homework_id, {"first": "half a tho<ught", "_do": "keep"})
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Kept for you." in page
    assert "half a tho&lt;ught" in page
    assert "You made a start" in client.get("/portal").get_data(as_text=True)


def test_a_draft_is_kept_as_it_is_typed(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s06-journal")
    first = _post(client, homework_id, {"first": "one"}, "/draft")
    assert "Kept as you type" in first.get_data(as_text=True)
    assert 'value="1"' in first.get_data(as_text=True)
    second = _post(client, homework_id, {"first": "one two", "_version": "1"}, "/draft")
    assert second.status_code == 200
    assert "one two" in client.get(f"/portal/homework/{homework_id}").get_data(as_text=True)


def test_a_second_screen_gets_its_words_back_and_can_save_them(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s06-journal")
    _post(client, homework_id, {"first": "from the phone"}, "/draft")
    late = _post(client, homework_id, {**JOURNAL, "first": "from the tablet"})
    page = unescape(late.get_data(as_text=True))
    assert late.status_code == 409
    assert "You changed this on another screen." in page
    assert "from the tablet" in page
    again = _post(client, homework_id, {**JOURNAL, "first": "from the tablet", "_version": "1"})
    assert again.status_code == 303
    assert _post(client, homework_id, {"first": "x"}, "/draft").status_code == 409


def test_a_form_sent_twice_ends_on_the_same_page_once(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s06-journal")
    assert _post(client, homework_id, JOURNAL).status_code == 303
    assert _post(client, homework_id, JOURNAL).status_code == 303
    with transaction(house.patient) as session:
        sent = session.scalars(select(AuditEvent).where(AuditEvent.action == "hand_in")).all()
    assert len(sent) == 1


def test_much_is_asked_about_and_then_taken(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s05-exercise")
    asked = _post(client, homework_id, {**WALK, "done_minutes": "200"})
    page = asked.get_data(as_text=True)
    assert asked.status_code == 422
    assert "Is this right?" in page
    assert "Yes, this is right" in page
    sure = {**WALK, "done_minutes": "200", "_sure": "1", "_version": "1"}
    assert _post(client, homework_id, sure).status_code == 303


def test_an_entry_is_taken_back_changed_and_sent_again(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s06-journal")
    _post(client, homework_id, JOURNAL)
    assert "Take it back and change it" in _page(client, homework_id)
    assert _post(client, homework_id, {"n": "1"}, "/take-back").status_code == 303
    page = _page(client, homework_id)
    assert "I pruned the roses." in page
    entry = _entry(house, homework_id)
    assert entry is not None
    changed = {**JOURNAL, "first": "A scrape", "_version": str(entry.version)}
    assert _post(client, homework_id, changed).status_code == 303


def test_yesterdays_entry_offers_no_way_back(
    house: House, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    homework_id = _assign(house, "s06-journal")
    _post(client, homework_id, JOURNAL)
    monkeypatch.setattr(clock, "now", lambda: house.now + DAY)
    assert "Take it back" not in _page(client, homework_id)
    refused = _post(client, homework_id, {"n": "1"}, "/take-back")
    assert refused.status_code == 409
    assert "It stays as it is." in refused.get_data(as_text=True)


def test_the_pain_of_the_next_morning_is_added_the_next_day(
    house: House, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    homework_id = _assign(house, "s05-exercise")
    _post(client, homework_id, WALK)
    assert "How was the pain the next morning?" not in _page(client, homework_id, "?n=1")
    monkeypatch.setattr(clock, "now", lambda: house.now + DAY)
    assert "How was the pain the next morning?" in _page(client, homework_id, "?n=1")
    assert _post(client, homework_id, {"n": "1", "pain": "5"}, "/morning").status_code == 303
    entry = _entry(house, homework_id)
    assert entry is not None
    assert entry.values["pain_next_morning"] == 5
    assert entry.derived["settled"] is True
    assert _post(client, homework_id, {"n": "1", "pain": "9"}, "/morning").status_code == 404


def test_a_journal_is_private_when_the_switch_is_off_and_can_be_shared_later(
    house: House, client: FlaskClient
) -> None:
    homework_id = _assign(house, "s06-journal")
    assert "Off: only you can" in _page(client, homework_id)
    _post(client, homework_id, {**JOURNAL, "_asks_to_share": "1"})
    entry = _entry(house, homework_id)
    assert entry is not None
    assert not entry.shared
    assert _post(client, homework_id, {"n": "1", "shared": "1"}, "/share").status_code == 303
    entry = _entry(house, homework_id)
    assert entry is not None
    assert entry.shared


def test_only_a_journal_has_the_switch(house: House, client: FlaskClient) -> None:
    assert "Off: only you can" not in _page(client, _assign(house, "s05-sleep"))


@pytest.mark.parametrize("words", ["There is no way out.", "YA NO PUEDO MAS"])
def test_dark_words_show_where_help_is_and_are_noted_nowhere(
    house: House, client: FlaskClient, words: str
) -> None:
    homework_id = _assign(house, "s06-journal")
    typed = _post(client, homework_id, {**JOURNAL, "first": words}, "/draft")
    assert CARD.en in typed.get_data(as_text=True)
    assert CARD.en in _page(client, homework_id)
    _post(client, homework_id, {**JOURNAL, "first": words, "_version": "1"})
    assert CARD.en in _page(client, homework_id)
    entry = _entry(house, homework_id)
    assert entry is not None
    assert set(entry.values) == {*JOURNAL, "why"}
    assert entry.derived == {}
    with transaction(house.therapist) as session:
        details = str(session.scalars(select(AuditEvent.details)).all())
    assert "crisis" not in details
    assert "card" not in details


def test_everyday_words_show_no_card(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s06-journal")
    _post(client, homework_id, {**JOURNAL, "first": "The stairs are killing me"})
    assert CARD.en not in _page(client, homework_id)


def test_a_sign_to_stop_is_answered_before_all_else(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s05-breathing")
    raw = {"day": "2026-11-23", "minutes": "5", "tension_before": "6", "tension_after": "3", "dizzy": "yes"}
    assert _post(client, homework_id, raw).status_code == 303
    page = _page(client, homework_id, "?n=1")
    assert "Stop if you feel dizzy." in page
    assert page.index("Stop if you feel dizzy.") < page.index("<h1")


def test_a_quiz_asks_one_question_a_screen_and_explains_at_once(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s01-quiz")
    questions = load_shipped().by_number[1].questions
    first = _page(client, homework_id)
    assert "Question 1 of 24" in first
    assert questions[0].question.en in first
    assert questions[0].explanation.en not in first
    sent = {"question": questions[0].id, "answer": "false", "at": "1"}
    answer = _post(client, homework_id, sent, "/answer")
    assert answer.headers["Location"].endswith("q=1")
    explained = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert questions[0].explanation.en in explained
    assert "Not quite. Here is why." in explained
    assert "You stopped at question 2" in client.get("/portal").get_data(as_text=True)
    assert "Question 2 of 24" in _page(client, homework_id)


def test_no_question_can_be_passed_over(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s01-quiz")
    assert "Question 1 of 24" in _page(client, homework_id, "?q=9")
    blank = _post(client, homework_id, {"question": "s01-a1", "at": "1"}, "/answer")
    assert blank.status_code == 422
    assert "Pick an answer. Not sure is fine too." in blank.get_data(as_text=True)


def test_a_finished_quiz_counts_and_shows_what_to_talk_about(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s01-quiz")
    pack = load_shipped()
    every = [*(q for q in pack.by_number[1].questions if q.parallel_set == "a"), *pack.baseline]
    for place, question in enumerate(every, start=1):
        picked = question.answer if place <= 3 else "not_sure"
        data = {"question": question.id, "answer": picked, "at": str(place)}
        assert _post(client, homework_id, data, "/answer").status_code == 303
    page = _page(client, homework_id)
    assert "You got 3 of 24." in page
    assert "This is not a test." in page
    with transaction(house.patient) as session:
        assert session.scalars(select(Check.score)).one() == 1.0
    assert _post(client, homework_id, {"n": "1"}, "/take-back").status_code == 409


def test_a_form_post_cannot_empty_a_quiz(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s01-quiz")
    _post(client, homework_id, {"question": "s01-a1", "answer": "true", "at": "1"}, "/answer")
    _post(client, homework_id, {"_do": "keep", "_version": "1"})
    _post(client, homework_id, {"_version": "1"}, "/draft")
    entry = _entry(house, homework_id)
    assert entry is not None
    assert entry.values == {"s01-a1": "true"}


def test_a_closed_item_asks_for_nothing(house: House, client: FlaskClient) -> None:
    homework_id = _assign(house, "s06-journal")
    with transaction(house.therapist) as session:
        session.get_one(Homework, homework_id).closed_as = "waived"
    assert "You do not need to do this one now." in _page(client, homework_id)
    assert _post(client, homework_id, JOURNAL).status_code == 409


@pytest.mark.parametrize("to", ["", "/draft", "/answer", "/take-back", "/share", "/morning"])
def test_another_patients_homework_is_not_there_whatever_is_tried(
    house: House, client: FlaskClient, to: str
) -> None:
    with transaction(house.therapist) as session:
        homework_id = assign(session, house, "s06-journal")
        session.execute(
            update(Homework).where(Homework.id == homework_id).values(patient_id=house.untreated_id)
        )
        assert session.get(Patient, house.untreated_id) is not None
    never = _post(client, new_id(), JOURNAL, to)
    others = _post(client, homework_id, {**JOURNAL, "question": "x"}, to)
    assert others.status_code == never.status_code == 404
    assert bytes_of(others) == bytes_of(never)
    assert client.get(f"/portal/homework/{homework_id}").status_code == 404
    assert _entry(house, homework_id) is None


@pytest.mark.parametrize("query", ["?n=8", "?n=0", "?n=-1", "?n=x", "?q=99999999999999999999"])
def test_odd_addresses_break_nothing(house: House, client: FlaskClient, query: str) -> None:
    homework_id = _assign(house, "s05-sleep")
    assert client.get(f"/portal/homework/{homework_id}{query}").status_code in {200, 404}


@pytest.mark.parametrize(
    "text", ["\x00nul", "\ud800", "\u202eright to left", "x" * 100_000, "<script>alert(1)</script>"]
)
def test_odd_words_break_nothing(house: House, client: FlaskClient, text: str) -> None:
    homework_id = _assign(house, "s06-journal")
    encoded = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for to in ("", "/draft"):
        assert _post(client, homework_id, {**JOURNAL, "first": encoded}, to).status_code < 500
    page = client.get(f"/portal/homework/{homework_id}").get_data(as_text=True)
    assert "<script>alert" not in page
