"""Suggestions followed or not and why, reminders that worked, and filters that hold on every topic."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.adapters import clock
from pne_tracker.cli._counts import count_messages
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.billing.visit import Discipline
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.diagnosis_groups import GROUPS
from pne_tracker.domain.report import Report
from pne_tracker.domain.visit_draft import DraftInput, TreatmentDraft
from pne_tracker.models import Clinic, Episode, Patient, Visit, new_id
from pne_tracker.queries.completion import filters
from pne_tracker.queries.completion.behind import Number
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.topics import TOPICS
from pne_tracker.services import entries
from pne_tracker.services.entries import Typed
from pne_tracker.services.signing import sign_visit
from pne_tracker.services.visit_drafts import save_draft
from tests.jobs.reminding import EVENING, by_mail, engine_at, give_homework
from tests.people import House, add_patient
from tests.queries.behind import opened
from tests.services.homework_samples import JOURNAL
from tests.visit_forms import signed_visit
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
OPEN = CompletionFilter()


def _reports(house: House, topic: str, today: dt.date, chosen: CompletionFilter = OPEN) -> dict[str, Report]:
    with reading(house.lead) as session:
        sheet = TOPICS[topic].build(session, house.lead, chosen, today)
    return {one.key: one for one in sheet.reports}


def _rows(report: Report) -> dict[str, tuple[object, ...]]:
    return {one.label: one.values for one in report.groups}


def test_among_many_therapists_one_is_found_by_name_and_the_field_says_who(
    house: House, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MOST_THERAPISTS", 1)
    client = sign_in("lead")
    daniel = house.viewers["other_therapist"]

    def field(address: str) -> str:
        page = client.get(address, follow_redirects=True).get_data(as_text=True)
        return re.findall(r'name="therapist_name"[^>]*value="([^"]*)"', page)[0]

    assert field("/completion") == ""
    assert field(f"/completion?therapist={daniel.account_id}") == "Daniel Reyes"
    assert field("/completion?therapist_name=reyes") == "Daniel Reyes"


def test_the_lead_reads_which_suggestions_were_followed_and_why_not(
    app: Flask, house: House, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)
    client = sign_in("therapist")
    post(client, f"/patients/episodes/{house.episode_id}/choose", {"section": "9", "why": "came_up"})
    form = DraftInput(on_date=house.today, minutes=30, treatments=(TreatmentDraft("97110", 30, 15),))
    with transaction(house.therapist) as session:
        begun = session.scalars(select(Visit)).one()
        draft = save_draft(session, house.therapist, begun.id, form, begun.version, house.now)
        sign_visit(session, viewer=house.therapist, visit_id=draft.id, version=draft.version, now=house.now)
    post(client, f"/patients/episodes/{house.episode_id}/choose", {"section": "3", "why": "known"})
    found = _reports(house, "suggestions", house.today)
    assert _rows(found["choices"]) == {"Maya Okonjo": (1, 0, 1, 0.0)}
    assert _rows(found["why"]) == {"It fits what came up today": (1, 1.0)}
    assert [one.key for one in found["suggested"].groups] == ["1"]
    page = sign_in("lead").get("/completion/about/suggestions").get_data(as_text=True)
    assert "0 of 1 visits began with the section that was suggested." in page
    assert "The patient knows" not in page


def test_a_reminder_worked_when_something_came_in_within_a_day(app: Flask, house: House) -> None:
    by_mail(house)
    item = give_homework(house, "s06-journal")
    with time_machine.travel(EVENING, tick=False):
        engine_at(EVENING)[0].beat()
    count_messages()
    today = EVENING.date()
    sent = _rows(_reports(house, "reminders", today)["hour"])
    assert sent == {"18:00 to 18:59": (1, 0, 0.0)}
    with transaction(house.patient) as session:
        entries.hand_in(
            session,
            house.patient,
            item,
            Typed(1, JOURNAL, 0, sure=True),
            now=EVENING + dt.timedelta(hours=20),
        )
    count_messages()
    found = _reports(house, "reminders", today)
    assert _rows(found["hour"]) == {"18:00 to 18:59": (1, 1, 1.0)}
    assert _rows(found["channel"]) == {"Email": (1, 1, 1.0)}
    both = {"Task due, the evening before": (1, 1, 1.0), "Nothing logged": (1, 1, 1.0)}
    assert _rows(found["reason"]) == both
    number = Number(found["hour"], found["hour"].groups[0])
    with reading(house.lead) as session:
        assert opened(session, house.lead, "reminders", OPEN, today, number) == {house.episode_id}
    before = replace(OPEN, until=today - dt.timedelta(days=1))
    assert _rows(_reports(house, "reminders", today, before)["hour"]) == {}
    assert _rows(_reports(house, "reminders", today, replace(OPEN, language="es"))["hour"]) == {}


def test_a_reminder_did_not_work_when_something_came_in_an_hour_after_the_day(
    app: Flask, house: House
) -> None:
    by_mail(house)
    item = give_homework(house, "s06-journal")
    with time_machine.travel(EVENING, tick=False):
        engine_at(EVENING)[0].beat()
    count_messages()
    late = EVENING + dt.timedelta(hours=25)
    with transaction(house.patient) as session:
        entries.hand_in(session, house.patient, item, Typed(1, JOURNAL, 0, sure=True), now=late)
    count_messages()
    found = _reports(house, "reminders", late.date())
    assert _rows(found["hour"]) == {"18:00 to 18:59": (1, 0, 0.0)}


def test_a_lead_of_two_clinics_reads_them_side_by_side(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        signed_visit(session, house)
    with transaction(UNSCOPED) as session:
        here = session.get_one(Clinic, house.clinic_id)
        there = Clinic(
            id=new_id(),
            organisation_id=here.organisation_id,
            name="Quiet Cove",
            slug="quiet-cove",
            timezone=here.timezone,
        )
        session.add(there)
        session.flush()
        patient = add_patient(session, there, new_id(), "Una", "Brisk", "Q-1")
        session.flush()
        session.add(
            Episode(
                id=new_id(),
                organisation_id=here.organisation_id,
                clinic_id=there.id,
                patient_id=patient.id,
                therapist_id=house.therapist.account_id,
                payer_id=house.payer_id,
                pack_version_id=house.pack_version_id,
                discipline="PT",
                status=EpisodeStatus.OPEN,
                reason="",
                opened_on=house.today,
            )
        )
    both = replace(house.lead, clinic_ids=frozenset({house.clinic_id, there.id}))
    with reading(both) as session:
        report = TOPICS["clinics"].build(session, both, OPEN, house.today).reports[0]
    assert [(one.label, one.values[:3], one.people) for one in report.groups] == [
        ("Harbor Lane Therapy", (1, 1, 0), 1),
        ("Quiet Cove", (1, 0, 0), 1),
    ]
    assert list(_rows(_reports(house, "clinics", house.today)["clinics"])) == ["Harbor Lane Therapy"]


def test_each_filter_holds_on_every_topic(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        signed_visit(session, house)
    with reading(house.lead) as session:
        language = session.scalars(select(Patient.language).where(Patient.id == house.patient_id)).one()
    others = (
        replace(OPEN, clinic_id=new_id()),
        replace(OPEN, therapist_id=house.viewers["other_therapist"].account_id),
        replace(OPEN, payer_id=new_id()),
        replace(OPEN, discipline=Discipline.OT),
        replace(OPEN, language="es" if language == "en" else "en"),
        replace(OPEN, until=house.today - dt.timedelta(days=400)),
        *(replace(OPEN, diagnosis=one) for one in GROUPS),
        replace(OPEN, status=EpisodeStatus.ON_HOLD),
    )
    seen = set()
    for topic in TOPICS:
        whole = _episodes(house, topic, OPEN)
        assert whole <= {house.episode_id}
        seen |= whole
        left = [_episodes(house, topic, one) for one in others]
        diagnosed = left[6 : 6 + len(GROUPS)]
        assert sum(map(bool, diagnosed)) <= 1
        assert not any(left[:6]), topic
        if topic != "time":
            assert not left[-1], topic
    assert seen == {house.episode_id}


def _episodes(house: House, topic: str, chosen: CompletionFilter) -> set[object]:
    """Everybody behind any row of a topic, listed as many as the report says."""
    found: set[object] = set()
    with reading(house.lead) as session:
        for report in TOPICS[topic].build(session, house.lead, chosen, house.today).reports:
            lists = [
                opened(session, house.lead, topic, chosen, house.today, Number(report, group))
                for group in report.groups
            ]
            assert len(set().union(*lists)) == report.people
            found.update(*lists)
    return found
