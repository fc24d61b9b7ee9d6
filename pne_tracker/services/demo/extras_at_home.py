"""What the demo's people do beside their forms: a drawing, the next step of the ladder, a flare nobody asked about."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from math import sin
from typing import Final

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.ladder import Step
from pne_tracker.models import Homework, new_id
from pne_tracker.queries.ladder import step_of
from pne_tracker.services import drawings, ladder, own_logs
from pne_tracker.services.demo.course import Course

FLARES_BEFORE: Final = (26, 15, 6)
"""Days before the last visit on which a flare began."""


def draw(course: Course, homework_id: uuid.UUID, occurrence: int, when: dt.datetime) -> None:
    """A touchy nerve, as far as a finger can draw one; only those with a portal draw."""
    if course.patient is None:
        return
    strokes = json.dumps(_nerve(course.rng.randint(0, 60)))
    drawings.keep_strokes(course.session, course.patient, homework_id, occurrence, strokes, now=when)


def _nerve(shake: int) -> list[list[int]]:
    """A cell with its arms, a long fibre, and sparks at its end."""
    body = [[420 + round(90 * sin(n / 4)), 250 + round(90 * sin(n / 4 + 1.57))] for n in range(27)]
    fibre = [[430 + round((30 + shake) * sin(n / 2)), 345 + 25 * n] for n in range(20)]
    arms = [
        [[360, 190], [300, 130], [250, 120]],
        [[470, 180], [520, 110], [590, 90]],
        [[335, 280], [250, 310]],
    ]
    sparks = [[[440, 850], [380, 910]], [[460, 860], [470, 940]], [[480, 850], [560, 900]]]
    return [[value for point in line for value in point] for line in [body, fibre, *arms, *sparks]]


def open_the_ladder(course: Course, homework: Homework) -> None:
    """The therapist unlocks imagined movement when it is sent home."""
    if step_of(course.session, homework.episode_id) is Step.LEFT_RIGHT:
        day = homework.assigned_on
        ladder.move(
            course.session,
            course.therapist,
            homework.id,
            step=2,
            seen=1,
            today=day,
            now=course.at(day, 17, 30),
        )


def plan_flares(course: Course) -> None:
    """Every third of those who are far enough has a flare or two, and logs them."""
    if course.patient is None and not course.story.portal:
        return
    if course.number % 3 or len(course.days) < 5:
        return
    for nth, before in enumerate(FLARES_BEFORE):
        day = course.days[-1] - dt.timedelta(days=before)
        if day > course.days[0]:
            course.world.agenda.at(
                course.at(day, 20, 15),
                lambda when, day=day, nth=nth: _flare(course, day, nth, when),  # type: ignore[misc]
            )


def _flare(course: Course, day: dt.date, nth: int, when: dt.datetime) -> None:
    if course.patient is None:
        return
    pain = course.mood_on(day).pain
    raw = {
        "new_signs": ["none"],
        "start_day": day.isoformat(),
        "start_time": "14:30",
        "ongoing": "no",
        "end_day": day.isoformat(),
        "end_time": f"{16 + nth}:00",
        "usual_pain": str(pain),
        "peak_pain": str(min(10, pain + 3 - nth)),
    }
    own_logs.log(
        course.session,
        course.patient,
        HomeworkKind.FLARE_LOG,
        raw,
        log_id=new_id(),
        sure=True,
        now=when,
    )
