"""A sender that is killed at any moment loses nothing and sends nothing twice (R1); competing ones share (R3)."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from pne_tracker.adapters.channels.mime import name_of
from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.domain.reminders.states import MessageStatus
from pne_tracker.models import AuditEvent, OutboxMessage, Patient, Reminder, StaffTask
from tests.jobs.mail_sink import MailSink, mail_server
from tests.jobs.reminding import by_mail, give_homework, many_due
from tests.jobs.sender import Sender
from tests.people import House
from tests.soak import rounds

START = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
EACH_ROUND, NO_HARM, LET_BE = 4, 9, 10
"""Reminders due each round; the mode that harms nobody; rounds after which a beat is let be, so that none expires."""
OVER = {MessageStatus.SENT, MessageStatus.UNKNOWN}


def harm(sink: MailSink, sender: Sender, mode: int, dice: random.Random) -> None:
    """Choose the moment at which the sender dies: before the yes, just after it, at the envelope, or any time."""
    victim = sum(sink.taken.values()) + dice.randint(1, EACH_ROUND)

    def on_data(count: int) -> None:
        if count == victim and mode == 0:
            sender.kill()
        if count == victim and mode == 1:
            threading.Timer(dice.random() * 0.004, sender.kill).start()

    def on_rcpt() -> None:
        if mode == 2 and sum(sink.taken.values()) + 1 == victim:
            sender.kill()

    sink.on_data, sink.on_rcpt = on_data, on_rcpt  # type: ignore[assignment]
    if mode == 3:
        threading.Timer(dice.random() * 0.15, sender.kill).start()


def day_time(at: dt.datetime) -> dt.datetime:
    """Later the same day, or the next morning when the evening comes."""
    return at if at.hour >= 14 or at.hour < 1 else at.replace(hour=14, minute=0)


def let_be(sink: MailSink, sender: Sender, now: dt.datetime, dice: random.Random) -> dt.datetime:
    """A beat that nobody kills; answers with its instant."""
    harm(sink, sender, NO_HARM, dice)
    later = day_time(now + dt.timedelta(minutes=7))
    sender.start(later)
    sender.wait()
    return later


@pytest.mark.soak
def test_a_sender_killed_at_any_moment_loses_nothing_and_doubles_nothing(
    database_url: str, tmp_path: Path, house: House
) -> None:
    by_mail(house)
    give_homework(house)
    dice, sink, now = random.Random(14), MailSink(), START
    with mail_server(sink) as address:
        sender = Sender(database_url, tmp_path, address)
        many_due(house, EACH_ROUND, now)
        sender.warm(now)
        for number in range(rounds(20, 1000)):
            now = day_time(now + dt.timedelta(minutes=7))
            many_due(house, EACH_ROUND, now)
            harm(sink, sender, number % 4, dice)
            sender.start(now)
            sender.wait()
            if number % LET_BE == LET_BE - 1:
                now = let_be(sink, sender, now, dice)
        for _ in range(3):
            now = let_be(sink, sender, now, dice)
        sender.close()
    assert max(sink.taken.values()) == 1, "doubled"
    with reading(UNSCOPED) as session:
        messages = session.execute(select(OutboxMessage.idempotency_key, OutboxMessage.status)).all()
        unsettled = session.scalar(
            select(func.count())
            .select_from(Reminder)
            .where(Reminder.settled_at.is_(None), Reminder.due_at <= now)
        )
        tasks = session.scalar(select(func.count()).select_from(StaffTask))
    assert unsettled == 0, "lost"
    statuses = Counter(status for _key, status in messages)
    assert set(statuses) <= OVER
    for key, status in messages:
        if status is MessageStatus.SENT:
            assert sink.taken[name_of(key)] == 1, "said to be sent, and was not"
    assert statuses[MessageStatus.UNKNOWN] == tasks > 0
    assert statuses[MessageStatus.UNKNOWN] <= rounds(20, 1000)
    assert set(sink.taken) <= {name_of(key) for key, _status in messages}


@pytest.mark.soak
def test_four_senders_share_what_is_due_and_claim_each_once(
    database_url: str, tmp_path: Path, house: House
) -> None:
    by_mail(house)
    give_homework(house)
    count = rounds(120, 10_000)
    many_due(house, count, START)
    with transaction(UNSCOPED) as session:
        session.execute(
            update(Patient).where(Patient.id != house.patient_id).values(preferred_channel="email")
        )
    db.session.remove()
    senders = [Sender(database_url, tmp_path) for _ in range(4)]
    for one in senders:
        one.start(START)
    for one in senders:
        one.wait()
        one.close()
    with reading(UNSCOPED) as session:
        attempts = Counter(session.execute(select(OutboxMessage.attempts, OutboxMessage.status)).all())
        sent = Counter(session.scalars(select(AuditEvent.subject_id).where(AuditEvent.action == "sent")))
        patients = Counter(session.scalars(select(OutboxMessage.patient_id)))
    assert set(attempts) == {(1, MessageStatus.SENT)}
    assert sum(attempts.values()) >= count
    assert set(sent.values()) == {1}
    assert set(patients.values()) == {1}
