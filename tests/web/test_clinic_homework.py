"""A clinic's own homework: kept by a lead, chosen by therapists, and what was assigned stays as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import load_shipped
from pne_tracker.db import transaction
from pne_tracker.domain.homework_item import item_from_dict
from pne_tracker.models import Homework
from tests.people import House
from tests.web.pages import post
from tests.web.test_visits import Form, begin, press

SignIn = Callable[[str], FlaskClient]
FIFTH = load_shipped().by_number[5]
WALK = {
    "slug": FIFTH.slug,
    "kind": "exercise_log",
    "title_en": "Walk with our group",
    "title_es": "Camine con nuestro grupo",
    "text_en": "Come on Tuesdays. Walk as far as feels safe.",
    "text_es": "Venga los martes. Camine hasta donde se sienta bien.",
    "times": "4",
    "days": "28",
}
KEY = re.compile(r"/homework/(own-[0-9a-f]{12})")
BASIS = re.compile(r'name="based_on" value="([^"]*)"')


@pytest.fixture(autouse=True)
def _at_noon(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


@pytest.fixture
def url(house: House) -> str:
    return f"/curriculum/{house.clinic_id}/homework"


@pytest.fixture
def lead(sign_in: SignIn) -> FlaskClient:
    return sign_in("lead")


def read(client: FlaskClient, url: str) -> str:
    return unescape(client.get(url).get_data(as_text=True))


def kept(client: FlaskClient, url: str, **other: str) -> str:
    """A template is written; its address."""
    assert post(client, f"{url}/new", {**WALK, **other}).status_code == 303
    found = KEY.search(read(client, url))
    assert found
    return f"{url}/{found[1]}"


def change(client: FlaskClient, address: str, **other: str) -> int:
    found = BASIS.search(read(client, address))
    assert found
    return post(client, address, {**WALK, "based_on": found[1], **other}).status_code


def test_a_lead_writes_a_task_and_the_list_shows_what_it_asks(lead: FlaskClient, url: str) -> None:
    assert "None yet." in read(lead, url)
    kept(lead, url)
    page = read(lead, url)
    assert "Walk with our group" in page
    assert "Exercise log, 4 entries in 28 days, optional" in page


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("slug", "Choose the section it belongs to."),
        ("kind", "Choose how it is done."),
        ("title_es", "Write a title of at most 80 characters, in Spanish."),
        ("text_en", "Say what to do, in at most 1000 characters, in English."),
        ("times", "Ask for 1 to 28 entries."),
        ("days", "Give 1 to 60 days."),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_the_rest_stays_typed(
    lead: FlaskClient, url: str, field: str, said: str
) -> None:
    refused = post(lead, f"{url}/new", {**WALK, field: ""})
    shown = unescape(refused.get_data(as_text=True))
    assert (refused.status_code, said in shown, f'href="#{field}"' in shown) == (422, True, True)
    assert "Tuesdays" in shown or field == "text_en"


def test_a_therapist_chooses_it_in_the_visit_and_outside_one(
    lead: FlaskClient, sign_in: SignIn, house: House, url: str
) -> None:
    key = kept(lead, url).rsplit("/", 1)[1]
    therapist = sign_in("therapist")
    visit = begin(therapist, house)
    press(therapist, visit, do="add_section", new_section="5")
    assert "Walk with our group" in read(therapist, visit)
    assert press(therapist, visit, do="save", homework=key).status_code == 303
    assert Form(read(therapist, visit)).data["homework"] == [key]
    assign = f"/homework/episodes/{house.episode_id}"
    sent = post(therapist, assign, {"do": "assign", "template_key": key, "optional": "1"})
    assert sent.status_code == 303
    with transaction(house.therapist) as session:
        row = session.scalars(select(Homework)).one()
        assert (row.template_key, row.section, row.expected, row.required) == (key, 5, 4, False)
    assert "Walk as far as feels safe." in read(sign_in("patient"), f"/portal/homework/{row.id}")


def test_what_was_assigned_keeps_its_text_when_the_task_changes(
    lead: FlaskClient, sign_in: SignIn, house: House, url: str
) -> None:
    address = kept(lead, url)
    key = address.rsplit("/", 1)[1]
    assign = f"/homework/episodes/{house.episode_id}"
    form = {"do": "assign", "template_key": key}
    assert post(sign_in("therapist"), assign, form).status_code == 303
    assert change(lead, address, title_en="Walk by the river") == 303
    assert post(sign_in("therapist"), assign, form).status_code == 303
    with transaction(house.therapist) as session:
        rows = session.scalars(select(Homework).order_by(Homework.id))
        titles = [item_from_dict(row.template).title.en for row in rows]
    assert titles == ["Walk with our group", "Walk by the river"]


def test_a_task_no_longer_offered_is_chosen_by_nobody_and_a_draft_that_has_it_still_opens(
    lead: FlaskClient, sign_in: SignIn, house: House, url: str
) -> None:
    address = kept(lead, url)
    key = address.rsplit("/", 1)[1]
    therapist = sign_in("therapist")
    visit = begin(therapist, house)
    press(therapist, visit, do="add_section", new_section="5")
    press(therapist, visit, do="save", homework=key)
    assert change(lead, address, do="retire") == 303
    assert Form(read(therapist, visit)).data["homework"] == [key]
    refused = post(therapist, f"/homework/episodes/{house.episode_id}", {"do": "assign", "template_key": key})
    assert refused.status_code == 422
    assert change(lead, address, do="offer") == 303
    assert "no longer" not in read(lead, url)


def test_of_two_leads_who_change_one_task_the_second_looks_again(lead: FlaskClient, url: str) -> None:
    address = kept(lead, url)
    old = BASIS.search(read(lead, address))
    assert old
    assert change(lead, address, days="14") == 303
    late = post(lead, address, {**WALK, "based_on": old[1], "days": "7"})
    assert late.status_code == 409
    assert "Somebody else changed this" in late.get_data(as_text=True)


def test_a_required_task_goes_along_when_its_section_is_taught(
    lead: FlaskClient, sign_in: SignIn, house: House, url: str
) -> None:
    key = kept(lead, url, required="1").rsplit("/", 1)[1]
    therapist = sign_in("therapist")
    visit = begin(therapist, house)
    press(therapist, visit, do="add_section", new_section="5")
    assert key in Form(read(therapist, visit)).data["homework"]
