"""Packet and summary: what stands on them, in which language, and what never does."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.models import AuditEvent, Clinic, IssuedPaper, Patient
from tests.domain.curriculum.readability import grades
from tests.paper_courses import SECRET, SHARED_JOURNAL, WALK, whole_course
from tests.people import House
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _today(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


@pytest.fixture
def course(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        session.get_one(Clinic, house.clinic_id).phone = "(555) 010-1000"
        whole_course(session, house)


def text_of(answer: TestResponse) -> str:
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    reader = pypdf.PdfReader(io.BytesIO(answer.data))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def make(client: FlaskClient, house: House, kind: str) -> TestResponse:
    return post(client, f"/episodes/{house.episode_id}/papers", {"kind": kind}, follow_redirects=True)


@pytest.mark.usefixtures("course")
def test_the_packet_tells_the_whole_course(house: House, sign_in: SignIn) -> None:
    said = text_of(make(sign_in("therapist"), house, "discharge-packet"))
    for words in (
        "2/14",
        "12 PNE minutes",
        "Trials of pain neuroscience education used 40 to 720 minutes.",
        "explains, 23 Nov",
        "23 Nov 2026",
        "Discharged not yet",
        "to revisit",
        "To revisit: missed in the latest check",
        "From 8 on 12 October to 4 on 23 November: 4 better, more than the error.",
        "within measurement error",
        "Climb stairs 3 7",
        "Will you keep your slow belly breaths? Keep it.",
        "Walk to the market",
        "1 December 2026",
        WALK,
        "Rate: entries handed in of the entries expected so far",
        "97116",
        "guide rule 2",
        "American Medical Association",
    ):
        assert words in said, words


@pytest.mark.parametrize("kind", ["discharge-packet", "summary"])
@pytest.mark.usefixtures("course")
def test_no_journal_is_on_any_paper(house: House, sign_in: SignIn, kind: str) -> None:
    said = text_of(make(sign_in("therapist"), house, kind))
    assert SECRET not in said
    assert SHARED_JOURNAL not in said


@pytest.mark.usefixtures("course")
def test_the_summary_speaks_plainly_and_in_the_patients_language(house: House, sign_in: SignIn) -> None:
    english = text_of(make(sign_in("therapist"), house, "summary"))
    for words in ("My summary", "What makes sense to you", "We will look at these again: • Lions and stress"):
        assert words in english, words
    for words in (
        WALK,
        "Slow belly breaths",
        "Climb stairs: 3 of 10 at first, 7 of 10 now.",
        "(555) 010-1000",
    ):
        assert words in english, words
    assert "That is a real change." in english
    with transaction(house.therapist) as session:
        session.get_one(Patient, house.patient_id).language = "es"
    spanish = text_of(make(sign_in("therapist"), house, "summary"))
    for words in ("Mi resumen", "Qué le queda claro", "Cuándo llamar", "Página 1 de"):
        assert words in spanish, words
    assert "What" not in spanish


@pytest.mark.usefixtures("course")
def test_the_summary_reads_at_grade_six_at_most(house: House, sign_in: SignIn) -> None:
    page = sign_in("patient").get("/portal/summary").get_data(as_text=True)
    main = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
    sentences = [one.strip() for one in re.split(r"(?<=[.!?])\s+", " ".join(main.split())) if one.strip()]
    assert max(grades(" ".join(sentences))) <= 6


@pytest.mark.usefixtures("course")
def test_the_patient_reads_and_keeps_the_own_summary(house: House, sign_in: SignIn) -> None:
    client = sign_in("patient")
    assert "/portal/summary" in client.get("/portal/path").get_data(as_text=True)
    page = client.get("/portal/summary").get_data(as_text=True)
    assert "What you did" in page
    answer = post(client, "/portal/summary", follow_redirects=True)
    assert "What to do on a hard day" in text_of(answer)
    assert re.fullmatch(
        r'inline; filename="summary-\d{4}-\d\d-\d\d.pdf"', answer.headers["Content-Disposition"]
    )
    with reading(UNSCOPED) as session:
        kept = session.scalars(select(IssuedPaper)).one()
        assert kept.issued_by == house.patient.account_id


def test_before_the_first_visit_the_summary_says_what_comes(house: House, sign_in: SignIn) -> None:
    page = sign_in("patient").get("/portal/summary").get_data(as_text=True)
    assert "You will start with part one at your first visit." in page


@pytest.mark.usefixtures("course")
def test_what_was_issued_is_listed_and_downloaded_again(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    first = make(client, house, "discharge-packet")
    page = client.get(f"/patients/{house.patient_id}").get_data(as_text=True)
    assert "Discharge packet" in page
    assert "Maya Okonjo" in page
    url = re.search(r"/papers/[0-9a-f-]+\.pdf", page)
    assert url
    assert client.get(url[0]).data == first.data
    assert make(client, house, "discharge-packet").data == first.data
    with reading(UNSCOPED) as session:
        said = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == "paper")).all()
    assert sorted(said) == ["download", "download", "download", "issue"]


@pytest.mark.usefixtures("course")
def test_billers_download_superbills_alone_and_patients_their_own_summary(
    house: House, sign_in: SignIn
) -> None:
    make(sign_in("therapist"), house, "discharge-packet")
    with reading(UNSCOPED) as session:
        packet = session.scalars(select(IssuedPaper.id)).one()
    assert sign_in("therapist").get(f"/papers/{packet}.pdf").status_code == 200
    assert sign_in("biller").get(f"/billing/papers/{packet}.pdf").status_code == 404
    assert sign_in("patient").get(f"/portal/papers/{packet}.pdf").status_code == 404


@pytest.mark.usefixtures("course")
def test_strangers_make_no_paper(house: House, sign_in: SignIn) -> None:
    for who, status in (
        ("other_therapist", 404),
        ("foreign_therapist", 404),
        ("biller", 403),
        ("patient", 403),
    ):
        assert make(sign_in(who), house, "summary").status_code == status, who


def test_an_unknown_kind_is_refused(house: House, sign_in: SignIn) -> None:
    assert make(sign_in("therapist"), house, "superbill").status_code == 400


def test_discharge_asks_why_and_offers_the_packet(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    url = f"/patients/episodes/{house.episode_id}/discharge"
    assert "Why does it end?" in client.get(url).get_data(as_text=True)
    refused = post(client, url, {"reason": "other", "result": "met", "words": ""})
    assert refused.status_code == 422
    assert "Say in a few words why it ends." in refused.get_data(as_text=True)
    page = post(
        client,
        url,
        {"reason": "goals_met", "result": "partly", "words": "Sleeps again."},
        follow_redirects=True,
    ).get_data(as_text=True)
    assert "goals reached, goals partly met. Sleeps again." in page
    assert "Make the discharge packet" in page
    said = text_of(make(client, house, "discharge-packet"))
    for words in ("Goals reached", "Partly met", "Sleeps again."):
        assert words in said


def test_reopening_takes_the_discharge_back(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    url = f"/patients/episodes/{house.episode_id}"
    post(client, f"{url}/discharge", {"reason": "moved", "result": "met", "words": ""})
    assert post(client, f"{url}/discharge", {"reason": "moved", "result": "met"}).status_code == 422
    page = post(client, f"{url}/status", {"step": "reopen"}, follow_redirects=True).get_data(as_text=True)
    assert "The episode is open again." in page
