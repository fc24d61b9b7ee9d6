"""The plan of an episode from the database: the same numbers as the worked examples, with their words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import event
from sqlalchemy.orm import Session

from pne_tracker.db import db
from pne_tracker.domain.visit_draft import SectionDraft
from pne_tracker.models import Episode, YellowFlag
from pne_tracker.queries.planning import PNE_MINUTES, EpisodePlan, plan_of_episode
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, signed_visit


def plan(work: Session, house: House, today: dt.date) -> EpisodePlan:
    return plan_of_episode(work, work.get_one(Episode, house.episode_id), today, PNE_MINUTES)


def test_a_first_visit_is_worked_example_a(work: Session, house: House) -> None:
    episode = work.get_one(Episode, house.episode_id)
    episode.visits_authorised, episode.visits_per_week = 10, 2
    work.add(
        YellowFlag(
            episode_id=episode.id,
            flag="poor-sleep",
            recorded_on=dt.date(2026, 11, 20),
            recorded_by=house.therapist.account_id,
        )
    )
    made = plan(work, house, house.today)
    assert [(one.section, one.score) for one in made.plan.ranked[:6]] == [
        (1, 328),
        (2, -74),
        (6, -87),
        (9, -93),
        (5, -155),
        (3, -176),
    ]
    assert made.suggestion is not None
    assert made.suggestion.title == "Teach 1, Pain Knowledge"
    assert [(block.action, block.minutes) for block in made.blocks] == [("teach", 15)]
    assert made.card.summary == "1 new section, 1 task to take home."
    assert made.card.forecast == (
        "14 sections left to teach, 10 visits authorised: 1.4 a visit to finish by 8 January 2027."
    )


def test_a_signed_visit_uses_one_up_and_its_teach_back_counts(work: Session, house: House) -> None:
    form = replace(GAIT_AND_PNE(house.today, decision="separate"), sections=(SectionDraft(1, "not_yet"),))
    signed_visit(work, house, form)
    made = plan(work, house, house.today + dt.timedelta(days=7))
    assert made.visits_left == 11
    assert made.suggestion is not None
    assert (made.suggestion.title, made.suggestion.state) == ("Go back to 1, Pain Knowledge", "revisit")
    assert made.suggestion.text.startswith("Teach-back on 23 November 2026: not yet (+140)")
    assert (made.tally.taught, made.tally.understood, made.tally.revisit) == (1, 0, 1)


def test_an_ended_flag_counts_no_more(work: Session, house: House) -> None:
    work.add(
        YellowFlag(
            episode_id=house.episode_id,
            flag="poor-sleep",
            recorded_on=house.today,
            recorded_by=house.therapist.account_id,
            ended_on=house.today,
        )
    )
    made = plan(work, house, house.today)
    assert not any(reason.code == "flag" for one in made.plan.ranked for reason in one.reasons)


def test_a_plan_takes_a_fixed_number_of_queries(work: Session, house: House) -> None:
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    plan(work, house, house.today)
    seen.clear()
    plan(work, house, house.today)
    assert len(seen) <= 10
