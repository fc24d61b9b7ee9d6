"""Discharging: a reason is asked for, drafts stand in the way, open homework is let go, reopening undoes it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.discharge import (
    END_REASONS,
    GOAL_RESULTS,
    Discharge,
    EndReason,
    GoalResult,
    discharge_of,
)
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.domain.visit_draft import DraftInput, HomeworkDraft, SectionDraft, TreatmentDraft
from pne_tracker.models import AuditEvent, Episode, Homework
from pne_tracker.queries.curricula import pack_of
from pne_tracker.services import episodes
from pne_tracker.services.discharges import discharge_episode, open_ending
from tests.people import House
from tests.visit_forms import signed_visit, start

REACHED = Discharge(EndReason.GOALS_MET, GoalResult.MET, "Walks to the market.")


def discharge(work: Session, house: House) -> int:
    return discharge_episode(
        work, house.therapist, house.episode_id, REACHED, today=house.today, now=house.now
    )


def taking_home(work: Session, house: House) -> DraftInput:
    key = pack_of(work, house.pack_version_id).by_number[1].homework[0].key
    item = HomeworkDraft(key, house.today + dt.timedelta(days=7), True, "")
    return DraftInput(house.today, 30, (TreatmentDraft("97110", 30),), (SectionDraft(1),), (item,))


def test_a_discharge_keeps_why_and_what_became_of_the_goals(work: Session, house: House) -> None:
    discharge(work, house)
    episode = work.get_one(Episode, house.episode_id)
    assert (episode.status.value, episode.closed_on) == ("discharged", house.today)
    assert (episode.end_reason, episode.end_result, episode.end_words) == (
        "goals_met",
        "met",
        "Walks to the market.",
    )
    assert work.scalar(select(AuditEvent.action).where(AuditEvent.action == "discharge")) == "discharge"


def test_open_homework_is_let_go_with_the_discharge(work: Session, house: House) -> None:
    signed_visit(work, house, taking_home(work, house))
    assert open_ending(work, house.therapist, house.episode_id, now=house.now).homework == 1
    assert discharge(work, house) == 1
    assert work.scalars(select(Homework.closed_as)).all() == ["waived"]


def test_a_draft_visit_stands_in_the_way(work: Session, house: House) -> None:
    draft = start(work, house)
    assert open_ending(work, house.therapist, house.episode_id, now=house.now).draft_id == draft.id
    with pytest.raises(RefusedError, match="still a draft"):
        discharge(work, house)


def test_discharging_twice_is_refused_and_reopening_forgets_the_reason(work: Session, house: House) -> None:
    discharge(work, house)
    with pytest.raises(RefusedError, match="already"):
        discharge(work, house)
    episodes.move_episode(work, house.therapist, house.episode_id, "reopen", now=house.now)
    episode = work.get_one(Episode, house.episode_id)
    assert (episode.end_reason, episode.end_result, episode.end_words, episode.closed_on) == (
        None,
        None,
        "",
        None,
    )


@pytest.mark.parametrize(
    ("reason", "result", "words", "at"),
    [
        ("", "met", "", "reason"),
        ("tired", "met", "", "reason"),
        ("moved", "", "", "result"),
        ("other", "met", "  ", "words"),
        ("moved", "met", "x" * 501, "words"),
    ],
)
def test_what_is_missing_is_asked_for_at_its_field(reason: str, result: str, words: str, at: str) -> None:
    with pytest.raises(BadInputError) as caught:
        discharge_of(reason, result, words)
    assert caught.value.at == at


def test_every_reason_and_result_has_words() -> None:
    assert set(END_REASONS) == set(EndReason)
    assert set(GOAL_RESULTS) == set(GoalResult)
