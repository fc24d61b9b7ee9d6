"""Questions and wishes to be called: once, read by whom and when, taken back until then, never of a private entry."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select

from pne_tracker.db import transaction
from pne_tracker.domain.errors import BadInputError, NotAllowedError, NotFoundError, RefusedError
from pne_tracker.models import AuditEvent, Homework, Message, MessageKind
from pne_tracker.queries.messages import thread, waiting_messages
from pne_tracker.services import entries, homework_review, messages
from pne_tracker.services.entries import Typed
from tests.people import House
from tests.services.homework_samples import JOURNAL, assign

HOUR = dt.timedelta(hours=1)


def _ask(house: House, text: str) -> uuid.UUID:
    with transaction(house.patient) as session:
        return messages.ask(session, house.patient, text, now=house.now).id


def _count(house: House) -> int:
    with transaction(house.therapist) as session:
        return session.scalar(select(func.count()).select_from(Message)) or 0


def _journal(house: House, *, shared: bool = True) -> uuid.UUID:
    with transaction(house.therapist) as session:
        homework_id = assign(session, house, "s06-journal")
    with transaction(house.patient) as session:
        typed = Typed(1, JOURNAL, shared=shared)
        entries.hand_in(session, house.patient, homework_id, typed, now=house.now)
    return homework_id


def _ask_for_call(house: House, homework_id: uuid.UUID) -> uuid.UUID:
    with transaction(house.patient) as session:
        return messages.ask_for_call(session, house.patient, homework_id, 1, now=house.now).id


def test_a_question_sent_twice_is_one_question(app: Flask, house: House) -> None:
    assert _ask(house, "May I swim?") == _ask(house, "  May I swim? ")
    assert _count(house) == 1


def test_three_questions_may_wait(app: Flask, house: House) -> None:
    first = _ask(house, "one")
    _ask(house, "two")
    _ask(house, "three")
    with pytest.raises(RefusedError):
        _ask(house, "four")
    with transaction(house.therapist) as session:
        messages.mark_read(session, house.therapist, first, now=house.now)
    _ask(house, "four")


@pytest.mark.parametrize("text", ["", "  \n", "x" * 501])
def test_blank_and_long_questions_are_refused(app: Flask, house: House, text: str) -> None:
    with pytest.raises(BadInputError):
        _ask(house, text)
    assert _count(house) == 0


def test_the_patient_sees_who_read_it_and_when_and_the_answer(app: Flask, house: House) -> None:
    asked = _ask(house, "May I swim?")
    with transaction(house.therapist) as session:
        messages.mark_read(session, house.therapist, asked, now=house.now + HOUR)
    with transaction(house.viewers["assistant"]) as session:
        messages.mark_read(session, house.viewers["assistant"], asked, now=house.now + 2 * HOUR)
    for _ in range(2):
        with transaction(house.therapist) as session:
            messages.reply(session, house.therapist, asked, "Yes, gladly.", now=house.now + 3 * HOUR)
    with transaction(house.patient) as session:
        answer, question = thread(session, house.patient, house.patient_id)
    assert (question.read_by, question.read_at) == ("Maya Okonjo", house.now + HOUR)
    assert question.answered
    assert (answer.text, answer.answers_id) == ("Yes, gladly.", question.id)


def test_what_nobody_read_can_be_taken_back_and_what_was_read_stays(app: Flask, house: House) -> None:
    gone, kept = _ask(house, "gone"), _ask(house, "kept")
    with transaction(house.patient) as session:
        messages.take_back(session, house.patient, gone, now=house.now)
    with transaction(house.therapist) as session:
        messages.mark_read(session, house.therapist, kept, now=house.now)
    with pytest.raises(RefusedError), transaction(house.patient) as session:
        messages.take_back(session, house.patient, kept, now=house.now)
    assert _count(house) == 1


def test_a_call_is_asked_for_once_and_shown_first(app: Flask, house: House) -> None:
    homework_id = _journal(house)
    _ask(house, "May I swim?")
    wish = _ask_for_call(house, homework_id)
    assert _ask_for_call(house, homework_id) == wish
    with transaction(house.therapist) as session:
        waiting = waiting_messages(session, house.therapist)
        assert [one.kind for one in waiting] == [MessageKind.CALL_REQUEST, MessageKind.QUESTION]
        messages.mark_read(session, house.therapist, wish, now=house.now)
    assert _ask_for_call(house, homework_id) != wish


def test_a_private_entry_asks_for_no_call(app: Flask, house: House) -> None:
    homework_id = _journal(house, shared=False)
    with pytest.raises(RefusedError):
        _ask_for_call(house, homework_id)
    assert _count(house) == 0


def test_an_entry_that_was_not_sent_asks_for_no_call(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        homework_id = assign(session, house, "s06-journal")
    with pytest.raises(NotFoundError):
        _ask_for_call(house, homework_id)


def test_strangers_read_nothing_and_staff_do_not_ask(app: Flask, house: House) -> None:
    asked = _ask(house, "May I swim?")
    for who in ("other_therapist", "biller", "foreign_therapist"):
        stranger = house.viewers[who]
        with transaction(stranger) as session:
            assert waiting_messages(session, stranger) == ()
            assert thread(session, stranger, house.patient_id) == ()
            with pytest.raises(NotFoundError):
                messages.mark_read(session, stranger, asked, now=house.now)
    with pytest.raises(NotFoundError), transaction(house.patient) as session:
        messages.reply(session, house.patient, asked, "myself", now=house.now)
    with pytest.raises(NotAllowedError), transaction(house.therapist) as session:
        messages.ask(session, house.therapist, "me?", now=house.now)


def test_comments_on_homework_are_all_kept(app: Flask, house: House) -> None:
    homework_id = _journal(house)
    for text in ("Well seen.", "Well seen.", "One more thought."):
        with transaction(house.therapist) as session:
            homework_review.review(
                session, house.therapist, homework_id, reply=text, today=house.today, now=house.now
            )
    with transaction(house.patient) as session:
        lines = thread(session, house.patient, house.patient_id)
    assert sorted(line.text for line in lines) == ["One more thought.", "Well seen."]
    assert {line.homework_id for line in lines} == {homework_id}


def test_what_was_read_is_not_taken_back_and_what_comes_later_is_new(app: Flask, house: House) -> None:
    homework_id = _journal(house)
    with transaction(house.therapist) as session:
        homework_review.review(session, house.therapist, homework_id, today=house.today, now=house.now + HOUR)
    with pytest.raises(RefusedError), transaction(house.patient) as session:
        entries.take_back(session, house.patient, homework_id, 1, now=house.now + 2 * HOUR)
    with transaction(house.therapist) as session:
        assert session.get_one(Homework, homework_id).reviewed_at == house.now + HOUR


def test_audit_events_hold_no_words(app: Flask, house: House) -> None:
    asked = _ask(house, "a very special question")
    with transaction(house.therapist) as session:
        messages.reply(session, house.therapist, asked, "a very special answer", now=house.now)
        events = session.scalars(select(AuditEvent).where(AuditEvent.subject == "message")).all()
    assert [event.action for event in events] == ["ask", "read_message", "reply"]
    assert "special" not in str([event.details for event in events])
