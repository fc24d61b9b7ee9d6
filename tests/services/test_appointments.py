"""Appointments: booked, moved, called off, kept by the visit that is signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.appointments import Slot, slot_of
from pne_tracker.domain.errors import BadInputError, ConflictError, NotFoundError, RefusedError
from pne_tracker.models import Appointment, AppointmentStatus, AuditEvent, Episode, EpisodeStatus, Patient
from pne_tracker.queries.appointments import day_of, next_visit_on, of_episode
from pne_tracker.queries.assigning import assign_page
from pne_tracker.queries.visit_facts import read_draft
from pne_tracker.queries.visits import draft_page
from pne_tracker.services import visits
from pne_tracker.services.appointments import (
    book_appointment,
    cancel_appointment,
    move_appointment,
    restore_appointment,
)
from pne_tracker.services.assigning import assign
from pne_tracker.services.visit_drafts import add_section
from tests.people import House
from tests.visit_forms import signed_visit

ZONE = "America/New_York"


def at(house: House, hour: int, minutes: int = 45, days: int = 0) -> Slot:
    return slot_of(house.today + dt.timedelta(days=days), dt.time(hour), minutes, ZONE)


def book(work: Session, house: House, slot: Slot) -> Appointment:
    therapist = house.therapist
    return book_appointment(
        work, therapist, house.episode_id, slot, therapist_id=therapist.account_id, now=house.now
    )


def test_a_booked_patient_stands_on_the_therapists_day(work: Session, house: House) -> None:
    book(work, house, at(house, 14))
    book(work, house, at(house, 9))
    book(work, house, at(house, 9, days=1))
    hours = [line.starts_at.astimezone(dt.UTC).hour for line in day_of(work, house.therapist, house.today)]
    assert hours == [14, 19]
    assert day_of(work, house.viewers["other_therapist"], house.today) == ()


def test_an_assistant_of_the_team_sees_the_same_day(work: Session, house: House) -> None:
    book(work, house, at(house, 14))
    assert [line.name for line in day_of(work, house.viewers["assistant"], house.today)] == [
        "Rosalind Achterberg"
    ]


def test_nobody_outside_the_team_books(work: Session, house: House) -> None:
    with pytest.raises(NotFoundError):
        book_appointment(
            work,
            house.viewers["other_therapist"],
            house.episode_id,
            at(house, 9),
            therapist_id=house.therapist.account_id,
            now=house.now,
        )


@pytest.mark.parametrize(
    ("slot", "field"),
    [
        (("2026-11-22", 9, 45), "on_date"),
        (("2028-11-22", 9, 45), "on_date"),
        (("2026-11-24", 9, 0), "minutes"),
        (("2026-11-24", 9, 481), "minutes"),
    ],
)
def test_a_slot_that_nobody_means_is_refused_at_its_field(
    work: Session, house: House, slot: tuple[str, int, int], field: str
) -> None:
    day, hour, minutes = slot
    with pytest.raises(BadInputError) as caught:
        book(work, house, slot_of(dt.date.fromisoformat(day), dt.time(hour), minutes, ZONE))
    assert caught.value.at == field


def test_a_patient_is_in_one_place_at_a_time(work: Session, house: House) -> None:
    first = book(work, house, at(house, 14))
    with pytest.raises(BadInputError, match="expected at 14:00 already, for 45 minutes"):
        book(work, house, slot_of(house.today, dt.time(14, 30), 45, ZONE))
    book(work, house, slot_of(house.today, dt.time(14, 45), 45, ZONE))
    moved = move_appointment(
        work,
        house.therapist,
        first.id,
        replace(at(house, 14), minutes=30),
        therapist_id=house.therapist.account_id,
        version=first.version,
        now=house.now,
    )
    assert moved.minutes == 30


def test_homework_is_due_at_the_next_visit_that_is_booked_and_within_a_week(
    work: Session, house: House
) -> None:
    today, therapist = house.today, house.therapist
    week, soon = today + dt.timedelta(days=7), today + dt.timedelta(days=3)
    visit = visits.start_visit(work, therapist, house.episode_id, on_date=today, now=house.now)
    for days in (0, 1, 3, 5):
        book(work, house, at(house, 9, days=days))
    called_off = work.scalars(select(Appointment).order_by(Appointment.starts_at)).all()[1]
    cancel_appointment(work, therapist, called_off.id, "Ill", version=called_off.version, now=house.now)
    assert next_visit_on(work, house.episode_id, today) == soon
    assert next_visit_on(work, house.episode_id, today + dt.timedelta(days=5)) is None

    def due() -> dict[str, dt.date]:
        proposals = draft_page(work, therapist, visit.id, today).proposals
        return {one.key: one.due_on for one in proposals if not one.chosen}

    add_section(work, therapist, visit.id, 6, today=today, now=house.now)
    chosen = {one.template_key: one.due_on for one in read_draft(work, visit)[0].homework}
    assert chosen["s06-journal"] == soon
    assert set(due().values()) <= {soon, week}
    choices = assign_page(work, therapist, house.episode_id, today).choices
    assert {one.key: one.due_on for one in choices}["s03-reading"] == soon
    row = assign(work, therapist, house.episode_id, "s03-reading", today=today, now=house.now)
    assert row.due_on == soon
    visits.discard_draft(work, therapist, visit.id, now=house.now)
    started = visits.start_visit(work, therapist, house.episode_id, on_date=today, now=house.now)
    assert {one.due_on for one in read_draft(work, started)[0].homework} == {soon}


def test_only_the_care_team_gives_a_visit(work: Session, house: House) -> None:
    with pytest.raises(BadInputError, match="care team") as caught:
        book_appointment(
            work,
            house.therapist,
            house.episode_id,
            at(house, 9, days=1),
            therapist_id=house.viewers["other_therapist"].account_id,
            now=house.now,
        )
    assert caught.value.at == "therapist_id"


def test_calling_off_asks_why_and_can_be_undone(work: Session, house: House) -> None:
    row = book(work, house, at(house, 14))
    with pytest.raises(BadInputError, match="Write why"):
        cancel_appointment(work, house.therapist, row.id, "  ", version=row.version, now=house.now)
    cancel_appointment(work, house.therapist, row.id, "Ill with a cold", version=row.version, now=house.now)
    assert (row.status, row.reason) == (AppointmentStatus.CANCELLED, "Ill with a cold")
    restore_appointment(work, house.therapist, row.id, now=house.now)
    assert (row.status, row.reason) == (AppointmentStatus.BOOKED, "")


def test_the_second_of_two_people_is_told(work: Session, house: House) -> None:
    row = book(work, house, at(house, 14))
    version = row.version
    cancel_appointment(work, house.therapist, row.id, "Ill", version=version, now=house.now)
    with pytest.raises(ConflictError):
        cancel_appointment(work, house.viewers["assistant"], row.id, "Snow", version=version, now=house.now)


def test_the_signed_visit_keeps_it_and_one_entered_in_error_gives_it_back(
    work: Session, house: House
) -> None:
    row = book(work, house, at(house, 14))
    visit = signed_visit(work, house)
    assert (row.status, row.visit_id) == (AppointmentStatus.KEPT, visit.id)
    with pytest.raises(RefusedError, match="signed"):
        cancel_appointment(work, house.therapist, row.id, "No", version=row.version, now=house.now)
    visits.withdraw_visit(work, house.therapist, visit.id, "Wrong patient", now=house.now)
    assert (row.status, row.visit_id) == (AppointmentStatus.BOOKED, None)


def test_a_closed_episode_and_a_dead_patient_get_none(work: Session, house: House) -> None:
    work.get_one(Episode, house.episode_id).status = EpisodeStatus.ON_HOLD
    with pytest.raises(RefusedError, match="not open"):
        book(work, house, at(house, 14))
    work.get_one(Patient, house.patient_id).deceased = True
    with pytest.raises(RefusedError, match="died"):
        book(work, house, at(house, 14))


def test_every_step_leaves_an_event(work: Session, house: House) -> None:
    row = book(work, house, at(house, 14))
    cancel_appointment(work, house.therapist, row.id, "Ill", version=row.version, now=house.now)
    work.flush()
    found = work.scalars(select(AuditEvent).where(AuditEvent.subject_id == row.id).order_by(AuditEvent.id))
    assert [event.action for event in found] == ["book", "cancel"]
    assert len(of_episode(work, house.episode_id, since=house.now)) == 1
