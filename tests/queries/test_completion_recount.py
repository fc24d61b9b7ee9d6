"""Counts that are kept while anything happens stay those of the evidence, whenever they are folded or rebuilt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.models import EpisodeStanding, HomeworkStanding
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.services import completion_counts, progress, standing_upkeep
from tests.people import House
from tests.queries.evidence import Evidence
from tests.queries.first_screen import agree_on_first_screen
from tests.queries.histories import STEADY, Town


def _agree(town: Town) -> None:
    evidence = Evidence.read()
    therapist, payer = town.therapists[0].account_id, town.payers[1]
    for chosen in (
        CompletionFilter(),
        CompletionFilter(status=None, payer_id=payer),
        CompletionFilter(status=EpisodeStatus.DISCHARGED, therapist_id=therapist),
    ):
        agree_on_first_screen(town, evidence, chosen)


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_are_what_the_evidence_gives_at_every_turn_of_any_history(
    app: Flask, house: House, seed: int
) -> None:
    town = Town(house, seed, people=STEADY + 2)
    for _ in range(5):
        town.live(20)
        _agree(town)
    with transaction(UNSCOPED) as session:
        assert _counted_otherwise(session) == []
        assert completion_counts.differences(session) == 0
        completion_counts.rebuild(session)
    _agree(town)


def _counted_otherwise(session: Session) -> list[UUID]:
    return [one for page in progress.pages(session) for one in standing_upkeep.differences(session, page)]


def _an_idea_closes(session: Session) -> None:
    session.execute(update(EpisodeStanding).values(ideas={"hurt-is-not-harm": "c"}))


def _an_entry_is_forgotten(session: Session) -> None:
    for item in session.scalars(select(HomeworkStanding)):
        item.days = []


def _an_item_is_lost(session: Session) -> None:
    session.execute(delete(HomeworkStanding))


def _a_patient_was_active_later(session: Session) -> None:
    session.execute(update(EpisodeStanding).values(active_on=dt.date(2030, 1, 1)))


@pytest.mark.parametrize(
    "breaks", [_an_idea_closes, _an_entry_is_forgotten, _an_item_is_lost, _a_patient_was_active_later]
)
def test_what_is_counted_otherwise_than_the_evidence_says_is_told_by_episode(
    app: Flask, house: House, breaks: Callable[[Session], None]
) -> None:
    town = Town(house, 2, people=STEADY + 2)
    town.live(20)
    with transaction(UNSCOPED) as session:
        assert _counted_otherwise(session) == []
        breaks(session)
        session.flush()
        session.expire_all()
        assert _counted_otherwise(session) != []
        session.rollback()


def test_changes_wait_for_nobody_and_count_at_once(app: Flask, house: House) -> None:
    town = Town(house, 1, people=1)
    town.teach(town.people[0])
    with transaction(UNSCOPED) as session:
        before = completion_counts.fold(session)
        again = completion_counts.fold(session)
    assert before > 0
    assert again == 0
    town.teach(town.people[0])
    _agree(town)
