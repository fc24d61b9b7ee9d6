"""What there may be only so much of stays so, however many ask for it at the same moment."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from contextlib import suppress

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.db import transaction
from pne_tracker.domain.access import Viewer
from pne_tracker.domain.appointments import slot_of
from pne_tracker.domain.episode_draft import EpisodeDraft
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.domain.scopes import MOST_TOKENS, ApiScope
from pne_tracker.models import ApiToken, Appointment, Base, CaregiverAccess
from pne_tracker.services import api_tokens, caregivers, episodes
from pne_tracker.services.appointments import book_appointment
from pne_tracker.services.caregivers import MOST
from tests.people import House
from tests.visit_forms import at_once

Ask = Callable[[Session, int], object]


def ask_at_once(app: Flask, viewer: Viewer, ask: Ask, people: int) -> None:
    def act(number: int) -> None:
        with app.app_context(), suppress(BadInputError, RefusedError), transaction(viewer) as session:
            ask(session, number)

    at_once(act, people)


def count(viewer: Viewer, kind: type[Base]) -> int:
    with transaction(viewer) as session:
        return session.scalars(select(func.count()).select_from(kind)).one()


def test_five_people_look_at_most(app: Flask, house: House) -> None:
    def give(session: Session, number: int) -> None:
        caregivers.give_access(
            session,
            house.patient,
            name="Nora",
            email=f"nora{number}@example.org",
            sees_tasks=True,
            sees_path=False,
            token=secrets.token_urlsafe(32),
            link=None,
            now=house.now,
        )

    ask_at_once(app, house.patient, give, MOST + 3)
    assert count(house.patient, CaregiverAccess) == MOST


def test_an_account_has_twenty_tokens_at_most(app: Flask, house: House) -> None:
    def issue(session: Session, number: int) -> None:
        api_tokens.issue(
            session,
            house.lead,
            name=f"Report {number}",
            scopes=[ApiScope.COMPLETION],
            days=30,
            secret=secrets.token_urlsafe(32),
            now=house.now,
        )

    with transaction(house.lead) as session:
        for number in range(MOST_TOKENS - 1):
            issue(session, number)
    ask_at_once(app, house.lead, issue, 8)
    assert count(house.lead, ApiToken) == MOST_TOKENS


def test_a_patient_with_two_episodes_is_in_one_place_at_a_time(app: Flask, house: House) -> None:
    therapist = house.therapist.account_id
    with transaction(house.therapist) as session:
        draft = EpisodeDraft(
            therapist_id=therapist,
            discipline="OT",
            payer_id=house.payer_id,
            opened_on=house.today,
            codes=("M54.16",),
        )
        other = episodes.open_episode(
            session, house.therapist, house.patient_id, draft, today=house.today, now=house.now
        )
    slot = slot_of(house.today + dt.timedelta(days=1), dt.time(14), 45, "America/New_York")

    def book(session: Session, number: int) -> None:
        episode_id = (house.episode_id, other)[number]
        book_appointment(session, house.therapist, episode_id, slot, therapist_id=therapist, now=house.now)

    ask_at_once(app, house.therapist, book, 2)
    assert count(house.therapist, Appointment) == 1
