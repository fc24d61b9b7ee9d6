"""What got in the way is kept as it is told, once."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from pne_tracker.db import transaction
from pne_tracker.domain.barriers import BarrierReason
from pne_tracker.domain.errors import BadInputError, NotFoundError, RefusedError
from pne_tracker.models import AuditEvent, Barrier, Episode, Homework
from pne_tracker.queries.since import since_last_visit
from pne_tracker.services import barriers
from tests.people import House
from tests.services.homework_samples import assign


@pytest.fixture
def missed(app: Flask, house: House) -> uuid.UUID:
    with transaction(house.therapist) as session:
        return assign(
            session, house, "s06-journal", assigned_on=dt.date(2026, 11, 13), due_on=dt.date(2026, 11, 20)
        )


def _tell(house: House, homework_id: uuid.UUID, reason: str) -> None:
    with transaction(house.patient) as session:
        barriers.tell(session, house.patient, homework_id, reason, now=house.now)


def _told(house: House) -> list[BarrierReason]:
    with transaction(house.therapist) as session:
        return list(session.scalars(select(Barrier.reason).order_by(Barrier.at, Barrier.id)))


def test_the_same_reason_told_twice_counts_once(house: House, missed: uuid.UUID) -> None:
    _tell(house, missed, "pain")
    _tell(house, missed, "pain")
    _tell(house, missed, "time")
    assert sorted(_told(house)) == ["pain", "time"]


def test_a_reason_told_by_mistake_is_taken_back(house: House, missed: uuid.UUID) -> None:
    _tell(house, missed, "no_use")
    with transaction(house.patient) as session:
        barriers.untell(session, house.patient, missed, "no_use", now=house.now)
    assert _told(house) == []


def test_the_day_is_the_patients_own(app: Flask, house: House, missed: uuid.UUID) -> None:
    late_evening = dt.datetime(2026, 11, 24, 3, 30, tzinfo=dt.UTC)
    with transaction(house.patient) as session:
        barriers.tell(session, house.patient, missed, "forgot", now=late_evening)
    with transaction(house.therapist) as session:
        assert session.scalars(select(Barrier.on_date)).one() == dt.date(2026, 11, 23)


def test_only_the_five_reasons_are_taken(house: House, missed: uuid.UUID) -> None:
    with pytest.raises(BadInputError):
        _tell(house, missed, "lazy")


def test_a_closed_item_asks_nothing(house: House, missed: uuid.UUID) -> None:
    with transaction(house.therapist) as session:
        session.get_one(Homework, missed).closed_as = "waived"
    with pytest.raises(RefusedError):
        _tell(house, missed, "time")


def test_a_stranger_tells_nothing(app: Flask, house: House, missed: uuid.UUID) -> None:
    for who in ("other_therapist", "foreign_therapist"):
        stranger = house.viewers[who]
        with transaction(stranger) as session, pytest.raises(NotFoundError):
            barriers.tell(session, stranger, missed, "time", now=house.now)
    assert _told(house) == []


def test_the_strip_since_the_last_visit_counts_them(app: Flask, house: House, missed: uuid.UUID) -> None:
    _tell(house, missed, "time")
    with transaction(house.therapist) as session:
        episode = session.get_one(Episode, house.episode_id)
        strips = since_last_visit(session, [episode], today=house.today, timezone="America/New_York")
    assert strips[house.episode_id].barriers == {BarrierReason.TIME: 1}


def test_telling_leaves_an_audit_event_that_does_not_name_the_reason(
    app: Flask, house: House, missed: uuid.UUID
) -> None:
    _tell(house, missed, "pain")
    with transaction(house.therapist) as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "tell_barrier")).one()
    assert event.patient_id == house.patient_id
    assert "pain" not in str(event.details)
