"""The portal as a patient meets it: today, the path, logs, messages, settings."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from pne_tracker.adapters import clock
from pne_tracker.db import db, transaction
from pne_tracker.models import (
    Account,
    AuditEvent,
    Homework,
    MarkKind,
    SectionMark,
    Visit,
    VisitSection,
    VisitStatus,
    new_id,
)
from pne_tracker.services import entries, homework_review, progress
from pne_tracker.services.entries import Typed
from tests.people import House
from tests.services.homework_samples import JOURNAL, SLEEP, assign
from tests.web.pages import token

SignIn = Callable[[str], FlaskClient]
PAGES = ("/portal", "/portal/path", "/portal/path/1", "/portal/logs", "/portal/messages", "/portal/settings")
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock_of_the_house(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


def _teach(house: House, *sections: int) -> None:
    with transaction(house.therapist) as session:
        visit = Visit(
            id=new_id(),
            organisation_id=house.therapist.organisation_id,
            clinic_id=house.clinic_id,
            patient_id=house.patient_id,
            episode_id=house.episode_id,
            therapist_id=house.therapist.account_id,
            status=VisitStatus.SIGNED,
            on_date=house.today,
            created_at=house.now,
            saved_at=house.now,
            saved_by=house.therapist.account_id,
            signed_at=house.now,
            signed_by=house.therapist.account_id,
        )
        session.add(visit)
        for section in sections:
            session.add(
                VisitSection(
                    visit_id=visit.id, episode_id=house.episode_id, section=section, teach_back="explains"
                )
            )
        progress.rebuild(session, [house.episode_id])


def _assign(house: House, key: str, **dates: dt.date) -> uuid.UUID:
    with transaction(house.therapist) as session:
        return assign(session, house, key, **dates)


def _speak(house: House, language: str) -> None:
    with transaction(house.patient) as session:
        session.get_one(Account, house.patient.account_id).language = language


def _text(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_a_patient_without_anything_yet(
    house: House, sign_in: SignIn, page: str
) -> None:
    assert "<h1>" in _text(sign_in("patient"), page)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["therapist", "biller", "administrator"])
def test_the_portal_is_the_patients_alone(house: House, sign_in: SignIn, page: str, who: str) -> None:
    assert sign_in(who).get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_no_title_says_who_or_what(house: House, sign_in: SignIn, page: str) -> None:
    _assign(house, "s05-sleep")
    title = re.search(r"<title>(.*?)</title>", _text(sign_in("patient"), page), re.DOTALL)
    assert title
    for word in ("rosalind", "achterberg", "sleep", "pain"):
        assert word not in title[1].lower()


def test_today_greets_and_shows_three_tasks_at_most(house: House, sign_in: SignIn) -> None:
    for key in ("s01-quiz", "s02-journal", "s05-sleep", "s05-exercise", "s06-journal"):
        _assign(house, key)
    page = _text(sign_in("patient"), "/portal")
    card = page[page.index("For today") : page.index("When you have time")]
    assert "Good morning, Rosalind" in page
    assert card.count("<li>") == 3
    assert "0 of 3 done" in card
    assert "My sleep log" in card
    assert page.count('class="tick') == 3


def test_a_task_done_today_is_ticked(house: House, sign_in: SignIn) -> None:
    homework_id = _assign(house, "s06-journal")
    with transaction(house.patient) as session:
        entries.hand_in(session, house.patient, homework_id, Typed(1, JOURNAL), now=house.now)
    page = _text(sign_in("patient"), "/portal")
    assert "1 of 1 done" in page
    assert "tick--done" in page


def test_late_work_is_asked_for_kindly_and_never_called_overdue(house: House, sign_in: SignIn) -> None:
    _assign(house, "s06-journal", due_on=dt.date(2026, 11, 21))
    page = _text(sign_in("patient"), "/portal")
    assert "Late, and still good to do." in page
    assert "overdue" not in page.lower()


def test_work_sent_late_is_shown_as_late(house: House, sign_in: SignIn) -> None:
    homework_id = _assign(house, "s06-journal", due_on=dt.date(2026, 11, 21))
    with transaction(house.patient) as session:
        entries.hand_in(session, house.patient, homework_id, Typed(1, JOURNAL), now=house.now)
    assert "done late" in _text(sign_in("patient"), f"/portal/homework/{homework_id}")


def test_what_the_therapist_read_and_answered_is_on_today_and_in_messages(
    house: House, sign_in: SignIn
) -> None:
    homework_id = _assign(house, "s06-journal", message="Take your time.")
    with transaction(house.therapist) as session:
        homework_review.review(
            session, house.therapist, homework_id, reply="Well seen.", today=house.today, now=house.now
        )
    client = sign_in("patient")
    for url in ("/portal", "/portal/messages"):
        page = _text(client, url)
        assert "Maya" in page
        assert "Well seen." in page
    assert "Take your time." in _text(client, "/portal/messages")


def test_the_path_speaks_plain_words(house: House, sign_in: SignIn) -> None:
    _teach(house, 1, 2)
    with transaction(house.therapist) as session:
        for section, kind in ((2, MarkKind.REVISIT), (4, MarkKind.SKIP)):
            session.add(
                SectionMark(
                    episode_id=house.episode_id,
                    section=section,
                    kind=kind,
                    reason="asked",
                    on_date=house.today,
                    at=house.now,
                    marked_by=house.therapist.account_id,
                )
            )
        progress.rebuild(session, [house.episode_id])
    page = _text(sign_in("patient"), "/portal/path")
    assert page.count('class="bead ') == 14
    for words in ("All done", "Let us look at this again", "Not part of your plan", "Later"):
        assert words in page
    assert page.count("Comes next") == 1
    assert "You have talked about 2 of 13 parts." in page


def test_a_section_is_read_once_it_was_taught(house: House, sign_in: SignIn) -> None:
    _teach(house, 1)
    client = sign_in("patient")
    assert "Your pain is real." in _text(client, "/portal/path/1")
    later = _text(client, "/portal/path/9")
    assert "This part comes later" in later
    assert "lion" not in later[later.index("This part comes later") :].lower()
    _text(client, "/portal/path/15", 404)


def test_five_nights_give_the_share_slept_and_a_chart(house: House, sign_in: SignIn) -> None:
    homework_id = _assign(house, "s05-sleep", assigned_on=dt.date(2026, 11, 16), due_on=dt.date(2026, 11, 23))
    with transaction(house.patient) as session:
        for number in (1, 2, 3, 5, 7):
            day = dt.date(2026, 11, 16) + number * DAY
            typed = Typed(number, {**SLEEP, "wake_day": day.isoformat()})
            assert entries.hand_in(session, house.patient, homework_id, typed, now=house.now).handed_in
    page = _text(sign_in("patient"), "/portal/logs")
    assert "You slept 79 percent of your time in bed." in page
    assert 'class="chart night"' in page
    assert page.count("no entry") >= 2
    assert "Add a night" in page


def test_a_night_that_was_filed_under_another_day_is_not_called_missing(
    house: House, sign_in: SignIn
) -> None:
    homework_id = _assign(house, "s05-sleep", assigned_on=dt.date(2026, 11, 16), due_on=dt.date(2026, 11, 23))
    with transaction(house.patient) as session:
        typed = Typed(1, {**SLEEP, "wake_day": "2026-11-20"})
        assert entries.hand_in(session, house.patient, homework_id, typed, now=house.now).handed_in
    page = _text(sign_in("patient"), "/portal/logs")
    missed = page[page.index("Not in your log:") :].partition("<")[0]
    assert "Thursday" in missed
    assert "Friday" not in missed


def test_a_private_entry_says_so_and_only_its_author_reads_it(house: House, sign_in: SignIn) -> None:
    homework_id = _assign(house, "s06-journal")
    with transaction(house.patient) as session:
        typed = Typed(1, {**JOURNAL, "first": "canary words"}, shared=False)
        entries.hand_in(session, house.patient, homework_id, typed, now=house.now)
    own = _text(sign_in("patient"), "/portal/logs")
    assert "canary words" in own
    assert "Only you" in own
    for who in ("therapist", "lead", "assistant"):
        answer = sign_in(who).get(f"/homework/{homework_id}")
        assert "canary words" not in answer.get_data(as_text=True)


def test_every_page_opens_in_spanish_with_no_english_left(house: House, sign_in: SignIn) -> None:
    _teach(house, 1)
    homework_id = _assign(house, "s06-journal")
    _speak(house, "es")
    client = sign_in("patient")
    for url in (*PAGES, f"/portal/homework/{homework_id}"):
        page = _text(client, url)
        assert '<html lang="es"' in page
        shown = re.sub(r"<[^>]+>", " ", page[page.index("<body") :])
        for word in (" the ", " your ", " you ", "Today", "Messages", "Settings", " and "):
            assert word not in shown, (url, word)


def test_dates_are_written_out_in_the_readers_language(house: House, sign_in: SignIn) -> None:
    homework_id = _assign(house, "s06-journal")
    client = sign_in("patient")
    assert "Due Friday, 27 November" in _text(client, f"/portal/homework/{homework_id}")
    _speak(house, "es")
    assert "Para el viernes, 27 de noviembre" in _text(client, f"/portal/homework/{homework_id}")


def test_the_language_is_changed_by_one_button_and_stays_on_the_page(house: House, sign_in: SignIn) -> None:
    client = sign_in("patient")
    secret = token(client, "/portal/logs")
    data = {"language": "es", "back": "/portal/logs", "csrf_token": secret}
    answer = client.post("/portal/language", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/portal/logs")
    page = _text(client, "/portal/logs")
    assert '<html lang="es"' in page
    assert "Esta aplicación ahora está en español." in page


@pytest.mark.parametrize(
    "back", ["https://evil.example/portal", "//evil.example", "/portal\\evil", "/settings"]
)
def test_the_way_back_stays_in_the_portal(house: House, sign_in: SignIn, back: str) -> None:
    client = sign_in("patient")
    data = {"language": "es", "back": back, "csrf_token": token(client, "/portal/settings")}
    assert client.post("/portal/language", data=data).headers["Location"] == "/portal"


def test_light_dark_and_text_size_are_kept(house: House, sign_in: SignIn) -> None:
    client = sign_in("patient")
    data = {"theme": "dark", "size": "large", "csrf_token": token(client, "/portal/settings")}
    assert client.post("/portal/settings", data=data).status_code == 303
    page = _text(client, "/portal")
    assert 'data-theme="dark"' in page
    assert 'data-text="large"' in page


def test_each_page_read_leaves_one_audit_event(house: House, sign_in: SignIn) -> None:
    client = sign_in("patient")
    for url in ("/portal", "/portal/path", "/portal/logs", "/portal/messages"):
        _text(client, url)
    with transaction(house.therapist) as session:
        pages = session.scalars(
            select(AuditEvent.details).where(AuditEvent.action == "read").order_by(AuditEvent.id)
        ).all()
        assert all(
            patient_id == house.patient_id
            for patient_id in session.scalars(
                select(AuditEvent.patient_id).where(AuditEvent.action == "read")
            )
        )
    assert [details["page"] for details in pages] == ["today", "path", "logs", "messages"]


def test_a_get_changes_nothing_but_the_audit_trail(app: Flask, house: House, sign_in: SignIn) -> None:
    homework_id = _assign(house, "s06-journal")
    client = sign_in("patient")
    for url in (*PAGES, f"/portal/homework/{homework_id}"):
        _text(client, url)
    with transaction(house.therapist) as session:
        row = session.get_one(Homework, homework_id)
        assert row.version == 1
        assert set(session.scalars(select(AuditEvent.action))) == {"read"}


def test_posting_without_a_token_is_refused_in_kind_words(house: House, sign_in: SignIn) -> None:
    answer = sign_in("patient").post("/portal/language", data={"language": "es"})
    assert answer.status_code == 400
    assert "This page was open too long" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("page", "most"),
    [("/portal", 6), ("/portal/path", 5), ("/portal/logs", 6), ("/portal/messages", 6)],
)
def test_a_page_takes_few_queries_however_much_was_written(
    house: House, sign_in: SignIn, page: str, most: int
) -> None:
    for key in ("s05-sleep", "s06-journal", "s05-exercise", "s02-journal", "s01-quiz", "s09-stress"):
        _assign(house, key)
    client = sign_in("patient")
    client.get(page)
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    client.get(page)
    event.remove(db.engine, "before_cursor_execute", count)
    assert len(seen) <= most, seen


def test_handing_in_takes_ten_queries_counts_of_the_clinic_included_and_a_draft_six(
    house: House, sign_in: SignIn
) -> None:
    _teach(house, 2)
    first, second = _assign(house, "s06-journal"), _assign(house, "s05-sleep")
    client = sign_in("patient")
    secret = token(client, "/portal/settings")
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    form = {"_n": "1", "_version": "0", "csrf_token": secret}
    assert client.post(f"/portal/homework/{first}", data={**JOURNAL, **form}).status_code == 303
    assert len(seen) <= 10, seen
    seen.clear()
    assert client.post(f"/portal/homework/{second}/draft", data={**SLEEP, **form}).status_code == 200
    event.remove(db.engine, "before_cursor_execute", count)
    assert len(seen) <= 6, seen
