"""Several items at once go home as if each had been assigned by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.db import transaction
from pne_tracker.domain.errors import BadInputError
from pne_tracker.models import AuditEvent, Homework, Reminder
from pne_tracker.queries.progress import section_rows
from pne_tracker.services.assigning import Wanted, assign, assign_all
from tests.people import House

KEYS = ("s01-quiz", "s02-journal", "s03-reading", "s04-talk")
WHY = "Asked for by the patient."


def at_once(session: Session, house: House) -> None:
    wanted = [Wanted(key, message="Take your time.") for key in KEYS]
    assign_all(
        session, house.therapist, house.episode_id, wanted, today=house.today, now=house.now, insist=WHY
    )


def one_by_one(session: Session, house: House) -> None:
    for key in KEYS:
        assign(
            session,
            house.therapist,
            house.episode_id,
            key,
            today=house.today,
            now=house.now,
            message="Take your time.",
            insist=WHY,
        )


def what_came_of(house: House, act: Callable[[Session, House], None]) -> list[Any]:
    """Items, reminders, events and section states without their ids; nothing is kept."""
    with transaction(house.therapist) as session:
        act(session, house)
        items = session.scalars(select(Homework).order_by(Homework.id)).all()
        key_of = {one.id: one.template_key for one in items}
        reminders = session.scalars(select(Reminder).order_by(Reminder.id))
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "assign").order_by(AuditEvent.id)
        )
        found: list[Any] = [
            [
                (one.template_key, one.due_on, one.required, one.message, one.insisted_because)
                for one in items
            ],
            {(key_of.get(one.homework_id), one.reason, one.due_at) for one in reminders},
            [(key_of[one.subject_id], one.patient_id, one.details) for one in events if one.subject_id],
            section_rows(session, [house.episode_id])[house.episode_id],
        ]
        session.rollback()
    return found


def test_items_assigned_at_once_are_as_those_assigned_one_by_one(app: Flask, house: House) -> None:
    together = what_came_of(house, at_once)
    assert [one[0] for one in together[0]] == list(KEYS)
    assert [one[-1] for one in together[0]] == [None, None, None, WHY]
    assert len(together[2]) == len(KEYS)
    assert together == what_came_of(house, one_by_one)


def test_one_item_that_cannot_go_out_keeps_all_at_the_desk(app: Flask, house: House) -> None:
    wanted = [Wanted("s01-quiz"), Wanted("no-such-item")]
    with transaction(house.therapist) as session:
        with pytest.raises(BadInputError):
            assign_all(session, house.therapist, house.episode_id, wanted, today=house.today, now=house.now)
        assert session.scalars(select(Homework)).all() == []
