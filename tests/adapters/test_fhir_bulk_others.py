"""What is taken over of practitioners, organisations and conditions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pne_tracker.domain.exchange import (
    AddressRecord,
    ConditionRecord,
    OrganisationRecord,
    PractitionerRecord,
)
from tests.adapters.exports import patient, read_one, refusal

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"


def condition(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": "c1",
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": SNOMED, "code": "279039007", "display": "Low back pain (finding)"}]},
        "clinicalStatus": {"coding": [{"code": "active"}]},
    } | changes


def read_condition(**changes: Any) -> ConditionRecord:
    record = read_one(condition(**changes))
    assert isinstance(record, ConditionRecord)
    return record


def practitioner(**changes: Any) -> PractitionerRecord:
    record = read_one(patient(resourceType="Practitioner") | changes)
    assert isinstance(record, PractitionerRecord)
    return record


def test_a_practitioner_keeps_npi_and_the_contact_points_of_best_rank() -> None:
    record = practitioner(
        identifier=[{"system": "http://hl7.org/fhir/sid/us-npi", "value": "9999992198"}],
        telecom=[
            {"system": "email", "value": "Late@Example.com"},
            {"system": "email", "value": "First@Example.com", "rank": 1},
            {"system": "phone", "value": "3168662000"},
        ],
        active=False,
    )
    assert (record.npi, record.email, record.phone) == ("9999992198", "late@example.com", "+13168662000")
    assert not record.active


@pytest.mark.parametrize("value", ["12345", "99999921981", "９９９９９９２１９８", None])
def test_an_npi_without_ten_digits_is_none(value: str | None) -> None:
    assert practitioner(identifier=[{"system": "http://hl7.org/fhir/sid/us-npi", "value": value}]).npi is None


def test_a_practitioner_without_a_name_is_refused() -> None:
    assert "no current name" in refusal({"resourceType": "Practitioner", "id": "x"})


def test_an_organisation_keeps_name_phone_and_address() -> None:
    record = read_one(
        {
            "resourceType": "Organization",
            "id": "o1",
            "name": "SAINT LUKE\u0092S HOSPICE",
            "telecom": [{"system": "phone", "value": "6203436800"}],
            "address": [
                {"line": ["1201 W 12TH AVE"], "city": "EMPORIA", "state": "KS", "postalCode": "668012504"}
            ],
        }
    )
    assert isinstance(record, OrganisationRecord)
    assert (record.name, record.phone, record.active) == ("SAINT LUKE’S HOSPICE", "+16203436800", True)
    assert record.address == AddressRecord("1201 W 12TH AVE", "EMPORIA", "KS", "66801-2504")


def test_an_organisation_without_a_name_is_refused() -> None:
    assert "no name" in refusal({"resourceType": "Organization", "id": "o1", "name": "  "})


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/p1",
        "https://ehr.example/fhir/Patient/p1",
        "Patient/p1/_history/3",
        "urn:uuid:p1",
    ],
)
def test_a_condition_finds_its_patient_however_it_is_referred_to(reference: str) -> None:
    assert read_condition(subject={"reference": reference}).patient_source_id == "p1"


@pytest.mark.parametrize(
    "subject",
    [
        None,
        {},
        {"display": "Ada"},
        {"reference": "Group/p1"},
        {"reference": "#p1"},
        {"reference": "Patient/a b"},
    ],
)
def test_a_condition_of_nobody_is_refused(subject: object) -> None:
    assert "names no patient" in refusal(condition(subject=subject))


def test_icd_10_cm_goes_before_snomed_and_snomed_before_others() -> None:
    codings = [
        {"system": "urn:local", "code": "L1", "display": "Local"},
        {"system": SNOMED, "code": "279039007", "display": "Low back pain (finding)"},
        {"system": ICD, "code": "M54.50"},
    ]
    best = read_condition(code={"coding": codings, "text": "Back pain"})
    assert (best.system, best.code, best.display) == (ICD, "M54.50", "Back pain")
    assert read_condition(code={"coding": codings[:2]}).code == "279039007"
    assert read_condition(code={"coding": codings[:1]}).code == "L1"


def test_a_condition_in_words_alone_is_kept_and_one_without_words_is_refused() -> None:
    assert read_condition(code={"text": "Sore back"}).display == "Sore back"
    assert read_condition(code={"coding": [{"code": "M54.50"}]}).display == "M54.50"
    empties: list[object] = [None, {}, {"coding": []}, {"coding": [{"display": ""}]}]
    for empty in empties:
        assert "neither a code nor words" in refusal(condition(code=empty))


def test_states_are_those_of_fhir() -> None:
    record = read_condition(verificationStatus={"coding": [{"code": "entered-in-error"}]})
    assert (record.clinical_status, record.verification_status) == ("active", "entered-in-error")
    assert read_condition(clinicalStatus=None).clinical_status is None
    assert "clinical status" in refusal(condition(clinicalStatus={"coding": [{"code": "better"}]}))


def test_days_are_those_written_by_the_other_system() -> None:
    record = read_condition(
        onsetDateTime="2020-11-28T23:31:08-05:00",
        abatementPeriod={"start": "2020-12-01", "end": "2021-01-02"},
        recordedDate="2020",
    )
    assert record.onset == dt.date(2020, 11, 28)
    assert record.abatement == dt.date(2021, 1, 2)
    assert record.recorded is None


def test_an_impossible_onset_is_refused() -> None:
    for bad in ("2020-02-30", "2020-13", "yesterday", "2020-02-03T99:00:00Z"):
        assert "onset date" in refusal(condition(onsetDateTime=bad))
