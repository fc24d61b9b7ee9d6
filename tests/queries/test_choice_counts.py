"""What is kept of suggestions and of what was received: a rebuild counts the same, and so does any other way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import select

from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.report import Report
from pne_tracker.domain.standing import CHOSEN, Measured
from pne_tracker.models import EVERYBODY, CompletionCount
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.topics import TOPICS
from pne_tracker.queries.standing_cells import COLUMNS
from pne_tracker.services import completion_counts
from tests.people import House
from tests.queries.histories import Town
from tests.queries.kept_counts import fold_all, kept_counts

KEPT = CHOSEN | {Measured.RECEIVED}
EVERYONE = CompletionFilter(status=None)


@pytest.fixture
def town(app: Flask, house: House) -> Town:
    town = Town(house, 5, people=6)
    town.live(160)
    return town


def _reports(town: Town, chosen: CompletionFilter) -> list[Report]:
    with reading(town.lead) as session:
        sheets = [
            TOPICS[topic].build(session, town.lead, chosen, town.house.today)
            for topic in ("suggestions", "understanding")
        ]
    return [one for sheet in sheets for one in sheet.reports if one.key != "gaps"]


def _differences() -> int:
    with reading(UNSCOPED) as session:
        return completion_counts.differences(session)


def test_a_rebuild_counts_what_was_kept_after_any_history(town: Town) -> None:
    fold_all()
    kept = kept_counts(KEPT)
    assert {row[COLUMNS.index("measured")] for row in kept} == KEPT
    assert {row[COLUMNS.index("therapist_id")] for row in kept} == {EVERYBODY}
    assert _differences() == 0
    with transaction(UNSCOPED) as session:
        completion_counts.rebuild(session)
    assert kept_counts(KEPT) == kept


@pytest.mark.parametrize("measured", sorted(KEPT))
def test_a_count_that_was_lost_is_told_by_the_check(town: Town, measured: Measured) -> None:
    fold_all()
    with transaction(UNSCOPED) as session:
        lost = select(CompletionCount).where(CompletionCount.measured == measured, CompletionCount.n > 0)
        session.scalars(lost).all()[0].n -= 1
    assert _differences() == 1


def test_an_older_installation_is_filled_in_by_the_migration(town: Town) -> None:
    fold_all()
    kept, shown = kept_counts(KEPT), _reports(town, EVERYONE)
    flask_migrate.downgrade(revision="0048")
    flask_migrate.upgrade()
    assert kept_counts(KEPT) == kept
    assert _reports(town, EVERYONE) == shown
    assert _differences() == 0


def test_counts_tell_what_the_rows_add_up_to(town: Town) -> None:
    filters = [
        EVERYONE,
        CompletionFilter(),
        CompletionFilter(status=EpisodeStatus.DISCHARGED),
        replace(EVERYONE, clinic_id=town.clinics[1]),
        replace(EVERYONE, payer_id=town.payers[1]),
        replace(EVERYONE, therapist_id=town.therapists[0].account_id),
    ]
    for chosen in filters:
        far = replace(chosen, until=dt.date(2100, 1, 1))
        assert _reports(town, chosen) == _reports(town, far), chosen
    assert all(one.groups for one in _reports(town, EVERYONE))
