"""A clinic's own words for reminders: checked, looked at, kept with who and when, said in messages, taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask.testing import FlaskClient

from pne_tracker.domain.reminders.attempts import Attempt, Result
from pne_tracker.models import AuditEvent, MessageWording
from tests.jobs.reminding import EVENING, Sink, by_mail, engine_at, give_homework, messages, rows
from tests.people import House
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
HIDDEN = re.compile(r'name="based_on" value="([^"]*)"')
OWN = {"subject_en": "A note from {sender}", "subject_es": "Una nota de {sender}"}
NEWER = {"subject_en": "A line from {sender}", "subject_es": "Unas palabras de {sender}"}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def waiting(house: House) -> House:
    by_mail(house)
    give_homework(house)
    return house


def address(house: House, name: str = "reminder") -> str:
    return f"/reminders/rules/{house.clinic_id}/wording/{name}"


def send(client: FlaskClient, house: House, do: str = "save", **texts: str) -> tuple[int, str]:
    """Send the form with these texts, as it was just opened; answers with status and page."""
    found = HIDDEN.search(client.get(address(house)).get_data(as_text=True))
    assert found
    answer = post(client, address(house), {"do": do, "based_on": found[1], **texts})
    return answer.status_code, answer.get_data(as_text=True)


def test_a_lead_looks_at_the_words_in_both_languages_and_keeps_them(waiting: House, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    status, page = send(lead, waiting, "preview", **OWN)
    assert status == 200
    assert "A note from Harbor Lane Therapy" in page
    assert "Una nota de Harbor Lane Therapy" in page
    assert rows(MessageWording) == []
    assert send(lead, waiting, **OWN)[0] == 303
    assert rows(MessageWording)[0].changed_by == waiting.lead.account_id
    assert "own words" in lead.get(address(waiting)).get_data(as_text=True)
    assert "your own" in lead.get(f"/reminders/rules/{waiting.clinic_id}").get_data(as_text=True)
    assert len(rows(AuditEvent, subject="message_wording")) == 1
    send(lead, waiting, **OWN)
    assert len(rows(MessageWording)) == 1


def test_a_reminder_that_is_planned_already_says_the_newest_words(waiting: House, sign_in: SignIn) -> None:
    send(sign_in("lead"), waiting, **OWN)
    engine, sink, _ = engine_at(EVENING)
    engine.beat()
    assert [one.words.subject for one in sink.letters] == ["A note from Harbor Lane Therapy"]
    assert sink.letters[0].words.closing


def test_a_message_on_its_way_keeps_its_words_when_it_is_tried_again(waiting: House, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    send(lead, waiting, **OWN)
    engine, sink, clock = engine_at(EVENING, Sink(answers=[Attempt(Result.TEMPORARY, "smtp_451")]))
    engine.beat()
    assert sink.letters == []
    send(lead, waiting, **NEWER)
    clock.now = messages()[0].not_before
    engine.beat()
    assert [one.words.subject for one in sink.letters] == ["A note from Harbor Lane Therapy"]


def test_words_are_taken_back_and_the_change_is_kept(waiting: House, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    send(lead, waiting, **OWN)
    page = post(lead, address(waiting), {"back": "all", **OWN}).get_data(as_text=True)
    assert "Something is waiting for you" in page
    assert len(rows(MessageWording)) == 1
    ours = {"subject_en": "Something is waiting for you", "subject_es": "Hay algo que le espera"}
    assert send(lead, waiting, **ours)[0] == 303
    assert [bool(one.texts) for one in rows(MessageWording)] == [True, False]
    engine, sink, _ = engine_at(EVENING)
    engine.beat()
    assert sink.letters[0].words.subject == "Something is waiting for you"
    assert messages()[0].wording_id is None


def test_what_may_not_be_said_is_refused_beside_its_field_and_stays_typed(
    waiting: House, sign_in: SignIn
) -> None:
    status, page = send(sign_in("lead"), waiting, subject_en="Your pain homework")
    assert status == 422
    assert "Leave out “pain”" in page
    assert 'value="Your pain homework"' in page
    assert rows(MessageWording) == []


def test_two_leads_do_not_overwrite_each_other(waiting: House, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    assert send(lead, waiting, **OWN)[0] == 303
    answer = post(lead, address(waiting), {"do": "save", "based_on": "", **NEWER})
    assert answer.status_code == 409
    assert "Look again first" in answer.get_data(as_text=True)


def test_words_are_the_clinics_alone_to_change(waiting: House, sign_in: SignIn) -> None:
    assert sign_in("therapist").get(address(waiting)).status_code == 403
    assert sign_in("foreign_therapist").get(address(waiting)).status_code == 403
    assert sign_in("lead").get(address(waiting, "sign_in_link")).status_code == 404
