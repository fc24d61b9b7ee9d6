"""Homework outside a visit: three at a time unless the therapist insists, by hand, withdrawn and taken up again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.adapters import clock
from pne_tracker.db import transaction
from pne_tracker.models import Entry, Homework, Reminder, ReminderStatus
from pne_tracker.services import entries
from pne_tracker.services.entries import Typed
from tests.people import House
from tests.services.homework_samples import JOURNAL, assign
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
OWN = {
    "do": "own",
    "title": "Water the plants",
    "kind": "practice",
    "text": "Stand at the window. Water three plants.",
    "section": "5",
    "own_due_on": "2026-11-30",
    "times": "3",
}


@pytest.fixture(autouse=True)
def _clock_of_the_house(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


@pytest.fixture
def url(house: House) -> str:
    return f"/homework/episodes/{house.episode_id}"


def _rows(house: House) -> list[Homework]:
    with transaction(house.therapist) as session:
        rows = list(session.scalars(select(Homework).order_by(Homework.id)))
        session.expunge_all()
        return rows


def _page(client: FlaskClient, url: str) -> str:
    return unescape(client.get(url).get_data(as_text=True))


def test_an_item_of_the_curriculum_goes_out_and_the_patient_sees_it(
    house: House, sign_in: SignIn, url: str
) -> None:
    therapist = sign_in("therapist")
    form = {"do": "assign", "template_key": "s06-journal", "due_on": "2026-12-01", "message": "No rush."}
    assert post(therapist, url, form).status_code == 303
    row = _rows(house)[0]
    assert (row.due_on, row.message, row.required) == (dt.date(2026, 12, 1), "No rush.", True)
    assert "No rush." in _page(sign_in("patient"), f"/portal/homework/{row.id}")


def test_a_fourth_item_needs_a_tick_and_a_reason(house: House, sign_in: SignIn, url: str) -> None:
    therapist = sign_in("therapist")
    with transaction(house.therapist) as session:
        for key in ("s06-journal", "s04-talk", "s05-sleep"):
            assign(session, house, key)
    form = {"do": "assign", "template_key": "s03-reading", "insist": "The patient asked for it."}
    refused = post(therapist, url, form)
    assert refused.status_code == 422
    assert "That makes 4 tasks at a time" in refused.get_data(as_text=True)
    assert post(therapist, url, {**form, "all_the_same": "1", "insist": " "}).status_code == 422
    assert post(therapist, url, {**form, "all_the_same": "1"}).status_code == 303
    row = _rows(house)[-1]
    assert row.insisted_because == "The patient asked for it."
    assert "because: The patient asked for it." in _page(therapist, f"/homework/{row.id}")


def test_one_is_written_by_hand_and_done_on_the_portal(house: House, sign_in: SignIn, url: str) -> None:
    therapist, patient = sign_in("therapist"), sign_in("patient")
    assert post(therapist, url, OWN).status_code == 303
    row = _rows(house)[0]
    assert (row.expected, row.done_at, row.section) == (3, 3, 5)
    assert "Water three plants." in _page(patient, f"/portal/homework/{row.id}")
    with transaction(house.patient) as session:
        for number in (1, 2, 3):
            typed = Typed(number, {"words": "Went well."})
            entries.hand_in(session, house.patient, row.id, typed, now=house.now)
    assert _rows(house)[0].done_on == house.today
    assert "Went well." in _page(therapist, f"/homework/{row.id}")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("text", ""),
        ("kind", "quiz"),
        ("section", "99"),
        ("times", "0"),
        ("own_due_on", "soon"),
    ],
)
def test_a_hand_written_item_that_lacks_something_comes_back_as_typed(
    house: House, sign_in: SignIn, url: str, field: str, value: str
) -> None:
    refused = post(sign_in("therapist"), url, {**OWN, field: value})
    assert refused.status_code == 422
    page = unescape(refused.get_data(as_text=True))
    if field != "text":
        assert "Water three plants." in page
    assert _rows(house) == []


def test_several_are_withdrawn_with_a_reason_and_taken_up_again_with_their_reminders(
    house: House, sign_in: SignIn, url: str
) -> None:
    therapist = sign_in("therapist")
    for key in ("s06-journal", "s04-talk"):
        post(therapist, url, {"do": "assign", "template_key": key, "due_on": "2026-12-01"})
    ids = [str(row.id) for row in _rows(house)]
    assert post(therapist, url, {"do": "withdraw", "items": ids, "reason": ""}).status_code == 422
    assert post(therapist, url, {"do": "withdraw", "reason": "Too much"}).status_code == 422
    assert post(therapist, url, {"do": "withdraw", "items": ids, "reason": "Too much"}).status_code == 303
    assert {row.closed_as for row in _rows(house)} == {"withdrawn"}
    assert post(therapist, url, {"do": "reopen", "items": ids}).status_code == 303
    assert {row.closed_as for row in _rows(house)} == {None}
    with transaction(house.therapist) as session:
        tasks = session.scalars(select(Reminder.status).where(Reminder.homework_id.is_not(None))).all()
    assert tasks
    assert set(tasks) == {ReminderStatus.PLANNED}


def test_items_of_others_are_out_of_reach(house: House, sign_in: SignIn, url: str) -> None:
    therapist = sign_in("therapist")
    form = {"do": "withdraw", "items": [str(uuid.uuid4())], "reason": "x"}
    assert post(therapist, url, form).status_code == 404
    assert sign_in("other_therapist").get(url).status_code == 404


def test_an_entry_is_moved_by_its_page_and_both_items_say_so(house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        wrong, right = assign(session, house, "s06-journal"), assign(session, house, "s06-journal")
    with transaction(house.patient) as session:
        entries.hand_in(session, house.patient, wrong, Typed(1, JOURNAL), now=house.now)
        entry_id = session.scalars(select(Entry.id)).one()
    therapist = sign_in("therapist")
    address = f"/homework/entries/{entry_id}/move"
    assert address in _page(therapist, f"/homework/{wrong}")
    assert post(therapist, address, {"to": "", "reason": "Wrong week"}).status_code == 422
    assert post(therapist, address, {"to": str(right), "reason": "Wrong week"}).status_code == 303
    assert "I pruned the roses." in _page(therapist, f"/homework/{right}")
    for page in (wrong, right):
        assert "Maya Okonjo, PT: Wrong week" in _page(therapist, f"/homework/{page}")
