"""Staff see what became of every reminder; patients set theirs; links from messages do what they say."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from pne_tracker.adapters.stop_links import StopLinks
from pne_tracker.cli._counts import count_messages
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.appointments import Slot
from pne_tracker.domain.reminders.attempts import Attempt, Result
from pne_tracker.domain.reminders.states import MessageStatus
from pne_tracker.models import (
    Clinic,
    Consent,
    InboundText,
    OutboxMessage,
    Patient,
    PushSubscription,
    Reminder,
    ReminderChoice,
    ReminderRules,
    StaffTask,
)
from pne_tracker.services.appointments import book_appointment, cancel_appointment
from tests.jobs.reminding import EVENING, Sink, by_mail, engine_at, give_homework, messages, rows
from tests.people import House
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
SECRET = "a-secret-of-the-webhook-with-forty-chars"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def waiting(house: House) -> House:
    by_mail(house)
    give_homework(house)
    return house


def test_staff_see_what_was_sent_and_what_was_not_with_the_reason(waiting: House, sign_in: SignIn) -> None:
    engine, _, _ = engine_at(EVENING)
    engine.beat()
    count_messages()
    text = sign_in("therapist").get("/reminders").get_data(as_text=True)
    assert "Achterberg, Rosalind" in text
    assert "Task due, the evening before, email" in text
    assert "1 sent, 0 acted on within a day" in text
    only_planned = sign_in("lead").get("/reminders?status=planned").get_data(as_text=True)
    assert "Task due, that morning" in only_planned
    assert "Task due, the evening before, email" not in only_planned


def test_who_does_not_treat_the_patient_sees_nothing(waiting: House, sign_in: SignIn) -> None:
    assert "Achterberg" not in sign_in("other_therapist").get("/reminders").get_data(as_text=True)
    url = f"/reminders/patients/{waiting.patient_id}"
    assert sign_in("other_therapist").get(url).status_code == 404
    assert sign_in("foreign_therapist").get(url).status_code == 404
    assert sign_in("biller").get("/reminders").status_code == 403


def test_a_message_nobody_knows_about_is_sent_again_when_staff_say_so(
    waiting: House, sign_in: SignIn
) -> None:
    engine, _, _ = engine_at(EVENING, Sink(answers=[Attempt(Result.UNDECIDABLE, "smtp_cut")]))
    engine.beat()
    client = sign_in("therapist")
    assert "Nobody knows whether it arrived" in client.get("/reminders").get_data(as_text=True)
    task = rows(StaffTask)[0].id
    assert post(client, f"/reminders/tasks/{task}", {"do": "again"}).status_code == 303
    again, sink, _ = engine_at(EVENING)
    assert again.beat().sent == 1
    assert [one.key for one in sink.letters] == [messages()[0].idempotency_key]
    assert post(client, f"/reminders/tasks/{task}", {"do": "again"}).status_code == 303
    assert again.beat().sent == 0


def test_a_message_that_arrived_after_all_is_marked_so(waiting: House, sign_in: SignIn) -> None:
    engine, _, _ = engine_at(EVENING, Sink(answers=[Attempt(Result.UNDECIDABLE, "smtp_cut")]))
    engine.beat()
    post(sign_in("therapist"), f"/reminders/tasks/{rows(StaffTask)[0].id}", {"do": "arrived"})
    assert messages()[0].status is MessageStatus.SENT
    assert {one.status.value for one in rows(Reminder, reason="task_due")} == {"sent"}


def test_a_task_of_another_clinic_is_not_there(waiting: House, sign_in: SignIn) -> None:
    engine, _, _ = engine_at(EVENING, Sink(answers=[Attempt(Result.PERMANENT, "smtp_550")]))
    engine.beat()
    url = f"/reminders/tasks/{rows(StaffTask)[0].id}"
    for who in ("foreign_therapist", "other_therapist"):
        assert post(sign_in(who), url, {"do": "aside"}).status_code == 404
    assert rows(StaffTask)[0].done_at is None


def test_staff_pause_a_patient_and_nothing_goes_out(waiting: House, sign_in: SignIn) -> None:
    url = f"/reminders/patients/{waiting.patient_id}"
    assert post(sign_in("therapist"), url, {"do": "pause", "until": "2026-12-05"}).status_code == 303
    engine, sink, _ = engine_at(EVENING)
    assert set(engine.beat().suppressed) == {"paused"}
    assert sink.letters == []
    assert post(sign_in("therapist"), url, {"do": "pause", "until": "2026-01-01"}).status_code == 422
    post(sign_in("therapist"), url, {"do": "resume"})
    assert rows(ReminderChoice)[0].paused_at is None


RULES = {
    f"{reason}_{what}": value
    for reason in (
        *("visit_today", "visit_tomorrow", "replied", "task_due_today"),
        *("task_due", "task_missed", "recall_due", "nothing_logged"),
    )
    for what, value in (("on", "1"), ("at", "17:30"), ("days", "4" if reason == "nothing_logged" else "0"))
}


def test_rules_are_looked_at_in_both_languages_before_they_are_saved(waiting: House, sign_in: SignIn) -> None:
    client, url = sign_in("lead"), f"/reminders/rules/{waiting.clinic_id}"
    shown = post(client, url, {**RULES, "do": "preview"}).get_data(as_text=True)
    assert "You have something waiting at Harbor Lane Therapy." in shown
    assert "Hay algo que le espera en Harbor Lane Therapy." in shown
    assert "of 160 characters" in shown
    assert "at 17:30 after 4 days with nothing logged" in shown
    assert rows(ReminderRules) == []
    assert post(client, url, {**RULES, "do": "save"}).status_code == 303
    assert rows(ReminderRules)[0].rules["task_due"] == {"on": True, "at": "17:30", "days": 0}
    post(client, url, {**RULES, "do": "save"})
    assert len(rows(ReminderRules)) == 1


def test_an_hour_at_night_is_refused_beside_its_field(waiting: House, sign_in: SignIn) -> None:
    url = f"/reminders/rules/{waiting.clinic_id}"
    answer = post(sign_in("lead"), url, {**RULES, "task_due_at": "22:15", "do": "save"})
    assert answer.status_code == 422
    assert 'value="22:15"' in answer.get_data(as_text=True)
    assert rows(ReminderRules) == []


def test_pausing_the_clinic_stops_everything(waiting: House, sign_in: SignIn) -> None:
    post(sign_in("lead"), f"/reminders/rules/{waiting.clinic_id}/pause", {"do": "pause"})
    engine, sink, _ = engine_at(EVENING)
    assert set(engine.beat().suppressed) == {"clinic_paused"}
    assert sink.letters == []


def test_a_test_message_comes_to_oneself_and_shows_in_the_outbox(
    waiting: House, sign_in: SignIn, app: Flask
) -> None:
    from pne_tracker.jobs.engine import engine

    client = sign_in("lead")
    post(client, f"/reminders/rules/{waiting.clinic_id}/test", {"language": "es"})
    with engine() as one:
        assert one.beat().sent == 2
    text = client.get("/reminders/outbox").get_data(as_text=True)
    assert "Una prueba de Harbor Lane Therapy" in text
    assert "Something is waiting for you" in text
    assert "/stop/" not in text
    assert "Una prueba" not in sign_in("foreign_therapist").get("/reminders/outbox").get_data(as_text=True)


def test_a_patient_chooses_how_and_when(house: House, sign_in: SignIn) -> None:
    by_mail(house)
    client = sign_in("patient")
    choice = {"channel": "sms", "at": "09:00", "language": "es", "which": "1", "on": ["task_due", "replied"]}
    assert post(client, "/portal/reminders", choice).status_code == 303
    patient = rows(Patient, id=house.patient_id)[0]
    assert (patient.preferred_channel, patient.preferred_time, patient.language) == ("sms", dt.time(9), "es")
    consent = rows(Consent, patient_id=house.patient_id)[-1]
    assert (consent.kind.value, consent.granted, consent.source) == ("sms", True, "portal settings")
    assert "recall_due" in rows(ReminderChoice)[0].off


def test_a_channel_without_an_address_is_refused_and_the_choice_stays(house: House, sign_in: SignIn) -> None:
    choice = {"channel": "sms", "at": "09:00", "language": "en"}
    answer = post(sign_in("patient"), "/portal/reminders", choice)
    assert answer.status_code == 422
    assert "We cannot reach you that way yet" in answer.get_data(as_text=True)
    assert rows(Patient, id=house.patient_id)[0].preferred_channel == "portal"


def test_a_patient_takes_a_break_and_comes_back(house: House, sign_in: SignIn) -> None:
    client = sign_in("patient")
    post(client, "/portal/reminders/pause", {"weeks": "2"})
    assert rows(ReminderChoice)[0].paused_until == dt.date(2026, 12, 13)
    assert "You get none until Sunday, 13 December." in client.get("/portal/reminders").get_data(as_text=True)
    post(client, "/portal/reminders/pause", {"do": "resume"})
    assert rows(ReminderChoice)[0].paused_at is None


def test_one_click_stops_the_mails_and_opening_the_link_does_not(
    waiting: House, sign_in: SignIn, app: Flask
) -> None:
    token = StopLinks(app.extensions["pne_settings"].secret_key).token(waiting.patient_id)
    stranger = app.test_client()
    assert stranger.get(f"/stop/{token}").status_code == 200
    assert rows(Consent, granted=False) == []
    assert stranger.post(f"/stop/{token}", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert [(one.kind.value, one.source) for one in rows(Consent, granted=False)] == [("email", "stop link")]
    engine, sink, _ = engine_at(EVENING)
    assert set(engine.beat().suppressed) == {"opted_out"}
    assert sink.letters == []
    assert stranger.post(f"/stop/{token}x").status_code == 404


def hook(client: FlaskClient, said: dict[str, str], secret: str = SECRET, at: int | None = None) -> int:
    body = json.dumps(said).encode()
    when = str(at or int(EVENING.timestamp()))
    signature = hmac.new(secret.encode(), when.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"X-PNE-Timestamp": when, "X-PNE-Signature": f"sha256={signature}"}
    return client.post("/hooks/sms", data=body, content_type="application/json", headers=headers).status_code


@pytest.fixture
def texts(waiting: House, app: Flask) -> FlaskClient:
    settings = app.extensions["pne_settings"]
    object.__setattr__(settings, "sms_webhook_secret", SECRET)
    with transaction(UNSCOPED) as session:
        session.get_one(Patient, waiting.patient_id).preferred_channel = "sms"
    return app.test_client()


def text_of(words: str, name: str = "SM1") -> dict[str, str]:
    return {"id": name, "from": "+1 503 555 0100", "text": words}


@pytest.mark.parametrize(("stop", "start"), [("STOP", "START"), ("Alto.", "inicio")])
def test_stop_by_text_works_at_once_and_start_returns(
    texts: FlaskClient, waiting: House, stop: str, start: str
) -> None:
    assert hook(texts, text_of(start, "SM0")) == 204
    assert hook(texts, text_of(stop)) == 204
    engine, sink, _ = engine_at(EVENING)
    assert set(engine.beat().suppressed) == {"opted_out"}
    spanish = stop == "Alto."
    assert any(("ya no recibe" if spanish else "no more texts") in one.words.short for one in sink.letters)
    assert hook(texts, text_of(start, "SM2")) == 204
    consents = [one for one in rows(Consent) if one.source.startswith("text message")]
    assert [one.granted for one in consents] == [True, False, True]


def test_the_same_text_delivered_twice_has_one_effect(texts: FlaskClient, waiting: House) -> None:
    assert [hook(texts, text_of("STOP")) for _ in range(3)] == [204, 204, 204]
    assert len(rows(InboundText)) == 1
    assert len(rows(OutboxMessage, template="sms_stopped")) == 1


def test_free_words_go_to_staff_sealed(texts: FlaskClient, waiting: House, sign_in: SignIn) -> None:
    hook(texts, text_of("Can I come ten minutes later?"))
    assert "ten minutes" not in rows(InboundText)[0].words
    client = sign_in("therapist")
    assert "Can I come ten minutes later?" in client.get("/reminders").get_data(as_text=True)
    post(client, f"/reminders/tasks/{rows(StaffTask)[0].id}", {"do": "read"})
    assert "ten minutes" not in client.get("/reminders").get_data(as_text=True)


def test_help_tells_whom_to_call(texts: FlaskClient, waiting: House) -> None:
    hook(texts, text_of("help"))
    assert [one.template for one in rows(OutboxMessage)] == ["sms_help"]


def test_a_text_that_is_not_signed_well_is_not_taken(texts: FlaskClient, waiting: House) -> None:
    old = int(EVENING.timestamp()) - 301
    assert hook(texts, text_of("STOP"), secret="another-secret-of-forty-characters-long!") == 401
    assert hook(texts, text_of("STOP"), at=old) == 401
    assert texts.post("/hooks/sms", json=text_of("STOP")).status_code == 401
    assert rows(InboundText) == []


def test_without_a_secret_there_is_no_webhook(house: House, app: Flask) -> None:
    assert hook(app.test_client(), text_of("STOP")) == 404


def test_a_text_from_a_stranger_changes_nothing(texts: FlaskClient, waiting: House) -> None:
    assert hook(texts, {"id": "SM9", "from": "+15035550199", "text": "STOP"}) == 204
    assert rows(InboundText) == []


def book(house: House, starts_at: dt.datetime) -> uuid.UUID:
    with transaction(house.therapist) as session:
        return book_appointment(
            session,
            house.therapist,
            house.episode_id,
            Slot(starts_at, 45),
            therapist_id=house.therapist.account_id,
            now=house.now,
        ).id


def open_at(house: House, line: str, city: str) -> None:
    """Give the clinic an address, its street and its town alone."""
    with transaction(UNSCOPED) as session:
        clinic = session.get_one(Clinic, house.clinic_id)
        clinic.address_line, clinic.city, clinic.state, clinic.postal_code = line, city, None, None


def calendar_link(client: FlaskClient) -> str:
    text = post(client, "/portal/reminders/calendar").get_data(as_text=True)
    found = re.search(r"/calendar/[\w-]+\.ics", text)
    assert found, "no link on the page"
    return found[0]


def test_the_calendar_opens_at_its_secret_address_until_it_is_renewed(
    house: House, sign_in: SignIn, app: Flask
) -> None:
    open_at(house, "14 Harbor Lane", "Portland")
    before = dt.datetime(2026, 12, 1, 19, 30, tzinfo=dt.UTC)
    after = dt.datetime(2027, 3, 16, 18, 30, tzinfo=dt.UTC)
    book(house, before)
    kept = book(house, after)
    client, stranger = sign_in("patient"), app.test_client()
    old = calendar_link(client)
    calendar = Calendar.from_ical(stranger.get(old).data)
    events = calendar.walk("VEVENT")
    assert [one.decoded("DTSTART").astimezone(dt.UTC) for one in events] == [before, after]
    assert [f"{one.decoded('DTSTART'):%H:%M}" for one in events] == ["14:30", "14:30"]
    assert {str(one["LOCATION"]) for one in events} == {"14 Harbor Lane, Portland"}
    assert len(calendar.walk("VTIMEZONE")) == 1
    words = stranger.get(old).get_data(as_text=True).lower()
    assert not [
        word for word in ("pain", "pne education", "achterberg", "section", "diagnos") if word in words
    ]
    with transaction(house.therapist) as session:
        cancel_appointment(session, house.therapist, kept, "moved away", version=1, now=house.now)
    assert "STATUS:CANCELLED" in stranger.get(old).get_data(as_text=True)
    new = calendar_link(client)
    assert stranger.get(old).status_code == 404
    assert stranger.get(new).status_code == 200
    post(client, "/portal/reminders/calendar", {"do": "end"})
    assert stranger.get(new).status_code == 404


def test_a_visit_mail_carries_the_visit_for_the_calendar(waiting: House) -> None:
    open_at(waiting, "14 Harbor Lane", "Portland")
    book(waiting, dt.datetime(2026, 11, 30, 19, 30, tzinfo=dt.UTC))
    engine, sink, _ = engine_at(EVENING)
    engine.beat()
    letter = sink.letters[0]
    assert "Monday, 30 November at 2:30 pm" in letter.words.lines[0]
    event = Calendar.from_ical(letter.ics).walk("VEVENT")[0]
    assert event.decoded("DTSTART").astimezone(dt.UTC) == dt.datetime(2026, 11, 30, 19, 30, tzinfo=dt.UTC)
    assert event["LOCATION"] == "14 Harbor Lane, Portland"


def test_a_visit_called_off_is_not_reminded_of(waiting: House) -> None:
    visit = book(waiting, dt.datetime(2026, 11, 30, 19, 30, tzinfo=dt.UTC))
    with transaction(waiting.therapist) as session:
        cancel_appointment(session, waiting.therapist, visit, "ill", version=1, now=waiting.now)
    assert {one.suppressed_for for one in rows(Reminder, appointment_id=visit)} == {"visit_changed"}


DEVICE = {"endpoint": "https://fcm.googleapis.com/fcm/send/abc", "keys": {"p256dh": "BPk", "auth": "aaa"}}


def test_a_phone_is_kept_once_and_sealed(house: House, sign_in: SignIn) -> None:
    client = sign_in("patient")
    for _ in range(2):
        answer = client.post("/portal/reminders/device", json=DEVICE, headers={"X-CSRFToken": csrf(client)})
        assert answer.get_json() == {"saved": True}
    assert len(rows(PushSubscription)) == 1
    assert "googleapis" not in rows(PushSubscription)[0].subscription
    bad = client.post("/portal/reminders/device", json={"x": 1}, headers={"X-CSRFToken": csrf(client)})
    assert bad.status_code == 422


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com:8080/x",
        "https://metadata.internal/x",
    ],
)
def test_nothing_is_pushed_to_a_host_that_is_no_push_service(
    house: House, sign_in: SignIn, endpoint: str
) -> None:
    client = sign_in("patient")
    given = {**DEVICE, "endpoint": endpoint}
    answer = client.post("/portal/reminders/device", json=given, headers={"X-CSRFToken": csrf(client)})
    assert answer.status_code == 422
    assert rows(PushSubscription) == []


def csrf(client: FlaskClient) -> str:
    found = re.search(
        r'name="csrf_token" value="([^"]+)"', client.get("/portal/reminders").get_data(as_text=True)
    )
    assert found
    return found[1]


def test_a_banner_tells_when_the_mail_server_refuses(waiting: House, sign_in: SignIn, app: Flask) -> None:
    down = Attempt(Result.TEMPORARY, "smtp_down")
    engine, _, clock = engine_at(EVENING, Sink(answers=[down]))
    engine.beat()
    client = sign_in("lead")
    assert "The mail server could not be reached" in client.get("/reminders").get_data(as_text=True)
    assert app.test_client().get("/readyz").get_data(as_text=True) == "ready, mail waits\n"
    clock.now = EVENING + dt.timedelta(minutes=2)
    engine.beat()
    assert "could not be reached" not in client.get("/reminders").get_data(as_text=True)
    assert app.test_client().get("/readyz").get_data(as_text=True) == "ready\n"


def test_a_banner_and_readyz_tell_when_the_beat_stopped(waiting: House, sign_in: SignIn, app: Flask) -> None:
    engine, _, _ = engine_at(EVENING - dt.timedelta(minutes=6))
    engine.beat()
    assert app.test_client().get("/readyz").status_code == 503
    assert "Reminders have stopped" in sign_in("lead").get("/reminders").get_data(as_text=True)
