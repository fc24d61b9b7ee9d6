"""Patients added and changed by hand, lists of them, and who looked at their record."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from pne_tracker.db import db, reading, transaction
from pne_tracker.domain.access import Viewer
from pne_tracker.domain.errors import BadInputError, ConflictError, NotFoundError
from pne_tracker.domain.people import age_on, folded, number_after, search_text, words_of
from pne_tracker.models import AuditEvent, Clinic, Consent, ContactPoint, Patient, new_id
from pne_tracker.queries.patients import PAGE, PatientFilter, patient_page, search
from pne_tracker.queries.today import today_page
from pne_tracker.services import patient_reading, patients
from pne_tracker.services.patients import PatientDraft
from tests.people import House, add_patient


def draft(house: House, **facts: object) -> PatientDraft:
    """A patient as typed at the desk."""
    given = {"mrn": "HL-30000", "given_name": "Zoë", "family_name": "Núñez-Øye", **facts}
    return PatientDraft(clinic_id=house.clinic_id, **given)  # type: ignore[arg-type]


def add(work: Session, house: House, **facts: object) -> uuid.UUID:
    return patients.add_patient(
        work, house.therapist, draft(house, **facts), today=house.today, now=house.now
    )


@contextmanager
def queries_counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_patient_is_found_by_any_spelling_of_the_name(work: Session, house: House) -> None:
    patient_id = add(work, house)
    for typed in ("nunez", "NÚÑEZ", "zoe nunez", "Núñez-Øye, Zoë", "hl-30000", "oye"):
        assert [row.id for row in search(work, house.therapist, typed, house.today).rows] == [patient_id], (
            typed
        )


def test_a_search_for_signs_alone_finds_nobody(work: Session, house: House) -> None:
    for typed in ("", "  ", ",", "%", "_", "\\"):
        assert search(work, house.therapist, typed, house.today).rows == (), typed


def test_a_taken_record_number_is_said_at_its_field(app: Flask, house: House) -> None:
    with pytest.raises(BadInputError) as refused, transaction(house.therapist) as session:
        add(session, house, mrn="HL-20418")
    assert refused.value.at == "mrn"


def test_the_next_record_number_is_free(work: Session, house: House) -> None:
    assert patients.next_mrn(work) == "HL-20501"
    add(work, house, mrn="HL-20501")
    assert patients.next_mrn(work) == "HL-20502"


def test_the_first_record_number_of_an_empty_house(work: Session, house: House) -> None:
    for patient in work.scalars(select(Patient)):
        patient.source_id = str(patient.id)
    work.flush()
    assert patients.next_mrn(work) == "P-0001"


@pytest.mark.parametrize(
    ("facts", "at"),
    [
        ({"mrn": "  "}, "mrn"),
        ({"given_name": "", "family_name": " "}, "family_name"),
        ({"sex": "x"}, "sex"),
        ({"birth_date": dt.date(2027, 1, 1)}, "birth_date"),
        ({"birth_date": dt.date(1800, 1, 1)}, "birth_date"),
        ({"deceased_on": dt.date(2026, 1, 1)}, "deceased_on"),
        ({"deceased": True, "deceased_on": dt.date(2027, 1, 1)}, "deceased_on"),
        ({"consents": {"sms": True}}, "consent_source"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    work: Session, house: House, facts: dict[str, object], at: str
) -> None:
    with pytest.raises(BadInputError) as refused:
        add(work, house, **facts)
    assert refused.value.at == at


def test_a_consent_is_kept_with_its_source_and_never_overwritten(work: Session, house: House) -> None:
    patient_id = add(work, house, consents={"sms": True, "email": False}, consent_source="in person")
    change(work, house, patient_id, consents={"sms": False, "email": False}, consent_source="by phone")
    change(work, house, patient_id, consents={"sms": False, "email": False}, consent_source="")
    said = work.scalars(select(Consent).where(Consent.patient_id == patient_id).order_by(Consent.id)).all()
    assert [(one.kind.value, one.granted, one.source) for one in said] == [
        ("sms", True, "in person"),
        ("sms", False, "by phone"),
    ]


def change(work: Session, house: House, patient_id: uuid.UUID, **facts: object) -> None:
    version = work.scalars(select(Patient.version).where(Patient.id == patient_id)).one()
    patients.change_patient(
        work,
        house.therapist,
        patient_id,
        draft(house, **facts),
        version=version,
        today=house.today,
        now=house.now,
    )


def test_a_changed_number_leaves_the_other_ways_to_reach_somebody(work: Session, house: House) -> None:
    patient_id = add(work, house, phone="+15555550100", email="z@example.org")
    work.add(ContactPoint(patient_id=patient_id, system="phone", value="+15555550101", rank=2))
    work.flush()

    def phones() -> list[str]:
        statement = select(ContactPoint.value).where(
            ContactPoint.patient_id == patient_id, ContactPoint.system == "phone"
        )
        return list(work.scalars(statement.order_by(ContactPoint.rank)))

    change(work, house, patient_id, phone="+15555550101", email="z@example.org")
    assert phones() == ["+15555550101", "+15555550100"]
    change(work, house, patient_id, phone="", email="z@example.org")
    assert phones() == ["+15555550100"]


def test_the_hour_of_death_another_system_knows_is_kept(work: Session, house: House) -> None:
    patient_id = add(work, house)
    instant = dt.datetime(2026, 11, 1, 3, 20, tzinfo=dt.UTC)
    work.get_one(Patient, patient_id).deceased_at = instant
    change(work, house, patient_id, deceased=True, deceased_on=instant.date())
    assert work.get_one(Patient, patient_id).deceased_at == instant


def test_two_people_changing_one_patient_are_told(work: Session, house: House) -> None:
    patient_id = add(work, house)
    change(work, house, patient_id, given_name="Zora")
    with pytest.raises(ConflictError):
        patients.change_patient(
            work, house.therapist, patient_id, draft(house), version=1, today=house.today, now=house.now
        )


def test_the_trail_names_the_fields_and_never_what_was_written(work: Session, house: House) -> None:
    patient_id = add(work, house)
    change(work, house, patient_id, family_name="Quill", city="Portland")
    last = work.scalars(select(AuditEvent).where(AuditEvent.action == "change")).one()
    assert last.details == {"fields": ["family_name", "city"]}
    assert last.patient_id == patient_id


def test_another_therapists_patient_cannot_be_changed_or_opened(work: Session, house: House) -> None:
    stranger = house.viewers["other_therapist"]
    with pytest.raises(NotFoundError):
        patient_reading.open_record(work, stranger, house.patient_id, today=house.today, now=house.now)
    with pytest.raises(NotFoundError):
        patients.change_patient(
            work, stranger, house.patient_id, draft(house), version=1, today=house.today, now=house.now
        )


def test_a_patient_of_another_organisation_does_not_exist(work: Session, house: House) -> None:
    for viewer in (house.therapist, house.lead):
        with pytest.raises(NotFoundError):
            patient_reading.open_record(
                work, viewer, house.foreign_patient_id, today=house.today, now=house.now
            )


def fill(session: Session, house: House, count: int) -> None:
    clinic = session.scalars(select(Clinic)).one()
    for nth in range(count):
        add_patient(session, clinic, new_id(), f"Given{nth % 3}", f"Family{nth % 7}", f"X-{nth}")
    session.flush()


def pages(work: Session, viewer: Viewer, house: House) -> list[list[uuid.UUID]]:
    found, chosen = [], PatientFilter()
    while True:
        page = patient_page(work, viewer, chosen, house.today)
        found.append([row.id for row in page.rows])
        if page.next_after is None:
            return found
        chosen = PatientFilter(after=page.next_after)


def test_pages_hold_everybody_once_in_order_of_names_and_lead_back(work: Session, house: House) -> None:
    fill(work, house, 60)
    forward = pages(work, house.lead, house)
    everybody = list(
        work.scalars(select(Patient.id).order_by(Patient.family_name, Patient.given_name, Patient.id))
    )
    assert [one for page in forward for one in page] == everybody
    assert [len(page) for page in forward] == [PAGE, PAGE, 12]
    back = patient_page(work, house.lead, PatientFilter(before=forward[2][0]), house.today)
    assert [row.id for row in back.rows] == forward[1]
    assert back.previous_before == forward[1][0]
    first = patient_page(work, house.lead, PatientFilter(before=forward[1][0]), house.today)
    assert [row.id for row in first.rows] == forward[0]
    assert first.previous_before is None


def test_a_list_asks_the_database_as_often_for_three_as_for_twenty(app: Flask, house: House) -> None:
    from tests.services.test_episodes import open_for

    def counted() -> int:
        with reading(house.therapist) as session:
            patient_page(session, house.therapist, PatientFilter(), house.today)
            today_page(session, house.therapist, house.today)
            with queries_counted() as seen:
                patient_page(session, house.therapist, PatientFilter(), house.today)
                today_page(session, house.therapist, house.today)
        return len(seen)

    few = counted()
    with transaction(house.therapist) as session:
        fill(session, house, 20)
        treated = session.scalars(select(Patient.id).where(Patient.mrn.like("X-1%"))).all()
        for patient_id in treated:
            open_for(session, house, patient_id)
    assert len(treated) > 5
    assert counted() == few


def test_filters_show_whom_they_name(work: Session, house: House) -> None:
    def shown(viewer: Viewer, **chosen: str) -> set[uuid.UUID]:
        page = patient_page(work, viewer, PatientFilter(**chosen), house.today)  # type: ignore[arg-type]
        return {row.id for row in page.rows}

    treated, waiting = house.patient_id, house.untreated_id
    assert shown(house.lead) == {treated, waiting}
    assert shown(house.therapist, who="mine") == {treated}
    assert shown(house.viewers["other_therapist"]) == {waiting}
    assert shown(house.lead, who=str(house.therapist.account_id)) == {treated}
    assert shown(house.lead, status="open") == {treated}
    assert shown(house.lead, status="discharged") == set()
    assert shown(house.lead, status="none") == {waiting}
    assert shown(house.lead, status="deceased") == set()


def test_who_looked_is_kept_for_the_record_and_for_lists(work: Session, house: House) -> None:
    patient_reading.open_list(work, house.lead, PatientFilter(), today=house.today, now=house.now)
    patient_reading.open_record(work, house.therapist, house.patient_id, today=house.today, now=house.now)
    patient_reading.open_record(work, house.therapist, house.patient_id, today=house.today, now=house.now)
    name, readings, _ = patient_reading.open_readers(work, house.therapist, house.patient_id, now=house.now)
    assert name == "Rosalind Achterberg"
    said = {one.who: (one.read, one.listed) for one in readings}
    assert said == {"Maya Okonjo, PT": (2, 0), "Ruth Abara, PT": (0, 1)}


def test_a_search_tells_the_trail_whom_it_showed(work: Session, house: House) -> None:
    for typed in ("nobody of this name", "achter"):
        patient_reading.search(work, house.therapist, typed, today=house.today, now=house.now)
    shown = work.scalars(select(AuditEvent.patient_id).where(AuditEvent.subject == "patients"))
    assert list(shown) == [house.patient_id]


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
@example("", "", "\U0001d56c")
def test_every_word_of_a_name_finds_it(given_name: str, family: str, mrn: str) -> None:
    text = search_text(given_name, family, mrn)
    assert folded(text) == text
    for part in (given_name, family, mrn):
        assert "," in part or all(word in text for word in words_of(part))


@given(st.from_regex(r"\A[A-Z]{0,3}-?[0-9]{1,8}\Z"))
def test_the_number_after_is_another_of_the_same_kind(mrn: str) -> None:
    after = number_after(mrn)
    assert after != mrn
    assert len(after) in {len(mrn), len(mrn) + 1}


def test_an_age_changes_on_the_birthday() -> None:
    birth = dt.date(1955, 4, 2)
    assert age_on(birth, dt.date(2026, 4, 1)) == 70
    assert age_on(birth, dt.date(2026, 4, 2)) == 71
    assert age_on(dt.date(2000, 2, 29), dt.date(2026, 2, 28)) == 25
