"""After a miss the portal asks what got in the way, gives a tip, and the therapist sees it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from pne_tracker.adapters import clock
from pne_tracker.db import transaction
from pne_tracker.domain.barriers import LABELS, TIPS, BarrierReason
from tests.people import House
from tests.services.homework_samples import assign
from tests.web.pages import token

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _clock_of_the_house(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


@pytest.fixture
def missed(house: House) -> uuid.UUID:
    with transaction(house.therapist) as session:
        return assign(
            session, house, "s06-journal", assigned_on=dt.date(2026, 11, 13), due_on=dt.date(2026, 11, 20)
        )


def _page(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def _tell(client: FlaskClient, homework_id: uuid.UUID, **data: str) -> str:
    form = {**data, "csrf_token": token(client, "/portal/settings")}
    answer = client.post(f"/portal/homework/{homework_id}/in-the-way", data=form)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_missed_task_asks_on_today_and_gives_the_tip_for_the_reason(
    house: House, sign_in: SignIn, missed: uuid.UUID
) -> None:
    client = sign_in("patient")
    assert "Say what got in the way" in _page(client, "/portal")
    page = _page(client, f"/portal/homework/{missed}")
    assert all(text.en in page for text in LABELS.values())
    target = _tell(client, missed, reason="pain")
    page = _page(client, target)
    assert TIPS[BarrierReason.PAIN].en in page
    assert 'name="reason" value="pain"' not in " ".join(page.split())
    assert "Say what got in the way" not in _page(client, "/portal")


def test_it_can_be_taken_back(house: House, sign_in: SignIn, missed: uuid.UUID) -> None:
    client = sign_in("patient")
    _tell(client, missed, reason="time")
    page = _page(client, _tell(client, missed, take_back="time"))
    assert TIPS[BarrierReason.TIME].en not in page


def test_a_tap_on_nothing_says_what_to_do(house: House, sign_in: SignIn, missed: uuid.UUID) -> None:
    client = sign_in("patient")
    assert "Pick what got in the way." in _page(client, _tell(client, missed))


def test_a_task_that_is_not_late_asks_nothing(house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        homework_id = assign(session, house, "s06-journal")
    client = sign_in("patient")
    assert "What got in the way?" not in _page(client, f"/portal/homework/{homework_id}")
    assert "Say what got in the way" not in _page(client, "/portal")


def test_the_therapist_sees_it_on_the_item_and_in_the_strip_and_can_add_what_was_said(
    house: House, sign_in: SignIn, missed: uuid.UUID
) -> None:
    _tell(sign_in("patient"), missed, reason="not_clear")
    therapist = sign_in("therapist")
    page = _page(therapist, f"/homework/{missed}")
    assert "What got in the way, the patient says: not clear." in page
    record = _page(therapist, f"/patients/{house.patient_id}")
    assert "In the way" in record
    assert "not clear 1" in record
    form = {"do": "tell", "reason": "forgot", "csrf_token": token(therapist)}
    assert therapist.post(f"/homework/{missed}", data=form).status_code == 303
    assert "not clear, forgot." in _page(therapist, f"/homework/{missed}")
