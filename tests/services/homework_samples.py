"""Homework assigned to the patient of the house, for tests of what patients hand in."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.domain.homework import expected_days
from pne_tracker.domain.homework_item import item_to_dict
from pne_tracker.models import Homework, new_id
from tests.people import House

SLEEP = {
    "wake_day": "2026-11-23",
    "in_bed": "22:40",
    "lights_out": "23:00",
    "minutes_to_sleep": "20",
    "awakenings": "2",
    "minutes_awake": "45",
    "last_waking": "06:30",
    "out_of_bed": "06:50",
    "quality": "3",
    "caffeine": "1",
    "screens": "30",
}
JOURNAL = {
    "first": "A cut",
    "first-scene": "I pruned the roses.",
    "second": "A bruise",
    "second-scene": "I moved a chair.",
}


def assign(
    session: Session,
    house: House,
    key: str,
    *,
    assigned_on: dt.date = dt.date(2026, 11, 20),
    due_on: dt.date = dt.date(2026, 11, 27),
    message: str = "",
) -> uuid.UUID:
    """An item of the shipped pack, assigned by the therapist."""
    section, item = load_shipped().templates[key]
    homework = Homework(
        id=new_id(),
        organisation_id=house.therapist.organisation_id,
        patient_id=house.patient_id,
        episode_id=house.episode_id,
        section=section.number,
        template_key=key,
        kind=item.kind,
        template=item_to_dict(item),
        message=message,
        required=item.required,
        assigned_on=assigned_on,
        assigned_by=house.therapist.account_id,
        due_on=due_on,
        expected=len(expected_days(item.schedule, assigned_on, due_on)),
        done_at=min(item.schedule.done_at, len(expected_days(item.schedule, assigned_on, due_on))),
    )
    session.add(homework)
    session.flush()
    return homework.id
