"""Patients with something due, and ways out that remember what they were handed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pne_tracker.adapters.channels.letter import ACCEPTED, Letter
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.messages.templates import Channel
from pne_tracker.domain.reminders.attempts import Attempt
from pne_tracker.jobs.dispatch import Engine
from pne_tracker.models import (
    Consent,
    ConsentKind,
    ContactPoint,
    Episode,
    Homework,
    OutboxMessage,
    Patient,
    Reminder,
    new_id,
)
from pne_tracker.services.assigning import assign
from tests.people import House

EVENING = dt.datetime(2026, 11, 29, 23, 5, tzinfo=dt.UTC)
"""Five past six in New York on the evening before the homework of the tests is due."""
DUE = dt.date(2026, 11, 30)


@dataclass
class Sink:
    """A way out that keeps every letter; `answers` are used up first, `before` runs before each."""

    letters: list[Letter] = field(default_factory=list)
    answers: list[Attempt] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def send(self, letter: Letter) -> Attempt:
        self.before()
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        if answer is ACCEPTED:
            self.letters.append(letter)
        return answer

    def close(self) -> None: ...


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now


def engine_at(now: dt.datetime, sink: Sink | None = None) -> tuple[Engine, Sink, Clock]:
    """An engine whose every channel is one sink, with a clock of its own."""
    sink, clock = sink or Sink(), Clock(now)
    return Engine(current_app.extensions["pne_settings"], dict.fromkeys(Channel, sink), clock), sink, clock


def by_mail(house: House, patient_id: uuid.UUID | None = None, channel: str = "email") -> None:
    """The patient agreed to mail and chose it."""
    with transaction(UNSCOPED) as session:
        patient = session.get_one(Patient, patient_id or house.patient_id)
        patient.preferred_channel = channel
        session.add(contact(patient, "email", "rosalind@example.org"))
        session.add(contact(patient, "phone", "+15035550100"))
        session.add(consent(patient, ConsentKind(channel), house.now))


def contact(patient: Patient, system: str, value: str) -> ContactPoint:
    return ContactPoint(
        organisation_id=patient.organisation_id, patient_id=patient.id, system=system, value=value
    )


def consent(patient: Patient, kind: ConsentKind, at: dt.datetime, *, granted: bool = True) -> Consent:
    return Consent(
        organisation_id=patient.organisation_id,
        patient_id=patient.id,
        kind=kind,
        granted=granted,
        at=at,
        recorded_by=None,
        source="test",
    )


def give_homework(house: House, template: str = "s01-quiz", due_on: dt.date = DUE) -> uuid.UUID:
    """An item that goes home with the patient of the house, due in a week."""
    with transaction(house.therapist) as session:
        return assign(
            session,
            house.therapist,
            house.episode_id,
            template,
            today=house.today,
            now=house.now,
            due_on=due_on,
        ).id


def rows(kind: type[Any] = Reminder, **equal: object) -> list[Any]:
    """All rows of a table with these values, in order of id."""
    with reading(UNSCOPED) as session:
        found = list(session.scalars(select(kind).filter_by(**equal).order_by(kind.id)))
        session.expunge_all()
        return found


def many_due(house: House, count: int, now: dt.datetime) -> list[uuid.UUID]:
    """`count` patients like the one of the house, each with homework and its reminder due at `now`."""
    with transaction(UNSCOPED) as session:
        return _many(session, house, count, now)


def _many(session: Session, house: House, count: int, now: dt.datetime) -> list[uuid.UUID]:
    patient = session.get_one(Patient, house.patient_id)
    episode = session.get_one(Episode, house.episode_id)
    homework = session.scalars(select(Homework)).first()
    assert homework is not None
    ids = [new_id() for _ in range(count)]
    items = [new_id() for _ in ids]
    organisation = patient.organisation_id

    def like(row: Any, **changes: Any) -> dict[str, Any]:
        return {column.name: getattr(row, column.name) for column in row.__table__.columns} | changes

    session.execute(
        insert(Patient), [like(patient, id=one, mrn=f"M-{one.hex}", source_id=None) for one in ids]
    )
    session.execute(insert(Episode), [like(episode, id=new_id(), patient_id=one) for one in ids])
    session.execute(
        insert(Homework),
        [like(homework, id=item, patient_id=one) for one, item in zip(ids, items, strict=True)],
    )
    session.execute(
        insert(ContactPoint),
        [
            {
                "id": new_id(),
                "organisation_id": organisation,
                "patient_id": one,
                "system": "email",
                "value": f"p{number}@example.org",
                "rank": 1,
            }
            for number, one in enumerate(ids)
        ],
    )
    session.execute(
        insert(Consent),
        [
            {
                "id": new_id(),
                "organisation_id": organisation,
                "patient_id": one,
                "kind": ConsentKind.EMAIL,
                "granted": True,
                "at": house.now,
                "source": "test",
            }
            for one in ids
        ],
    )
    session.execute(
        insert(Reminder),
        [
            {
                "id": new_id(),
                "organisation_id": organisation,
                "patient_id": one,
                "homework_id": item,
                "reason": "task_due",
                "idempotency_key": f"task_due:{item}",
                "wall_time": "2026-11-29T18:00",
                "timezone": "America/New_York",
                "due_at": now - dt.timedelta(minutes=1),
                "expires_at": now + dt.timedelta(hours=20),
                "status": "planned",
                "created_at": house.now,
            }
            for one, item in zip(ids, items, strict=True)
        ],
    )
    return ids


def messages() -> list[OutboxMessage]:
    """Every message of the outbox."""
    return rows(OutboxMessage)
