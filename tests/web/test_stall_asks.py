"""A lead asks a therapist to look at a patient who stalls; the therapist answers, or the patient moves on."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.domain.visit_draft import DraftInput, SectionDraft, TreatmentDraft
from pne_tracker.models import CareTeamMember, Episode, OutboxMessage, StallAsk
from pne_tracker.queries.waiting import waiting_for
from pne_tracker.services import stalls
from tests.people import House
from tests.visit_forms import signed_visit
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]


def _ask(house: House, now: dt.datetime | None = None) -> stalls.Asked:
    with transaction(house.lead) as session:
        return stalls.ask(session, house.lead, [house.episode_id], now=now or house.now)


def _asks() -> list[uuid.UUID]:
    with reading(UNSCOPED) as session:
        return list(session.scalars(select(StallAsk.id).order_by(StallAsk.asked_at)))


def _page(client: FlaskClient, url: str) -> str:
    return re.sub(r"\s+", " ", client.get(url).get_data(as_text=True))


def test_one_tap_puts_a_patient_who_stalls_on_the_therapists_today(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    lead = sign_in("lead")
    assert "Ask Maya Okonjo to look at Achterberg, Rosalind" in _page(lead, "/completion/stalled")
    answer = post(lead, "/completion/stalled?days=14", {"only": str(house.episode_id)})
    assert answer.headers["Location"] == "/completion/stalled?days=14"
    page = _page(lead, "/completion/stalled")
    assert re.search(r"Asked on \d+ \w{3} by Ruth Abara, PT", page)
    assert "Ask Maya Okonjo to look" not in page
    today = _page(sign_in("therapist"), "/today")
    assert "Your lead asks you to look" in today
    assert "Rosalind Achterberg" in today
    assert "no homework since 12 October" in today


def test_all_chosen_are_asked_about_at_once_and_none_twice(app: Flask, house: House, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    for _ in range(2):
        post(lead, "/completion/stalled", {"episode": [str(house.episode_id)]})
    assert len(_asks()) == 1
    assert "they know already" in _page(lead, "/completion/stalled")
    assert post(lead, "/completion/stalled").status_code == 422


def test_nothing_is_mailed(app: Flask, house: House) -> None:
    _ask(house)
    with reading(UNSCOPED) as session:
        assert session.scalars(select(OutboxMessage)).all() == []


def test_the_therapists_word_ends_it_and_stands_in_the_row(app: Flask, house: House, sign_in: SignIn) -> None:
    _ask(house)
    therapist = sign_in("therapist")
    post(therapist, f"/today/stalls/{_asks()[0]}", {"answer": "call"})
    assert "Your lead asks you" not in _page(therapist, "/today")
    page = _page(sign_in("lead"), "/completion/stalled")
    assert re.search(r"Maya Okonjo, PT on \d+ \w{3}: will call", page)
    assert "Ask Maya Okonjo to look" not in page


def test_it_ends_by_itself_when_a_section_is_taught(app: Flask, house: House) -> None:
    _ask(house)
    with reading(house.therapist) as session:
        assert len(waiting_for(session, house.therapist).stalls) == 1
    form = DraftInput(
        on_date=house.today,
        minutes=30,
        treatments=(TreatmentDraft("97110", 30, 15),),
        sections=(SectionDraft(1, "explains"),),
    )
    with transaction(house.therapist) as session:
        signed_visit(session, house, form)
    with reading(house.therapist) as session:
        assert waiting_for(session, house.therapist).stalls == ()


def test_an_answered_stall_is_asked_about_again_after_two_weeks(app: Flask, house: House) -> None:
    _ask(house)
    with transaction(house.therapist) as session:
        stalls.answer(session, house.therapist, _asks()[0], "booked", now=house.now)
    assert _ask(house, house.now + dt.timedelta(days=13)).now == 0
    assert _ask(house, house.now + dt.timedelta(days=14)).now == 1


def test_only_the_patients_therapist_answers_with_one_of_the_words(app: Flask, house: House) -> None:
    _ask(house)
    ask_id = _asks()[0]
    for who in ("other_therapist", "assistant", "foreign_therapist"):
        with pytest.raises(NotFoundError), transaction(house.viewers[who]) as session:
            stalls.answer(session, house.viewers[who], ask_id, "call", now=house.now)
    with pytest.raises(BadInputError), transaction(house.therapist) as session:
        stalls.answer(session, house.therapist, ask_id, "perhaps", now=house.now)


def test_a_patient_who_was_handed_over_waits_on_the_new_therapists_today(app: Flask, house: House) -> None:
    other = house.viewers["other_therapist"]
    _ask(house)
    with transaction(house.lead) as session:
        session.get_one(Episode, house.episode_id).therapist_id = other.account_id
        session.add(
            CareTeamMember(
                organisation_id=other.organisation_id,
                episode_id=house.episode_id,
                patient_id=house.patient_id,
                account_id=other.account_id,
            )
        )
    with reading(house.therapist) as session:
        assert waiting_for(session, house.therapist).stalls == ()
        assert [one.patient_id for one in waiting_for(session, other).stalls] == [house.patient_id]


def test_a_therapist_sees_what_was_asked_and_cannot_ask(app: Flask, house: House, sign_in: SignIn) -> None:
    _ask(house)
    therapist = sign_in("therapist")
    page = _page(therapist, "/completion/stalled")
    assert "by Ruth Abara, PT" in page
    assert 'name="only"' not in page
    assert post(therapist, "/completion/stalled", {"only": str(house.episode_id)}).status_code == 403
