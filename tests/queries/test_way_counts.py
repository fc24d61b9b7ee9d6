"""What is kept of the way through the curriculum: a rebuild counts the same, so does a start after an upgrade."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, null, select, update

from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.report import Report
from pne_tracker.domain.standing import Measured
from pne_tracker.models import EVERYBODY, CompletionChange, CompletionCount, EpisodeStanding
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.topics import TOPICS
from pne_tracker.queries.standing_cells import COLUMNS
from pne_tracker.services import completion_counts, standing, standing_upkeep
from tests.people import House
from tests.queries.histories import Town
from tests.queries.kept_counts import fold_all, kept_counts

OF_THE_WAY = frozenset({Measured.WAY, Measured.WAIT})
KEPT = ("sections", "time", "clinics")


@pytest.fixture
def town(app: Flask, house: House) -> Town:
    town = Town(house, 12, people=4)
    town.finish(town.people[0], 60, 20)
    town.live(60)
    return town


def _filters(town: Town) -> list[CompletionFilter]:
    everyone = CompletionFilter(status=None)
    return [
        everyone,
        CompletionFilter(),
        CompletionFilter(status=EpisodeStatus.DISCHARGED),
        replace(everyone, clinic_id=town.clinics[1]),
        replace(everyone, payer_id=town.payers[1]),
        replace(everyone, therapist_id=town.therapists[0].account_id),
    ]


def _reports(town: Town) -> list[tuple[tuple[Report, ...], Any, int]]:
    with reading(town.lead) as session:
        sheets = [
            TOPICS[topic].build(session, town.lead, chosen, town.house.today)
            for topic in KEPT
            for chosen in _filters(town)
        ]
    return [(one.reports, one.steps, one.longest) for one in sheets]


def test_a_rebuild_counts_what_was_kept_after_any_history(town: Town) -> None:
    fold_all()
    kept, shown = kept_counts(), _reports(town)
    assert {row[COLUMNS.index("measured")] for row in kept} >= OF_THE_WAY
    with transaction(UNSCOPED) as session:
        assert completion_counts.differences(session) == 0
        completion_counts.rebuild(session)
    assert kept_counts() == kept
    assert _reports(town) == shown


def test_a_count_that_was_lost_is_told_by_the_check(town: Town) -> None:
    fold_all()
    with transaction(UNSCOPED) as session:
        one = session.scalars(
            select(CompletionCount).where(CompletionCount.measured.in_(OF_THE_WAY), CompletionCount.n > 0)
        ).first()
        assert one is not None
        one.n -= 1
    with reading(UNSCOPED) as session:
        assert completion_counts.differences(session) == 1


def test_of_one_therapist_nothing_of_the_way_is_kept_and_the_page_is_the_same_as_added_up(town: Town) -> None:
    fold_all()
    with reading(UNSCOPED) as session:
        whose = session.scalars(
            select(CompletionCount.therapist_id).where(CompletionCount.measured.in_(OF_THE_WAY))
        )
        assert set(whose) == {EVERYBODY}
    with reading(town.lead) as session:
        for chosen in _filters(town):
            far = replace(chosen, until=dt.date(2100, 1, 1))
            pages = [
                TOPICS[topic].build(session, town.lead, one, town.house.today)
                for topic in ("sections", "time")
                for one in (chosen, far)
            ]
            assert pages[0] == pages[1], chosen
            assert pages[2] == pages[3], chosen


def test_what_an_earlier_version_left_uncounted_is_counted_at_the_start(town: Town) -> None:
    fold_all()
    shown = _reports(town)
    with transaction(UNSCOPED) as session:
        session.execute(delete(CompletionCount).where(CompletionCount.measured.in_(OF_THE_WAY)))
        session.execute(update(EpisodeStanding).values(waits=null()))
    with reading(UNSCOPED) as session:
        assert completion_counts.differences(session) == 0
    assert _reports(town) != shown
    counted = []
    while not counted or counted[-1]:
        with transaction(UNSCOPED) as session:
            counted.append(standing_upkeep.catch_up(session, limit=2))
    with reading(UNSCOPED) as session:
        everyone = len(session.scalars(select(EpisodeStanding.id)).all())
        assert session.scalars(select(CompletionChange.id)).first() is not None
        assert completion_counts.differences(session) == 0
    assert sum(counted) == everyone
    assert _reports(town) == shown


def test_who_is_forgotten_leaves_no_count(town: Town) -> None:
    with transaction(UNSCOPED) as session:
        for person in town.people:
            patient_id = person.patient.patient_id
            assert patient_id is not None
            standing.forget_patient(session, patient_id)
        standing.forget_patient(session, town.house.patient_id)
    fold_all()
    assert not kept_counts()
