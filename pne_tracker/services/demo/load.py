"""Loading the demo: the clinic first, then everybody's history in order of time, all in one transaction."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.recall import Scheduler
from pne_tracker.models import Scope, enter_scope
from pne_tracker.services.claim_batches import Writer
from pne_tracker.services.demo import lead, office, programs
from pne_tracker.services.demo.admission import plan_admission
from pne_tracker.services.demo.agenda import Agenda
from pne_tracker.services.demo.booking import plan_bookings
from pne_tracker.services.demo.clinic import ZONE, build_clinic
from pne_tracker.services.demo.course import World, course_of
from pne_tracker.services.demo.curriculum import plan_curriculum, plan_recall
from pne_tracker.services.demo.endings import plan_rest
from pne_tracker.services.demo.family import let_relative_look
from pne_tracker.services.demo.people import STORIES, phone_of
from pne_tracker.services.demo.records import plan_records
from pne_tracker.services.demo.reminders import Sender, text_back
from pne_tracker.services.demo.talking import plan_talk
from pne_tracker.services.demo.visiting import plan_visits

FOUNDED_BEFORE = dt.timedelta(days=200)


def load(
    session: Session,
    pack: Pack,
    password_hash: str,
    write_claims: Writer,
    *,
    now: dt.datetime,
    scheduler: Scheduler,
) -> None:
    """Fill an empty database with the demo clinic as of `now` (the session is unscoped, the caller commits).

    `write_claims` turns claims into the text of a file.

    The same instant gives the same stories; only ids and secrets differ.
    """
    clinic = build_clinic(session, pack, password_hash, now=now - FOUNDED_BEFORE)
    enter_scope(session, Scope(clinic.organisation_id))
    today = now.astimezone(ZoneInfo(ZONE)).date()
    world = World(session, clinic, pack, Agenda(now), password_hash, now, today, scheduler)
    office.raise_fees(world)
    courses = [course_of(world, story, number) for number, story in enumerate(STORIES)]
    for course in courses:
        plan_admission(course)
        if course.days:
            plan_visits(course)
            plan_talk(course)
        plan_rest(course)
        plan_bookings(course)
        plan_recall(course)
    sender = Sender(session)
    sender.plan_beats(world.agenda, min(one.opened_on for one in courses), today)
    plan_curriculum(world)
    lead.plan_words(world)
    lead.plan_goals(world)
    world.agenda.run()
    sender.beat(now)
    sender.look_at_tasks(clinic.viewers["ruth"], now)
    text_back(
        session, phone_of(0), "Can I come ten minutes later on Thursday?", now=now - dt.timedelta(hours=3)
    )
    let_relative_look(courses[0])
    office.bill_history(world, write_claims)
    lead.ask_about_stalls(world)
    lead.look_from_outside(world)
    lead.hear_what_came_across(courses)
    plan_records(courses)
    programs.make_tokens(world)
