"""What is kept of checks and scores: belief gaps and outcome change are counted as they come, whoever writes them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, null, select, update
from sqlalchemy.orm import Session

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.completion import FEW
from pne_tracker.domain.outcomes import score_nprs
from pne_tracker.domain.report import Report
from pne_tracker.domain.standing import Measured
from pne_tracker.models import (
    CareTeamMember,
    Check,
    CheckKind,
    Clinic,
    CompletionCount,
    Episode,
    EpisodeStanding,
    OutcomeScore,
    new_id,
)
from pne_tracker.queries.completion.behind import Number
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.topics import TOPICS
from pne_tracker.services import completion_counts, curricula, outcomes, standing, standing_upkeep
from tests.people import House, add_patient, add_payer
from tests.queries.behind import opened
from tests.queries.kept_counts import fold_all
from tests.queries.plans import statements
from tests.visit_forms import signed_visit

HARM, ALARM = "hurt-is-not-harm", "body-alarm"
KEPT = (Measured.IDEA, Measured.CHANGE)
DAY = dt.timedelta(days=1)


def _check(house: House, episode_id: uuid.UUID, *, days_ago: int = 0, **scores: float) -> uuid.UUID:
    """A check comes in by itself: `hurt_is_not_harm=0.5`."""
    at = house.now - days_ago * DAY
    row = Check(
        id=new_id(),
        episode_id=episode_id,
        section=1,
        kind=CheckKind.QUIZ,
        score=0.5,
        concepts={name.replace("_", "-"): score for name, score in scores.items()},
        on_date=at.date(),
        at=at,
    )
    with transaction(house.therapist) as session:
        session.add(row)
    return row.id


def _pain(house: House, episode_id: uuid.UUID, worst: int, *, days_ago: int = 0) -> uuid.UUID:
    with transaction(house.therapist) as session:
        return outcomes.record_score(
            session,
            house.therapist,
            episode_id,
            "nprs",
            score_nprs(now=0, least=0, worst=worst),
            on_date=house.today - days_ago * DAY,
            today=house.today,
            now=house.now,
        )


def _report(house: House, key: str, chosen: CompletionFilter | None = None) -> Report:
    topic = {"gaps": "understanding", "outcomes": "results"}[key]
    with reading(house.lead) as session:
        sheet = TOPICS[topic].build(session, house.lead, chosen or CompletionFilter(), house.today)
    return next(one for one in sheet.reports if one.key == key)


def _gaps(house: House, chosen: CompletionFilter | None = None) -> dict[str, tuple[object, ...]]:
    """By idea: checked, missed at first, closed since, open now."""
    return {one.key: one.values for one in _report(house, "gaps", chosen).groups}


def _pain_change(house: House, chosen: CompletionFilter | None = None) -> list[tuple[object, ...]]:
    """Episodes, median, better, within the error, worse."""
    return [one.values[:5] for one in _report(house, "outcomes", chosen).groups if one.key == "nprs"]


def _differences() -> int:
    with reading(UNSCOPED) as session:
        return completion_counts.differences(session)


def _more_episodes(house: House, number: int) -> list[uuid.UUID]:
    """So many more patients under treatment."""
    found = []
    with transaction(UNSCOPED) as session:
        clinic, first = session.get_one(Clinic, house.clinic_id), session.get_one(Episode, house.episode_id)
        for one in range(number):
            patient = add_patient(session, clinic, new_id(), "Pat", f"Number{one}", f"HL-3{one:04}")
            episode = Episode(
                id=new_id(),
                patient_id=patient.id,
                **{
                    name: getattr(first, name)
                    for name in (
                        "organisation_id",
                        "clinic_id",
                        "therapist_id",
                        "payer_id",
                        "pack_version_id",
                        "discipline",
                        "status",
                        "reason",
                        "opened_on",
                        "visits_authorised",
                    )
                },
            )
            session.add(episode)
            session.add(
                CareTeamMember(
                    organisation_id=clinic.organisation_id,
                    episode_id=episode.id,
                    patient_id=patient.id,
                    account_id=house.therapist.account_id,
                )
            )
            found.append(episode.id)
    return found


@contextmanager
def _reads(*tables: str) -> Iterator[list[str]]:
    """The SELECT statements that read from one of these tables, known once they have run."""
    found: list[str] = []
    with statements("SELECT") as seen:
        yield found
    found += [said for said, _ in seen if any(f"FROM {table}" in said for table in tables)]


def test_a_gap_opens_and_closes_as_the_checks_come_in(app: Flask, house: House) -> None:
    _check(house, house.episode_id, hurt_is_not_harm=0.5, body_alarm=1.0)
    assert _gaps(house) == {HARM: (1, 1, 0, 1), ALARM: (1, 0, 0, 0)}
    fold_all()
    _check(house, house.episode_id, hurt_is_not_harm=1.0)
    assert _gaps(house)[HARM] == (1, 1, 1, 0)
    _check(house, house.episode_id, hurt_is_not_harm=0.25, body_alarm=0.5)
    assert _gaps(house) == {HARM: (1, 1, 0, 1), ALARM: (1, 0, 0, 1)}
    assert _differences() == 0


def test_a_change_of_pain_is_counted_with_the_second_score_and_goes_with_it(app: Flask, house: House) -> None:
    _pain(house, house.episode_id, 8, days_ago=20)
    assert _pain_change(house) == []
    latest = _pain(house, house.episode_id, 3)
    assert _pain_change(house) == [(1, -5, 1, 0, 0)]
    fold_all()
    with transaction(house.therapist) as session:
        session.delete(session.get_one(OutcomeScore, latest))
    assert _pain_change(house) == []
    assert _differences() == 0


def test_the_median_of_many_changes_is_the_middle_of_their_points(app: Flask, house: House) -> None:
    for episode_id, worst in zip([house.episode_id, *_more_episodes(house, 3)], (1, 5, 8, 9), strict=True):
        _pain(house, episode_id, 7, days_ago=10)
        _pain(house, episode_id, worst)
    assert _pain_change(house) == [(4, -0.5, 2, 1, 1)]


def test_a_period_that_is_over_shows_how_things_stood_then(app: Flask, house: House) -> None:
    _check(house, house.episode_id, days_ago=20, hurt_is_not_harm=0.5)
    _check(house, house.episode_id, hurt_is_not_harm=1.0)
    for days_ago, worst in ((20, 8), (15, 7), (0, 2)):
        _pain(house, house.episode_id, worst, days_ago=days_ago)
    then = CompletionFilter(until=house.today - 10 * DAY)
    assert (_gaps(house)[HARM], _gaps(house, then)[HARM]) == ((1, 1, 1, 0), (1, 1, 0, 1))
    assert (_pain_change(house), _pain_change(house, then)) == ([(1, -6, 1, 0, 0)], [(1, -1, 0, 1, 0)])


def test_an_idea_is_missed_by_the_pass_mark_of_the_episodes_own_pack(app: Flask, house: House) -> None:
    easier = replace(load_shipped(), version="2.0", pass_mark=0.5)
    with transaction(UNSCOPED) as session:
        clinic = session.get_one(Clinic, house.clinic_id)
        easier_id = curricula.store(session, clinic.organisation_id, easier, now=house.now + DAY).id
    _check(house, house.episode_id, days_ago=20, hurt_is_not_harm=0.6)
    every = [None, CompletionFilter(until=house.today - 10 * DAY), CompletionFilter(language="en")]
    assert [_gaps(house, one)[HARM] for one in every] == [(1, 1, 0, 1)] * 3
    with transaction(UNSCOPED) as session:
        session.get_one(Episode, house.episode_id).pack_version_id = easier_id
    assert [_gaps(house, one)[HARM] for one in every] == [(1, 0, 0, 0)] * 3
    assert _differences() == 0


def test_a_check_that_is_filed_elsewhere_takes_its_idea_along(app: Flask, house: House) -> None:
    (other,) = _more_episodes(house, 1)
    check_id = _check(house, house.episode_id, hurt_is_not_harm=0.5)
    with transaction(house.therapist) as session:
        session.get_one(Check, check_id).episode_id = other
    report = _report(house, "gaps")
    with reading(house.lead) as session:
        number = Number(report, report.groups[0], 3)
        assert opened(session, house.lead, "understanding", CompletionFilter(), house.today, number) == {
            other
        }
    assert _differences() == 0


def test_what_was_counted_moves_with_the_episode(app: Flask, house: House) -> None:
    _check(house, house.episode_id, hurt_is_not_harm=0.5)
    _pain(house, house.episode_id, 8, days_ago=20)
    _pain(house, house.episode_id, 3)
    fold_all()
    with transaction(UNSCOPED) as session:
        clinic = session.get_one(Clinic, house.clinic_id)
        payer_id = add_payer(session, clinic, "Blue Harbor", "ama_midpoint", house.now).id
        session.flush()
        session.get_one(Episode, house.episode_id).payer_id = payer_id
    before, after = CompletionFilter(payer_id=house.payer_id), CompletionFilter(payer_id=payer_id)
    assert (_gaps(house, before), _pain_change(house, before)) == ({}, [])
    assert (_gaps(house, after), _pain_change(house, after)) == (
        {HARM: (1, 1, 0, 1)},
        [(1, -5, 1, 0, 0)],
    )
    with transaction(UNSCOPED) as session:
        standing.forget_patient(session, house.patient_id)
    fold_all()
    with reading(UNSCOPED) as session:
        kept = session.scalars(select(CompletionCount.n).where(CompletionCount.measured.in_(KEPT))).all()
    assert kept
    assert not any(kept)


def test_of_many_all_are_counted_and_listed_and_no_episode_is_read_for_it(app: Flask, house: House) -> None:
    everybody = [house.episode_id, *_more_episodes(house, FEW + 1)]
    for episode_id in everybody:
        _check(house, episode_id, hurt_is_not_harm=0.5)
    _check(house, house.episode_id, body_alarm=1.0)
    fold_all()
    with _reads("episode_standing", "section_check") as seen:
        report = _report(house, "gaps")
    assert [one for one in seen if "ideas" in one or "section_check" in one] == []
    assert {one.key: one.values for one in report.groups}[HARM] == (FEW + 2, FEW + 2, 0, FEW + 2)
    assert report.people >= FEW
    with reading(house.lead) as session:
        number = Number(report, next(one for one in report.groups if one.key == HARM), 3)
        found = opened(session, house.lead, "understanding", CompletionFilter(), house.today, number)
    assert found == set(everybody)


def test_two_ideas_of_a_few_rest_on_each_of_them_once(app: Flask, house: House) -> None:
    first, second = _more_episodes(house, 2)
    _check(house, first, hurt_is_not_harm=0.5, body_alarm=1.0)
    _check(house, second, body_alarm=1.0)
    assert _report(house, "gaps").people == 2


Change = Callable[[Session, House], object]
CHANGES: dict[str, Change] = {
    "a visit": signed_visit,
    "another reason of the episode": lambda session, house: setattr(
        session.get_one(Episode, house.episode_id), "reason", "neck and left arm"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_checks_and_scores_are_read_for_the_counts_only_when_some_came_in(
    app: Flask, house: House, change: str
) -> None:
    _check(house, house.episode_id, hurt_is_not_harm=0.5)
    with transaction(house.therapist) as session:
        CHANGES[change](session, house)
        session.flush()
        with _reads("section_check", "outcome_score") as seen:
            standing.keep(session)
    assert seen == []
    assert _gaps(house) == {HARM: (1, 1, 0, 1)}


def test_a_name_may_be_as_long_as_a_pack_may_give_it(app: Flask, house: House) -> None:
    _check(house, house.episode_id, **{"long_" * 11 + "ideas": 0.5})
    fold_all()
    with reading(UNSCOPED) as session:
        kept = session.scalars(
            select(CompletionCount.what).where(CompletionCount.measured == Measured.IDEA)
        ).all()
    assert [len(one) for one in kept] == [60]
    assert _differences() == 0


def _told(house: House) -> None:
    _check(house, house.episode_id, hurt_is_not_harm=0.5)
    _pain(house, house.episode_id, 8, days_ago=20)
    _pain(house, house.episode_id, 3)
    fold_all()


def _is_as_told(house: House) -> None:
    assert _gaps(house) == {HARM: (1, 1, 0, 1)}
    assert _pain_change(house) == [(1, -5, 1, 0, 0)]
    assert _differences() == 0


def test_what_an_earlier_version_left_uncounted_is_counted_at_the_start(app: Flask, house: House) -> None:
    _told(house)
    with transaction(UNSCOPED) as session:
        session.execute(delete(CompletionCount).where(CompletionCount.measured.in_(KEPT)))
        session.execute(update(EpisodeStanding).values(ideas=null(), changes=null()))
    assert _differences() == 0
    assert (_gaps(house), _pain_change(house)) == ({}, [])
    with transaction(UNSCOPED) as session:
        assert standing_upkeep.catch_up(session) == 1
    with transaction(UNSCOPED) as session:
        assert standing_upkeep.catch_up(session) == 0
    _is_as_told(house)


def test_a_rebuild_reads_checks_and_scores_again(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pne_tracker.cli import _app
    from pne_tracker.cli.progress import rebuild_progress

    monkeypatch.setattr(_app, "create_app", lambda: app)
    _told(house)
    with transaction(UNSCOPED) as session:
        session.execute(update(EpisodeStanding).values(ideas={}, changes={"nprs": 200}))
    runner = CliRunner()
    assert "3 counts of the completion screen differ" in runner.invoke(rebuild_progress, ["--check"]).stderr
    assert runner.invoke(rebuild_progress, []).exit_code == 0
    assert runner.invoke(rebuild_progress, ["--check"]).exit_code == 0
    _is_as_told(house)
