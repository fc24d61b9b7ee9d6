"""The evidence behind a patient's path, and the way from every reason to it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import load_shipped
from pne_tracker.adapters.recall import SCHEDULER
from pne_tracker.db import transaction
from pne_tracker.domain.visit_draft import HomeworkDraft, SectionDraft
from pne_tracker.models import Check, CheckKind, Episode, Patient
from pne_tracker.queries.ledger import LedgerRow
from pne_tracker.queries.recall import switches
from pne_tracker.services import flags, marks, patient_reading, progress
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, signed_visit
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _at_noon(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


def history(session: Session, house: House) -> None:
    """Sections 1 and 2 taught two weeks ago, a poor quiz on 1, section 11 left out."""
    day = house.today - dt.timedelta(days=14)
    form = replace(
        GAIT_AND_PNE(day, decision="separate"),
        sections=(SectionDraft(1, "explains"), SectionDraft(2, "explains")),
        homework=(HomeworkDraft("s01-quiz", day + dt.timedelta(days=7)),),
    )
    signed_visit(session, house, form)
    session.add(
        Check(
            episode_id=house.episode_id,
            section=1,
            kind=CheckKind.QUIZ,
            score=0.5,
            concepts={"hurt-is-not-harm": 0.5},
            on_date=house.today - dt.timedelta(days=7),
            at=house.now,
        )
    )
    session.flush()
    progress.rebuild(session, [house.episode_id])
    marks.skip(
        session,
        house.therapist,
        house.episode_id,
        11,
        reason="No swelling at any time.",
        on_date=house.today,
        now=house.now,
    )


def rows(session: Session, house: House) -> dict[int, LedgerRow]:
    record = patient_reading.open_record(
        session,
        house.therapist,
        house.patient_id,
        today=house.today,
        now=house.now,
        scheduler=SCHEDULER,
    )
    assert record.episode is not None
    return {row.number: row for row in record.episode.ledger}


def test_fourteen_rows_say_what_was_taught_by_whom_and_what_was_understood(
    work: Session, house: House
) -> None:
    history(work, house)
    known = rows(work, house)
    assert len(known) == 14
    first, second = known[1], known[2]
    assert (first.state, second.state) == ("revisit", "complete")
    assert first.taught[0].by == "Maya Okonjo, PT"
    assert (first.assigned, first.settled) == (1, 0)
    assert first.quiz is not None
    assert (first.quiz.score, first.quiz.asked) == (0.5, {"hurt-is-not-harm": 2})
    assert first.teach_back is not None
    assert known[11].skipped == "No swelling at any time."


def test_the_minutes_of_a_visit_are_shared_among_its_sections(work: Session, house: House) -> None:
    history(work, house)
    known = rows(work, house)
    record = patient_reading.open_record(
        work, house.therapist, house.patient_id, today=house.today, now=house.now
    )
    assert record.episode is not None
    shares = sum(line.minutes for row in known.values() for line in row.taught)
    assert shares == pytest.approx(record.episode.pne_minutes)
    assert known[1].taught[0].minutes == known[2].taught[0].minutes


def test_what_was_understood_two_weeks_ago_has_an_estimate_for_today(work: Session, house: House) -> None:
    history(work, house)
    known = rows(work, house)
    assert known[2].recall is not None
    assert 0.5 < known[2].recall < 1
    assert known[3].recall is None


def test_the_header_names_why_a_section_is_left_out(app: Flask, house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        history(session, house)
    text = sign_in("therapist").get(f"/patients/{house.patient_id}").get_data(as_text=True)
    tally = re.sub(r"<[^>]+>|\s+", " ", text[text.index('class="tally"') :][:600])
    assert "2 /13 taught, 1 understood, 1 to revisit, 1 skipped (No swelling at any time)" in re.sub(
        r" +", " ", tally
    )


def test_every_reason_on_the_card_leads_to_a_page_that_holds_its_evidence(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    with transaction(house.therapist) as session:
        history(session, house)
        flags.record_flags(
            session,
            house.therapist,
            house.episode_id,
            {"poor-sleep", "sensitive-to-touch"},
            today=house.today,
            now=house.now,
        )
    client = sign_in("therapist")
    text = client.get(f"/patients/{house.patient_id}").get_data(as_text=True)
    card = text[text.index('id="next"') : text.index('id="ledger"')]
    reasons = re.findall(r"<li><span>(<a href=\"([^\"]+)\">)?([^<]+)", card)
    assert len(reasons) >= 6
    for link, address, words in reasons:
        if words == "Score":
            continue
        assert link, words
        path, _, anchor = address.replace("&amp;", "&").partition("#")
        page = client.get(path)
        assert page.status_code == 200, words
        if anchor:
            assert f'id="{anchor}"' in page.get_data(as_text=True), (words, address)


def test_a_missed_idea_is_counted_in_questions(app: Flask, house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        history(session, house)
    text = sign_in("therapist").get(f"/patients/{house.patient_id}").get_data(as_text=True)
    assert re.search(r"Missed \d of \d on hurt is not harm", text)


def test_the_plan_is_made_for_the_minutes_at_hand(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    page = f"/patients/{house.patient_id}?episode={house.episode_id}"
    assert "Plan for today, 15 of 30 minutes" in client.get(page).get_data(as_text=True)
    assert "Plan for today, 10 of 12 minutes" in client.get(f"{page}&minutes=12").get_data(as_text=True)
    assert "Plan for today, 0 of 3 minutes" in client.get(f"{page}&minutes=1").get_data(as_text=True)
    for unreadable in ("ten", "-5", "", "99999"):
        assert "15 of 30 minutes" in client.get(f"{page}&minutes={unreadable}").get_data(as_text=True)
    started = post(
        client, "/visits", {"episode_id": str(house.episode_id), "minutes": "12"}, follow_redirects=True
    )
    assert started.status_code == 200


def test_yellow_flags_are_asked_again_after_thirty_days_even_when_none_held(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client, page = sign_in("therapist"), f"/patients/{house.patient_id}"
    assert "Ask about yellow flags: they were not asked yet" in client.get(page).get_data(as_text=True)
    assert "ask about yellow flags" in client.get("/today").get_data(as_text=True)
    post(client, f"/patients/episodes/{house.episode_id}/flags", {})
    assert "Ask about yellow flags" not in client.get(page).get_data(as_text=True)
    assert "ask about yellow flags" not in client.get("/today").get_data(as_text=True)
    with transaction(house.therapist) as session:
        session.get_one(Episode, house.episode_id).flags_asked_on = house.today - dt.timedelta(days=30)
    asked = "Ask about yellow flags again: last asked on 24 October"
    assert asked in client.get(page).get_data(as_text=True)


def test_evidence_on_a_sections_page_opens_the_visit_behind_it(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    with transaction(house.therapist) as session:
        history(session, house)
    address = f"/patients/episodes/{house.episode_id}/sections/1"
    text = sign_in("therapist").get(address).get_data(as_text=True)
    assert "by Maya Okonjo, PT" in text
    assert "50\N{NO-BREAK SPACE}% right; not sure yet: hurt is not harm" in text
    visit = re.search(r'href="(/visits/[^"]+)"', text)
    assert visit
    assert sign_in("therapist").get(visit[1]).status_code == 200
    assert "/visits/" not in sign_in("lead").get(address).get_data(as_text=True)


def test_recall_questions_stop_for_one_patient_and_for_the_whole_clinic(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client, page = sign_in("therapist"), f"/patients/{house.patient_id}"
    assert "Stop recall questions" in client.get(page).get_data(as_text=True)
    post(client, f"/patients/episodes/{house.episode_id}/recall", {"ask": "0"})
    assert "Ask recall questions again" in client.get(page).get_data(as_text=True)
    post(client, f"/patients/episodes/{house.episode_id}/recall", {"ask": "1"})
    with transaction(house.lead) as session:
        assert switches(session, house.lead, house.patient_id).patient
    lead, clinic = sign_in("lead"), f"/settings/clinics/{house.clinic_id}"
    post(lead, clinic, {"name": "Harbor Lane Therapy"})
    with transaction(house.lead) as session:
        assert not switches(session, house.lead, house.patient_id).on
    assert "Recall questions are off for the clinic" in client.get(page).get_data(as_text=True)


def test_the_handout_prints_in_both_languages_the_patients_own_first(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    address = f"/patients/episodes/{house.episode_id}/sections/5/handout"
    section = load_shipped().by_number[5]
    assert section.handout is not None
    text = unescape(sign_in("therapist").get(address).get_data(as_text=True))
    english, spanish = text.index('lang="en">\n      <h2>'), text.index('lang="es">\n      <h2>')
    assert english < spanish
    assert section.handout.en.split("\n\n")[0] in text
    assert section.handout.es.split("\n\n")[-1].strip() in text
    with transaction(house.therapist) as session:
        session.get_one(Patient, house.patient_id).language = "es"
    text = sign_in("therapist").get(address).get_data(as_text=True)
    assert text.index('lang="es">\n      <h2>') < text.index('lang="en">\n      <h2>')
    assert sign_in("therapist").get(address.replace("/5/", "/15/")).status_code == 404
    assert sign_in("other_therapist").get(address).status_code == 404
