"""The first steps of a course: the patient is added, the episode opened, the portal entered."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import select

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.door import hash_of
from pne_tracker.domain.episode_draft import EpisodeDraft
from pne_tracker.models import Account, Patient
from pne_tracker.services import episodes, invitations, patients
from pne_tracker.services.demo import office
from pne_tracker.services.demo.clinic import viewer_of
from pne_tracker.services.demo.course import Course
from pne_tracker.services.demo.people import Extra, Stage, mrn_of, phone_of
from pne_tracker.services.invitations import NewAccess

TOWNS = (("Portland", "04101"), ("South Portland", "04106"), ("Falmouth", "04105"), ("Westbrook", "04092"))
STREETS = ("Wharf Street", "Elm Court", "Signal Hill Road", "Orchard Lane", "Lighthouse Avenue")
AUTHORISED = {"medicare": None, "shoreline": 16, "granite": 20, "comp": 12, "self": None}
NEWCOMER_DAYS = 2


def plan_admission(course: Course) -> None:
    """Put adding, opening and inviting on the agenda."""
    agenda, story = course.world.agenda, course.story
    if story.stage is Stage.NEW:
        day = course.world.today - dt.timedelta(days=NEWCOMER_DAYS + course.number % 3)
    else:
        day = course.opened_on - dt.timedelta(days=3 + course.number % 5)
    agenda.at(course.at(day, 9, course.number), lambda when: _add(course, when))
    if story.stage is Stage.NEW:
        return
    opening = min(course.at(course.opened_on, 7, 30), course.world.now - dt.timedelta(hours=1))
    agenda.at(opening, lambda when: _open(course, when))
    if story.extra is Extra.INVITED:
        agenda.at(course.at(course.days[-1], 17, 30), lambda when: _invite(course, when))
    elif story.portal and course.days:
        agenda.at(course.at(course.opened_on, 17, 40), lambda when: _enter_portal(course, when))


def _add(course: Course, when: dt.datetime) -> None:
    story, number = course.story, course.number
    town, postal_code = TOWNS[number % len(TOWNS)]
    course.draft = patients.PatientDraft(
        clinic_id=course.world.clinic.clinic_id,
        mrn=mrn_of(number),
        given_name=story.given,
        family_name=story.family,
        birth_date=story.birth_date(course.world.today, number),
        sex=story.sex,
        language=story.language,
        phone=phone_of(number),
        email=story.email if story.portal else "",
        address_line=f"{3 + number * 7} {STREETS[number % len(STREETS)]}",
        city=town,
        state="ME",
        postal_code=postal_code,
        consents={"email": story.portal, "sms": number % 3 == 0},
        consent_source="intake form",
    )
    lead = course.world.clinic.viewers["ruth"]
    today = course.day_of(when)
    course.patient_id = patients.add_patient(course.session, lead, course.draft, today=today, now=when)


def _open(course: Course, when: dt.datetime) -> None:
    story, day = course.story, course.opened_on
    assistant = course.assistant
    medicare = story.payer == "medicare"
    draft = EpisodeDraft(
        therapist_id=course.therapist.account_id,
        discipline=course.discipline,
        payer_id=course.world.clinic.payers[story.payer],
        opened_on=day,
        codes=course.problem.codes,
        reason=course.problem.reason,
        goal=course.problem.goal,
        team=frozenset({assistant.account_id}) if assistant else frozenset(),
        visits_authorised=AUTHORISED[story.payer],
        visits_per_week=story.per_week,
        visit_minutes=45,
        plan_of_care_from=day if medicare else None,
        plan_of_care_certified_on=day if medicare and course.number % 4 else None,
        flags=frozenset(story.flags),
    )
    course.episode_id = episodes.open_episode(
        course.session, course.therapist, course.patient_id, draft, today=day, now=when
    )
    office.insure(course, when)


def _invite(course: Course, when: dt.datetime) -> str:
    token = secrets.token_urlsafe(32)
    return invitations.invite(course.session, course.therapist, course.patient_id, now=when, token=token)


def _enter_portal(course: Course, when: dt.datetime) -> None:
    token = _invite(course, when)
    story = course.story
    access = NewAccess(
        birth_date=story.birth_date(course.world.today, course.number),
        email=story.email,
        password_hash=course.world.password_hash,
        language=story.language,
        email_consent=True,
    )
    later = when + dt.timedelta(minutes=25)
    invitations.accept(course.session, hash_of(token), access, now=min(later, course.world.now))
    course.patient = _viewer(course)
    patient = course.session.get_one(Patient, course.patient_id)
    patient.preferred_channel = "sms" if course.number % 3 == 0 else "email"


def _viewer(course: Course) -> Viewer:
    account = course.session.scalars(select(Account).where(Account.patient_id == course.patient_id)).one()
    return viewer_of(account, course.world.clinic.clinic_id)
