"""Visits: started from the plan, saved as typed, corrected by addenda, taken back without a trace left over."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.db import reading, transaction
from pne_tracker.domain.errors import (
    BadInputError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
)
from pne_tracker.domain.visit_draft import DraftInput, HomeworkDraft, SectionDraft, TreatmentDraft
from pne_tracker.models import (
    Addendum,
    BillingLine,
    Episode,
    EpisodeStatus,
    Homework,
    Patient,
    Reminder,
    ReminderStatus,
    Treatment,
    Visit,
    VisitHomework,
    VisitSection,
    VisitStatus,
)
from pne_tracker.queries.progress import section_rows
from pne_tracker.services import visits
from pne_tracker.services.signing import sign_visit
from pne_tracker.services.visit_drafts import add_section, discard_draft, save_draft
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, signed_visit, start, write


def test_a_visit_starts_with_todays_plan(work: Session, house: House) -> None:
    visit = start(work, house)
    sections = work.scalars(select(VisitSection.section).where(VisitSection.visit_id == visit.id)).all()
    homework = work.scalars(select(VisitHomework.template_key)).all()
    assert (visit.status, visit.minutes, list(sections), list(homework)) == (
        VisitStatus.DRAFT,
        45,
        [1],
        ["s01-quiz"],
    )


def test_starting_again_leads_to_the_open_draft(work: Session, house: House) -> None:
    assert start(work, house).id == start(work, house).id
    assert work.scalar(select(func.count()).select_from(Visit)) == 1


def test_another_section_can_be_chosen_and_its_reason_is_kept(work: Session, house: House) -> None:
    visit = visits.start_visit(
        work,
        house.therapist,
        house.episode_id,
        on_date=house.today,
        now=house.now,
        section=9,
        reason="a hard week at work",
    )
    assert list(work.scalars(select(VisitSection.section))) == [9]
    assert visit.remarks == "Section 9 chosen over the suggestion: a hard week at work"


def test_no_visit_starts_for_a_patient_who_has_died(work: Session, house: House) -> None:
    work.get_one(Patient, house.patient_id).deceased = True
    with pytest.raises(RefusedError, match="has died"):
        start(work, house)


@pytest.mark.parametrize("status", [EpisodeStatus.ON_HOLD, EpisodeStatus.DISCHARGED])
def test_no_visit_starts_in_an_episode_that_is_not_open(
    work: Session, house: House, status: EpisodeStatus
) -> None:
    work.get_one(Episode, house.episode_id).status = status
    with pytest.raises(RefusedError, match="not open"):
        start(work, house)


@pytest.mark.parametrize("who", ["other_therapist", "biller", "administrator", "foreign_therapist"])
def test_a_stranger_finds_no_episode_to_start_with(app: Flask, house: House, who: str) -> None:
    viewer = house.viewers[who]
    with pytest.raises(NotFoundError), transaction(viewer) as session:
        visits.start_visit(session, viewer, house.episode_id, on_date=house.today, now=house.now)


@pytest.mark.parametrize("who", ["lead", "patient"])
def test_who_sees_the_episode_but_does_not_treat_cannot_start(app: Flask, house: House, who: str) -> None:
    viewer = house.viewers[who]
    with pytest.raises(NotAllowedError), transaction(viewer) as session:
        visits.start_visit(session, viewer, house.episode_id, on_date=house.today, now=house.now)


def test_an_assistant_writes_in_the_therapists_draft(work: Session, house: House) -> None:
    mine = start(work, house)
    theirs = visits.start_visit(
        work, house.viewers["assistant"], house.episode_id, on_date=house.today, now=house.now
    )
    assert theirs.id == mine.id


def test_what_is_saved_is_read_back_the_same(work: Session, house: House) -> None:
    from pne_tracker.queries.visit_facts import read_draft

    visit = start(work, house)
    draft = DraftInput(
        on_date=house.today,
        minutes=40,
        treatments=(
            TreatmentDraft("97116", 20, 12, 5),
            TreatmentDraft("pne", 15, decision="separate", impairment="balance"),
        ),
        sections=(SectionDraft(2, "prompted"), SectionDraft(1)),
        homework=(
            HomeworkDraft("s02-journal", house.today + dt.timedelta(days=3), False, "Ten lines do.", 4),
        ),
        insist="Asked for more.",
        remarks="Came with her daughter.",
        kx_attested=True,
    )
    save_draft(work, house.therapist, visit.id, draft, visit.version, house.now)
    assert read_draft(work, visit)[0] == draft


def test_the_same_again_changes_nothing(work: Session, house: House) -> None:
    visit = write(work, house, GAIT_AND_PNE(house.today))
    before = visit.version
    save_draft(work, house.therapist, visit.id, GAIT_AND_PNE(house.today), before, house.now)
    assert visit.version == before


def test_a_decision_keeps_who_made_it_and_when(work: Session, house: House) -> None:
    form = GAIT_AND_PNE(house.today, decision="separate")
    visit = write(work, house, form)
    later = house.now + dt.timedelta(hours=1)
    save_draft(
        work,
        house.viewers["assistant"],
        visit.id,
        replace(form, remarks="One more word."),
        visit.version,
        later,
    )
    row = work.scalars(select(Treatment).where(Treatment.activity == "pne")).one()
    assert (row.decided_by, row.decided_at) == (house.therapist.account_id, house.now)


def test_a_decision_for_a_treatment_that_is_gone_is_open_again(work: Session, house: House) -> None:
    form = GAIT_AND_PNE(house.today, decision="combined", combined_with="97116")
    visit = write(work, house, form)
    other = replace(form, treatments=(TreatmentDraft("97110", 20), form.treatments[1]))
    save_draft(work, house.therapist, visit.id, other, visit.version, house.now)
    row = work.scalars(select(Treatment).where(Treatment.activity == "pne")).one()
    assert (row.decision, row.combined_with, row.decided_by) == (None, None, None)


def test_of_two_people_on_one_draft_the_second_is_told_who_was_first(work: Session, house: House) -> None:
    visit = start(work, house)
    opened = visit.version
    assistant = house.viewers["assistant"]
    save_draft(work, assistant, visit.id, GAIT_AND_PNE(house.today), opened, house.now, page="a")
    with pytest.raises(ConflictError, match="Teo Lindqvist, PTA saved") as caught:
        save_draft(work, house.therapist, visit.id, DraftInput(house.today), opened, house.now, page="b")
    assert caught.value.code == "draft_changed"


def test_a_page_may_save_over_its_own_save_whose_answer_is_still_under_way(
    work: Session, house: House
) -> None:
    visit = start(work, house)
    opened = visit.version
    save_draft(work, house.therapist, visit.id, DraftInput(house.today, 30), opened, house.now, page="one")
    save_draft(work, house.therapist, visit.id, DraftInput(house.today, 31), opened, house.now, page="one")
    assert visit.minutes == 31


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"minutes": 0}, "minutes"),
        ({"treatments": (TreatmentDraft("12345", 10),)}, "treatments.0.activity"),
        ({"treatments": (TreatmentDraft("97116", 10, 11),)}, "treatments.0.pne_minutes"),
        ({"treatments": (TreatmentDraft("97116", 10, 0, 11),)}, "treatments.0.assistant_minutes"),
        ({"treatments": (TreatmentDraft("97161", 10, 5),)}, "treatments.0.pne_minutes"),
        ({"treatments": (TreatmentDraft("97116", 900), TreatmentDraft("97110", 900))}, "treatments"),
        ({"sections": (SectionDraft(15),)}, "sections"),
        ({"sections": (SectionDraft(1), SectionDraft(1))}, "sections"),
        ({"sections": (SectionDraft(1, "well"),)}, "sections.1.teach_back"),
        ({"homework": (HomeworkDraft("s99", dt.date(2027, 1, 1)),)}, "homework"),
        ({"homework": (HomeworkDraft("s01-quiz", dt.date(2026, 11, 1)),)}, "homework.s01-quiz.due_on"),
        ({"on_date": dt.date(2020, 1, 1)}, "on_date"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(
    work: Session, house: House, change: dict[str, object], at: str
) -> None:
    visit = start(work, house)
    form = replace(DraftInput(house.today), **change)
    with pytest.raises(BadInputError) as caught:
        save_draft(work, house.therapist, visit.id, form, visit.version, house.now)
    assert caught.value.at == at


def test_a_section_added_brings_its_required_homework_but_not_the_optional(
    work: Session, house: House
) -> None:
    visit = start(work, house)
    add_section(work, house.therapist, visit.id, 5, today=house.today, now=house.now)
    keys = set(work.scalars(select(VisitHomework.template_key)))
    assert keys == {"s01-quiz", "s05-exercise", "s05-sleep"}


def test_homework_that_waits_at_home_is_not_proposed_twice(work: Session, house: House) -> None:
    form = replace(
        GAIT_AND_PNE(house.today, decision="separate"),
        sections=(SectionDraft(2, "prompted"),),
        homework=(HomeworkDraft("s02-journal", house.today + dt.timedelta(days=7)),),
    )
    signed_visit(work, house, form)
    visit = start(work, house)
    add_section(work, house.therapist, visit.id, 2, today=house.today, now=house.now)
    assert "s02-journal" not in set(
        work.scalars(select(VisitHomework.template_key).where(VisitHomework.visit_id == visit.id))
    )


def test_a_draft_can_be_thrown_away(work: Session, house: House) -> None:
    visit = write(work, house, GAIT_AND_PNE(house.today))
    discard_draft(work, house.therapist, visit.id, now=house.now)
    for kind in (Visit, Treatment, VisitSection, VisitHomework):
        assert work.scalar(select(func.count()).select_from(kind)) == 0


def test_an_addendum_leaves_the_signed_visit_as_it_is(work: Session, house: House) -> None:
    visit = signed_visit(work, house)
    before = (visit.note, visit.content, visit.content_hash, visit.version)
    visits.add_addendum(work, house.therapist, visit.id, "The left leg, not the right.", now=house.now)
    assert work.scalars(select(Addendum.text)).all() == ["The left leg, not the right."]
    assert (visit.note, visit.content, visit.content_hash, visit.version) == before


def test_a_draft_takes_no_addendum_and_no_withdrawal(work: Session, house: House) -> None:
    visit = start(work, house)
    with pytest.raises(RefusedError, match="draft"):
        visits.add_addendum(work, house.therapist, visit.id, "Word.", now=house.now)
    with pytest.raises(RefusedError, match="draft"):
        visits.withdraw_visit(work, house.therapist, visit.id, "Wrong patient.", now=house.now)


def test_a_visit_entered_in_error_lets_progress_fall_back(work: Session, house: House) -> None:
    form = replace(GAIT_AND_PNE(house.today, decision="separate"), sections=(SectionDraft(1, "explains"),))
    visit = signed_visit(work, house, form)
    assert section_rows(work, [house.episode_id])[house.episode_id][0].understood
    visits.withdraw_visit(work, house.therapist, visit.id, "Wrong patient.", now=house.now)
    first = section_rows(work, [house.episode_id])[house.episode_id][0]
    assert (first.state, first.taught, first.first_taught_on) == ("not_started", False, None)
    assert visit.status is VisitStatus.ENTERED_IN_ERROR
    assert work.scalar(select(func.count()).select_from(BillingLine)) == 2


def test_withdrawing_takes_back_the_homework_that_is_not_done_and_its_reminders(
    work: Session, house: House
) -> None:
    due = house.today + dt.timedelta(days=7)
    form = replace(
        GAIT_AND_PNE(house.today, decision="separate"),
        sections=(SectionDraft(2), SectionDraft(1)),
        homework=(HomeworkDraft("s01-quiz", due), HomeworkDraft("s02-journal", due)),
    )
    visit = signed_visit(work, house, form)
    quiz = work.scalars(select(Homework).where(Homework.template_key == "s01-quiz")).one()
    quiz.done_on = house.today
    visits.withdraw_visit(work, house.therapist, visit.id, "Wrong patient.", now=house.now)
    visits.withdraw_visit(work, house.therapist, visit.id, "Again.", now=house.now)
    closed = {row[0]: row[1] for row in work.execute(select(Homework.template_key, Homework.closed_as))}
    assert closed == {"s01-quiz": None, "s02-journal": "withdrawn"}
    assert set(work.scalars(select(Reminder.status))) == {ReminderStatus.PLANNED, ReminderStatus.SUPPRESSED}
    assert work.scalars(select(Addendum.text)).all() == ["Wrong patient."]


def test_an_assistant_cannot_take_a_signed_visit_back(work: Session, house: House) -> None:
    visit = signed_visit(work, house)
    with pytest.raises(NotAllowedError):
        visits.withdraw_visit(work, house.viewers["assistant"], visit.id, "Wrong.", now=house.now)


def test_of_many_starts_at_once_one_draft_comes(app: Flask, house: House) -> None:
    from tests.visit_forms import at_once

    def one(_: int) -> str:
        with app.app_context(), transaction(house.therapist) as session:
            return str(start(session, house).id)

    assert len(set(at_once(one, 6))) == 1
    with reading(house.therapist) as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 1


def test_a_withdrawn_visit_is_not_signed_again(work: Session, house: House) -> None:
    visit = signed_visit(work, house)
    visits.withdraw_visit(work, house.therapist, visit.id, "Wrong patient.", now=house.now)
    with pytest.raises(RefusedError, match="entered in error"):
        sign_visit(work, viewer=house.therapist, visit_id=visit.id, version=visit.version, now=house.now)
