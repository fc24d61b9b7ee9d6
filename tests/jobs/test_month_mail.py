"""The month by mail: for leads who ask, once, without a figure in it, stopped with one click."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.reminders.states import MessageStatus
from pne_tracker.models import Account, OutboxMessage, SummaryWish
from pne_tracker.services import goals, summaries
from tests.jobs.reminding import engine_at, rows
from tests.people import House
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
MORNING = dt.datetime(2026, 12, 1, 13, 5, tzinfo=dt.UTC)
"""Five past eight in New York on the first of December."""
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock_of_the_house(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


@pytest.fixture
def asked(house: House) -> House:
    with transaction(house.lead) as session:
        summaries.choose(session, house.lead, wanted=True, now=house.now)
    return house


def _beat(at: dt.datetime) -> list[str]:
    engine, sink, _ = engine_at(at)
    engine.beat()
    return [letter.recipient for letter in sink.letters]


def test_the_month_is_mailed_once_in_the_morning_of_its_first_day(app: Flask, asked: House) -> None:
    assert _beat(MORNING - HOUR) == []
    assert _beat(MORNING) == ["lead@harbor-lane.example"]
    assert _beat(MORNING) == []
    assert _beat(MORNING + 3 * DAY) == []
    assert _beat(MORNING + 31 * DAY) == ["lead@harbor-lane.example"]


def test_who_did_not_ask_or_has_left_gets_none(app: Flask, house: House) -> None:
    assert _beat(MORNING) == []
    with transaction(house.lead) as session:
        summaries.choose(session, house.lead, wanted=True, now=house.now)
    with transaction(UNSCOPED) as session:
        session.get_one(Account, house.lead.account_id).active = False
    assert _beat(MORNING) == []


def test_a_wish_late_in_the_month_waits_for_the_next(app: Flask, asked: House) -> None:
    assert _beat(MORNING + 10 * DAY) == []


def test_the_mail_holds_a_link_and_no_figure_and_nobodys_name(app: Flask, asked: House) -> None:
    engine, sink, _ = engine_at(MORNING)
    engine.beat()
    letter = sink.letters[0]
    said = " ".join((letter.words.subject, *letter.words.lines))
    assert said == (
        "Your month at Harbor Lane Therapy The figures of last month are ready at Harbor Lane Therapy. "
        "They stay behind your sign-in, so this email has none."
    )
    assert letter.words.link.endswith("/completion/month/2026-11")
    assert "/completion/stop/" in letter.stop_url
    assert rows(OutboxMessage)[0].addresses is None


def test_one_click_in_the_mail_stops_it_without_a_sign_in(app: Flask, asked: House) -> None:
    engine, sink, _ = engine_at(MORNING)
    engine.beat()
    address = "/completion/stop/" + sink.letters[0].stop_url.rpartition("/")[2]
    stranger = app.test_client()
    assert "Stop the email" in stranger.get(address).get_data(as_text=True)
    assert [one.wanted for one in rows(SummaryWish)] == [True]
    assert stranger.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert [one.wanted for one in rows(SummaryWish)] == [False]
    assert _beat(MORNING + 31 * DAY) == []
    assert stranger.post("/completion/stop/" + "a" * 43).status_code == 404


def test_who_stops_between_writing_and_sending_gets_none(app: Flask, asked: House) -> None:
    with transaction(UNSCOPED) as session:
        summaries.queue_due(
            session, home="https://x.example/", stop_link=lambda _: "https://x.example/s", now=MORNING
        )
    with transaction(asked.lead) as session:
        summaries.choose(session, asked.lead, wanted=False, now=MORNING)
    assert _beat(MORNING) == []
    assert [one.status for one in rows(OutboxMessage)] == [MessageStatus.SUPPRESSED]


def test_a_lead_switches_it_on_and_off_and_reads_the_month(app: Flask, house: House, sign_in: SignIn) -> None:
    with transaction(UNSCOPED) as session:
        goals.keep_months(session, now=MORNING)
    house.now = MORNING
    client = sign_in("lead")
    page = client.get("/completion/goals").get_data(as_text=True)
    assert "Mail it to me" in page
    assert 'href="/completion/month/2026-11"' in page
    page = post(client, "/completion/month/mail", {"wanted": "1"}, follow_redirects=True).get_data(
        as_text=True
    )
    assert "Stop the mail" in page
    page = client.get("/completion/month/2026-11").get_data(as_text=True)
    assert "1 open episode on 30 November 2026" in page
    assert "Only 1 open episode: read with care." in page
    assert client.get("/completion/month/nothing").status_code == 404
    assert "No figures of this month" in client.get("/completion/month/2024-01").get_data(as_text=True)
    assert sign_in("therapist").get("/completion/month/2026-11").status_code == 403
