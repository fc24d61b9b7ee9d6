"""The gist kept of each episode is what its evidence gives, after any history, and lists read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from pne_tracker.cli import _app
from pne_tracker.cli.progress import rebuild_progress
from pne_tracker.db import UNSCOPED, looking, reading, transaction
from pne_tracker.domain.gist import Gist, QuizScore
from pne_tracker.domain.visit_draft import SectionDraft
from pne_tracker.models import Check, CheckKind, Episode, EpisodeGist, YellowFlag, new_id
from pne_tracker.queries.gists import gists_of, known_of
from pne_tracker.queries.next_steps import paths_of
from pne_tracker.queries.planning import plan_of_episode
from pne_tracker.queries.since import since_last_visit
from pne_tracker.services import gists, visits
from tests.people import House
from tests.queries.histories import Town
from tests.visit_forms import GAIT_AND_PNE, signed_visit

ZONE = "America/New_York"


def everybody(session: Session) -> list[Episode]:
    return list(session.scalars(select(Episode).order_by(Episode.id)))


def gist(session: Session, house: House) -> Gist:
    return gists_of(session, [session.get_one(Episode, house.episode_id)])[house.episode_id]


def teach(session: Session, house: House, day: int, *sections: SectionDraft) -> None:
    form = replace(GAIT_AND_PNE(house.today - dt.timedelta(days=day), decision="separate"), sections=sections)
    signed_visit(session, house, form)


def quiz(house: House, section: int, score: float, on_date: dt.date, questions: int) -> Check:
    return Check(
        id=new_id(),
        episode_id=house.episode_id,
        section=section,
        kind=CheckKind.QUIZ,
        score=score,
        questions=questions,
        concepts={"hurt-is-not-harm": score},
        on_date=on_date,
        at=house.now,
    )


@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_is_what_the_evidence_gives_after_any_history(
    app: Flask, house: House, seed: int
) -> None:
    town = Town(house, seed)
    for _ in range(4):
        town.live(20)
        with reading(UNSCOPED) as session:
            episodes = everybody(session)
            ids = [one.id for one in episodes]
            kept = set(session.scalars(select(EpisodeGist.episode_id)))
            assert gists.differences(session, ids) == []
            assert {one.episode_id for one in town.people} <= kept
            _lists_agree_with_records(session, episodes, house.today)
    _nothing_changes_where_none_is_kept(house)


def _lists_agree_with_records(session: Session, episodes: list[Episode], today: dt.date) -> None:
    known = known_of(session, episodes, today)
    paths = paths_of(session, episodes, today, known)
    for episode in episodes:
        plan, path = plan_of_episode(session, episode, today, 30), paths[episode.id]
        assert path.states == tuple(state.value for state in plan.states.values())
        assert (path.first.title if path.first else None) == (plan.suggestion and plan.suggestion.title)
        assert (path.first.score if path.first else None) == (plan.suggestion and plan.suggestion.score)


def _nothing_changes_where_none_is_kept(house: House) -> None:
    with reading(UNSCOPED) as session:
        before = since_last_visit(session, everybody(session), today=house.today, timezone=ZONE)
    with transaction(UNSCOPED) as session:
        session.execute(delete(EpisodeGist))
    with reading(UNSCOPED) as session:
        assert since_last_visit(session, everybody(session), today=house.today, timezone=ZONE) == before
    with transaction(UNSCOPED) as session:
        assert gists.catch_up(session, limit=4) == 4
        assert gists.catch_up(session) == len(before) - 4
        assert gists.catch_up(session) == 0
    with reading(UNSCOPED) as session:
        assert gists.differences(session, list(before)) == []
        assert since_last_visit(session, everybody(session), today=house.today, timezone=ZONE) == before


def test_the_gist_tells_visits_flags_pain_and_the_latest_quiz(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        teach(session, house, 9, SectionDraft(1, "explains"))
        teach(session, house, 2, SectionDraft(2, "not_yet"))
        session.add(quiz(house, 1, 0.5, house.today - dt.timedelta(days=5), 4))
        session.add(quiz(house, 1, 1.0, house.today, 0))
    with reading(house.therapist) as session:
        told = gist(session, house)
    assert told.visits == (house.today - dt.timedelta(days=9), house.today - dt.timedelta(days=2))
    assert told.quiz == (house.today - dt.timedelta(days=5), QuizScore(1, 2, 4))
    assert told.sections.keys() == {1, 2}


def test_what_a_transaction_changes_it_reads_before_it_commits(work: Session, house: House) -> None:
    episode = work.get_one(Episode, house.episode_id)
    teach(work, house, 3, SectionDraft(1, "explains"))
    assert len(gist(work, house).visits) == 1
    gists.keep(work)
    visit_id = work.scalars(select(EpisodeGist.visited_on)).one()
    assert visit_id == house.today - dt.timedelta(days=3)
    last = signed_visit(work, house, GAIT_AND_PNE(house.today, decision="separate"))
    gists.keep(work)
    visits.withdraw_visit(work, house.therapist, last.id, "Wrong patient.", now=house.now)
    strips = since_last_visit(work, [episode], today=house.today, timezone=ZONE)
    assert strips[episode.id].on == house.today - dt.timedelta(days=3)


def test_a_flag_that_ends_leaves_the_gist(app: Flask, house: House) -> None:
    flag = YellowFlag(
        id=new_id(),
        episode_id=house.episode_id,
        flag="low-mood",
        recorded_on=house.today,
        recorded_by=house.therapist.account_id,
    )
    with transaction(house.therapist) as session:
        session.add(flag)
    with reading(house.therapist) as session:
        assert gist(session, house).flags == {"low-mood": house.today}
    with transaction(house.therapist) as session:
        session.get_one(YellowFlag, flag.id).ended_on = house.today
    with reading(house.therapist) as session:
        assert gist(session, house).flags == {}


def test_a_look_derives_what_is_missing_and_writes_nothing(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        teach(session, house, 3, SectionDraft(1, "explains"))
    with transaction(UNSCOPED) as session:
        session.execute(delete(EpisodeGist))
    with looking(house.therapist) as session:
        assert len(gist(session, house).visits) == 1
    with reading(UNSCOPED) as session:
        assert session.scalar(select(func.count()).select_from(EpisodeGist)) == 0


def test_the_command_names_a_gist_that_is_not_its_evidence_and_rebuilds_it(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_app, "create_app", lambda: app)
    runner = CliRunner()
    with transaction(house.therapist) as session:
        teach(session, house, 3, SectionDraft(1, "explains"))
    assert runner.invoke(rebuild_progress, []).exit_code == 0
    with transaction(UNSCOPED) as session:
        session.execute(update(EpisodeGist).values(visited_on=house.today))
    found = runner.invoke(rebuild_progress, ["--check"])
    assert found.exit_code == 1
    assert str(house.episode_id) in found.output
    runner.invoke(rebuild_progress, [])
    assert runner.invoke(rebuild_progress, ["--check"]).exit_code == 0
