"""One beat however many processes run, and workers that stop when there is nothing left to do."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from flask import Flask

from pne_tracker.cli import remind as remind_command
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.errors import BadInputError
from pne_tracker.jobs.election import elected
from pne_tracker.models import ConsentKind, Patient, SignInLink
from pne_tracker.services.invitations import hash_of
from tests.jobs.reminding import EVENING, by_mail, consent, contact, engine_at, give_homework, rows
from tests.people import House


def test_of_two_processes_one_gives_the_beat(app: Flask) -> None:
    first, second = uuid.uuid4(), uuid.uuid4()
    with elected(first) as mine, elected(second) as others:
        assert (mine, others) == (True, False)


def test_the_beat_of_a_process_that_died_goes_to_another(app: Flask) -> None:
    with time_machine.travel(EVENING, tick=False), elected(uuid.uuid4()) as mine:
        assert mine
    with time_machine.travel(EVENING + dt.timedelta(minutes=3), tick=False), elected(uuid.uuid4()) as mine:
        assert mine


def test_a_mail_to_the_address_the_patient_signs_in_with_opens_the_portal_once(house: House) -> None:
    with transaction(UNSCOPED) as session:
        patient = session.get_one(Patient, house.patient_id)
        patient.preferred_channel = "email"
        session.add(contact(patient, "email", "patient@harbor-lane.example"))
        session.add(consent(patient, ConsentKind.EMAIL, house.now))
    give_homework(house)
    engine, sink, _ = engine_at(EVENING)
    engine.beat()
    link = sink.letters[0].words.link
    assert link.startswith("http://127.0.0.1:5000/sign-in/link/")
    kept = rows(SignInLink)[0]
    assert kept.token_hash == hash_of(link.rpartition("/")[2])
    assert kept.expires_at == EVENING + dt.timedelta(hours=24)


def test_a_mail_to_another_address_leads_to_the_portals_door(house: House) -> None:
    by_mail(house)
    give_homework(house)
    engine, sink, _ = engine_at(EVENING)
    engine.beat()
    assert sink.letters[0].words.link == "http://127.0.0.1:5000/portal", "somebody else may read it there"
    assert rows(SignInLink) == []


def test_an_instant_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(BadInputError, match="with its zone"):
        remind_command._instant("yesterday")


def test_an_instant_without_a_zone_is_utc_and_the_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    found = remind_command._instant("2026-11-29T18:05")
    assert found == dt.datetime(2026, 11, 29, 18, 5, tzinfo=dt.UTC)
    assert "2026-11-29 18:05 UTC" in capsys.readouterr().err
