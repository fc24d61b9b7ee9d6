"""Bringing records in: what is created, what is found again, what never changes, what is refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from pne_tracker.db import reading, transaction
from pne_tracker.domain.errors import BadInputError, NotFoundError, RefusedError
from pne_tracker.domain.exchange import AddressRecord, Rejected, Skipped
from pne_tracker.models import (
    AuditEvent,
    Clinic,
    Condition,
    ContactPoint,
    ExternalOrganisation,
    ExternalProvider,
    Patient,
    new_id,
)
from pne_tracker.services.imports import ImportTarget, import_records
from pne_tracker.services.imports_report import Found
from tests.people import House
from tests.services.import_samples import (
    bring_in,
    condition,
    counts,
    organisation,
    person,
    phone,
    practitioner,
    row,
)

EVERYTHING = (organisation(), practitioner(), person(), condition())


def stored(house: House, mrn: str = "MR-p1") -> Patient:
    with reading(house.therapist) as session:
        found = session.scalars(select(Patient).where(Patient.mrn == mrn)).one()
        session.expunge(found)
        return found


def numbers(house: House, system: str = "phone", mrn: str = "MR-p1") -> list[str]:
    """The telephone numbers of a patient, first choice first."""
    with reading(house.therapist) as session:
        return list(
            session.scalars(
                select(ContactPoint.value)
                .join(Patient, Patient.id == ContactPoint.patient_id)
                .where(Patient.mrn == mrn, ContactPoint.system == system)
                .order_by(ContactPoint.rank, ContactPoint.id)
            )
        )


def total(house: House, kind: type[Any]) -> int:
    with reading(house.therapist) as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def everything(house: House) -> list[Any]:
    """Every row that an import may write, but for the audit trail."""
    found = []
    with reading(house.therapist) as session:
        for kind in (Patient, ContactPoint, Condition, ExternalOrganisation, ExternalProvider):
            rows = session.execute(select(*kind.__table__.columns).order_by(kind.id))
            found += [tuple(one) for one in rows]
    return found


def test_all_four_types_come_in_with_what_they_say(house: House) -> None:
    report = bring_in(house, *EVERYTHING)
    assert all(counts(report, kind) == (1, 0, 0, 0) for kind in report.resources)
    patient = stored(house)
    assert (patient.given_name, patient.middle_name, patient.family_name) == ("Ada", "Bea", "Sample")
    assert (patient.birth_date, patient.sex, patient.language) == (dt.date(1949, 11, 14), "female", "es")
    assert (patient.address_line, patient.postal_code) == ("12 Elm Street", "67202")
    assert (patient.clinic_id, patient.version, patient.preferred_channel) == (house.clinic_id, 1, "portal")
    assert patient.search_text == "sample ada mr-p1"
    assert numbers(house) == ["+13168662000"]
    with reading(house.therapist) as session:
        one = session.scalars(select(Condition)).one()
        assert (one.patient_id, one.label, one.onset_on) == (patient.id, "Backache", dt.date(2020, 1, 2))
        assert session.scalars(select(ExternalProvider.npi)).one() == "1234567893"
        assert session.scalars(select(ExternalOrganisation.city)).one() == "Wichita"


def test_a_second_run_changes_nothing(house: House) -> None:
    bring_in(house, *EVERYTHING)
    before = everything(house)
    report = bring_in(house, *EVERYTHING)
    assert all(counts(report, kind) == (0, 0, 1, 0) for kind in report.resources)
    assert everything(house) == before


def test_a_dry_run_counts_the_same_and_writes_nothing(house: House) -> None:
    before, events = everything(house), total(house, AuditEvent)
    dry = bring_in(house, *EVERYTHING, condition("c2", "nobody"), dry_run=True)
    assert everything(house) == before
    assert total(house, AuditEvent) == events
    assert dry.as_dict() == bring_in(house, *EVERYTHING, condition("c2", "nobody")).as_dict()


def test_a_changed_export_brings_the_patient_up_to_date(house: House) -> None:
    bring_in(house, person())
    report = bring_in(house, person(family="Núñez", mrn="NEW-1", language="en"))
    assert counts(report) == (0, 1, 0, 0)
    patient = stored(house, "NEW-1")
    assert patient.family_name == "Núñez"
    assert patient.search_text == "nunez ada new-1"
    assert patient.version == 2


def test_what_the_export_no_longer_says_stays_as_it_was(house: House) -> None:
    bring_in(house, person())
    bare = person(
        mrn="p1", middle=None, birth_date=None, sex="unknown", language=None, contact_points=(), given=""
    )
    report = bring_in(house, dataclasses.replace(bare, address=AddressRecord()))
    assert counts(report) == (0, 0, 1, 0)
    patient = stored(house)
    assert (patient.given_name, patient.birth_date, patient.sex) == ("Ada", dt.date(1949, 11, 14), "female")
    assert numbers(house) == ["+13168662000"]


def test_a_patient_who_moved_keeps_no_part_of_the_old_address(house: House) -> None:
    bring_in(house, person())
    bring_in(house, person(address=AddressRecord("7 Oak Road", "Topeka", "KS", None)))
    patient = stored(house)
    assert (patient.address_line, patient.city, patient.postal_code) == ("7 Oak Road", "Topeka", None)


def test_an_address_without_its_zip_code_keeps_the_known_one(house: House) -> None:
    bring_in(house, person())
    bring_in(house, person(address=AddressRecord("12 Elm Street", "Wichita", "KS", None)))
    assert stored(house).postal_code == "67202"


def test_a_new_number_comes_before_the_old_one_which_is_not_lost(house: House) -> None:
    bring_in(house, person(contact_points=(phone("+13165550101"), phone("a@example.org", system="email"))))
    changed = person(contact_points=(phone("+13165550102"), phone("+13165550103", 2)))
    assert counts(bring_in(house, changed)) == (0, 1, 0, 0)
    assert numbers(house) == ["+13165550102", "+13165550103", "+13165550101"]
    assert numbers(house, "email") == ["a@example.org"]
    assert counts(bring_in(house, changed)) == (0, 0, 1, 0)


def test_a_patient_comes_in_deceased_and_no_episode_can_be_opened(house: House) -> None:
    from pne_tracker.domain.episode_draft import EpisodeDraft
    from pne_tracker.services.episodes import open_episode

    died = dt.datetime(2020, 5, 3, 14, 22, tzinfo=dt.timezone(dt.timedelta(hours=-4)))
    bring_in(house, person(deceased=True, deceased_at=died))
    patient = stored(house)
    assert patient.deceased
    assert patient.deceased_at == died
    draft = EpisodeDraft(
        discipline="PT",
        therapist_id=house.therapist.account_id,
        payer_id=house.payer_id,
        reason="low back",
        opened_on=house.today,
        codes=("M54.50",),
    )
    with pytest.raises(RefusedError, match="died"), transaction(house.therapist) as session:
        open_episode(session, house.therapist, patient.id, draft, today=house.today, now=house.now)


def test_an_import_brings_nobody_back_to_life_nor_back_into_care(house: House) -> None:
    bring_in(house, person(deceased=True, active=False))
    assert counts(bring_in(house, person())) == (0, 0, 1, 0)
    assert stored(house).deceased
    assert not stored(house).active


def test_a_record_number_of_another_patient_of_the_export_is_refused(house: House) -> None:
    bring_in(house, person("p1", mrn="SAME"))
    report = bring_in(house, Found(person("p2", mrn="SAME"), "Patient.ndjson", 7))
    (line,) = report.resources["Patient"].rejected
    assert (line.line, line.file, line.id) == (7, "Patient.ndjson", "p2")
    assert "record number" in line.reason
    assert "SAME" not in line.reason
    assert stored(house, "SAME").source_id == "p1"


def test_a_known_patient_does_not_take_the_number_of_another(house: House) -> None:
    bring_in(house, person("p1"), person("p2"))
    report = bring_in(house, person("p2", mrn="MR-p1"))
    assert counts(report) == (0, 0, 0, 1)
    assert stored(house, "MR-p2").source_id == "p2"


def test_numbers_that_move_on_follow_in_one_import(house: House) -> None:
    bring_in(house, person("p1"), person("p2"))
    report = bring_in(house, person("p2", mrn="MR-p3"), person("p1", mrn="MR-p2"), person("p9", mrn="MR-p1"))
    assert counts(report) == (1, 2, 0, 0)
    assert [stored(house, f"MR-p{n}").source_id for n in (1, 2, 3)] == ["p9", "p1", "p2"]


def test_a_patient_added_by_hand_is_found_by_the_record_number(house: House) -> None:
    report = bring_in(
        house, person("p7", mrn="HL-20500", given="Amadou", family="Fenwick", birth_date=dt.date(1955, 4, 2))
    )
    assert counts(report) == (0, 1, 0, 0)
    assert stored(house, "HL-20500").source_id == "p7"
    assert stored(house, "HL-20500").id == house.untreated_id


@pytest.mark.parametrize("found", [row("HL-20500"), person("p7", mrn="HL-20500")])
def test_another_person_with_a_known_record_number_is_refused(house: House, found: Any) -> None:
    before = everything(house)
    report = bring_in(house, found)
    assert counts(report) == (0, 0, 0, 1)
    assert "another name and another birth date" in report.rejected[0].reason
    assert everything(house) == before


def test_a_csv_row_corrects_the_birth_date_of_a_patient_of_that_name(house: House) -> None:
    bring_in(house, person())
    report = bring_in(house, row("MR-p1", birth_date=dt.date(1949, 11, 15)))
    assert counts(report) == (0, 1, 0, 0)
    patient = stored(house)
    assert (patient.birth_date, patient.source_id) == (dt.date(1949, 11, 15), "p1")
    assert (patient.language, patient.sex, patient.middle_name) == ("es", "female", "Bea")


def test_a_patient_of_another_clinic_keeps_it(house: House) -> None:
    bring_in(house, person())
    with transaction(house.therapist) as session:
        other = Clinic(id=new_id(), name="Second", slug="second", timezone="America/New_York")
        session.add(other)
    with transaction(house.therapist) as session:
        there = ImportTarget(house.therapist.organisation_id, other.id)
        import_records(
            session, clinic=there, records=[person(given="Adah"), person("p2")], actor=None, now=house.now
        )
    assert (stored(house).clinic_id, stored(house).given_name) == (house.clinic_id, "Adah")
    assert stored(house, "MR-p2").clinic_id == other.id


def test_another_organisation_is_out_of_sight_and_out_of_reach(house: House) -> None:
    foreign = house.viewers["foreign_therapist"]
    report = bring_in(house, person("p1", mrn="FS-1"))
    assert counts(report) == (1, 0, 0, 0)
    with reading(foreign) as session:
        assert session.scalars(select(Patient.family_name)).all() == ["Person"]
    with pytest.raises(NotFoundError):
        bring_in(house, person("p3"), actor=foreign)


def test_a_condition_of_an_unknown_patient_is_refused(house: House) -> None:
    refused = Rejected("Patient", "Patient.ndjson", 1, "p1", "The resource has no current name.")
    report = bring_in(house, refused, Found(condition(), "Condition.ndjson", 4))
    assert counts(report, "Condition") == (0, 0, 0, 1)
    assert report.as_dict()["Condition"]["rejected"][0]["line"] == 4
    assert "bring the patient in first" in report.rejected[1].reason
    assert total(house, Condition) == 0


def test_a_condition_entered_in_error_is_kept_as_such(house: House) -> None:
    bring_in(house, person(), condition())
    report = bring_in(house, condition(verification_status="entered-in-error", clinical_status=None))
    assert counts(report, "Condition") == (0, 1, 0, 0)
    with reading(house.therapist) as session:
        one = session.scalars(select(Condition)).one()
        assert (one.verification_status, one.clinical_status) == ("entered-in-error", "active")


def test_the_same_record_twice_in_one_import_is_one_record(house: House) -> None:
    report = bring_in(house, person(), person(), condition(), condition())
    assert counts(report) == (1, 0, 1, 0)
    assert counts(report, "Condition") == (1, 0, 1, 0)


def test_refused_lines_and_skipped_files_do_not_stop_the_rest(house: House) -> None:
    bad = Rejected("Patient", "Patient.ndjson", 2, "", "The line is not JSON.")
    report = bring_in(house, Skipped("Role.ndjson", "It is not read."), bad, person(notes=("A note.",)))
    assert counts(report) == (1, 0, 0, 1)
    assert report.skipped[0].file == "Role.ndjson"
    assert report.note_counts() == [("A note.", 1)]


def test_refused_lines_stand_in_the_order_of_the_file(house: House) -> None:
    late = Rejected("Condition", "Condition.ndjson", 2, "", "The line is not JSON.")
    early = Found(condition("c9", "nobody"), "Condition.ndjson", 1)
    report = bring_in(house, early, late)
    assert [one.line for one in report.rejected] == [1, 2]
    assert [one["line"] for one in report.as_dict()["Condition"]["rejected"]] == [1, 2]


def test_an_import_of_nothing_is_refused(house: House) -> None:
    with pytest.raises(BadInputError, match="nothing to import"):
        bring_in(house, Skipped("Role.ndjson", "It is not read."))


def test_each_patient_who_is_new_or_changed_has_one_event_that_names_no_value(house: House) -> None:
    bring_in(house, person(), person("p2"), condition())
    bring_in(house, person(given="Adah"), person("p2"), condition("c2", "p2"))
    with reading(house.therapist) as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        said = [(one.action, one.subject, one.details.get("fields")) for one in events]
        actors = {(one.actor_id, one.actor_role) for one in events}
    assert said == [
        ("create", "patient", None),
        ("create", "patient", None),
        ("import", "patients", None),
        ("change", "patient", ["given_name"]),
        ("change", "patient", ["conditions"]),
        ("import", "patients", None),
    ]
    assert actors == {(None, "command")}


def test_an_import_by_upload_is_in_the_name_of_who_sent_it(house: House) -> None:
    bring_in(house, person(), actor=house.lead)
    with reading(house.therapist) as session:
        assert set(session.scalars(select(AuditEvent.actor_id))) == {house.lead.account_id}


def test_many_patients_come_in_over_several_batches(house: House) -> None:
    many = [person(f"p{n}", contact_points=()) for n in range(1201)]
    assert counts(bring_in(house, *many, *(condition(f"c{n}", f"p{n}") for n in range(1201)))) == (
        1201,
        0,
        0,
        0,
    )
    assert counts(bring_in(house, *many)) == (0, 0, 1201, 0)
    assert total(house, Condition) == 1201


def test_a_number_sent_twice_for_one_patient_under_two_names_for_them_is_kept_once(house: House) -> None:
    known_by_both = person("p1", mrn="M-1", contact_points=())
    by_record_number = person(None, mrn="M-1", contact_points=(phone("1", 1),))
    by_source = person("p1", mrn="p1", contact_points=(phone("1", 1),))
    bring_in(house, known_by_both, by_record_number, by_source)
    assert total(house, ContactPoint) == 1


names = st.sampled_from(["Ada", "Bea", "Cy", ""])
people = st.builds(
    person,
    st.sampled_from([None, "p1", "p2", "p3"]),
    mrn=st.sampled_from(["p1", "p2", "M-1", "M-2", "M-3"]),
    given=names,
    family=st.sampled_from(["Sample", "Núñez"]),
    birth_date=st.sampled_from([None, dt.date(1949, 11, 14), dt.date(1950, 1, 1)]),
    deceased=st.booleans(),
    contact_points=st.lists(
        st.builds(phone, st.sampled_from(["1", "2", "3"]), st.integers(1, 3)),
        max_size=3,
        unique_by=lambda c: c.value,
    ).map(tuple),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.lists(people, min_size=1, max_size=6))
def test_whatever_comes_in_is_counted_once_and_doubles_nobody(
    app: Flask, house: House, batch: list[Any]
) -> None:
    with transaction(house.therapist) as session:
        before = session.scalar(select(func.count()).select_from(Patient)) or 0
        there = ImportTarget(house.therapist.organisation_id, house.clinic_id)
        report = import_records(session, clinic=there, records=batch, actor=None, now=house.now)
        assert sum(counts(report)) == len(batch)
        after = session.scalars(select(Patient)).all()
        assert len(after) == before + report.resources["Patient"].created
        assert len({one.mrn for one in after}) == len(after)
        sources = [one.source_id for one in after if one.source_id]
        assert len(set(sources)) == len(sources)
        session.rollback()
