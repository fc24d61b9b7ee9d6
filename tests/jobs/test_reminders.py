"""Reminders as a patient meets them: once, in time, only while something waits, and never against a no."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from pne_tracker.adapters.channels.letter import Letter
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.reminders.attempts import Attempt, Result
from pne_tracker.domain.reminders.states import MessageStatus, ReminderStatus
from pne_tracker.jobs.dispatch import Engine
from pne_tracker.models import (
    AuditEvent,
    ConsentKind,
    Entry,
    EntryStatus,
    Homework,
    OutboxMessage,
    Patient,
    Reminder,
    StaffTask,
    StaffTaskKind,
)
from pne_tracker.services import outbox
from pne_tracker.services.reminders.sending import Claimed
from tests.jobs.reminding import EVENING, Sink, by_mail, consent, engine_at, give_homework, messages, rows
from tests.people import House

BUSY = Attempt(Result.TEMPORARY, "smtp_451")


@pytest.fixture
def waiting(house: House) -> House:
    """The patient of the house agreed to mail and has a quiz due tomorrow."""
    by_mail(house)
    give_homework(house)
    return house


def entry_of(item: uuid.UUID, house: House, at: dt.datetime) -> Entry:
    return Entry(
        organisation_id=house.patient.organisation_id,
        homework_id=item,
        patient_id=house.patient_id,
        occurrence=1,
        for_date=house.today,
        status=EntryStatus.DONE,
        values={},
        derived={},
        saved_at=at,
        handed_in_at=at,
    )


def statuses(reason: str) -> list[str]:
    return [one.status.value for one in rows(Reminder, reason=reason)]


def test_the_evening_before_a_mail_says_that_something_waits(waiting: House) -> None:
    engine, sink, _ = engine_at(EVENING)
    report = engine.beat().as_dict()
    assert (report["sent"], report["planned"], report["suppressed"]) == (1, 2, {})
    letter = sink.letters[0]
    assert letter.recipient == "rosalind@example.org"
    assert letter.words.subject == "Something is waiting for you"
    assert letter.stop_url.startswith("http://127.0.0.1:5000/stop/")
    assert statuses("task_due") == ["sent"]
    assert statuses("task_due_today") == ["planned"]


def test_the_same_instant_again_sends_nothing_more(waiting: House) -> None:
    engine, sink, _ = engine_at(EVENING)
    engine.beat()
    assert engine.beat().as_dict() == {
        "planned": 0,
        "sent": 0,
        "held": 0,
        "failed": 0,
        "unknown": 0,
        "suppressed": {},
    }
    assert len(sink.letters) == 1


def test_nothing_comes_early(waiting: House) -> None:
    engine, sink, _ = engine_at(EVENING - dt.timedelta(minutes=6))
    engine.beat()
    assert sink.letters == []


def test_done_homework_is_not_reminded_of_and_nothing_follows(waiting: House) -> None:
    with transaction(UNSCOPED) as session:
        session.get_one(Homework, rows(Homework)[0].id).done_on = waiting.today
    engine, sink, _ = engine_at(EVENING)
    assert engine.beat().as_dict()["suppressed"] == {"done_already": 2}
    assert sink.letters == []
    assert statuses("task_due_today") == []


def test_homework_done_between_taking_and_sending_is_not_reminded_of(waiting: House) -> None:
    engine, _, _ = engine_at(EVENING, Sink(answers=[BUSY]))
    engine.beat()
    item = rows(Homework)[0].id
    with transaction(waiting.patient) as session:
        session.get_one(Homework, item).done_on = waiting.today
        session.add(entry_of(item, waiting, EVENING + dt.timedelta(minutes=1)))
    later, sink, _ = engine_at(EVENING + dt.timedelta(minutes=2))
    assert later.beat().suppressed == {"done_already": 1}
    assert sink.letters == []
    assert messages()[0].status is MessageStatus.SUPPRESSED


def test_stop_between_claim_and_sending_stops_it(waiting: House, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, sink, clock = engine_at(EVENING)
    hand_over = Engine._hand_over

    def stopped_meanwhile(self: Engine, claimed: Claimed, letter: Letter) -> object:
        with transaction(UNSCOPED) as session:
            patient = session.get_one(Patient, waiting.patient_id)
            session.add(consent(patient, ConsentKind.EMAIL, clock(), granted=False))
        return hand_over(self, claimed, letter)

    monkeypatch.setattr(Engine, "_hand_over", stopped_meanwhile)
    assert engine.beat().suppressed == {"opted_out": 1}
    assert sink.letters == []


def test_two_things_due_are_one_message(waiting: House) -> None:
    give_homework(waiting, "s04-talk")
    engine, sink, _ = engine_at(EVENING)
    assert engine.beat().sent == 1
    assert len(sink.letters) == 1
    assert statuses("task_due") == ["sent", "sent"]
    assert len({one.message_id for one in rows(Reminder, reason="task_due")}) == 1


def test_a_busy_server_is_tried_again_with_the_same_key(waiting: House) -> None:
    engine, sink, clock = engine_at(EVENING, Sink(answers=[BUSY]))
    assert engine.beat().held == 1
    assert (messages()[0].status, messages()[0].outcome) == (MessageStatus.WAITING, "smtp_451")
    clock.now = EVENING + dt.timedelta(seconds=30)
    assert engine.beat().sent == 0
    clock.now = EVENING + dt.timedelta(minutes=2)
    assert engine.beat().sent == 1
    assert [one.key for one in sink.letters] == [messages()[0].idempotency_key]
    assert messages()[0].attempts == 2


def test_a_retry_never_rings_at_night(waiting: House) -> None:
    late = dt.datetime(2026, 11, 30, 1, 59, 30, tzinfo=dt.UTC)
    engine, _, _ = engine_at(late, Sink(answers=[BUSY]))
    engine.beat()
    assert messages()[0].not_before == dt.datetime(2026, 11, 30, 13, 0, tzinfo=dt.UTC)


def test_a_refused_address_becomes_a_task_for_staff(waiting: House) -> None:
    engine, _, _ = engine_at(EVENING, Sink(answers=[Attempt(Result.PERMANENT, "smtp_550")]))
    assert engine.beat().failed == 1
    assert statuses("task_due") == ["failed"]
    assert [one.kind for one in rows(StaffTask)] == [StaffTaskKind.MESSAGE_FAILED]


def test_a_lost_answer_is_unknown_and_never_sent_again_blindly(waiting: House) -> None:
    engine, sink, clock = engine_at(EVENING, Sink(answers=[Attempt(Result.UNDECIDABLE, "smtp_cut")]))
    assert engine.beat().unknown == 1
    for hours in range(1, 48):
        clock.now = EVENING + dt.timedelta(hours=hours)
        engine.beat()
    assert statuses("task_due") == ["unknown"]
    assert [one.kind for one in rows(StaffTask)] == [StaffTaskKind.MESSAGE_UNKNOWN]
    keys = [one.key for one in sink.letters]
    assert messages()[0].idempotency_key not in keys


def test_after_days_of_downtime_everything_is_sent_or_left_out_with_its_reason(waiting: House) -> None:
    engine, sink, _ = engine_at(EVENING + dt.timedelta(days=30))
    engine.beat()
    assert sink.letters == []
    fates = {one.reason: (one.status, one.suppressed_for) for one in rows(Reminder) if one.settled_at}
    assert fates["task_due"] == (ReminderStatus.SUPPRESSED, "expired")
    assert all(one.due_at > EVENING + dt.timedelta(days=29) for one in rows(Reminder) if not one.settled_at)


def test_a_clock_set_back_sends_nothing_twice(waiting: House) -> None:
    engine, sink, clock = engine_at(EVENING)
    engine.beat()
    clock.now = EVENING - dt.timedelta(hours=3)
    engine.beat()
    clock.now = EVENING + dt.timedelta(minutes=1)
    engine.beat()
    assert len(sink.letters) == 1


def test_who_never_agreed_gets_none_and_staff_can_see_why(house: House) -> None:
    give_homework(house)
    with transaction(UNSCOPED) as session:
        session.get_one(Patient, house.patient_id).preferred_channel = "sms"
    engine, sink, _ = engine_at(EVENING)
    assert set(engine.beat().suppressed) == {"no_consent"}
    assert sink.letters == []


def test_the_portal_needs_no_consent(house: House) -> None:
    give_homework(house)
    engine, sink, _ = engine_at(EVENING)
    assert engine.beat().sent == 1
    assert sink.letters[0].recipient == str(house.patient_id)


@pytest.mark.parametrize("field", ["deceased", "active"])
def test_who_has_died_or_left_is_not_written_to(waiting: House, field: str) -> None:
    with transaction(UNSCOPED) as session:
        setattr(session.get_one(Patient, waiting.patient_id), field, field == "deceased")
    engine, sink, _ = engine_at(EVENING)
    assert set(engine.beat().suppressed) == {"deceased" if field == "deceased" else "discharged"}
    assert sink.letters == []


def test_what_was_sent_is_in_the_audit_trail_without_words(waiting: House) -> None:
    engine, _, _ = engine_at(EVENING)
    engine.beat()
    event = rows(AuditEvent, subject="message")[0]
    assert (event.actor_role, event.action, event.patient_id) == ("system", "sent", waiting.patient_id)
    assert event.details == {"template": "reminder", "channel": "email"}


def test_a_link_is_wiped_once_its_message_is_settled(waiting: House) -> None:
    engine, _, _ = engine_at(EVENING)
    engine.beat()
    assert all(one.addresses is None for one in rows(OutboxMessage))


def test_a_dead_channel_is_left_alone_until_the_next_beat(waiting: House) -> None:
    down = Attempt(Result.TEMPORARY, "smtp_down")
    tries: list[int] = []
    engine, _, _ = engine_at(EVENING, Sink(answers=[down, down, down], before=lambda: tries.append(1)))
    engine.beat()
    assert len(tries) == 1


def test_a_message_that_cannot_be_written_fails_alone(waiting: House) -> None:
    with transaction(UNSCOPED) as session:
        row = outbox.enqueue(
            session,
            organisation_id=waiting.therapist.organisation_id,
            key="broken",
            channel="email",
            recipient="a@example.org",
            template="sign_in_link",
            variables={"sender": "Harbor Lane", "link": "https://pne.example/x", "minutes": "15"},
            clinic_id=waiting.clinic_id,
            now=EVENING - dt.timedelta(hours=1),
        )
        row.addresses = None
    engine, sink, _ = engine_at(EVENING)
    report = engine.beat()
    assert (report.failed, report.sent) == (1, 1)
    assert [one.words.subject for one in sink.letters] == ["Something is waiting for you"]
