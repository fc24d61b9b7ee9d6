"""Up to ten patients with full histories, made through the real services, to be multiplied for measuring.

Each has 14 visits that teach the 14 sections in order and send 28 items of homework home. Two of them stall.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import HomeworkKind, Pack
from pne_tracker.domain.homework import due_date
from pne_tracker.domain.visit_draft import HomeworkDraft
from pne_tracker.models import Account, AccountClinic, Clinic, Organisation, Patient, Scope, enter_scope
from pne_tracker.queries.visit_facts import read_draft
from pne_tracker.services import accounts
from pne_tracker.services.demo import at_home, visiting, words
from pne_tracker.services.demo.admission import plan_admission
from pne_tracker.services.demo.agenda import Act, Agenda
from pne_tracker.services.demo.clinic import PAYERS, ZONE, DemoClinic, House, build_clinic, staff_mail
from pne_tracker.services.demo.clinic import STAFF as MEMBERS
from pne_tracker.services.demo.conditions import PROBLEMS
from pne_tracker.services.demo.course import Course, World, course_of
from pne_tracker.services.demo.people import GOING, MAYA, STALLED, Story
from pne_tracker.services.demo.reminders import Sender
from pne_tracker.services.signing import sign_visit
from pne_tracker.services.visit_drafts import save_draft
from pne_tracker.services.visits import start_visit

BENCH = House("bench-data", "Bench North", "bench-north", "bench.example.org")
MORE_CLINICS = (("Bench East", "bench-east"), ("Bench South", "bench-south"), ("Bench West", "bench-west"))
PROTOTYPES = 10
VISITS = 14
ITEMS_A_VISIT = 2
GAPS = {3: 17, 7: 24}
A_WEEK = 7
SHORT = frozenset({HomeworkKind.QUIZ, HomeworkKind.READING, HomeworkKind.CONVERSATION})
SETTLING_IN = dt.timedelta(days=200)


@dataclass(frozen=True, slots=True)
class Original:
    """One prototype: the patient and the account it signs in with."""

    patient_id: uuid.UUID
    account_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Originals:
    """What is multiplied: the prototypes, their therapist, and the clinics that therapists are spread over."""

    therapist_id: uuid.UUID
    clinic_ids: tuple[uuid.UUID, ...]
    patients: tuple[Original, ...]


def build(
    session: Session, pack: Pack, password_hash: str, *, now: dt.datetime, patients: int = PROTOTYPES
) -> None:
    """Fill an empty database with so many prototypes as of `now` (the session is unscoped, the caller commits)."""
    clinic = build_clinic(session, pack, password_hash, now=now - SETTLING_IN, house=BENCH)
    _add_clinics(session, clinic, now - SETTLING_IN)
    enter_scope(session, Scope(clinic.organisation_id))
    today = now.astimezone(ZoneInfo(ZONE)).date()
    world = World(session, clinic, pack, Agenda(now), password_hash, now, today)
    for number in range(patients):
        course = course_of(world, _story(number), number)
        plan_admission(course)
        for nth, day in enumerate(course.days):
            world.agenda.at(course.at(day, 8 + number % 9), _attending(course, nth, day))
    sender = Sender(session)
    sender.plan_beats(world.agenda, today - dt.timedelta(days=SETTLING_IN.days // 2), today)
    world.agenda.run()
    sender.beat(now)


def _add_clinics(session: Session, clinic: DemoClinic, now: dt.datetime) -> None:
    for name, slug in MORE_CLINICS:
        made = accounts.create_clinic(
            session, name=name, slug=slug, timezone=ZONE, organisation=BENCH.organisation, now=now
        )
        session.add_all(
            AccountClinic(
                organisation_id=made.organisation_id,
                account_id=clinic.viewers[key].account_id,
                clinic_id=made.id,
            )
            for key in ("ruth", "priya", "sam")
        )
    session.flush()


def _story(number: int) -> Story:
    share = number / (PROTOTYPES - 1)
    return Story(
        "Bench",
        f"Person {number}",
        30 + 5 * number,
        "female" if number % 2 else "male",
        tuple(PROBLEMS)[number % len(PROBLEMS)],
        MAYA,
        tuple(PAYERS)[number % len(PAYERS)],
        STALLED if number in GAPS else GOING,
        VISITS,
        gap=GAPS.get(number, 2),
        per_week=2,
        grasp=0.5 + 0.5 * share,
        diligence=0.6 + 0.4 * share,
        language="es" if number % 5 == 0 else "en",
    )


def _attending(course: Course, nth: int, day: dt.date) -> Act:
    return lambda when: _attend(course, nth, day, when)


def _attend(course: Course, nth: int, day: dt.date, when: dt.datetime) -> None:
    session, therapist = course.session, course.therapist
    at_home.review(course, day, when)
    visit = start_visit(
        session, therapist, course.episode_id, on_date=day, now=when, from_plan=False, section=nth + 1
    )
    draft, _ = read_draft(session, visit)
    homework = _items(course.world.pack, nth, day)
    form = replace(visiting.written(course, draft, nth), homework=homework, insist=words.INSIST)
    save_draft(session, therapist, visit.id, form, visit.version, when)
    sign_visit(session, viewer=therapist, visit_id=visit.id, version=visit.version, today=day, now=when)
    visiting.score(course, nth, day, when)
    at_home.take_home(course, visit.id)


def _items(pack: Pack, nth: int, day: dt.date) -> tuple[HomeworkDraft, ...]:
    """Two items: first every required one of at most an entry a day for a week, then the short ones again."""
    schedules = {key: one.schedule for key, (_, one) in pack.templates.items() if one.required}
    first = [key for key, one in schedules.items() if one.entries <= A_WEEK]
    again = [key for key in first if pack.templates[key][1].kind in SHORT]
    keys = first + again * VISITS
    chosen = keys[ITEMS_A_VISIT * nth : ITEMS_A_VISIT * (nth + 1)]
    return tuple(
        HomeworkDraft(key, due_date(pack.templates[key][1].schedule, day), pack.templates[key][1].required)
        for key in chosen
    )


def copies(session: Session) -> int:
    """How many copies of the prototypes there are (the session is unscoped)."""
    return session.scalar(select(func.count()).where(Patient.mrn.like("BN-%"))) or 0


def find(session: Session) -> Originals | None:
    """The prototypes of this database; None when it holds none (the session is unscoped)."""
    organisation_id = session.scalar(select(Organisation.id).where(Organisation.slug == BENCH.organisation))
    if organisation_id is None:
        return None
    rows = session.execute(
        select(Account.patient_id, Account.id)
        .join(Patient, Patient.id == Account.patient_id)
        .where(Patient.mrn.like("HL-%"))
        .order_by(Patient.mrn)
    )
    therapist = select(Account.id).where(Account.email == staff_mail(MEMBERS[MAYA], BENCH))
    return Originals(
        therapist_id=session.scalars(therapist).one(),
        clinic_ids=tuple(session.scalars(select(Clinic.id).order_by(Clinic.slug))),
        patients=tuple(Original(patient_id, account_id) for patient_id, account_id in rows if patient_id),
    )
