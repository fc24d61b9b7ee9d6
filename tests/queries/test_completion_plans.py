"""What completion reads, and a patient's year: a page, kept counts, one person's rows; never everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pne_tracker.db import db, reading, transaction
from pne_tracker.domain.billing import Discipline
from pne_tracker.domain.outcomes import score_groc
from pne_tracker.domain.visit_draft import DraftInput, TreatmentDraft
from pne_tracker.models import Check, CheckKind, new_id
from pne_tracker.queries.completion import filters, rows, told
from pne_tracker.queries.completion.behind import number_of
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.topics import TOPICS
from pne_tracker.queries.episode_care import year_amount
from pne_tracker.services import outcomes, progress
from pne_tracker.services.signing import sign_visit
from pne_tracker.services.visit_drafts import save_draft
from pne_tracker.services.visits import start_visit
from tests.people import House
from tests.queries.plans import plan_of, statements

OPEN = CompletionFilter()
EVERY_STATUS = CompletionFilter(status=None)


Read = Callable[[Session, House], object]
READS: dict[str, Read] = {
    "the matrix": lambda session, house: rows.matrix(session, house.lead, OPEN),
    "the next page of the matrix": lambda session, house: rows.matrix(
        session, house.lead, OPEN, after=f"1.{house.episode_id.hex}"
    ),
    "the matrix of every status": lambda session, house: rows.matrix(session, house.lead, EVERY_STATUS),
    "who stalls": lambda session, house: rows.stalled(session, house.lead, OPEN, today=house.today),
    "the next page of who stalls": lambda session, house: rows.stalled(
        session, house.lead, OPEN, today=house.today, after=f"1.{house.episode_id.hex}"
    ),
    "the matrix of a payer": lambda session, house: rows.matrix(
        session, house.lead, CompletionFilter(payer_id=house.payer_id)
    ),
    "who stalls with a payer": lambda session, house: rows.stalled(
        session, house.lead, CompletionFilter(payer_id=house.payer_id), today=house.today
    ),
    "the choices of the filter": lambda session, house: filters.choices(session, house.lead, OPEN),
}


@pytest.mark.parametrize("name", READS)
def test_a_page_is_read_along_an_index(app: Flask, house: House, name: str) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite says how it reads, whatever the tables hold")
    with reading(house.lead) as session, statements() as seen:
        READS[name](session, house)
        (statement, given), *more = seen
        plan = plan_of(session, statement, given)
    assert not more
    large = ("episode_standing", "account", "patient")
    assert not [step for step in plan if step.startswith("SCAN") and step.split()[1] in large], plan
    if name == "the choices of the filter":
        assert [step for step in plan if "ix_account_staff" in step], plan
        return
    assert [step for step in plan if "ix_episode_standing_" in step], plan
    if name.endswith("payer"):
        assert [step for step in plan if "payer_id=?" in step], plan
    assert plan.count("USE TEMP B-TREE FOR ORDER BY") == 1, (
        "the page alone is sorted, never what it is taken from"
    )


def test_the_year_of_a_patient_is_added_up_from_the_patients_own_visits(app: Flask, house: House) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite says how it reads, whatever the tables hold")
    with reading(house.therapist) as session, statements() as seen:
        year_amount(session, house.patient_id, Discipline.PT, house.today)
        plan = plan_of(session, *next(one for one in seen if "billing_line" in one[0]))
    assert "ix_episode_patient" in plan[0]
    assert not [step for step in plan if step.startswith("SCAN")], plan


COUNTED = {
    "open episodes": lambda _house: OPEN,
    "every status": lambda _house: EVERY_STATUS,
    "a clinic": lambda house: replace(OPEN, clinic_id=house.clinic_id),
    "a payer": lambda house: replace(OPEN, payer_id=house.payer_id),
}
KEPT = ("sections", "clinics", "time")
STALLED = 5
LARGE = (
    "episode_standing",
    "homework_standing",
    "message_standing",
    "completion_count",
    "section_state",
    "section_choice",
    "received_answer",
    "visit",
    "episode",
    "patient",
)


def _plans(house: House, topic: str, chosen: CompletionFilter) -> list[list[str]]:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite says how it reads, whatever the tables hold")
    with reading(house.lead) as session, statements() as seen:
        TOPICS[topic].build(session, house.lead, chosen, house.today)
        plans = [plan_of(session, *one) for one in list(seen)]
    for plan in plans:
        assert not [step for step in plan if step.startswith("SCAN") and step.split()[1] in LARGE], plan
    return plans


@pytest.mark.parametrize("topic", KEPT)
@pytest.mark.parametrize("name", COUNTED)
def test_a_topic_of_kept_counts_reads_no_episode(app: Flask, house: House, topic: str, name: str) -> None:
    steps = [step for plan in _plans(house, topic, COUNTED[name](house)) for step in plan]
    counts = [step for step in steps if step.startswith("SEARCH completion_count")]
    assert counts
    assert all("clinic_id=? AND therapist_id=? AND measured=?" in step for step in counts), counts
    assert not [step for step in steps if "_standing" in step], steps


def _along(plans: list[list[str]], index: str) -> list[str]:
    return [step for plan in plans for step in plan if f"USING INDEX {index} " in step]


def _with_a_choice(house: House) -> None:
    """A signed visit that began with another section than suggested."""
    with transaction(house.therapist) as session:
        who, day, now = house.therapist, house.today, house.now
        visit = start_visit(session, who, house.episode_id, on_date=day, now=now, section=9, why="known")
        form = DraftInput(on_date=day, minutes=30, treatments=(TreatmentDraft("97110", 30, 15),))
        visit = save_draft(session, who, visit.id, form, visit.version, now)
        sign_visit(session, viewer=who, visit_id=visit.id, version=visit.version, now=now)


@pytest.mark.parametrize("name", COUNTED)
def test_suggestions_are_added_up_from_counts_or_from_the_payers_episodes(
    app: Flask, house: House, name: str
) -> None:
    _with_a_choice(house)
    plans = _plans(house, "suggestions", COUNTED[name](house))
    if name == "a payer":
        assert _along(plans, "ix_section_choice_episode"), plans
        return
    counts = [step for plan in plans for step in plan if step.startswith("SEARCH completion_count")]
    assert counts
    assert all("clinic_id=? AND therapist_id=? AND measured=?" in step for step in counts), counts
    assert len(_along(plans, "ix_section_choice_by")) == 3
    assert len(_along(plans, "ix_section_choice_suggested")) >= 3
    assert len(_along(plans, "ix_section_choice_why")) >= 1


@pytest.mark.parametrize("name", COUNTED)
def test_what_was_received_is_added_up_from_counts_and_those_who_began_of_late(
    app: Flask, house: House, name: str
) -> None:
    plans = _plans(house, "understanding", COUNTED[name](house))
    plan = next(plan for plan in plans if [step for step in plan if "completion_count" in step])
    counts = [step for step in plan if step.startswith("SEARCH completion_count")]
    assert all("clinic_id=? AND therapist_id=? AND measured=?" in step for step in counts), counts
    standings = [step for step in plan if "episode_standing" in step]
    assert standings == [step for step in standings if "ix_episode_standing_opened" in step], plan
    assert all("opened_on>?" in step for step in standings), plan


def test_the_way_of_one_therapists_patients_is_read_among_theirs(app: Flask, house: House) -> None:
    chosen = replace(OPEN, therapist_id=house.therapist.account_id)
    plans = _plans(house, "time", chosen)
    standings = [step for plan in plans for step in plan if "episode_standing" in step]
    assert len(standings) == 3
    assert all("ix_episode_standing_therapist (therapist_id=?" in step for step in standings), standings


TOLD: dict[str, Callable[[Session, House, CompletionFilter], object]] = {
    "belief gaps": lambda session, house, chosen: told.ideas(session, house.lead, chosen),
    "outcome change": lambda session, house, chosen: told.changes(session, house.lead, chosen),
}


@pytest.mark.parametrize("what", TOLD)
@pytest.mark.parametrize("name", [*COUNTED, "a therapist"])
def test_gaps_and_changes_are_read_from_counts_or_among_a_therapists_own(
    app: Flask, house: House, what: str, name: str
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite says how it reads, whatever the tables hold")
    own = replace(OPEN, therapist_id=house.therapist.account_id)
    chosen = own if name == "a therapist" else COUNTED[name](house)
    with reading(house.lead) as session, statements() as seen:
        TOLD[what](session, house, chosen)
        (one,) = seen
        plan = plan_of(session, *one)
    large = ("episode_standing", "completion_count", "section_check", "outcome_score")
    read = [step for step in plan if step.startswith(("SCAN", "SEARCH")) and step.split()[1] in large]
    if name == "a therapist":
        assert [step.split(" (")[0] for step in read] == [
            "SEARCH episode_standing USING INDEX ix_episode_standing_therapist"
        ]
    else:
        assert read
        assert all("completion_count" in step for step in read), read
        assert all("clinic_id=? AND therapist_id=? AND measured=?" in step for step in read), read


def _missed(house: House) -> Check:
    """A check that missed an idea."""
    return Check(
        id=new_id(),
        episode_id=house.episode_id,
        section=1,
        kind=CheckKind.QUIZ,
        score=0.5,
        concepts={"hurt-is-not-harm": 0.5},
        on_date=house.today,
        at=house.now,
    )


def _better(session: Session, house: House) -> None:
    """The patient says that things are better."""
    day = {"on_date": house.today, "today": house.today, "now": house.now}
    outcomes.record_score(session, house.therapist, house.episode_id, "groc", score_groc(4), **day)


@pytest.mark.parametrize(
    ("topic", "report", "row", "value"),
    [
        ("sections", "funnel", "3", None),
        ("sections", "funnel", "3", 2),
        ("clinics", "clinics", "", None),
        ("clinics", "clinics", "", STALLED),
        ("time", "time_to_complete", "open", None),
        ("time", "between", "2", None),
        ("suggestions", "choices", "therapist", 2),
        ("suggestions", "suggested", "1", None),
        ("suggestions", "why", "known", None),
        ("understanding", "received", "therapist", None),
        ("understanding", "received", "therapist", 4),
        ("understanding", "gaps", "hurt-is-not-harm", 3),
        ("results", "outcomes", "groc", 2),
    ],
)
def test_the_list_behind_a_number_is_read_along_an_index(
    app: Flask, house: House, topic: str, report: str, row: str, value: int | None
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite says how it reads, whatever the tables hold")
    with transaction(house.therapist) as session:
        progress.rebuild(session, [house.episode_id])
        session.add(_missed(house))
        _better(session, house)
    if topic == "suggestions":
        _with_a_choice(house)
    key = {"": house.clinic_id, "therapist": house.therapist.account_id}.get(row, row)
    with reading(house.lead) as session:
        sheet = TOPICS[topic].build(session, house.lead, OPEN, house.today)
        number = number_of(sheet.reports, report, str(key), value)
        assert number is not None
        with statements() as seen:
            found = TOPICS[topic].behind(session, OPEN, house.today, number)
            rows.behind(session, house.lead, found)
        (one,) = seen
        plan = plan_of(session, *one)
    assert not [step for step in plan if step.startswith("SCAN") and step.split()[1] in LARGE], plan
    assert [step for step in plan if "ix_episode_standing_" in step], plan
    if value != STALLED:
        assert plan.count("USE TEMP B-TREE FOR ORDER BY") == 1, "the page alone is sorted"
