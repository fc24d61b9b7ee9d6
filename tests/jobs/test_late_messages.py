"""A message that could not leave at once: it waits for the day, counts towards the caps, and is asked about again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gc
import signal
import socket
import threading
from types import SimpleNamespace

import pytest
import time_machine
import waitress
from flask import Flask
from sqlalchemy import update

from pne_tracker.cli import serve
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.reminders.attempts import Attempt, Result
from pne_tracker.domain.reminders.states import MessageStatus, ReminderStatus
from pne_tracker.jobs import beat
from pne_tracker.jobs.dispatch import Engine
from pne_tracker.models import (
    ConsentKind,
    ContactPoint,
    Episode,
    EpisodeStatus,
    OutboxMessage,
    Patient,
    Reminder,
    StaffTask,
)
from pne_tracker.queries.beat import pulse
from pne_tracker.services import completion_counts
from pne_tracker.services.reminders.tasks import decide
from tests.jobs.reminding import (
    EVENING,
    Sink,
    by_mail,
    consent,
    engine_at,
    give_homework,
    many_due,
    messages,
    rows,
)
from tests.people import House

DOWN = Attempt(Result.TEMPORARY, "smtp_down")
NIGHT = dt.datetime(2026, 11, 30, 3, 0, tzinfo=dt.UTC)
"""Ten in the evening in New York."""
MORNING = dt.datetime(2026, 11, 30, 13, 0, tzinfo=dt.UTC)
"""Eight in the morning there."""


@pytest.fixture
def waiting(house: House) -> House:
    """The patient of the house and one more agreed to mail and have something due tomorrow."""
    by_mail(house)
    give_homework(house)
    many_due(house, 1, EVENING)
    return house


def held_up(now: dt.datetime = EVENING) -> None:
    """A beat that finds the mail server down: the first message failed for now, the other was never tried."""
    engine, sink, _ = engine_at(now, Sink(answers=[DOWN]))
    engine.beat()
    assert sink.letters == []
    assert [one.status for one in messages()] == [MessageStatus.WAITING] * 2


def test_a_mail_server_that_works_again_at_night_gets_nothing_before_the_morning(waiting: House) -> None:
    held_up()
    engine, sink, clock = engine_at(NIGHT)
    engine.beat()
    assert sink.letters == [], "ten in the evening"
    assert {one.held_for for one in rows(Reminder, status=ReminderStatus.HELD)} == {"quiet_hours"}
    clock.now = MORNING
    engine.beat()
    assert len(sink.letters) == 2


def test_what_is_of_no_use_in_the_morning_is_left_out_with_its_reason(waiting: House) -> None:
    held_up()
    with transaction(UNSCOPED) as session:
        session.execute(update(OutboxMessage).values(expires_at=MORNING - dt.timedelta(hours=1)))
    engine, sink, _ = engine_at(NIGHT)
    assert engine.beat().suppressed == {"quiet_hours": 2}
    assert sink.letters == []


def test_a_message_of_yesterday_that_leaves_today_is_todays_one(house: House) -> None:
    by_mail(house)
    give_homework(house)
    engine, sink, clock = engine_at(EVENING, Sink(answers=[DOWN]))
    engine.beat()
    give_homework(house, "s04-talk")
    for minutes in range(31, 13 * 60, 15):
        clock.now = MORNING + dt.timedelta(minutes=minutes)
        engine.beat()
    assert len(sink.letters) == 1, "one a day, however late"


def test_who_was_discharged_while_a_message_waited_gets_none(waiting: House) -> None:
    held_up()
    with transaction(UNSCOPED) as session:
        session.execute(update(Episode).values(status=EpisodeStatus.DISCHARGED))
    engine, sink, _ = engine_at(MORNING)
    assert engine.beat().suppressed["discharged"] == 2
    assert sink.letters == []


def test_sending_again_goes_to_the_address_that_was_put_right(house: House) -> None:
    by_mail(house)
    give_homework(house)
    engine, sink, clock = engine_at(EVENING, Sink(answers=[Attempt(Result.PERMANENT, "smtp_550")]))
    engine.beat()
    with transaction(house.therapist) as session:
        session.execute(
            update(ContactPoint).where(ContactPoint.system == "email").values(value="right@example.org")
        )
        decide(session, house.therapist, rows(StaffTask)[0].id, "again", now=EVENING)
    clock.now = EVENING + dt.timedelta(minutes=1)
    engine.beat()
    assert [one.recipient for one in sink.letters] == ["right@example.org"]


def test_trouble_is_kept_by_channel_and_forgotten_when_that_channel_works(waiting: House) -> None:
    with transaction(UNSCOPED) as session:
        patient = session.get_one(Patient, waiting.patient_id)
        patient.preferred_channel = "sms"
        session.add(consent(patient, ConsentKind.SMS, waiting.now))
    engine, _, clock = engine_at(EVENING, Sink(answers=[Attempt(Result.TEMPORARY, "sms_down")]))
    engine.beat()
    with transaction(UNSCOPED) as session:
        assert pulse(session).troubles == {"sms": "sms_down"}, (
            "mail that works does not mend the text gateway"
        )
    clock.now = EVENING + dt.timedelta(minutes=2)
    engine.beat()
    with transaction(UNSCOPED) as session:
        assert pulse(session).troubles == {}


def test_a_mail_server_that_takes_its_time_leaves_the_beat_its_own(house: House) -> None:
    by_mail(house)
    give_homework(house)
    many_due(house, 5, EVENING)
    engine, sink, clock = engine_at(EVENING)

    def slowly() -> None:
        clock.now += dt.timedelta(seconds=25)

    sink.before = slowly
    brief = Engine(engine.settings, engine.ways, clock, at_most=dt.timedelta(minutes=1))
    assert brief.beat().sent == 3, "one minute, and the message begun in it"
    with transaction(UNSCOPED) as session:
        assert pulse(session).last_at == clock.now
    engine.beat()
    assert len(sink.letters) == 6


def test_a_process_that_ends_settles_the_message_under_way_and_begins_no_other(waiting: House) -> None:
    ends = threading.Event()
    engine, sink, clock = engine_at(EVENING, Sink(before=ends.set))
    Engine(engine.settings, engine.ways, clock, stop=ends.is_set).beat()
    assert len(sink.letters) == 1
    assert sorted(one.status for one in messages()) == [MessageStatus.SENT, MessageStatus.WAITING]


def test_a_server_whose_port_is_taken_gives_no_beat(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Flask] = []
    monkeypatch.setattr(beat, "start", begun.append)
    settings = dataclasses.replace(app.extensions["pne_settings"], beat=True)
    monkeypatch.setitem(app.extensions, "pne_settings", settings)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(RefusedError, match="in use"):
        serve._serve(app, "127.0.0.1", taken.getsockname()[1], lambda: None)
    assert begun == []


def test_a_server_leaves_the_collector_little_to_look_through(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen: list[int] = []
    server = SimpleNamespace(run=lambda: frozen.append(gc.get_freeze_count()))
    monkeypatch.setattr(waitress, "create_server", lambda *_args, **_options: server)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    try:
        serve._serve(app, "127.0.0.1", 0, lambda: None)
    finally:
        gc.unfreeze()
    assert frozen[0] > 1000


def test_a_fault_in_another_part_of_the_beat_holds_up_no_reminder(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_session: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(completion_counts, "fold", fails)
    with time_machine.travel(EVENING, tick=False):
        beat.beat()
    with transaction(UNSCOPED) as session:
        assert pulse(session).last_at == EVENING
