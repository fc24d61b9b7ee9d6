"""Reminding messages in the figures of completion: counted a beat after they went, and counted right ever after."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select, update

from pne_tracker.cli._counts import count_messages
from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.discharge import Discharge, EndReason, GoalResult
from pne_tracker.domain.errors import DomainError
from pne_tracker.domain.reminders.states import ReminderStatus
from pne_tracker.domain.standing import REMINDED
from pne_tracker.jobs import beat
from pne_tracker.models import (
    Clinic,
    CompletionCount,
    Entry,
    Episode,
    MessageStanding,
    Reminder,
    new_id,
)
from pne_tracker.models.tenancy import tell_database
from pne_tracker.queries.completion.behind import Number
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.topics import TOPICS
from pne_tracker.services import completion_counts, discharges, entries, message_standing, standing
from pne_tracker.services.entries import Typed
from tests.jobs.reminding import EVENING, by_mail, engine_at, give_homework
from tests.people import House, add_payer
from tests.queries.behind import opened
from tests.queries.histories import Town
from tests.queries.kept_counts import fold_all, kept_counts
from tests.queries.plans import plan_of, statements
from tests.queries.test_completion_plans import LARGE
from tests.services.homework_samples import JOURNAL

OPEN = CompletionFilter()
EVERY_STATUS = CompletionFilter(status=None)
HOUR = dt.timedelta(hours=1)
TODAY = EVENING.date()
EVENING_HOUR = "18:00 to 18:59"
Values = tuple[object, ...]


def _hours(house: House, chosen: CompletionFilter = OPEN) -> dict[str, Values]:
    """Sent, worked and their share by hour."""
    with reading(house.lead) as session:
        reports = TOPICS["reminders"].build(session, house.lead, chosen, TODAY).reports
        for report in reports:
            for group in report.groups:
                for place in (None, *group.parts):
                    number = Number(report, group, place)
                    found = opened(session, house.lead, "reminders", chosen, TODAY, number)
                    assert len(found) == number.people
    return {one.label: one.values for one in next(one for one in reports if one.key == "hour").groups}


def _remind(house: House) -> uuid.UUID:
    """A message about homework goes out in the evening; the item it is about."""
    by_mail(house)
    item = give_homework(house, "s06-journal")
    with time_machine.travel(EVENING, tick=False):
        assert engine_at(EVENING)[0].beat().sent == 1
    return item


def _hand_in(house: House, item: uuid.UUID, at: dt.datetime) -> None:
    with transaction(house.patient) as session:
        entries.hand_in(session, house.patient, item, Typed(1, JOURNAL, 0, sure=True), now=at)


def _same_after_a_rebuild(house: House, chosen: CompletionFilter = OPEN) -> None:
    kept = _hours(house, chosen)
    with transaction(UNSCOPED) as session:
        assert completion_counts.differences(session) == 0
        message_standing.recount_all(session)
    count_messages()
    assert _hours(house, chosen) == kept
    with transaction(UNSCOPED) as session:
        completion_counts.rebuild(session)
    assert _hours(house, chosen) == kept


def test_a_message_is_in_the_figures_a_beat_after_it_went(app: Flask, house: House) -> None:
    _remind(house)
    assert _hours(house) == {}
    with time_machine.travel(EVENING, tick=False):
        beat.beat()
    assert _hours(house) == {EVENING_HOUR: (1, 0, 0.0)}
    with reading(UNSCOPED) as session:
        assert session.scalars(select(CompletionCount.id).where(CompletionCount.measured == "sent")).all()
    _same_after_a_rebuild(house)


def test_what_was_handed_in_and_taken_back_within_a_day_did_not_work_after_all(
    app: Flask, house: House
) -> None:
    item = _remind(house)
    count_messages()
    _hand_in(house, item, EVENING + HOUR)
    count_messages()
    assert _hours(house) == {EVENING_HOUR: (1, 1, 1.0)}
    _same_after_a_rebuild(house)
    with transaction(house.patient) as session:
        entries.take_back(session, house.patient, item, 1, now=EVENING + 2 * HOUR)
    count_messages()
    assert _hours(house) == {EVENING_HOUR: (1, 0, 0.0)}


def test_an_entry_that_is_deleted_no_longer_makes_a_message_work(app: Flask, house: House) -> None:
    item = _remind(house)
    _hand_in(house, item, EVENING + HOUR)
    count_messages()
    assert _hours(house) == {EVENING_HOUR: (1, 1, 1.0)}
    with transaction(UNSCOPED) as session:
        session.delete(session.scalars(select(Entry)).one())
    count_messages()
    assert _hours(house) == {EVENING_HOUR: (1, 0, 0.0)}


def test_an_entry_of_another_day_lets_nothing_be_counted_again(app: Flask, house: House) -> None:
    item = _remind(house)
    count_messages()
    _hand_in(house, item, EVENING + 25 * HOUR)
    with transaction(UNSCOPED) as session:
        assert message_standing.count(session) == 0


def test_handing_in_asks_once_about_messages(app: Flask, house: House) -> None:
    item = _remind(house)
    count_messages()
    with statements("SELECT", "UPDATE", "INSERT") as seen:
        _hand_in(house, item, EVENING + HOUR)
    assert len([one for one, _ in seen if one.startswith("UPDATE reminder")]) == 1
    assert not [one for one, _ in seen if "message_standing" in one]


def _is_told(status: ReminderStatus) -> None:
    with transaction(UNSCOPED) as session:
        session.execute(update(Reminder).where(Reminder.status == ReminderStatus.SENT).values(status=status))


def test_a_message_that_is_told_to_have_arrived_stays_counted(app: Flask, house: House) -> None:
    _remind(house)
    count_messages()
    _is_told(ReminderStatus.DELIVERED)
    with transaction(UNSCOPED) as session:
        assert message_standing.count(session) == 0
    assert _hours(house) == {EVENING_HOUR: (1, 0, 0.0)}


def test_a_message_that_turns_out_to_have_failed_leaves_the_figures(app: Flask, house: House) -> None:
    item = _remind(house)
    count_messages()
    _hand_in(house, item, EVENING + HOUR)
    _is_told(ReminderStatus.FAILED)
    count_messages()
    assert _hours(house) == {}
    _same_after_a_rebuild(house)


def test_messages_count_where_their_episode_is(app: Flask, house: House) -> None:
    _remind(house)
    count_messages()
    with transaction(UNSCOPED) as session:
        clinic = session.get_one(Clinic, house.clinic_id)
        payer_id = add_payer(session, clinic, "Blue", "ama_midpoint", house.now).id
        session.get_one(Episode, house.episode_id).payer_id = payer_id
    count_messages()
    assert _hours(house, replace(OPEN, payer_id=house.payer_id)) == {}
    assert _hours(house, replace(OPEN, payer_id=payer_id)) == {EVENING_HOUR: (1, 0, 0.0)}
    with transaction(house.therapist) as session:
        ended = Discharge(EndReason.GOALS_MET, GoalResult.MET)
        discharges.discharge_episode(
            session, house.therapist, house.episode_id, ended, today=TODAY, now=EVENING + HOUR
        )
    count_messages()
    assert _hours(house) == {}
    assert _hours(house, replace(OPEN, status=EpisodeStatus.DISCHARGED)) == {EVENING_HOUR: (1, 0, 0.0)}
    _same_after_a_rebuild(house, EVERY_STATUS)


def _without_task() -> None:
    """What the messages say is about no task."""
    with transaction(UNSCOPED) as session:
        session.execute(update(Reminder).values(homework_id=None))


def test_a_message_about_no_task_belongs_to_the_episode_under_treatment_that_day(
    app: Flask, house: House
) -> None:
    _remind(house)
    _without_task()
    count_messages()
    assert _hours(house) == {EVENING_HOUR: (1, 0, 0.0)}
    with transaction(UNSCOPED) as session:
        session.get_one(Episode, house.episode_id).opened_on = TODAY + dt.timedelta(days=1)
    count_messages()
    assert _hours(house) == {}, "no episode was under treatment that day"
    with transaction(UNSCOPED) as session:
        session.get_one(Episode, house.episode_id).opened_on = TODAY
    count_messages()
    assert _hours(house) == {EVENING_HOUR: (1, 0, 0.0)}
    _same_after_a_rebuild(house)


def _another_episode(house: House, opened_on: dt.date) -> uuid.UUID:
    with transaction(UNSCOPED) as session:
        first = session.get_one(Episode, house.episode_id)
        values = {column.name: getattr(first, column.name) for column in Episode.__table__.columns}
        own = {"id": new_id(), "discipline": "OT", "opened_on": opened_on, "status": EpisodeStatus.ON_HOLD}
        another = Episode(**(values | own))
        session.add(another)
        return another.id


@pytest.mark.parametrize("about_a_task", [True, False])
def test_of_two_episodes_the_one_of_the_task_has_the_message_else_the_one_opened_last(
    app: Flask, house: House, about_a_task: bool
) -> None:
    _remind(house)
    if not about_a_task:
        _without_task()
    count_messages()
    _another_episode(house, TODAY)
    count_messages()
    found = {status: _hours(house, replace(OPEN, status=status)) for status in EpisodeStatus}
    whose = EpisodeStatus.OPEN if about_a_task else EpisodeStatus.ON_HOLD
    assert {status: hours for status, hours in found.items() if hours} == {whose: {EVENING_HOUR: (1, 0, 0.0)}}
    _same_after_a_rebuild(house, EVERY_STATUS)


def _counts() -> Counter[tuple[object, ...]]:
    fold_all()
    return kept_counts(REMINDED)


@pytest.fixture
def town(app: Flask, house: House) -> Town:
    town = Town(house, 5, people=5)
    town.live(30)
    for person in town.people * 3:
        with suppress(DomainError):
            town.remind(person)
    count_messages()
    return town


def test_messages_of_before_are_counted_at_the_next_start_a_few_at_a_time(town: Town) -> None:
    kept = _counts()
    assert kept
    with transaction(UNSCOPED) as session:
        session.execute(delete(MessageStanding))
        session.execute(delete(CompletionCount).where(CompletionCount.measured.in_(REMINDED)))
        session.execute(update(Reminder).values(counted=False))
    assert not _counts()
    batches = []
    while not batches or batches[-1]:
        with transaction(UNSCOPED) as session:
            batches.append(message_standing.count(session, limit=4))
    assert len(batches) > 3
    assert max(batches) == 4
    assert _counts() == kept


def test_a_count_of_messages_that_was_lost_is_told_by_the_check(town: Town) -> None:
    _counts()
    with transaction(UNSCOPED) as session:
        mine = (CompletionCount.measured.in_(REMINDED), CompletionCount.n > 0)
        session.scalars(select(CompletionCount).where(*mine).limit(1)).one().n += 1
    with reading(UNSCOPED) as session:
        assert completion_counts.differences(session) == 1


def test_the_messages_of_who_is_forgotten_are_in_no_figure(town: Town) -> None:
    assert _counts()
    with transaction(UNSCOPED) as session:
        for person in town.people:
            assert person.patient.patient_id is not None
            standing.forget_patient(session, person.patient.patient_id)
    assert not _counts()


@contextmanager
def _holding(house: House, item: uuid.UUID) -> Iterator[None]:
    """An entry is handed in by a transaction that has not ended yet."""
    engine, when = db.engine, EVENING + HOUR
    with engine.connect() as connection:
        tell_database(connection, UNSCOPED)
        mine = Reminder.__table__.c
        connection.execute(
            update(Reminder.__table__).where(mine.patient_id == house.patient_id).values(counted=None)
        )
        entry = Entry.__table__
        connection.execute(
            update(entry).where(entry.c.homework_id == item).values(status="done", handed_in_at=when)
        )
        yield
        connection.commit()


def test_what_is_handed_in_while_the_beat_counts_is_seen_by_the_next(app: Flask, house: House) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite one transaction writes at a time")
    item = _remind(house)
    with transaction(house.patient) as session:
        entries.save_draft(session, house.patient, item, Typed(1, JOURNAL, 0), now=EVENING)
    with _holding(house, item), transaction(UNSCOPED) as session:
        assert message_standing.count(session) == 0, "what another has under way is passed over"
    count_messages()
    assert _hours(house) == {EVENING_HOUR: (1, 1, 1.0)}


def test_a_message_that_is_counted_now_keeps_an_entry_waiting_until_then(app: Flask, house: House) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite one transaction writes at a time")
    item = _remind(house)
    handed_in = threading.Event()

    def later() -> None:
        with app.app_context():
            _hand_in(house, item, EVENING + HOUR)
            handed_in.set()

    patient = threading.Thread(target=later)
    with transaction(UNSCOPED) as session:
        assert message_standing.count(session) == 2
        patient.start()
        assert not handed_in.wait(0.5)
    patient.join()
    assert handed_in.is_set()
    assert _hours(house) == {EVENING_HOUR: (1, 0, 0.0)}
    count_messages()
    assert _hours(house) == {EVENING_HOUR: (1, 1, 1.0)}


def test_what_is_to_be_counted_is_found_along_an_index(app: Flask, house: House) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite says how it reads, whatever the tables hold")
    with statements() as seen, transaction(UNSCOPED) as session:
        message_standing.count(session)
    with reading(UNSCOPED) as session:
        plan = plan_of(session, *next(one for one in seen if "FROM reminder" in one[0]))
    assert [step for step in plan if "USING INDEX ix_reminder_uncounted" in step], plan
    assert not [step for step in plan if "TEMP B-TREE" in step], plan


def _plans(house: House, chosen: CompletionFilter) -> list[str]:
    """The steps of all that the topic reads, and of the lists behind its first row and value."""
    with reading(house.lead) as session:
        with statements() as seen:
            reports = TOPICS["reminders"].build(session, house.lead, chosen, TODAY).reports
            for report in reports:
                for place in (None, 1):
                    number = Number(report, report.groups[0], place)
                    opened(session, house.lead, "reminders", chosen, TODAY, number)
        return [step for one in list(seen) for step in plan_of(session, *one)]


@pytest.mark.parametrize("name", ["clinic", "payer", "status"])
def test_the_topic_reads_counts_and_a_few_messages_along_their_indices(
    app: Flask, house: House, name: str
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite says how it reads, whatever the tables hold")
    _hand_in(house, _remind(house), EVENING + HOUR)
    count_messages()
    chosen = {
        "clinic": replace(OPEN, clinic_id=house.clinic_id),
        "payer": replace(OPEN, payer_id=house.payer_id),
        "status": EVERY_STATUS,
    }[name]
    steps = _plans(house, chosen)
    for one in ("reason", "hour", "channel"):
        first = f"ix_message_standing_{one} (clinic_id=? AND status=? AND {one}=? AND day>? AND day<?)"
        assert [step for step in steps if first in step], "\n".join(steps)
    assert [
        step for step in steps if "ix_message_standing_episode (episode_id=? AND day>? AND day<?)" in step
    ]
    assert not [step for step in steps if "SCAN" in step and step.split()[1] in LARGE], "\n".join(steps)
    assert not [step for step in steps if step.split()[1:2] in (["entry"], ["reminder"])], "\n".join(steps)
