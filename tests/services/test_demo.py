"""The demo clinic: everybody is there, nothing contradicts the rules, and it is as of today."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

import pytest
from flask import Flask
from flask_security import verify_password
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.cli.demo import demo_sign_ins, load_demo
from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.billing.claim_states import ClaimStatus
from pne_tracker.domain.billing.npi import npi_is_valid
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.crisis import shows_card
from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.homework import HomeworkStatus, status_of
from pne_tracker.domain.icd10 import look_up
from pne_tracker.domain.progress import State
from pne_tracker.domain.seal import hash_of
from pne_tracker.models import (
    Account,
    Base,
    BillingLine,
    Claim,
    ClaimBatch,
    Entry,
    Episode,
    Homework,
    IssuedPaper,
    OutcomeScore,
    PaperKind,
    Patient,
    Reminder,
    ReminderStatus,
    SectionState,
    Visit,
    VisitStatus,
)
from pne_tracker.queries.accounts import sign_in_record
from pne_tracker.queries.assigned_items import begun_homework
from pne_tracker.queries.completion.counts import overview
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.rows import stalled as stalled_rows
from pne_tracker.services import accounts, progress
from pne_tracker.services.demo.agenda import visit_days
from pne_tracker.services.demo.clinic import PASSWORD, STAFF
from pne_tracker.services.demo.conditions import PROBLEMS
from pne_tracker.services.demo.people import STORIES, Stage, phone_of
from pne_tracker.services.demo.words import OWN_ACTIVITIES_ES
from tests.claims import faults
from tests.conftest import NOW

TODAY = NOW.date()


def count(session: Session, *conditions) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0


def viewer_of(session: Session, email: str) -> Viewer:
    found = sign_in_record(session, email=email)
    assert found is not None
    return Viewer(
        found.id, found.organisation_id, found.role, found.name, found.clinic_ids, timezone=found.timezone
    )


def rows_of_every_table(session: Session) -> dict[str, int]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def test_there_is_a_sign_in_for_each_role_and_its_password_opens(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        shown = demo_sign_ins(session)
        assert {one["role"] for one in shown} == {role.value for role in Role}
        for one in shown:
            account = sign_in_record(session, email=one["email"])
            assert account is not None
            assert account.role == one["role"]
            assert verify_password(one["password"], account.password_hash)
            assert len(one["password"]) >= accounts.MIN_PASSWORD


def test_the_house_is_staffed(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        staff = Counter(
            session.scalars(
                select(Account.role).where(Account.role.in_(role for role in Role if role.is_staff))
            )
        )
        assert staff == {
            Role.THERAPIST: 3,
            Role.ASSISTANT: 1,
            Role.LEAD: 1,
            Role.BILLER: 1,
            Role.ADMINISTRATOR: 1,
        }
        assert count(session, Patient.id.is_not(None)) == len(STORIES) >= 40
        assert count(session, Account.role == Role.PATIENT, Account.language == "es") >= 4


def test_those_who_speak_spanish_name_their_activities_in_spanish(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        rated = session.execute(
            select(Patient.language, OutcomeScore.items)
            .join(Episode, Episode.patient_id == Patient.id)
            .join(OutcomeScore, OutcomeScore.episode_id == Episode.id)
            .where(OutcomeScore.measure == "psfs")
        )
        spoken: dict[str, set[str]] = {"en": set(), "es": set()}
        for language, items in rated:
            spoken[language] |= {one["name"] for one in items["activities"]}
    assert spoken["es"]
    assert spoken["es"] <= set(OWN_ACTIVITIES_ES.values())
    assert spoken["en"] <= set(OWN_ACTIVITIES_ES)


def test_every_state_of_a_section_an_item_a_visit_and_an_episode_is_there(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        assert set(session.scalars(select(SectionState.state).distinct())) == set(State)
        assert set(session.scalars(select(Visit.status).distinct())) == set(VisitStatus)
        assert set(session.scalars(select(Episode.status).distinct())) == set(EpisodeStatus)
        begun = begun_homework(session, Homework.id.is_not(None))
        items = session.scalars(select(Homework)).all()
        found = Counter(status_of(row, begun=row.id in begun, today=TODAY) for row in items)
        assert set(found) == set(HomeworkStatus)
        assert found[HomeworkStatus.DONE] > found[HomeworkStatus.MISSED] > 5
        assert count(session, Patient.deceased) == 1


def test_patients_stand_at_every_stage(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        treated = set(session.scalars(select(Episode.patient_id)))
        assert count(session, Patient.id.not_in(treated)) == 3
        complete = Counter(
            session.scalars(
                select(SectionState.episode_id).where(SectionState.state.in_((State.COMPLETE, State.SKIPPED)))
            )
        )
        assert sum(number == 14 for number in complete.values()) == 2
        taught = dict(
            session.execute(
                select(SectionState.episode_id, func.sum(SectionState.taught.cast(db.Integer))).group_by(
                    SectionState.episode_id
                )
            ).all()
        )
        assert {0, 1, 2, 3, 14} <= set(taught.values())
        assert len(set(taught.values())) >= 10


def test_the_patients_who_sign_in_have_something_to_do_today(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        for one in demo_sign_ins(session):
            if one["role"] != Role.PATIENT:
                continue
            account = sign_in_record(session, email=one["email"])
            waiting = (
                Homework.patient_id == account.patient_id,
                Homework.done_on.is_(None),
                Homework.due_on >= TODAY,
            )
            assert count(session, *waiting) > 0
            assert count(session, Homework.patient_id == account.patient_id, Homework.reply.is_not(None)) > 0


def test_the_read_model_agrees_with_the_evidence(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        assert progress.differences(session) == []


def test_everything_is_dated_from_now_backwards(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        visits = session.execute(select(Visit.status, Visit.on_date, Visit.signed_at)).all()
        signed = [row.on_date for row in visits if row.status is VisitStatus.SIGNED]
        assert dt.timedelta(0) < TODAY - max(signed) <= dt.timedelta(days=4)
        assert TODAY - min(signed) > dt.timedelta(weeks=8)
        assert all(day.weekday() < 5 for day in signed)
        assert {row.on_date for row in visits if row.status is VisitStatus.DRAFT} == {TODAY}
        for column in (Entry.handed_in_at, Entry.saved_at, Visit.saved_at, OutcomeScore.recorded_at):
            assert (session.scalar(select(func.max(column))) or NOW) <= NOW
        late = count(session, Reminder.status == ReminderStatus.PLANNED, Reminder.due_at <= NOW)
        assert late == 0
        assert count(session, Reminder.status == ReminderStatus.PLANNED) > 0


def test_signed_visits_are_sealed_and_bill_no_minute_twice(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        billed = dict(
            session.execute(
                select(BillingLine.visit_id, func.sum(BillingLine.minutes)).group_by(BillingLine.visit_id)
            ).all()
        )
        visits = session.scalars(select(Visit).where(Visit.status != VisitStatus.DRAFT)).all()
        assert len(visits) > 200
        for visit in visits:
            assert visit.content is not None
            assert visit.content_hash == hash_of(visit.content)
            assert 0 < billed[visit.id] <= (visit.minutes or 0)
        codes = set(session.scalars(select(BillingLine.code)))
        assert {"97110", "97112", "97113", "97116", "97140", "97530"} <= codes
        marks = {mark for line in session.scalars(select(BillingLine.modifiers)) for mark in line}
        assert {"GP", "GO", "CQ"} <= marks
        assert count(session, BillingLine.charge_cents.is_(None)) == 0


def test_the_leads_screen_has_figures_and_names_those_who_stall(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        lead = viewer_of(session, "ruth.abara@harbor-lane.example.org")
    with reading(lead) as session:
        everybody = CompletionFilter()
        stalled = stalled_rows(session, lead, everybody, today=TODAY)
        names = {row.row.name.split(",")[0] for row in stalled}
        assert {one.family for one in STORIES if one.stage is Stage.STALLED} == names
        assert all(15 <= row.days <= 31 for row in stalled)
        figures = overview(session, lead, everybody, sections=14, today=TODAY)
        assert figures.stalled == len(stalled)
        adherence = figures.adherence
        assert 0.6 < (adherence.share or 0) < 0.95
        assert adherence.late > 0


def test_every_kind_of_homework_came_back_and_harmless(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        rows = session.execute(
            select(Homework.kind, Entry.values, Entry.shared)
            .join(Homework, Homework.id == Entry.homework_id)
            .where(Entry.handed_in_at.is_not(None))
        ).all()
        sent_out = set(session.scalars(select(Homework.kind).distinct()))
        assert {row.kind for row in rows} == sent_out
        assert len(sent_out) >= 10
        assert any(not row.shared for row in rows)
        assert not shows_card([str(value) for row in rows for value in row.values.values()])


def test_each_role_finds_its_first_screen(demo: Flask) -> None:
    first = {
        "lead": "/completion",
        "biller": "/billing",
        "administrator": "/settings",
        "patient": "/portal",
        "therapist": "/visits",
        "caregiver": "/care",
    }
    demo.config["WTF_CSRF_ENABLED"] = False
    with reading(UNSCOPED) as session:
        accounts_shown = [
            (one["role"], sign_in_record(session, email=one["email"])) for one in demo_sign_ins(session)
        ]
    for role, account in accounts_shown:
        if role not in first:
            continue
        client = demo.test_client()
        data = {"email": account.email, "password": PASSWORD}
        assert client.post("/sign-in", data=data).status_code == 302, role
        assert client.get(first[role]).status_code == 200, role


def test_papers_were_issued_for_those_whose_course_is_over(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        kinds = set(session.scalars(select(IssuedPaper.kind)))
    assert kinds == {PaperKind.DISCHARGE_PACKET, PaperKind.SUPERBILL, PaperKind.PATIENT_SUMMARY}


def test_loaded_again_nothing_changes(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        before, sign_ins = rows_of_every_table(session), demo_sign_ins(session)
    with pytest.raises(RefusedError, match="holds data already"):
        load_demo(now=NOW + dt.timedelta(days=1))
    with reading(UNSCOPED) as session:
        assert rows_of_every_table(session) == before
        assert demo_sign_ins(session) == sign_ins


def test_a_database_with_other_data_is_refused_and_has_no_demo_sign_ins(app: Flask) -> None:
    with transaction(UNSCOPED) as session:
        accounts.create_clinic(session, name="Elm", slug="elm", timezone="America/Chicago", now=NOW)
    with pytest.raises(RefusedError, match="Name an empty one"):
        load_demo(now=NOW)
    with reading(UNSCOPED) as session:
        assert demo_sign_ins(session) == []
        assert count(session, Patient.id.is_not(None)) == 0


def test_every_file_of_claims_is_one_that_payers_can_read(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        files = session.scalars(select(ClaimBatch.content)).all()
        month = session.scalar(
            select(func.coalesce(func.sum(ClaimBatch.claims), 0)).where(
                ClaimBatch.made_on >= TODAY - dt.timedelta(days=31)
            )
        )
    assert [fault for content in files for fault in faults(content)] == []
    assert len({content.split("*")[13] for content in files}) == len(files), "control numbers"
    assert (month or 0) >= 40


def test_claims_stand_in_every_state_and_each_signed_visit_has_one(demo: Flask) -> None:
    with reading(UNSCOPED) as session:
        found = Counter(session.scalars(select(Claim.status).where(Claim.current.is_(True))))
        billed = session.scalars(select(Claim.visit_id).where(Claim.current.is_(True))).all()
        signed = session.scalars(select(Visit.id).where(Visit.status == VisitStatus.SIGNED)).all()
    assert set(found) == set(ClaimStatus)
    assert len(billed) == len(set(billed))
    assert set(signed) <= set(billed)


def test_identifiers_belong_to_nobody() -> None:
    assert all(one.email.endswith("@example.org") for one in STORIES)
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", phone_of(number)) for number in range(len(STORIES)))
    assert all(npi_is_valid(one.npi) for one in STAFF.values() if one.npi)
    assert len({one.email for one in STORIES}) == len(STORIES)
    assert {one.age for one in STORIES} >= {24, 84}


def test_every_diagnosis_can_stand_on_a_claim() -> None:
    codes = {code for problem in PROBLEMS.values() for code in problem.codes}
    assert [one.problem for one in map(look_up, sorted(codes)) if one.problem] == []


@pytest.mark.parametrize("per_week", [1, 2])
def test_visits_are_spread_over_weekdays_backwards(per_week: int) -> None:
    for offset in range(7):
        last = TODAY - dt.timedelta(days=offset)
        days = visit_days(last, 15, per_week)
        assert len(set(days)) == 15
        assert list(days) == sorted(days)
        assert all(day.weekday() < 5 for day in days)
        assert dt.timedelta(0) <= last - days[-1] <= dt.timedelta(days=2)
