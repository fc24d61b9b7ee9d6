"""What gets in the way at home: said on the portal the evening after a miss, or to the therapist at the visit."""

from __future__ import annotations

import datetime as dt
import uuid
from random import Random

from pne_tracker.domain.barriers import BarrierReason
from pne_tracker.models import Homework
from pne_tracker.services import barriers
from pne_tracker.services.demo.agenda import Act
from pne_tracker.services.demo.course import SEED, Course

TELLS = 0.7
WEIGHTS = {
    BarrierReason.TIME: 6,
    BarrierReason.PAIN: 4,
    BarrierReason.FORGOT: 5,
    BarrierReason.NOT_CLEAR: 2,
    BarrierReason.NO_USE: 1,
}
DAY = dt.timedelta(days=1)


def plan_setback(course: Course, homework: Homework) -> None:
    """Put on the agenda that the patient says why, should this item be missed."""
    rng = Random(f"{SEED}:setback:{course.number}:{homework.template_key}")  # noqa: S311 (it tells stories)
    if rng.random() > TELLS:
        return
    reason = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    day = homework.due_on + DAY
    if course.story.portal and day <= course.silent_after:
        course.world.agenda.at(course.at(day, 19, rng.randrange(50)), _saying(course, homework.id, reason))
    elif not course.story.portal:
        visit = next((one for one in course.days if one >= day), None)
        if visit is not None:
            course.world.agenda.at(course.at(visit, 8, 20), _saying(course, homework.id, reason))


def _saying(course: Course, homework_id: uuid.UUID, reason: BarrierReason) -> Act:
    return lambda when: _say(course, homework_id, reason, when)


def _say(course: Course, homework_id: uuid.UUID, reason: BarrierReason, when: dt.datetime) -> None:
    homework = course.session.get_one(Homework, homework_id)
    if homework.done_on is None and homework.closed_as is None:
        teller = course.patient or course.therapist
        barriers.tell(course.session, teller, homework_id, reason.value, now=when)
