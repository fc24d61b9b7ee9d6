"""The private journal's canary: nobody but its author finds it, on no page, in no export, log, message or file."""

from __future__ import annotations

import io
import logging
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.models import Entry, Episode, Homework, Visit
from tests.people import House
from tests.services.homework_samples import JOURNAL, assign
from tests.services.test_private_writing import CANARY, files_that_hold, rows_that_hold
from tests.web.pages import token

SignIn = Callable[[str], FlaskClient]
STAFF = ("therapist", "other_therapist", "assistant", "lead", "biller", "administrator", "foreign_therapist")
CRISIS = "I want to die"
WORDS = {**JOURNAL, "first-scene": f"{CANARY}. {CRISIS}."}


@pytest.fixture
def logged(app: Flask) -> io.StringIO:
    """Everything the application logs from here on, at every level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    root.addHandler(handler)
    before, root.level = root.level, logging.DEBUG
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def write_privately(house: House, client: FlaskClient) -> uuid.UUID:
    """A draft, then the entry, then shared and private again: every way the words can travel."""
    with transaction(house.therapist) as session:
        homework_id = assign(session, house, "s06-journal")
    url = f"/portal/homework/{homework_id}"
    form = {"csrf_token": token(client, "/portal/settings"), "_n": "1", "_asks_to_share": "1"}
    draft = client.post(f"{url}/draft", data={**form, **WORDS, "_version": "0"})
    assert "call or text 988" in draft.get_data(as_text=True)
    assert client.post(url, data={**form, **WORDS, "_version": "1"}).status_code == 303
    for shared in ("1", ""):
        assert client.post(f"{url}/share", data={**form, "n": "1", "shared": shared}).status_code == 303
    return homework_id


def addresses(app: Flask, house: House, homework_id: uuid.UUID) -> list[str]:
    """Every GET rule with the ids of the house filled in."""
    with transaction(house.therapist) as session:
        entry_id = session.scalars(select(Entry.id)).one()
        assert session.scalars(select(Homework.id)).all() == [homework_id]
        visits = session.scalars(select(Visit.id)).all()
        assert session.scalars(select(Episode.id)).all() == [house.episode_id]
    known = {
        "patient_id": house.patient_id,
        "episode_id": house.episode_id,
        "homework_id": homework_id,
        "clinic_id": house.clinic_id,
        "entry_id": entry_id,
        "visit_id": visits[0] if visits else entry_id,
    }
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        values = {name: known.get(name, 6 if "int" in str(rule) else entry_id) for name in rule.arguments}
        with app.test_request_context():
            try:
                found.append(app.url_map.bind("localhost").build(rule.endpoint, values))
            except Exception:
                continue
    return found


def test_the_canary_is_found_nowhere(app: Flask, house: House, sign_in: SignIn, logged: io.StringIO) -> None:
    patient = sign_in("patient")
    homework_id = write_privately(house, patient)
    assert CANARY in patient.get(f"/portal/homework/{homework_id}?n=1").get_data(as_text=True)
    urls = addresses(app, house, homework_id)
    assert len(urls) > 40
    opened = 0
    for who in STAFF:
        client = sign_in(who)
        for url in urls:
            for query in ("", "?q=canary", "?format=csv"):
                answer = client.get(f"{url}{query}")
                opened += answer.status_code == 200
                assert CANARY.encode() not in answer.data, (who, url)
    assert opened > 100
    assert CANARY not in logged.getvalue()
    assert CRISIS not in logged.getvalue()
    for words in (CANARY, CRISIS):
        assert rows_that_hold(words) == []
        assert files_that_hold(app, words) == []


def test_staff_read_that_there_is_one_and_when(house: House, sign_in: SignIn) -> None:
    homework_id = write_privately(house, sign_in("patient"))
    page = sign_in("therapist").get(f"/homework/{homework_id}").get_data(as_text=True)
    assert "The patient keeps this one private." in page
    assert Permission.REVIEW_HOMEWORK
