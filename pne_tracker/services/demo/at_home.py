"""Homework at home: when each entry is handed in, late or not at all, and the therapist's answer to it."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Rhythm
from pne_tracker.domain.homework import expected_days
from pne_tracker.domain.homework_item import item_from_dict
from pne_tracker.models import Homework
from pne_tracker.queries.portal import quiz_of
from pne_tracker.services import entries, homework_review
from pne_tracker.services.demo import extras_at_home, setbacks, words
from pne_tracker.services.demo.agenda import Act
from pne_tracker.services.demo.answers import answers
from pne_tracker.services.demo.course import Course
from pne_tracker.services.entries import Typed
from pne_tracker.services.entry_desk import entry_of

PRIVATE = 0.15
LATE_AFTER_ALL = 0.5
REPLIED = 0.6
MORNING = frozenset({HomeworkKind.SLEEP_LOG})
TOO_OLD = dt.timedelta(days=10)


def take_home(course: Course, visit_id: uuid.UUID) -> None:
    """Decide when each entry of the visit's homework will be written, and put that on the agenda."""
    for homework in course.session.scalars(
        select(Homework).where(Homework.visit_id == visit_id).order_by(Homework.id)
    ):
        item = item_from_dict(homework.template)
        setbacks.plan_setback(course, homework)
        if item.kind is HomeworkKind.IMAGERY:
            extras_at_home.open_the_ladder(course, homework)
        for day in _days(course, item, homework):
            when = _moment(course, item, day)
            if when is not None:
                course.world.agenda.at(when, _writing(course, homework.id, item, day))


def _days(course: Course, item: HomeworkTemplate, homework: Homework) -> list[dt.date]:
    rng, diligence = course.rng, course.story.diligence
    first = homework.assigned_on + dt.timedelta(days=1)
    found: list[dt.date] = []
    for expected in expected_days(item.schedule, homework.assigned_on, homework.due_on):
        day = expected
        if item.schedule.rhythm in {Rhythm.ONCE, Rhythm.FREE}:
            day = first + dt.timedelta(days=rng.randrange(max((homework.due_on - first).days, 1)))
        if rng.random() < diligence:
            found.append(day)
        elif rng.random() < LATE_AFTER_ALL * diligence and item.kind not in MORNING:
            found.append(homework.due_on + dt.timedelta(days=rng.randint(1, 3)))
    return sorted(found)


def _moment(course: Course, item: HomeworkTemplate, day: dt.date) -> dt.datetime | None:
    """In the evening, nights in the morning; on paper it comes along to the next visit."""
    if not course.story.portal:
        day = next((visit for visit in course.days if visit >= day), dt.date.max)
        return None if day is dt.date.max else course.at(day, 7, 40 + course.entries.total() % 15)
    if day > course.silent_after:
        return None
    hour = 7 if item.kind in MORNING else 18 + course.rng.randrange(3)
    return course.at(day, hour, 10 + course.rng.randrange(49))


def _writing(course: Course, homework_id: uuid.UUID, item: HomeworkTemplate, day: dt.date) -> Act:
    return lambda when: _write(course, homework_id, item, day, when)


def _write(
    course: Course, homework_id: uuid.UUID, item: HomeworkTemplate, day: dt.date, when: dt.datetime
) -> None:
    homework = course.session.get_one(Homework, homework_id)
    occurrence = course.entries[homework_id] + 1
    if homework.closed_as is not None or occurrence > max(homework.expected, homework.done_at):
        return
    if item.kind is HomeworkKind.QUIZ:
        _answer(course, homework, item, day, when)
        return
    raw = answers(item, course.mood_on(day), course.rng)
    shared = item.kind is not HomeworkKind.JOURNAL or course.rng.random() >= PRIVATE
    if item.kind is HomeworkKind.READING:
        extras_at_home.draw(course, homework_id, occurrence, when)
    begun = entry_of(course.session, homework_id, occurrence)
    typed = Typed(occurrence, raw, begun.version if begun else 0, shared=shared, sure=True)
    outcome = entries.hand_in(course.session, _author(course), homework_id, typed, now=when)
    course.entries[homework_id] += outcome.handed_in


def _answer(
    course: Course, homework: Homework, item: HomeworkTemplate, day: dt.date, when: dt.datetime
) -> None:
    questions = quiz_of(course.session, homework).every
    raw = answers(item, course.mood_on(day), course.rng, questions)
    author = _author(course)
    if author.role is Role.PATIENT:
        for question in questions:
            answer = str(raw[question.id])
            entries.answer_question(course.session, author, homework.id, question.id, answer, now=when)
        course.entries[homework.id] += 1
        return
    outcome = entries.hand_in(course.session, author, homework.id, Typed(1, raw, sure=True), now=when)
    course.entries[homework.id] += outcome.handed_in


def _author(course: Course) -> Viewer:
    return course.patient or course.assistant or course.therapist


def review(course: Course, day: dt.date, when: dt.datetime) -> None:
    """Read what came back, answer some of it, and let go of what is long past."""
    waiting = course.session.scalars(
        select(Homework)
        .where(
            Homework.episode_id == course.episode_id,
            Homework.reviewed_on.is_(None),
            Homework.closed_as.is_(None),
        )
        .order_by(Homework.id)
    ).all()
    replies = words.REPLIES[course.story.language]
    for homework in waiting:
        if homework.done_on is not None:
            reply = course.rng.choice(replies) if course.rng.random() < REPLIED else ""
            homework_review.review(
                course.session, course.therapist, homework.id, reply=reply, today=day, now=when
            )
        elif homework.due_on < day - TOO_OLD and course.rng.random() < REPLIED:
            reason = "Too much at once. We take it up again at a visit."
            homework_review.waive(course.session, course.therapist, homework.id, reason=reason, now=when)
        elif homework.due_on < day:
            homework_review.review(course.session, course.therapist, homework.id, today=day, now=when)


def start_writing(course: Course, when: dt.datetime) -> None:
    """Leave the first open written task half done, as a draft."""
    if course.patient is None:
        return
    homework = course.session.scalars(
        select(Homework)
        .where(
            Homework.episode_id == course.episode_id,
            Homework.done_on.is_(None),
            Homework.closed_as.is_(None),
            Homework.kind.in_((HomeworkKind.JOURNAL, HomeworkKind.READING, HomeworkKind.CONVERSATION)),
        )
        .order_by(Homework.due_on, Homework.id)
        .limit(1)
    ).one_or_none()
    if homework is None:
        return
    raw = answers(item_from_dict(homework.template), course.mood_on(course.world.today), course.rng)
    typed = Typed(course.entries[homework.id] + 1, dict(list(raw.items())[:1]))
    entries.save_draft(course.session, course.patient, homework.id, typed, now=when)
