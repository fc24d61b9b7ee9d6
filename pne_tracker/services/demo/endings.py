"""What else happens in a course: holds, discharges, a death, sections left out, corrections, drafts of today."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import select

from pne_tracker.domain.discharge import Discharge, EndReason, GoalResult
from pne_tracker.domain.progress import State
from pne_tracker.models import Patient, Visit, VisitStatus
from pne_tracker.queries.progress import section_rows
from pne_tracker.services import episodes, marks, patients, visits
from pne_tracker.services.demo import at_home, extras_at_home, visiting
from pne_tracker.services.demo.course import Course
from pne_tracker.services.demo.people import Extra, Stage
from pne_tracker.services.discharges import discharge_episode

DAY = dt.timedelta(days=1)
SKIP_AT = 3
SKIPPED = {
    "knee": (12, "No loss of body sense. The time goes to walking."),
    "hip": (11, "No swelling at any time."),
}
ERROR_AT = 3
DIED_AFTER = 12
GOALS_REACHED = Discharge(
    EndReason.GOALS_MET, GoalResult.MET, "Walks to the market and back, sleeps through most nights."
)
STILL_WRITING = dt.timedelta(minutes=20)


def plan_rest(course: Course) -> None:
    """Put on the agenda what the stage and the extra of the story ask for."""
    _plan_stage(course)
    _plan_extra(course)
    agenda, now = course.world.agenda, course.world.now
    extras_at_home.plan_flares(course)
    if course.story.stage is Stage.TODAY or course.story.drafting:
        agenda.at(now - STILL_WRITING, lambda when: visiting.leave_draft(course, when))
    if course.story.stage is Stage.GOING and course.number % 3 == 0:
        agenda.at(now - 2 * STILL_WRITING, lambda when: at_home.start_writing(course, when))


def _plan_stage(course: Course) -> None:
    agenda, last = course.world.agenda, course.days[-1] if course.days else course.world.today
    match course.story.stage:
        case Stage.SKIPPED:
            agenda.at(course.at(course.days[SKIP_AT], 7, 50), lambda when: _skip(course, when))
        case Stage.REVISIT:
            agenda.at(course.at(last, 18, 20), lambda when: _flag(course, last, when))
        case Stage.ON_HOLD:
            agenda.at(course.at(last + 3 * DAY, 10), lambda when: _move(course, "hold", when))
        case Stage.DISCHARGED:
            agenda.at(course.at(last, 22), lambda when: _discharge(course, when))
        case Stage.DECEASED:
            agenda.at(course.at(last + (DIED_AFTER + 2) * DAY, 11), lambda when: _record_death(course, when))


def _plan_extra(course: Course) -> None:
    agenda = course.world.agenda
    match course.story.extra:
        case Extra.ADDENDUM:
            agenda.at(course.at(course.days[-1] + DAY, 8, 5), lambda when: _add_words(course, when))
        case Extra.IN_ERROR:
            agenda.at(course.at(course.days[ERROR_AT], 18, 30), lambda when: _take_back(course, when))


def _skip(course: Course, when: dt.datetime) -> None:
    section, reason = SKIPPED[course.story.problem]
    day = course.days[SKIP_AT]
    marks.skip(
        course.session, course.therapist, course.episode_id, section, reason=reason, on_date=day, now=when
    )


def _flag(course: Course, day: dt.date, when: dt.datetime) -> None:
    rows = section_rows(course.session, [course.episode_id])[course.episode_id]
    known = next((row.number for row in rows if row.state in {State.UNDERSTOOD, State.COMPLETE}), None)
    if known is not None:
        marks.revisit(
            course.session,
            course.therapist,
            course.episode_id,
            known,
            reason="Told a neighbor that every pain means harm.",
            on_date=day,
            now=when,
        )


def _move(course: Course, step: str, when: dt.datetime) -> None:
    episodes.move_episode(course.session, course.therapist, course.episode_id, step, now=when)


def _discharge(course: Course, when: dt.datetime, ending: Discharge = GOALS_REACHED) -> None:
    today = course.day_of(when)
    discharge_episode(course.session, course.therapist, course.episode_id, ending, today=today, now=when)


def _record_death(course: Course, when: dt.datetime) -> None:
    if course.draft is None:
        return
    patient = course.session.get_one(Patient, course.patient_id)
    draft = replace(course.draft, deceased=True, deceased_on=course.days[-1] + DIED_AFTER * DAY, active=False)
    lead = course.world.clinic.viewers["ruth"]
    today = course.day_of(when)
    patients.change_patient(
        course.session, lead, course.patient_id, draft, version=patient.version, today=today, now=when
    )
    _discharge(course, when, Discharge(EndReason.DIED, GoalResult.UNKNOWN))


def _add_words(course: Course, when: dt.datetime) -> None:
    text = "Correction: the walking practice was done with one stick, not without."
    visits.add_addendum(course.session, course.therapist, _last_visit(course).id, text, now=when)


def _take_back(course: Course, when: dt.datetime) -> None:
    reason = "Entered for the wrong day. The visit did not take place."
    visits.withdraw_visit(course.session, course.therapist, _last_visit(course).id, reason, now=when)


def _last_visit(course: Course) -> Visit:
    return course.session.scalars(
        select(Visit)
        .where(Visit.episode_id == course.episode_id, Visit.status == VisitStatus.SIGNED)
        .order_by(Visit.on_date.desc())
        .limit(1)
    ).one()
