"""Every page a role can open: for anyone, at any width, in both schemes, by keyboard, on paper."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable

import pytest
from sqlalchemy import select

from pne_tracker.db import UNSCOPED, reading
from pne_tracker.domain.access import Role
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.models import Account, Episode, EpisodeStatus, Homework, Patient
from tests.journeys import checks, crawl
from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic

pytestmark = pytest.mark.browser
SOAK = os.environ.get("PNE_SOAK", "") == "1"
SIZES = checks.FULL if SOAK else checks.SHORT
EXAMPLES = 4 if SOAK else 1
KINDS_OF_TASK = 8
TOOLS = (HomeworkKind.READING, HomeworkKind.LATERALITY)
Window = Callable[..., Person]


def patient_names(clinic: Clinic) -> frozenset[str]:
    """Every given and family name of a patient, word by word."""
    with clinic.app.app_context(), reading(UNSCOPED) as session:
        rows = session.execute(select(Patient.given_name, Patient.family_name)).all()
    return frozenset(word for row in rows for name in row for word in (name or "").split() if len(word) > 2)


def pages_of(clinic: Clinic, role: Role, window: Person) -> tuple[dict[str, list[str]], crawl.Crawl]:
    """What is wrong with each page the role can reach, and the walk that found them."""
    names = patient_names(clinic)
    examples = max(EXAMPLES, KINDS_OF_TASK) if role is Role.PATIENT else EXAMPLES
    walk = crawl.Crawl(clinic.app, role, crawl.starts_of(clinic.app, role, {}), examples)
    wrong: dict[str, list[str]] = {}
    for link in walk:
        answer = window.page.goto(link)
        assert answer is not None
        found, links = (
            checks.faults(window.page, SIZES, names)
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
    for email, password in sign_ins(demo_clinic, role):
        window = person(demo_clinic.url)
        window.sign_in(email, password)
        wrong, walk = pages_of(demo_clinic, role, window)
        assert wrong == {}
        wanted -= walk.endpoints
    assert wanted == set(), "no link leads there"


def sign_ins(clinic: Clinic, role: Role) -> list[tuple[str, str]]:
    """One account of a role; of patients also those with a drawing and a practice still to do."""
    email, password = clinic.accounts[role]
    others = with_tools(clinic) if role is Role.PATIENT else set()
    return [(one, password) for one in [email, *sorted(others - {email})]]


def with_tools(clinic: Clinic) -> set[str]:
    """For each tool with a page of its own, a patient who has it open; one patient for several where there is one."""
    with clinic.app.app_context(), reading(UNSCOPED) as session:
        rows = session.execute(
            select(Account.email, Homework.kind)
            .join(Homework, Homework.patient_id == Account.patient_id)
            .join(Episode, Episode.id == Homework.episode_id)
            .where(
                Homework.kind.in_(TOOLS), Homework.closed_as.is_(None), Episode.status == EpisodeStatus.OPEN
            )
        ).all()
    has: dict[str, set[HomeworkKind]] = defaultdict(set)
    for email, kind in rows:
        has[email].add(HomeworkKind(kind))
    most = sorted(has, key=lambda email: (-len(has[email]), email))
    return {next(email for email in most if kind in has[email]) for kind in TOOLS}


def test_the_door_is_for_everybody(demo_clinic: Clinic, person: Window) -> None:
    window = person(demo_clinic.url)
    window.expected = {404}
    for path in ("/sign-in", "/no-such-page", "/welcome/nobody-was-invited-with-this-token-ever"):
        window.page.goto(path)
        found, _links = checks.faults(window.page, SIZES, patient_names(demo_clinic))
        assert found == [], path
    window.unharmed()
