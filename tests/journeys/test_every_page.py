"""Every page a role can open: for anyone, at any width, in both schemes, by keyboard, on paper."""

from __future__ import annotations

import os
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from pne_tracker.db import UNSCOPED, Scope, reading
from pne_tracker.domain.access import Role
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.models import Account, Entry, Episode, EpisodeStatus, Homework, Patient
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.accounts import sign_in_record
from pne_tracker.queries.new_entries import unread
from pne_tracker.web.identity import viewer_of
from tests.journeys import checks, crawl
from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic

pytestmark = pytest.mark.browser
REVIEWS = frozenset({Role.THERAPIST, Role.ASSISTANT, Role.LEAD})
SOAK = os.environ.get("PNE_SOAK", "") == "1"
SIZES = checks.FULL if SOAK else checks.SHORT
EXAMPLES = 4 if SOAK else 1
KINDS_OF_TASK = 8
TOOLS = (HomeworkKind.READING, HomeworkKind.LATERALITY)
FIRST_TO_LOOK = (
    Role.THERAPIST,
    Role.LEAD,
    Role.ADMINISTRATOR,
    Role.BILLER,
    Role.ASSISTANT,
    Role.PATIENT,
    Role.CAREGIVER,
)
"""In the short form a page is looked at closely by the first of these roles that may open it."""
Window = Callable[..., Person]


def patient_names(clinic: Clinic) -> frozenset[str]:
    """Every given and family name of a patient, word by word."""
    with clinic.app.app_context(), reading(UNSCOPED) as session:
        rows = session.execute(select(Patient.given_name, Patient.family_name)).all()
    return frozenset(word for row in rows for name in row for word in (name or "").split() if len(word) > 2)


def looked_at_closely(clinic: Clinic, role: Role) -> set[str]:
    """The endpoints of pages that this role looks at closely; in the long form all of its pages."""
    mine = {rule.endpoint for rule in crawl.rules_of(clinic.app, role)}
    for other in () if SOAK else FIRST_TO_LOOK[: FIRST_TO_LOOK.index(role)]:
        mine -= {rule.endpoint for rule in crawl.rules_of(clinic.app, other)}
    return mine


def pages_of(
    clinic: Clinic, role: Role, window: Person, always: list[str], before: crawl.Crawl | None
) -> tuple[dict[str, list[str]], crawl.Crawl]:
    """What is wrong with each page the role can reach, and the walk that found them; see `Crawl`."""
    names = patient_names(clinic)
    examples = max(EXAMPLES, KINDS_OF_TASK) if role is Role.PATIENT else EXAMPLES
    walk = crawl.Crawl(clinic.app, role, crawl.starts_of(clinic.app, role, {}), examples, always, before)
    wrong: dict[str, list[str]] = {}
    close = looked_at_closely(clinic, role)
    for link in walk:
        answer = window.page.goto(link)
        assert answer is not None
        found, links = (
            checks.faults(window.page, SIZES, names, closely=walk.endpoint in close)
            if answer.status == 200
            else ([f"answers {answer.status}"], [])
        )
        walk.found(links)
        found += window.take_troubles()
        if found:
            wrong[link] = found
    return wrong, walk


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_page_of_a_role_is_for_everybody(role: Role, demo_clinic: Clinic, person: Window) -> None:
    wanted = {rule.endpoint for rule in crawl.rules_of(demo_clinic.app, role)}
    walk = None
    for email, always in sign_ins(demo_clinic, role).items():
        window = person(demo_clinic.url)
        window.sign_in(email, demo_clinic.accounts[role][1])
        wrong, walk = pages_of(demo_clinic, role, window, always, walk)
        assert wrong == {}
        wanted -= walk.endpoints
    assert wanted == set(), "no link leads there"


def sign_ins(clinic: Clinic, role: Role) -> dict[str, list[str]]:
    """One account of a role, with what it always looks at; of patients also those with a drawing and a practice still
    to do, and where."""
    email = clinic.accounts[role][0]
    found = {email: records_with_news(clinic, email) if role in REVIEWS else []}
    for other, homework_id in tools_to_do(clinic) if role is Role.PATIENT else ():
        found.setdefault(other, []).append(f"/portal/homework/{homework_id}")
    return found


def records_with_news(clinic: Clinic, email: str) -> list[str]:
    """The record in an account's reach of the patient of whom something came in last that nobody has read."""
    latest = (
        select(Homework.patient_id)
        .join(Entry, Entry.homework_id == Homework.id)
        .join(Episode, Episode.id == Homework.episode_id)
        .join(Patient, Patient.id == Homework.patient_id)
        .where(unread(), Episode.status == EpisodeStatus.OPEN)
        .order_by(Entry.handed_in_at.desc())
        .limit(1)
    )
    with clinic.app.app_context():
        with reading(UNSCOPED) as session:
            account = sign_in_record(session, email=email)
        assert account is not None
        with reading(Scope(account.organisation_id)) as session:
            mine = latest.where(reachable_patients(viewer_of(account)))
            return [f"/patients/{patient_id}" for patient_id in session.scalars(mine)]


def tools_to_do(clinic: Clinic) -> list[tuple[str, UUID]]:
    """For each tool with a page of its own, the patient and the homework that was sent home last and is to be done."""
    open_ones = (
        select(Account.email, Homework.id)
        .join(Homework, Homework.patient_id == Account.patient_id)
        .join(Episode, Episode.id == Homework.episode_id)
        .where(Homework.done_on.is_(None), Homework.closed_as.is_(None), Episode.status == EpisodeStatus.OPEN)
        .order_by(Homework.assigned_on.desc(), Account.email)
        .limit(1)
    )
    with clinic.app.app_context(), reading(UNSCOPED) as session:
        return [tuple(session.execute(open_ones.where(Homework.kind == kind)).one()) for kind in TOOLS]


def test_the_door_is_for_everybody(demo_clinic: Clinic, person: Window) -> None:
    window = person(demo_clinic.url)
    window.expected = {404}
    for path in ("/sign-in", "/no-such-page", "/welcome/nobody-was-invited-with-this-token-ever"):
        window.page.goto(path)
        found, _links = checks.faults(window.page, SIZES, patient_names(demo_clinic))
        assert found == [], path
    window.unharmed()
