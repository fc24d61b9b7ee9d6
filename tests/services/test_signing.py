"""Signing: one act that locks the visit, freezes its lines, sends homework out and moves progress; never twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pne_tracker.db import reading, transaction
from pne_tracker.domain.curriculum import HomeworkTemplate
from pne_tracker.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from pne_tracker.domain.homework_item import item_from_dict
from pne_tracker.domain.seal import hash_of
from pne_tracker.domain.visit_draft import DraftInput, HomeworkDraft, SectionDraft, TreatmentDraft
from pne_tracker.models import (
    AuditEvent,
    BillingLine,
    Clinic,
    Episode,
    Homework,
    Patient,
    Payer,
    Reminder,
    Visit,
    VisitStatus,
)
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.progress import section_rows
from pne_tracker.services.signing import NotReadyError, save_and_sign, sign_visit
from pne_tracker.services.visit_drafts import save_draft
from pne_tracker.services.visits import start_visit
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, at_once, signed_visit, start, write


def lines(session: Session) -> list[tuple[str, int, int, list[str], int | None]]:
    rows = session.scalars(select(BillingLine).order_by(BillingLine.position))
    return [(row.code, row.units, row.minutes, row.modifiers, row.charge_cents) for row in rows]


def sign(session: Session, house: House, visit: Visit) -> Visit:
    return sign_visit(
        session, viewer=house.therapist, visit_id=visit.id, version=visit.version, now=house.now
    )


def test_stand_alone_pne_beside_gait_practice_asks_for_a_decision(work: Session, house: House) -> None:
    visit = write(work, house, GAIT_AND_PNE(house.today))
    with pytest.raises(NotReadyError, match="15 minutes of PNE stand beside") as caught:
        sign(work, house, visit)
    assert [(point.at, point.code) for point in caught.value.points] == [("decision", "pne_needs_decision")]
    assert visit.status is VisitStatus.DRAFT
    assert lines(work) == []


def test_given_apart_they_are_one_unit_each(work: Session, house: House) -> None:
    signed_visit(work, house, GAIT_AND_PNE(house.today, decision="separate"))
    assert lines(work) == [("97112", 1, 15, ["GP"], 4100), ("97116", 1, 20, ["GP"], 3850)]


def test_combined_they_are_two_units_of_gait_practice(work: Session, house: House) -> None:
    signed_visit(work, house, GAIT_AND_PNE(house.today, "combined", "97116"))
    assert lines(work) == [("97116", 2, 35, ["GP"], 7700)]
    row = work.scalars(select(BillingLine)).one()
    assert (row.pne_minutes, row.source_minutes) == (27, {"97116": 20, "pne": 15})
    assert row.diagnoses == ["M54.16"]


def test_a_clinic_that_forbids_separate_keeps_the_visit_open(work: Session, house: House) -> None:
    work.get_one(Clinic, house.clinic_id).separate_pne_allowed = False
    visit = write(work, house, GAIT_AND_PNE(house.today, decision="separate"))
    with pytest.raises(NotReadyError, match="policy forbids"):
        sign(work, house, visit)


def test_the_payers_rule_decides_the_units(work: Session, house: House) -> None:
    work.get_one(Payer, house.payer_id).unit_rule = "ama_midpoint"
    form = DraftInput(house.today, 45, (TreatmentDraft("97110", 20), TreatmentDraft("97116", 20)))
    signed_visit(work, house, form)
    assert [line[:2] for line in lines(work)] == [("97110", 1), ("97116", 1)]


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"minutes": None}, "minutes"),
        ({"treatments": (), "sections": ()}, "add-treatment"),
        ({"treatments": (TreatmentDraft("97110"),)}, "treatments-0-minutes"),
        ({"on_date": dt.date(2026, 12, 1), "homework": ()}, "on_date"),
    ],
)
def test_an_unfinished_visit_says_what_is_missing(
    work: Session, house: House, change: dict[str, object], at: str
) -> None:
    visit = write(work, house, replace(GAIT_AND_PNE(house.today, decision="separate"), **change))
    with pytest.raises(NotReadyError) as caught:
        sign(work, house, visit)
    assert at in [point.at for point in caught.value.points]


def test_signing_writes_note_content_and_seal(work: Session, house: House) -> None:
    form = replace(GAIT_AND_PNE(house.today, decision="separate"), sections=(SectionDraft(4, "explains"),))
    visit = signed_visit(work, house, form)
    work.expire(visit)
    section = pack_of(work, house.pack_version_id).by_number[4]
    assert section.education in (visit.note or "")
    assert visit.content is not None
    assert visit.content["sections"] == [
        {"number": 4, "title": section.title, "education": section.education, "teach_back": "explains"}
    ]
    assert visit.content["treatments"][1]["decided_by"] == "Maya Okonjo, PT"
    assert hash_of(visit.content) == visit.content_hash
    assert (visit.signed_by, visit.signed_at) == (house.therapist.account_id, house.now)


def test_signing_moves_progress(work: Session, house: House) -> None:
    form = replace(
        GAIT_AND_PNE(house.today, decision="separate"),
        sections=(SectionDraft(1, "explains"), SectionDraft(2, "not_yet"), SectionDraft(3)),
    )
    signed_visit(work, house, form)
    states = [row.state.value for row in section_rows(work, [house.episode_id])[house.episode_id]]
    assert states[:5] == ["complete", "revisit", "taught", "not_started", "not_started"]
    assert len(states) == 14


def test_signing_sends_homework_out_with_the_text_of_today_and_a_reminder(
    work: Session, house: House
) -> None:
    due = house.today + dt.timedelta(days=7)
    form = replace(
        GAIT_AND_PNE(house.today, decision="separate"),
        homework=(HomeworkDraft("s04-talk", due, True, "Your daughter may like it."),),
    )
    signed_visit(work, house, form)
    row = work.scalars(select(Homework)).one()
    item: HomeworkTemplate = pack_of(work, house.pack_version_id).templates["s04-talk"][1]
    assert item_from_dict(row.template) == item
    assert (row.due_on, row.required, row.message) == (due, True, "Your daughter may like it.")
    assert (row.expected, row.done_at, row.section) == (1, 1, 4)
    reminder = work.scalars(select(Reminder).where(Reminder.homework_id == row.id)).one()
    assert (reminder.wall_time, reminder.timezone) == ("2026-11-29T18:00", "America/New_York")
    assert reminder.due_at == dt.datetime(2026, 11, 29, 23, 0, tzinfo=dt.UTC)
    assert reminder.idempotency_key == f"task_due:{row.id}"


def test_the_reminder_comes_at_the_patients_own_time_and_place(work: Session, house: House) -> None:
    patient = work.get_one(Patient, house.patient_id)
    patient.preferred_time, patient.timezone = dt.time(8, 30), "America/Denver"
    due = house.today + dt.timedelta(days=3)
    form = replace(GAIT_AND_PNE(house.today, decision="separate"), homework=(HomeworkDraft("s01-quiz", due),))
    signed_visit(work, house, form)
    due_at = select(Reminder.due_at).where(Reminder.homework_id.is_not(None))
    assert work.scalars(due_at).one() == dt.datetime(2026, 11, 25, 15, 30, tzinfo=dt.UTC)


def test_a_second_click_has_no_second_effect(work: Session, house: House) -> None:
    due = house.today + dt.timedelta(days=7)
    form = replace(GAIT_AND_PNE(house.today, decision="separate"), homework=(HomeworkDraft("s01-quiz", due),))
    visit = write(work, house, form)
    version = visit.version
    signed = sign_visit(work, viewer=house.therapist, visit_id=visit.id, version=version, now=house.now)
    again = sign_visit(
        work,
        viewer=house.therapist,
        visit_id=visit.id,
        version=version,
        now=house.now + dt.timedelta(seconds=1),
    )
    third = save_and_sign(
        work,
        viewer=house.therapist,
        visit_id=visit.id,
        form=DraftInput(house.today, 5),
        version=version,
        page="",
        today=house.today,
        now=house.now,
    )
    assert signed is again is third
    assert (signed.signed_at, signed.minutes) == (house.now, 45)
    counts = [
        work.scalar(select(func.count()).select_from(kind)) for kind in (BillingLine, Homework, Reminder)
    ]
    assert counts == [2, 1, 2], "the item's own reminder, and the watch for silence"
    assert work.scalar(select(func.count()).where(AuditEvent.action == "sign")) == 1


def test_of_many_signatures_at_once_one_counts(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        visit = write(session, house, GAIT_AND_PNE(house.today, decision="separate"))
        visit_id, version = visit.id, visit.version

    def one(second: int) -> dt.datetime | None:
        now = house.now + dt.timedelta(seconds=second)
        with app.app_context(), transaction(house.therapist) as session:
            return sign_visit(
                session, viewer=house.therapist, visit_id=visit_id, version=version, now=now
            ).signed_at

    assert len(set(at_once(one, 6))) == 1
    with reading(house.therapist) as session:
        assert len(lines(session)) == 2
        assert session.scalar(select(func.count()).where(AuditEvent.action == "sign")) == 1


def test_a_signed_visit_cannot_be_saved(work: Session, house: House) -> None:
    visit = signed_visit(work, house)
    with pytest.raises(RefusedError, match="signed and cannot be changed"):
        save_draft(work, house.therapist, visit.id, DraftInput(house.today), visit.version, house.now)


def test_a_draft_that_changed_since_it_was_read_is_not_signed(work: Session, house: House) -> None:
    visit = write(work, house, GAIT_AND_PNE(house.today, decision="separate"))
    with pytest.raises(ConflictError):
        sign_visit(work, viewer=house.therapist, visit_id=visit.id, version=visit.version - 1, now=house.now)


def test_an_assistant_documents_but_does_not_sign(work: Session, house: House) -> None:
    visit = write(work, house, GAIT_AND_PNE(house.today, decision="separate"))
    with pytest.raises(NotAllowedError, match="therapist of the care team signs"):
        sign_visit(
            work,
            viewer=house.viewers["assistant"],
            visit_id=visit.id,
            version=visit.version,
            now=house.now,
        )


@pytest.mark.parametrize("who", ["other_therapist", "biller", "foreign_therapist", "patient"])
def test_who_does_not_treat_finds_no_visit_to_sign(app: Flask, house: House, who: str) -> None:
    with transaction(house.therapist) as session:
        visit = write(session, house, GAIT_AND_PNE(house.today, decision="separate"))
        visit_id, version = visit.id, visit.version
    viewer = house.viewers[who]
    with pytest.raises(NotFoundError), transaction(viewer) as session:
        sign_visit(session, viewer=viewer, visit_id=visit_id, version=version, now=house.now)


def test_a_lead_sees_the_visit_but_does_not_sign_it(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        visit = write(session, house, GAIT_AND_PNE(house.today, decision="separate"))
        visit_id, version = visit.id, visit.version
    with pytest.raises(NotAllowedError), transaction(house.lead) as session:
        sign_visit(session, viewer=house.lead, visit_id=visit_id, version=version, now=house.now)


def test_a_visit_of_a_patient_who_died_meanwhile_is_not_signed(work: Session, house: House) -> None:
    visit = write(work, house, GAIT_AND_PNE(house.today, decision="separate"))
    work.execute(update(Patient).where(Patient.id == house.patient_id).values(deceased=True))
    work.expire_all()
    with pytest.raises(RefusedError, match="has died"):
        sign(work, house, visit)


def test_without_a_fee_the_line_has_no_charge(work: Session, house: House) -> None:
    signed_visit(work, house, DraftInput(house.today, 30, (TreatmentDraft("97035", 15),)))
    assert lines(work) == [("97035", 1, 15, ["GP"], None)]


def test_the_note_is_kept_though_the_episode_moves_on(work: Session, house: House) -> None:
    visit = signed_visit(work, house)
    before = visit.content
    work.get_one(Episode, house.episode_id).reason = "other knee"
    start_visit(work, house.therapist, house.episode_id, on_date=house.today, now=house.now)
    work.flush()
    work.expire_all()
    assert work.get_one(Visit, visit.id).content == before


def test_starting_after_signing_opens_a_fresh_draft(work: Session, house: House) -> None:
    visit = signed_visit(work, house)
    assert start(work, house).id != visit.id
