"""The progress report: its figures, its words, and what issuing it changes."""

from __future__ import annotations

import datetime as dt
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
from pne_tracker.domain.billing.gates import REPORT_EVERY
from pne_tracker.models import Episode, IssuedPaper
from tests.paper_courses import SECRET, whole_course
from tests.people import House
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
WORDS = "Treatment goes on because stairs and sleep have improved and the walk to work has not."


@pytest.fixture(autouse=True)
def course(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)
    with transaction(house.therapist) as session:
        episode = session.get_one(Episode, house.episode_id)
        episode.plan_of_care_from = dt.date(2026, 10, 12)
        episode.goal = "Walk to work"
        whole_course(session, house)


def url(house: House) -> str:
    return f"/episodes/{house.episode_id}/progress-report"


def form(do: str, **changes: str) -> dict[str, str]:
    return {"since": "2026-10-12", "until": "2026-11-23", "justification": WORDS, "do": do, **changes}


def text_of(answer: TestResponse) -> str:
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    reader = pypdf.PdfReader(io.BytesIO(answer.data))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def last_report(house: House) -> dt.date | None:
    with reading(UNSCOPED) as session:
        return session.get_one(Episode, house.episode_id).last_progress_report_on


def test_the_page_proposes_words_from_the_record(house: House, sign_in: SignIn) -> None:
    page = sign_in("therapist").get(url(house)).get_data(as_text=True)
    words = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert words
    assert "Seen on 1 treatment day" in words[1]
    assert "Pain, worst in 24 hours: from 8 to 4, 4 better, more than the error." in words[1]
    assert "Climb stairs: 3 at first, 7 of 10 now." in words[1]
    assert "Brain&#39;s Pain Map; Body, Inc.&#39;s CEO; Tissue Issues" in words[1], "one title holds a comma"


def test_an_issued_report_holds_its_figures_and_the_words_as_they_were_changed(
    house: House, sign_in: SignIn
) -> None:
    said = text_of(post(sign_in("therapist"), url(house), form("issue"), follow_redirects=True))
    for words in (
        "12 October 2026 to 23 November 2026",
        "1 in the period, 1 in all",
        "12 in the period",
        "12, 1 used",
        "from 12 October 2026, to certify by 11 November 2026",
        "10 January 2027",
        "8 on 12 October",
        "4 better, more than the error",
        "Walk to work",
        "Climb stairs 3 7",
        "explains, 23 Nov",
        "To revisit",
        WORDS,
    ):
        assert words in said, words
    assert SECRET not in said


def test_issuing_starts_the_count_of_treatment_days_again(house: House, sign_in: SignIn) -> None:
    assert last_report(house) is None
    post(sign_in("therapist"), url(house), form("issue"))
    assert last_report(house) == dt.date(2026, 11, 23)
    assert REPORT_EVERY == 10
    with reading(UNSCOPED) as session:
        kept = session.scalars(select(IssuedPaper)).one()
        assert (kept.covers_from, kept.covers_to) == (dt.date(2026, 10, 12), dt.date(2026, 11, 23))


def test_a_report_on_an_earlier_period_leaves_a_later_one_standing(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    post(client, url(house), form("issue"))
    post(client, url(house), form("issue", until="2026-11-01"))
    assert last_report(house) == dt.date(2026, 11, 23)


def test_looking_at_it_issues_nothing(house: House, sign_in: SignIn) -> None:
    assert WORDS in text_of(post(sign_in("therapist"), url(house), form("look")))
    assert last_report(house) is None
    with reading(UNSCOPED) as session:
        assert session.scalars(select(IssuedPaper)).all() == []


def test_another_period_keeps_what_was_typed_and_shows_its_figures(house: House, sign_in: SignIn) -> None:
    page = post(sign_in("therapist"), url(house), form("period", until="2026-11-01")).get_data(as_text=True)
    assert WORDS in page
    assert "0 in the period, 0 in all" in page
    page = post(sign_in("therapist"), url(house), form("rewrite")).get_data(as_text=True)
    assert WORDS not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"justification": " "}, "Write why treatment goes on, or why it ends."),
        ({"since": "2026-11-23", "until": "2026-11-22"}, "The first day comes after the last."),
        ({"until": "2030-01-01"}, "The last day is still to come."),
        ({"since": "yesterday"}, "Write the first day of the report."),
    ],
)
def test_what_is_refused_stays_typed(
    house: House, sign_in: SignIn, changes: dict[str, str], said: str
) -> None:
    answer = post(sign_in("therapist"), url(house), form("issue", **changes))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    if "justification" not in changes:
        assert WORDS in page
    assert last_report(house) is None


def test_therapists_of_the_team_alone_issue_it(house: House, sign_in: SignIn) -> None:
    for who, status in (
        ("assistant", 403),
        ("lead", 403),
        ("other_therapist", 404),
        ("foreign_therapist", 404),
    ):
        assert post(sign_in(who), url(house), form("issue")).status_code == status, who
