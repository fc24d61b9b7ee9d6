"""One patient of the demo lets a relative look."""

from __future__ import annotations

import datetime as dt
import secrets

from pne_tracker.domain.door import hash_of
from pne_tracker.services import caregivers
from pne_tracker.services.demo.course import Course
from pne_tracker.services.demo.people import STORIES

GIVEN_AGO = dt.timedelta(days=9)


def caregiver_mail() -> str:
    """The address of the first patient's relative."""
    return f"nora.{STORIES[0].family.lower()}@example.org"


def let_relative_look(course: Course) -> None:
    """The patient gives access to tasks and path, and the relative takes it up a day later."""
    world, token = course.world, secrets.token_urlsafe(32)
    if course.patient is None:
        return
    given = world.now - GIVEN_AGO
    caregivers.give_access(
        course.session,
        course.patient,
        name=f"Nora {course.story.family}",
        email=caregiver_mail(),
        sees_tasks=True,
        sees_path=True,
        token=token,
        link=None,
        now=given,
    )
    caregivers.accept(
        course.session,
        hash_of(token),
        email=caregiver_mail(),
        password_hash=world.password_hash,
        language="en",
        now=given + dt.timedelta(days=1),
    )
