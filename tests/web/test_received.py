"""Two weeks after the first section the portal asks once what came across; the lead reads it beside what is logged."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.readability import advice, reading_of
from pne_tracker.domain.received import QUESTION, Received
from pne_tracker.domain.report import Report, for_sharing
from pne_tracker.domain.visit_draft import DraftInput, SectionDraft, TreatmentDraft
from pne_tracker.models import Clinic, Episode, Patient, ReceivedAnswer, new_id
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.topics import TOPICS
from pne_tracker.services import received, visits
from tests.domain.curriculum.readability import grades
from tests.people import House, add_patient
from tests.raw import raw
from tests.visit_forms import signed_visit
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _clock_of_the_house(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


def _teach(house: House, days_ago: int) -> Any:
    form = DraftInput(
        on_date=house.today - dt.timedelta(days=days_ago),
        minutes=30,
        treatments=(TreatmentDraft("97110", 30, 15),),
        sections=(SectionDraft(1, "explains"),),
    )
    with transaction(house.therapist) as session:
        return signed_visit(session, house, form).id


def _say(house: House, word: str, now: dt.datetime | None = None) -> bool:
    with transaction(house.patient) as session:
        return received.answer(session, house.patient, word, now=now or house.now)


def _report(house: House, chosen: CompletionFilter, today: dt.date) -> Report:
    with reading(house.lead) as session:
        sheet = TOPICS["understanding"].build(session, house.lead, chosen, today)
    return next(one for one in sheet.reports if one.key == "received")


def test_it_is_asked_two_weeks_after_the_first_section_and_only_once(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("patient")
    _teach(house, 13)
    assert QUESTION.en not in client.get("/portal").get_data(as_text=True)
    _teach(house, 14)
    assert QUESTION.en in client.get("/portal").get_data(as_text=True)
    page = post(client, "/portal/received", {"answer": "not_sure"}, follow_redirects=True)
    assert "Thank you." in page.get_data(as_text=True)
    assert QUESTION.en not in page.get_data(as_text=True)
    assert not _say(house, "yes")


def test_it_can_be_closed_and_is_not_asked_again(app: Flask, house: House, sign_in: SignIn) -> None:
    _teach(house, 20)
    client = sign_in("patient")
    page = post(client, "/portal/received", {"answer": "closed"}, follow_redirects=True)
    assert QUESTION.en not in page.get_data(as_text=True)
    assert [one.values[-1] for one in _report(house, CompletionFilter(), house.today).groups] == [1]


def test_it_is_asked_in_spanish(app: Flask, house: House, sign_in: SignIn) -> None:
    _teach(house, 20)
    client = sign_in("patient")
    post(client, "/portal/language", {"language": "es", "back": "/portal"})
    page = client.get("/portal").get_data(as_text=True)
    assert QUESTION.es in page
    assert "Una pregunta corta" in page


def test_a_discharged_patient_is_not_asked(app: Flask, house: House, sign_in: SignIn) -> None:
    _teach(house, 20)
    with transaction(house.therapist) as session:
        session.get_one(Episode, house.episode_id).status = EpisodeStatus.DISCHARGED
    assert QUESTION.en not in sign_in("patient").get("/portal").get_data(as_text=True)
    assert not _say(house, "yes")


def test_another_word_is_refused_and_staff_cannot_answer(app: Flask, house: House, sign_in: SignIn) -> None:
    _teach(house, 20)
    with pytest.raises(BadInputError):
        _say(house, "perhaps")
    assert post(sign_in("therapist"), "/portal/received", {"answer": "yes"}).status_code == 403


def test_the_question_reads_at_grade_six_or_lower() -> None:
    assert max(grades(QUESTION.en)) <= 6.0
    for language in ("en", "es"):
        assert advice(reading_of(QUESTION.in_language(language), language)) == ()


def test_the_lead_reads_yes_beside_logged_and_few_answers_say_so(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    _teach(house, 20)
    _say(house, "yes")
    page = re.sub(r"\s+", " ", sign_in("lead").get("/completion/about/understanding").get_data(as_text=True))
    assert "Logged as taught for 1 of 1; 1 of 1 who answered say yes. Few answers: read with care." in page
    shared = for_sharing(_report(house, CompletionFilter(), house.today))
    assert shared.groups[0].values[0] == "under 5"
    assert shared.finding == ""


def test_an_answer_given_where_it_is_tomorrow_already_counts_today(app: Flask, house: House) -> None:
    """The patient is further east than the lead who reads the figures."""
    _teach(house, 20)
    assert _say(house, "no", now=house.now + dt.timedelta(days=1))
    yesterday = CompletionFilter(until=house.today - dt.timedelta(days=1))
    for chosen, no in ((CompletionFilter(), 1), (CompletionFilter(until=house.today), 1), (yesterday, 0)):
        (row,) = _report(house, chosen, house.today).groups
        assert row.values[5] == no, chosen


class Crowd:
    """Twelve more patients of two therapists, some taught, some of whom answer, at random."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.dice = house, random.Random(seed)
        with transaction(UNSCOPED) as session:
            clinic = session.get_one(Clinic, house.clinic_id)
            for number in range(12):
                patient = add_patient(session, clinic, new_id(), "P", f"Number {number}", f"X-{number}")
                session.flush()
                episode = self._episode(patient)
                session.add(episode)
                session.flush()
                if self.dice.random() < 0.7:
                    session.add(self._answer(episode))

    def _answer(self, episode: Episode) -> ReceivedAnswer:
        days_ago = dt.timedelta(days=self.dice.randint(0, 12))
        return ReceivedAnswer(
            id=new_id(),
            organisation_id=episode.organisation_id,
            episode_id=episode.id,
            patient_id=episode.patient_id,
            answer=self.dice.choice(list(Received)),
            on_date=self.house.today - days_ago,
            at=self.house.now - days_ago,
        )

    def _episode(self, patient: Patient) -> Episode:
        house, dice = self.house, self.dice
        who = dice.choice(["therapist", "other_therapist"])
        return Episode(
            id=new_id(),
            organisation_id=patient.organisation_id,
            clinic_id=house.clinic_id,
            patient_id=patient.id,
            therapist_id=house.viewers[who].account_id,
            payer_id=house.payer_id,
            pack_version_id=house.pack_version_id,
            discipline="PT",
            status=dice.choice(list(EpisodeStatus)),
            reason="",
            opened_on=house.today - dt.timedelta(days=dice.randint(0, 30)),
        )


