"""Homework as the clinic reads it: what waits, what was written, the answer, and what stays private."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.db import reading, transaction
from pne_tracker.domain.visit_draft import HomeworkDraft
from pne_tracker.models import AuditEvent, Entry, EntryStatus, Homework, Reminder, ReminderStatus
from pne_tracker.services.private_writing import put
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, signed_visit
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def journal(house: House) -> uuid.UUID:
    """A journal sent home with a signed visit."""
    with transaction(house.therapist) as session:
        due = house.today + dt.timedelta(days=7)
        form = replace(
            GAIT_AND_PNE(house.today, decision="separate"), homework=(HomeworkDraft("s06-journal", due),)
        )
        signed_visit(session, house, form)
        return session.scalars(select(Homework.id)).one()


def hand_in(
    house: House, homework_id: uuid.UUID, text: str, *, shared: bool = True, late: bool = False
) -> None:
    with transaction(house.patient) as session:
        row = session.get_one(Homework, homework_id)
        entry = Entry(
            organisation_id=row.organisation_id,
            homework_id=row.id,
            patient_id=row.patient_id,
            occurrence=1,
            for_date=row.due_on,
            status=EntryStatus.DONE,
            late=late,
            saved_at=house.now,
            handed_in_at=house.now,
        )
        session.add(entry)
        values = {row.template["prompts"][0]["id"]: text}
        put(
            session,
            house.patient,
            entry,
            row.kind,
            values=values,
            derived={},
            shared=shared,
            now=house.now,
        )
        row.done_on = row.due_on


def stored(house: House, homework_id: uuid.UUID) -> tuple[object, ...]:
    with reading(house.therapist) as session:
        row = session.get_one(Homework, homework_id)
        return row.reviewed_on is not None, row.reply, row.closed_as, row.closed_reason


def test_what_was_written_is_read_and_answered(sign_in: SignIn, house: House, journal: uuid.UUID) -> None:
    hand_in(house, journal, "I cut my thumb and saw it later.", late=True)
    client = sign_in("therapist")
    assert str(journal) in client.get("/homework").get_data(as_text=True)
    shown = client.get(f"/homework/{journal}").get_data(as_text=True)
    assert "I cut my thumb and saw it later." in shown
    assert "late" in shown
    answer = post(client, f"/homework/{journal}", {"do": "review", "reply": "A fine example."})
    assert answer.status_code == 303
    assert stored(house, journal) == (True, "A fine example.", None, None)
    assert str(journal) not in client.get("/homework").get_data(as_text=True)


def test_a_private_entry_is_there_and_not_read(sign_in: SignIn, house: House, journal: uuid.UUID) -> None:
    hand_in(house, journal, "This is mine alone.", shared=False)
    for who in ("therapist", "assistant", "lead"):
        shown = sign_in(who).get(f"/homework/{journal}").get_data(as_text=True)
        assert "This is mine alone." not in shown
        assert "keeps this one private" in shown


def test_waiving_needs_a_reason_and_takes_the_reminder_back(
    sign_in: SignIn, house: House, journal: uuid.UUID
) -> None:
    client = sign_in("therapist")
    assert post(client, f"/homework/{journal}", {"do": "waive", "reason": " "}).status_code == 422
    assert post(client, f"/homework/{journal}", {"do": "waive", "reason": "No time."}).status_code == 303
    assert stored(house, journal)[2:] == ("waived", "No time.")
    with reading(house.therapist) as session:
        of_the_item = select(Reminder.status).where(Reminder.homework_id == journal)
        assert session.scalars(of_the_item).all() == [ReminderStatus.SUPPRESSED]


def test_what_is_done_is_not_withdrawn(sign_in: SignIn, house: House, journal: uuid.UUID) -> None:
    hand_in(house, journal, "Done.")
    answer = post(sign_in("therapist"), f"/homework/{journal}", {"do": "withdraw", "reason": "oops"})
    assert answer.status_code == 409
    assert stored(house, journal)[2] is None


def test_a_refused_answer_is_kept_as_typed(sign_in: SignIn, house: House, journal: uuid.UUID) -> None:
    long = "word " * 200
    answer = post(sign_in("therapist"), f"/homework/{journal}", {"do": "review", "reply": long})
    assert answer.status_code == 422
    assert "Shorten the answer to 500 characters." in answer.get_data(as_text=True)
    assert "word word word" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "status"),
    [("other_therapist", 404), ("foreign_therapist", 404), ("biller", 403), ("patient", 403)],
)
def test_who_does_not_treat_reads_nothing(
    sign_in: SignIn, house: House, journal: uuid.UUID, who: str, status: int
) -> None:
    client = sign_in(who)
    assert client.get(f"/homework/{journal}").status_code == status
    answer = post(client, f"/homework/{journal}", {"do": "waive", "reason": "x"})
    assert answer.status_code == status
    assert stored(house, journal)[2] is None


def test_reading_homework_leaves_an_event(sign_in: SignIn, house: House, journal: uuid.UUID) -> None:
    sign_in("therapist").get(f"/homework/{journal}")
    with reading(house.therapist) as session:
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.subject == "homework", AuditEvent.action == "read")
        )
        assert [(event.subject_id, event.patient_id) for event in events] == [(journal, house.patient_id)]
