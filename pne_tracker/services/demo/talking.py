"""Questions between visits: asked on the portal, answered the next morning, the latest ones still open."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.models import Entry, EntryStatus, Homework, Message
from pne_tracker.services import messages
from pne_tracker.services.demo.course import Course
from pne_tracker.services.demo.people import Stage

ASKED_AFTER = 1
RUNNING = frozenset({Stage.GOING, Stage.TODAY})
TALKS = {
    "en": (
        ("May I walk on days when my back is stiff?", "Yes. Do the amount we set, no more and no less."),
        ("Is it fine to do the log at noon?", "Any time that suits you is fine."),
        ("My knee was warm after the stairs. Should I stop?", "Warm and calm by morning is fine. Go on."),
    ),
    "es": (
        (
            "¿Puedo caminar los días en que amanezco con rigidez?",
            "Sí. Haga la cantidad que acordamos, ni más ni menos.",
        ),
        ("¿Puedo llenar el registro al mediodía?", "A la hora que le quede bien."),
    ),
}
OPEN = {
    "en": "Can I bring my sister to the next visit?",
    "es": "¿Puedo ir con mi hermana a la próxima cita?",
}


def plan_talk(course: Course) -> None:
    """Put a question and its answer on the agenda; of those in treatment some wait, and one wants a call."""
    if not course.story.portal or len(course.days) <= ASKED_AFTER:
        return
    agenda, now = course.world.agenda, course.world.now
    day = course.days[ASKED_AFTER]
    if day < course.silent_after:
        agenda.at(course.at(day, 20, course.number % 50), lambda when: _ask_and_answer(course, day, when))
    if course.story.stage in RUNNING and course.number % 4 == 1:
        agenda.at(now - dt.timedelta(hours=3), lambda when: _ask(course, when))
    if course.story.stage in RUNNING and course.number % 5 == 2:
        agenda.at(now - dt.timedelta(hours=5), lambda when: _ask_for_call(course, when))


def _ask_and_answer(course: Course, day: dt.date, when: dt.datetime) -> None:
    if course.patient is None:
        return
    talks = TALKS[course.story.language]
    question, answer = talks[course.number % len(talks)]
    asked = messages.ask(course.session, course.patient, question, now=when)
    morning = course.at(day + dt.timedelta(days=1), 7, 20)
    course.world.agenda.at(morning, lambda later: _answer(course, asked, answer, later))


def _answer(course: Course, asked: Message, answer: str, when: dt.datetime) -> None:
    messages.reply(course.session, course.therapist, asked.id, answer, now=when)


def _ask(course: Course, when: dt.datetime) -> None:
    if course.patient is not None:
        messages.ask(course.session, course.patient, OPEN[course.story.language], now=when)


def _ask_for_call(course: Course, when: dt.datetime) -> None:
    """From the latest entry that is shared and written in words."""
    entry = course.session.scalars(
        select(Entry)
        .join(Homework, Homework.id == Entry.homework_id)
        .where(
            Homework.episode_id == course.episode_id,
            Homework.kind.in_((HomeworkKind.JOURNAL, HomeworkKind.CONVERSATION, HomeworkKind.READING)),
            Entry.status == EntryStatus.DONE,
            Entry.shared.is_(True),
        )
        .order_by(Entry.handed_in_at.desc())
        .limit(1)
    ).one_or_none()
    if entry is not None and course.patient is not None:
        messages.ask_for_call(course.session, course.patient, entry.homework_id, entry.occurrence, now=when)
