"""What the demo's patients ask of their records: corrections, one deletion, and a hold on another record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from pne_tracker.domain.amendments import AmendmentAnswer
from pne_tracker.domain.retention import DeletionReason
from pne_tracker.models import Addendum, Amendment, Visit
from pne_tracker.services import amendments, deletions, retention
from pne_tracker.services.demo.course import Course
from pne_tracker.services.demo.people import Extra, Stage

ASKED_AGO, ANSWERED_AGO = dt.timedelta(days=5), dt.timedelta(days=2)
LEG: Final = (
    "The first visit says the pain goes down my right leg.",
    "It is the left leg. It never was the right one.",
)
CORRECTED: Final = (
    "A date in my visits is wrong.",
    "I told you about the fall in spring, and the visit says autumn.",
    "Thank you for telling us. Your therapist added a note to that visit.",
)
DECLINED: Final = (
    "Dice que dejé el trabajo.",
    "Trabajo menos horas, no lo dejé.",
    "Hablamos de esto en la visita. Queda lo que usted dijo ese día, y su mensaje va con el expediente.",
)
HOLD: Final = "Claim after the accident: the attorney’s letter asks that everything be kept."


def plan_records(courses: Sequence[Course]) -> None:
    """Act it out when everything else has happened."""
    first, second = courses[0], courses[1]
    _ask(first, *LEG)
    _answer(second, _ask(second, *DECLINED[:2]), AmendmentAnswer.DECLINED, DECLINED[2])
    for course in courses:
        if course.story.extra is Extra.ADDENDUM:
            _answer(course, _ask(course, *CORRECTED[:2]), AmendmentAnswer.ACCEPTED, CORRECTED[2])
    lead, session, world = first.world.clinic.viewers["ruth"], first.session, first.world
    accident = next(one for one in courses if one.story.payer == "comp")
    retention.hold(session, lead, accident.patient_id, HOLD, now=world.now - ASKED_AGO)
    over = [one for one in courses if one.story.stage is Stage.DISCHARGED][-1]
    asked = world.now - ANSWERED_AGO
    deletions.ask(session, lead, over.patient_id, DeletionReason.PATIENT_RIGHT, now=asked, today=world.today)


def _ask(course: Course, what: str, why: str) -> Amendment | None:
    if course.patient is None:
        return None
    return amendments.ask(course.session, course.patient, what, why, now=course.world.now - ASKED_AGO)


def _answer(course: Course, wish: Amendment | None, said: AmendmentAnswer, words: str) -> None:
    if wish is None:
        return
    addendum = None
    if said is AmendmentAnswer.ACCEPTED:
        addendum = course.session.scalar(
            select(Addendum.id)
            .join(Visit, Visit.id == Addendum.visit_id)
            .where(Visit.patient_id == course.patient_id)
            .limit(1)
        )
    amendments.answer(
        course.session,
        course.therapist,
        wish.id,
        said=said,
        words=words,
        addendum_id=addendum,
        now=course.world.now - ANSWERED_AGO,
    )
