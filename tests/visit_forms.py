"""Visits for tests: what a therapist types, and the steps from start to signature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from sqlalchemy.orm import Session

from pne_tracker.domain.visit_draft import DraftInput, SectionDraft, TreatmentDraft
from pne_tracker.models import Visit
from pne_tracker.services.signing import sign_visit
from pne_tracker.services.visit_drafts import save_draft
from pne_tracker.services.visits import start_visit
from tests.people import House

T = TypeVar("T")


def GAIT_AND_PNE(  # noqa: N802
    on_date: dt.date, decision: str | None = None, combined_with: str | None = None
) -> DraftInput:
    """20 minutes of gait practice, 12 of them with PNE, and 15 minutes of PNE alone."""
    return DraftInput(
        on_date=on_date,
        minutes=45,
        treatments=(
            TreatmentDraft("97116", 20, 12),
            TreatmentDraft("pne", 15, decision=decision, combined_with=combined_with, impairment="balance"),
        ),
        sections=(SectionDraft(1),),
    )


def start(session: Session, house: House) -> Visit:
    """The therapist's draft for the house's episode, from the plan."""
    return start_visit(session, house.therapist, house.episode_id, on_date=house.today, now=house.now)


def write(session: Session, house: House, form: DraftInput) -> Visit:
    """A draft that holds `form`."""
    visit = start(session, house)
    return save_draft(session, house.therapist, visit.id, form, visit.version, house.now)


def signed_visit(session: Session, house: House, form: DraftInput | None = None) -> Visit:
    """A signed visit of `form`, or of gait practice with PNE given apart."""
    visit = write(session, house, form or GAIT_AND_PNE(house.today, decision="separate"))
    return sign_visit(
        session, viewer=house.therapist, visit_id=visit.id, version=visit.version, now=house.now
    )


def at_once(act: Callable[[int], T], people: int) -> list[T]:
    """Let that many threads do `act` at the same moment; their answers in order."""
    gate = Barrier(people)

    def run(number: int) -> T:
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(run, range(people)))