def _recount(wanted: list[dict[str, Any]], until: dt.date) -> dict[str, tuple[Any, ...]]:
    """The rows of the report from raw rows, by hand."""
    with raw() as connection:
        tables = {
            name: [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()]
            for name in ("visit", "visit_section", "received_answer", "account")
        }
    found: dict[str, tuple[Any, ...]] = {}
    signed = {row["id"]: str(row["on_date"])[:10] for row in tables["visit"] if row["status"] == "signed"}
    for account in tables["account"]:
        mine = [
            row
            for row in wanted
            if row["therapist_id"] == account["id"]
            and dt.date.fromisoformat(str(row["opened_on"])[:10]) <= until - dt.timedelta(days=14)
        ]
        if not mine:
            continue
        ids = {row["id"] for row in mine}
        logged = {
            row["episode_id"]
            for row in tables["visit_section"]
            if row["episode_id"] in ids and signed.get(row["visit_id"], "9999") <= until.isoformat()
        }
        said = Counter(
            row["answer"]
            for row in tables["received_answer"]
            if row["episode_id"] in ids and str(row["on_date"])[:10] <= until.isoformat()
        )
        answered = said["yes"] + said["no"] + said["not_sure"]
        found[account["name"]] = (
            len(mine),
            len(logged) / len(mine),
            said["yes"] / answered if answered else None,
            answered,
            said["not_sure"],
            said["no"],
            said["closed"],
        )
    return found


@pytest.mark.parametrize("seed", range(2))
def test_the_figures_are_what_the_raw_rows_give(app: Flask, house: House, seed: int) -> None:
    crowd = Crowd(house, seed)
    taught = [_teach(house, crowd.dice.randint(0, 30)) for _ in range(3)]
    _say(house, crowd.dice.choice(list(Received)).value)
    with transaction(house.therapist) as session:
        visits.withdraw_visit(session, house.therapist, crowd.dice.choice(taught), "wrong", now=house.now)
    with raw() as connection:
        episodes = [dict(row) for row in connection.execute(text("SELECT * FROM episode")).mappings()]
    for status in (*EpisodeStatus, None):
        for until in (house.today, house.today - dt.timedelta(days=6)):
            wanted = [row for row in episodes if status is None or row["status"] == status.value]
            until_filter = CompletionFilter(status=status, until=until)
            report = _report(house, until_filter, house.today)
            assert {one.label: one.values for one in report.groups} == _recount(wanted, until)
