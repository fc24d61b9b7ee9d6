"""What the demo's lead does beside the curriculum: words a reminder, sets goals, asks about stalls, hears patients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

from sqlalchemy import select

from pne_tracker.domain.break_glass import Identifiers
from pne_tracker.domain.completion import STALLED_DAYS
from pne_tracker.domain.goals import month_before, month_of
from pne_tracker.domain.messages.own_words import texts_of
from pne_tracker.domain.messages.wordings import NEWEST
from pne_tracker.domain.received import Received
from pne_tracker.domain.stalling import StallAnswer
from pne_tracker.models import Episode, EpisodeStanding, EpisodeStatus, Patient, StallAsk
from pne_tracker.queries.access import reachable_patients
from pne_tracker.services import goals, received, stalls, standing
from pne_tracker.services.break_glass import open_outside
from pne_tracker.services.demo.agenda import local
from pne_tracker.services.demo.clinic import ZONE
from pne_tracker.services.demo.course import Course, World
from pne_tracker.services.reminders.wording import keep_words

REWORDED = dt.timedelta(days=30)
OWN_WORDS = {
    ("subject", "en"): "See you soon at {sender}",
    ("subject", "es"): "Nos vemos pronto en {sender}",
    (
        "lines",
        "en",
    ): "We look forward to seeing you on {day} at {time}.\nThe parking lot is behind the building.",
    (
        "lines",
        "es",
    ): "Nos dará gusto verle el {day} a las {time}.\nEl estacionamiento está detrás del edificio.",
}
ASKED, ANSWERED = dt.timedelta(days=2), dt.timedelta(days=1)
ASKED_ABOUT = 3
GOALS = ((dt.timedelta(days=80), "understood", "75"), (dt.timedelta(days=80), "adherence", "75"))
RAISED = (dt.timedelta(days=25), "understood", "80")
MONTHS_KEPT = 6
UNANSWERED_EVERY, NOT_SURE_EVERY, NO_EVERY = 3, 5, 11


def plan_words(world: World) -> None:
    """Put the lead's own words for visits on the agenda."""
    world.agenda.at(world.now - REWORDED, lambda when: _word_visits(world, when))


def _word_visits(world: World, when: dt.datetime) -> None:
    lead, clinic_id = world.clinic.viewers["ruth"], world.clinic.clinic_id
    texts = texts_of(NEWEST["visit"]) | OWN_WORDS
    keep_words(world.session, lead, clinic_id, "visit", texts, based_on=None, now=when)


def plan_goals(world: World) -> None:
    """Put the lead's goals on the agenda, and the nights in which the figures of a month are kept."""
    for before, measure, target in (*GOALS, RAISED):
        world.agenda.at(world.now - before, partial(_aim, world, measure, target))
    month = month_of(world.today)
    for _ in range(MONTHS_KEPT):
        world.agenda.at(local(month, dt.time(0, 5), ZONE), partial(_keep_month, world))
        month = month_before(month)


def _aim(world: World, measure: str, target: str, when: dt.datetime) -> None:
    lead, clinic_id = world.clinic.viewers["ruth"], world.clinic.clinic_id
    goals.set_goal(world.session, lead, clinic_id, measure, target, now=when)


def _keep_month(world: World, when: dt.datetime) -> None:
    standing.keep(world.session)
    goals.keep_months(world.session, now=when)


def ask_about_stalls(world: World) -> None:
    """Ask about the three who stall longest; the first was answered."""
    session, viewers, now = world.session, world.clinic.viewers, world.now
    standing.keep(session)
    episodes = session.scalars(
        select(Episode)
        .join(EpisodeStanding, EpisodeStanding.episode_id == Episode.id)
        .where(
            Episode.status == EpisodeStatus.OPEN,
            EpisodeStanding.active_on <= world.today - dt.timedelta(days=STALLED_DAYS + 2),
        )
        .order_by(EpisodeStanding.active_on, Episode.id)
        .limit(ASKED_ABOUT)
    ).all()
    if not episodes:
        return
    stalls.ask(session, viewers["ruth"], [one.id for one in episodes], now=now - ASKED)
    first = episodes[0]
    therapist = next(one for one in viewers.values() if one.account_id == first.therapist_id)
    asked = session.scalars(select(StallAsk).where(StallAsk.episode_id == first.id)).one()
    stalls.answer(session, therapist, asked.id, StallAnswer.CALL, now=now - ANSWERED)


def look_from_outside(world: World) -> None:
    """Let a therapist read the record of somebody whom another treats; the lead has not looked at it yet."""
    session = world.session
    outsider = world.clinic.viewers["daniel"]
    patient = session.scalars(
        select(Patient)
        .join(Episode, Episode.patient_id == Patient.id)
        .where(
            Episode.status == EpisodeStatus.OPEN,
            Patient.birth_date.is_not(None),
            Patient.deceased.is_(False),
            ~reachable_patients(outsider),
        )
        .order_by(Patient.mrn)
        .limit(1)
    ).first()
    if patient is not None:
        known = Identifiers(mrn=patient.mrn, birth_date=patient.birth_date)
        words = "Rang after a fall on the stairs while her therapist was away."
        open_outside(session, outsider, known, reason="covering", words=words, now=world.now - ASKED)


def hear_what_came_across(courses: Sequence[Course]) -> None:
    """Let most patients answer whether they were told; some have not seen the question yet."""
    for course in courses:
        if course.patient is None or course.number % UNANSWERED_EVERY == 0:
            continue
        word = Received.YES
        if course.number % NOT_SURE_EVERY == 0:
            word = Received.NOT_SURE
        elif course.number % NO_EVERY == 0:
            word = Received.NO
        received.answer(course.session, course.patient, word, now=course.world.now - ANSWERED)
