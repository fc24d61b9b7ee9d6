"""The appointments of the demo: those that were kept, some called off, today's and the week ahead."""

from __future__ import annotations

import datetime as dt

from pne_tracker.domain.appointments import slot_of
from pne_tracker.services.appointments import book_appointment, cancel_appointment
from pne_tracker.services.demo.agenda import Act
from pne_tracker.services.demo.clinic import ZONE
from pne_tracker.services.demo.course import Course
from pne_tracker.services.demo.people import STORIES, Stage, Story

OPEN = frozenset({Stage.TODAY, Stage.GOING, Stage.COMPLETE, Stage.REVISIT, Stage.SKIPPED, Stage.STALLED})
A_DAY = 8
HOURS = (8, 9, 10, 11, 13, 14, 15, 16)
"""When the eight visits of a day start; noon is free."""
BOOKED_BEFORE = dt.timedelta(minutes=30)
EXCUSES = ("Ill with a cold", "No way to get here", "Work came up", "Snow")
DAY = dt.timedelta(days=1)


def plan_bookings(course: Course) -> None:
    """Put the appointments of a course on the agenda; each signed visit keeps its own."""
    if course.story.stage is Stage.NEW:
        return
    agenda, world = course.world.agenda, course.world
    for nth, day in enumerate(course.days):
        hour = visit_hour(course, nth)
        before = course.at(course.days[nth - 1], 18) if nth else course.at(course.opened_on, 7, 40)
        agenda.at(before, _booking(course, day, hour))
    if len(course.days) > 2 and course.number % 4 == 1:
        agenda.at(course.at(course.days[1], 18, 10), lambda when: _call_off(course, when))
    if course.story.stage in OPEN:
        agenda.at(world.now - BOOKED_BEFORE, lambda when: _ahead(course, when))


def visit_hour(course: Course, nth: int) -> int:
    """At what hour the visit `nth`, from 0, of a course starts."""
    return 8 + (course.number * 5 + nth) % 9


def _booking(course: Course, day: dt.date, hour: int) -> Act:
    return lambda when: _book(course, day, hour, when)


def _book(course: Course, day: dt.date, hour: int, when: dt.datetime) -> None:
    if day < course.day_of(when):
        return
    therapist = course.therapist
    slot = slot_of(day, dt.time(hour, 30 * (course.number % 2)), 45, ZONE)
    book_appointment(
        course.session, therapist, course.episode_id, slot, therapist_id=therapist.account_id, now=when
    )


def _call_off(course: Course, when: dt.datetime) -> None:
    therapist, day = course.therapist, course.day_of(when) + DAY
    row = book_appointment(
        course.session,
        therapist,
        course.episode_id,
        slot_of(day, dt.time(17), 45, ZONE),
        therapist_id=therapist.account_id,
        now=when,
    )
    reason = EXCUSES[course.number % len(EXCUSES)]
    cancel_appointment(course.session, therapist, row.id, reason, version=row.version, now=when)


def _ahead(course: Course, when: dt.datetime) -> None:
    place = _place_today(course.story)
    today = course.world.today
    if place < A_DAY and today not in course.days:
        _book_at(course, today, HOURS[place], when)
    _book_at(course, today + (1 + course.number % 7) * DAY, HOURS[course.number % A_DAY], when)


def _book_at(course: Course, day: dt.date, hour: int, when: dt.datetime) -> None:
    therapist = course.therapist
    slot = slot_of(day, dt.time(hour), 45, ZONE)
    book_appointment(
        course.session, therapist, course.episode_id, slot, therapist_id=therapist.account_id, now=when
    )


def _place_today(story: Story) -> int:
    """Where a story stands among its therapist's visits of today: those being written first."""
    mine = [one for one in STORIES if one.therapist == story.therapist and one.stage in OPEN]
    mine.sort(key=lambda one: not (one.stage is Stage.TODAY or one.drafting))
    return mine.index(story)
