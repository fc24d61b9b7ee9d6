"""Episodes from opening to discharge, their flags, and outcome scores."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from contextlib import suppress

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.db import transaction
from pne_tracker.domain.access import Viewer
from pne_tracker.domain.discharge import Discharge, EndReason, GoalResult
from pne_tracker.domain.episode_draft import EpisodeDraft
from pne_tracker.domain.errors import (
    BadInputError,
    ConflictError,
    NotFoundError,
    RefusedError,
)
from pne_tracker.domain.icd10 import look_up, split_codes
from pne_tracker.domain.outcomes import (
    GROC,
    NPRS,
    PSFS,
    change_over,
    read_change,
    score_groc,
    score_nprs,
    score_psfs,
)
from pne_tracker.models import CareTeamMember, Diagnosis, Episode, ExternalProvider, Patient, YellowFlag
from pne_tracker.queries.access import load, on_team_or_untreated, reachable_patients
from pne_tracker.queries.episodes import episode_facts, find_providers, held_flags
from pne_tracker.queries.outcomes import own_activities, score_lines
from pne_tracker.queries.planning import PNE_MINUTES, plan_of_episode
from pne_tracker.queries.progress import section_rows
from pne_tracker.services import episodes, flags, outcomes, patient_reading
from pne_tracker.services.discharges import discharge_episode
from tests.people import House
from tests.visit_forms import at_once


def draft(house: House, **facts: object) -> EpisodeDraft:
    """An episode as a therapist fills it in."""
    given = {
        "therapist_id": house.therapist.account_id,
        "discipline": "PT",
        "payer_id": house.payer_id,
        "opened_on": house.today,
        "codes": ("M54.16", "M79.7"),
        **facts,
    }
    return EpisodeDraft(**given)  # type: ignore[arg-type]


def open_for(session: Session, house: House, patient_id: uuid.UUID, **facts: object) -> uuid.UUID:
    return episodes.open_episode(
        session, house.therapist, patient_id, draft(house, **facts), today=house.today, now=house.now
    )


def change(session: Session, house: House, episode_id: uuid.UUID, **facts: object) -> None:
    version = session.scalars(select(Episode.version).where(Episode.id == episode_id)).one()
    episodes.change_episode(
        session,
        house.therapist,
        episode_id,
        draft(house, **facts),
        version=version,
        today=house.today,
        now=house.now,
    )


def move(session: Session, house: House, episode_id: uuid.UUID, step: str) -> None:
    if step == "discharge":
        end = Discharge(EndReason.GOALS_MET, GoalResult.MET)
        discharge_episode(session, house.therapist, episode_id, end, today=house.today, now=house.now)
    else:
        episodes.move_episode(session, house.therapist, episode_id, step, now=house.now)


def test_a_new_episode_has_fourteen_sections_not_started(work: Session, house: House) -> None:
    episode_id = open_for(work, house, house.untreated_id)
    rows = section_rows(work, [episode_id])[episode_id]
    assert [row.number for row in rows] == list(range(1, 15))
    assert {row.state.value for row in rows} == {"not_started"}
    assert work.get_one(Episode, episode_id).pack_version_id == house.pack_version_id


def test_the_team_the_codes_and_the_flags_are_kept(work: Session, house: House) -> None:
    assistant = house.viewers["assistant"].account_id
    episode_id = open_for(
        work, house, house.untreated_id, team=frozenset({assistant}), flags=frozenset({"poor-sleep"})
    )
    team = work.scalars(select(CareTeamMember.account_id).where(CareTeamMember.episode_id == episode_id))
    assert set(team) == {house.therapist.account_id, assistant}
    codes = work.scalars(
        select(Diagnosis.code).where(Diagnosis.episode_id == episode_id).order_by(Diagnosis.rank)
    )
    assert list(codes) == ["M54.16", "M79.7"]
    assert held_flags(work, episode_id) == ["poor-sleep"]
    plan = plan_of_episode(work, work.get_one(Episode, episode_id), house.today, PNE_MINUTES)
    assert any("sleep" in reason.text.lower() for one in plan.plan.ranked for reason in one.reasons)


def test_colleagues_reach_a_patient_until_somebody_treats_them(work: Session, house: House) -> None:
    colleague, patient_id = house.viewers["assistant"], house.untreated_id
    before = load(work, colleague, Patient, patient_id).version
    open_for(work, house, patient_id)
    with pytest.raises(NotFoundError):
        load(work, colleague, Patient, patient_id)
    work.expire_all()
    patient = load(work, house.therapist, Patient, patient_id)
    assert not patient.untreated
    assert patient.version == before, "who was changing the record may go on"


@pytest.mark.parametrize("role", ["therapist", "assistant"])
def test_both_databases_are_asked_for_the_same_reach(role: str, work: Session, house: House) -> None:
    viewer = house.viewers[role]
    named = [
        set(work.scalars(select(Patient.id).where(Patient.clinic_id.in_(viewer.clinic_ids), form)))
        for form in on_team_or_untreated(viewer).clauses
    ]
    assert named[0] == named[1] == set(work.scalars(select(Patient.id).where(reachable_patients(viewer))))
    assert house.untreated_id in named[0]


def test_a_patient_who_has_died_gets_no_episode(work: Session, house: House) -> None:
    work.get_one(Patient, house.untreated_id).deceased = True
    work.flush()
    with pytest.raises(RefusedError):
        open_for(work, house, house.untreated_id)


def test_a_second_click_opens_no_second_episode(work: Session, house: House) -> None:
    open_for(work, house, house.untreated_id)
    with pytest.raises(RefusedError):
        open_for(work, house, house.untreated_id)
    open_for(work, house, house.untreated_id, discipline="OT")


def test_a_change_of_discipline_while_an_episode_is_opened_leaves_one_of_a_kind(
    app: Flask, house: House
) -> None:
    with transaction(house.therapist) as session:
        other = open_for(session, house, house.untreated_id, discipline="OT")

    def act(number: int) -> None:
        with app.app_context(), suppress(RefusedError), transaction(house.therapist) as session:
            if number:
                change(session, house, other, discipline="PT")
            else:
                open_for(session, house, house.untreated_id)

    at_once(act, 2)
    with transaction(house.therapist) as session:
        found = session.scalars(select(Episode.discipline).where(Episode.patient_id == house.untreated_id))
        assert sorted(found).count("PT") == 1


@pytest.mark.parametrize(
    ("facts", "at"),
    [
        ({"discipline": "ST"}, "discipline"),
        ({"codes": ()}, "codes"),
        ({"codes": ("M54.16", "M54.16")}, "codes"),
        ({"codes": ("nonsense",)}, "codes"),
        ({"codes": tuple(f"M54.{n}" for n in range(13))}, "codes"),
        ({"visits_per_week": 0}, "visits_per_week"),
        ({"visit_minutes": 5}, "visit_minutes"),
        ({"visits_authorised": -1}, "visits_authorised"),
        ({"opened_on": dt.date(2027, 1, 1)}, "opened_on"),
        ({"plan_of_care_certified_on": dt.date(2027, 1, 1)}, "plan_of_care_certified_on"),
        ({"flags": frozenset({"unheard-of"})}, "flags"),
        ({"payer_id": uuid.UUID(int=1)}, "payer_id"),
        ({"referring_provider_id": uuid.UUID(int=1)}, "referring_provider_id"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    work: Session, house: House, facts: dict[str, object], at: str
) -> None:
    with pytest.raises(BadInputError) as refused:
        open_for(work, house, house.untreated_id, **facts)
    assert refused.value.at == at


@pytest.mark.parametrize("who", ["assistant", "lead", "biller", "patient", "foreign_therapist"])
def test_only_a_therapist_of_the_clinic_takes_charge(work: Session, house: House, who: str) -> None:
    with pytest.raises(BadInputError) as refused:
        open_for(work, house, house.untreated_id, therapist_id=house.viewers[who].account_id)
    assert refused.value.at == "therapist_id"


@pytest.mark.parametrize("who", ["lead", "biller", "patient", "foreign_therapist"])
def test_only_clinicians_join_a_care_team(work: Session, house: House, who: str) -> None:
    with pytest.raises(BadInputError) as refused:
        open_for(work, house, house.untreated_id, team=frozenset({house.viewers[who].account_id}))
    assert refused.value.at == "team"


def test_a_therapist_outside_the_team_neither_changes_nor_discharges(work: Session, house: House) -> None:
    stranger: Viewer = house.viewers["other_therapist"]
    with pytest.raises(NotFoundError):
        end = Discharge(EndReason.OTHER, GoalResult.UNKNOWN, "a stranger")
        discharge_episode(work, stranger, house.episode_id, end, today=house.today, now=house.now)
    with pytest.raises(NotFoundError):
        flags.record_flags(work, stranger, house.episode_id, {"stress"}, today=house.today, now=house.now)


def test_a_member_taken_off_the_team_no_longer_reaches_the_patient(work: Session, house: House) -> None:
    assistant = house.viewers["assistant"]
    patient_reading.open_record(work, assistant, house.patient_id, today=house.today, now=house.now)
    change(work, house, house.episode_id, team=frozenset())
    with pytest.raises(NotFoundError):
        patient_reading.open_record(work, assistant, house.patient_id, today=house.today, now=house.now)


def test_codes_can_change_places(work: Session, house: House) -> None:
    change(work, house, house.episode_id, codes=("M79.7", "M54.16"))
    change(work, house, house.episode_id, codes=("M54.16", "M79.7", "G89.4"))
    assert episode_facts(work, house.therapist, house.episode_id).draft.codes == ("M54.16", "M79.7", "G89.4")


def test_what_the_form_shows_is_what_was_kept(work: Session, house: House) -> None:
    wanted = draft(
        house,
        goal="walk to the market",
        visits_authorised=9,
        team=frozenset({house.viewers["assistant"].account_id}),
        plan_of_care_from=house.today,
        flags=frozenset({"stress"}),
    )
    episode_id = episodes.open_episode(
        work, house.therapist, house.untreated_id, wanted, today=house.today, now=house.now
    )
    assert episode_facts(work, house.therapist, episode_id).draft == wanted


def test_an_old_form_does_not_undo_a_newer_change(work: Session, house: House) -> None:
    change(work, house, house.episode_id, goal="sleep through")
    with pytest.raises(ConflictError):
        episodes.change_episode(
            work,
            house.therapist,
            house.episode_id,
            draft(house),
            version=1,
            today=house.today,
            now=house.now,
        )


def test_hold_discharge_and_reopen(work: Session, house: House) -> None:
    episode = work.get_one(Episode, house.episode_id)
    for step, status, closed in (
        ("hold", "on_hold", None),
        ("reopen", "open", None),
        ("discharge", "discharged", house.today),
        ("reopen", "open", None),
    ):
        move(work, house, house.episode_id, step)
        assert (episode.status.value, episode.closed_on) == (status, closed), step
    with pytest.raises(RefusedError):
        move(work, house, house.episode_id, "reopen")
    with pytest.raises(BadInputError):
        move(work, house, house.episode_id, "erase")


def test_nothing_reopens_after_a_death(work: Session, house: House) -> None:
    move(work, house, house.episode_id, "discharge")
    work.get_one(Patient, house.patient_id).deceased = True
    work.flush()
    with pytest.raises(RefusedError):
        move(work, house, house.episode_id, "reopen")


def test_marking_reviewed_stamps_who_and_when_and_disturbs_no_open_form(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        version = episode_facts(session, house.therapist, house.episode_id).version
        episodes.mark_reviewed(session, house.therapist, house.episode_id, now=house.now)
    with transaction(house.therapist) as session:
        record = patient_reading.open_record(
            session, house.therapist, house.patient_id, today=house.today, now=house.now
        )
    assert record.episode is not None
    assert record.episode.version == version
    assert record.episode.since.reviewed_at == house.now
    assert record.episode.since.reviewed_by == "Maya Okonjo, PT"


def test_asking_again_ends_what_no_longer_holds_and_dates_what_does(work: Session, house: House) -> None:
    later = house.today + dt.timedelta(days=30)

    def ask(held: set[str], day: dt.date) -> None:
        flags.record_flags(work, house.therapist, house.episode_id, held, today=day, now=house.now)

    ask({"stress", "poor-sleep"}, house.today)
    ask({"stress", "poor-sleep"}, house.today)
    ask({"stress"}, later)
    rows = work.scalars(select(YellowFlag).where(YellowFlag.episode_id == house.episode_id)).all()
    said = {(row.flag, row.recorded_on, row.ended_on) for row in rows}
    assert said == {
        ("poor-sleep", house.today, later),
        ("stress", house.today, later),
        ("stress", later, None),
    }


def test_a_referring_provider_is_found_by_name_or_npi(work: Session, house: House) -> None:
    work.add(
        ExternalProvider(
            source_id="p1", npi="1999999992", given_name="Anaïs", family_name="Brontë", active=True
        )
    )
    work.add(ExternalProvider(source_id="p2", given_name="Ana", family_name="Gone", active=False))
    work.flush()
    for typed in ("bronte", "Anaïs B", "1999999992"):
        assert [one.label for one in find_providers(work, typed)] == ["Anaïs Brontë, NPI 1999999992"]
    assert find_providers(work, "gone") == ()
    assert find_providers(work, " ") == ()


def test_a_code_that_is_not_specific_enough_names_the_longer_ones() -> None:
    assert look_up("m54.16").problem == ""
    assert look_up("M5416").code == "M54.16"
    assert "M54.50" in look_up("M54.5").problem
    assert "not an ICD-10-CM code" in look_up("97112").problem
    assert split_codes(" m54.16, M7970;m5416\nG89.4 ") == ("M54.16", "M79.70", "G89.4")


def test_scores_are_read_against_the_measurement_error(work: Session, house: House) -> None:
    first = dt.date(2026, 10, 12)
    for days, worst in ((0, 8), (21, 7), (35, 5)):
        outcomes.record_score(
            work,
            house.therapist,
            house.episode_id,
            "nprs",
            score_nprs(now=4, least=3, worst=worst),
            on_date=first + dt.timedelta(days=days),
            today=house.today,
            now=house.now,
        )
    (line,) = score_lines(work, house.episode_id)
    assert [one.value for one in line.scores] == [8, 7, 5]
    assert [one.change.words if one.change else "" for one in line.scores] == [
        "",
        "within measurement error",
        "3 better, more than the error",
    ]


def test_the_patients_own_activities_come_back_to_be_rated_again(work: Session, house: House) -> None:
    scored = score_psfs([("stairs", 2), ("garden", 3), ("sleep", 3)])
    outcomes.record_score(
        work,
        house.therapist,
        house.episode_id,
        "psfs",
        scored,
        on_date=house.today,
        today=house.today,
        now=house.now,
    )
    assert scored.score == 2.67
    assert own_activities(work, house.episode_id) == ("stairs", "garden", "sleep")


def test_a_score_needs_a_day_of_the_episode(work: Session, house: House) -> None:
    for day in (dt.date(2026, 10, 11), house.today + dt.timedelta(days=1)):
        with pytest.raises(BadInputError):
            outcomes.record_score(
                work,
                house.therapist,
                house.episode_id,
                "groc",
                score_groc(3),
                on_date=day,
                today=house.today,
                now=house.now,
            )


def test_each_rating_of_change_tells_the_change_by_itself(work: Session, house: House) -> None:
    for days, rating in ((7, 5), (0, 3)):
        outcomes.record_score(
            work,
            house.therapist,
            house.episode_id,
            "groc",
            score_groc(rating),
            on_date=house.today - dt.timedelta(days=days),
            today=house.today,
            now=house.now,
        )
    (line,) = score_lines(work, house.episode_id)
    assert [(one.value, one.change and one.change.points) for one in line.scores] == [(5, 5), (3, 3)]
    assert line.latest.change
    assert line.latest.change.better


def test_impossible_scores_are_refused() -> None:
    for wrong in (
        lambda: score_nprs(now=3, least=6, worst=5),
        lambda: score_nprs(now=11, least=0, worst=10),
        lambda: score_psfs([("stairs", 3)]),
        lambda: score_psfs([("stairs", 3), (" ", 3), ("garden", 3)]),
        lambda: score_groc(8),
    ):
        with pytest.raises(BadInputError):
            wrong()


def test_a_larger_change_of_own_activities_has_a_size() -> None:
    assert read_change(PSFS, 2.7, 5.3).words == "2.6 better, more than the error, medium"
    assert read_change(PSFS, 3.33, 6.67).words == "3.4 better, more than the error, large", (
        "as 3.3 and 6.7 are shown"
    )
    assert read_change(PSFS, 5, 3.5).words == "within measurement error"
    assert read_change(PSFS, 5, 2).words == "3 worse, more than the error, large"
    assert change_over(PSFS, [5, 9, 2]) == read_change(PSFS, 5, 2)
    assert change_over(PSFS, [5]) is None
    rated = change_over(GROC, [5, 3])
    assert rated
    assert (rated.points, rated.better) == (3, True)
    assert read_change(NPRS, 5, 5).words == "no change"


@given(st.integers(0, 10), st.integers(0, 10))
def test_pain_never_reads_better_and_worse_at_once(first: int, latest: int) -> None:
    change = read_change(NPRS, first, latest)
    assert change.better is (None if abs(latest - first) < 2 else latest < first)
    assert dataclasses.asdict(change)["points"] == latest - first
