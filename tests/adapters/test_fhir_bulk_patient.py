"""What is taken over of a Patient, and what is never read."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.adapters.contact_points import phone
from pne_tracker.domain.exchange import AddressRecord
from tests.adapters.exports import TODAY, patient, read_patient, refusal


def identifier(code: str, value: str, **more: Any) -> dict[str, Any]:
    return {"type": {"coding": [{"code": code}]}, "value": value, **more}


def values(*telecom: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.system, one.value) for one in read_patient(telecom=list(telecom)).contact_points]


def test_a_patient_keeps_name_birth_date_and_sex() -> None:
    record = read_patient()
    assert (record.given, record.middle, record.family) == ("Ada", "Bea", "Sample")
    assert (record.birth_date, record.sex, record.active) == (dt.date(1949, 11, 14), "female", True)
    assert (record.deceased, record.deceased_at, record.notes) == (False, None, ())


def test_only_the_medical_record_number_is_read_of_all_identifiers() -> None:
    record = read_patient(
        identifier=[
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-11-1111"},
            identifier("SS", "999-22-2222"),
            identifier("DL", "S99933333"),
            identifier("PPN", "X44444444X"),
            identifier("MR", "old-5", use="old"),
            identifier("MR", "M-6"),
        ]
    )
    assert record.mrn == "M-6"


def test_without_a_medical_record_number_the_id_stands_in() -> None:
    assert read_patient(identifier=[identifier("SS", "999-22-2222")]).mrn == "p1"


def test_nothing_beyond_the_listed_fields_reaches_a_record() -> None:
    canary = "CANARY"
    coding = [{"system": canary, "code": canary, "display": canary}]
    record = read_patient(
        text={"status": "generated", "div": canary},
        extension=[{"url": canary, "valueString": canary, "extension": [{"url": canary}]}],
        identifier=[identifier("SS", canary), identifier("DL", canary), identifier("PPN", canary)],
        maritalStatus={"coding": coding, "text": canary},
        multipleBirthInteger=2,
        photo=[{"data": canary}],
        contact=[{"name": {"text": canary}}],
        address=[
            {"city": "Topeka", "district": canary, "extension": [{"url": canary, "valueDecimal": 38.3}]}
        ],
        name=[{"family": "Sample", "prefix": [canary]}, {"use": "maiden", "family": canary}],
        generalPractitioner=[{"display": canary}],
    )
    assert canary not in str(dataclasses.asdict(record))


@pytest.mark.parametrize(
    ("names", "family"),
    [
        ([{"use": "maiden", "family": "M"}, {"use": "official", "family": "O"}], "O"),
        ([{"use": "usual", "family": "U"}, {"use": "official", "family": "O"}], "O"),
        ([{"family": "N"}, {"use": "usual", "family": "U"}], "U"),
        ([{"use": "temp", "family": "T"}, {"family": "N"}], "N"),
        ([{"use": "official"}, {"family": "N"}], "N"),
        ([{"text": "Ada Sample"}], "Ada Sample"),
        ([{"given": ["Ada", None, "  "]}], ""),
    ],
)
def test_the_name_of_record_is_the_current_one(names: list[dict[str, Any]], family: str) -> None:
    assert read_patient(name=names).family == family


@pytest.mark.parametrize(
    "names",
    [None, [], [{}], [{"use": "old", "family": "O"}], [{"use": "maiden", "family": "M"}], [{"given": [""]}]],
)
def test_a_patient_without_a_current_name_is_refused(names: object) -> None:
    assert "no current name" in refusal(patient(name=names))


@pytest.mark.parametrize("partial", ["1949", "1949-11"])
def test_a_birth_date_known_to_the_month_stays_unknown_and_is_noted(partial: str) -> None:
    record = read_patient(birthDate=partial)
    assert record.birth_date is None
    assert "month or year" in record.notes[0]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1949-02-30", "not a day of the calendar"),
        ("1949-13", "not a day of the calendar"),
        ("2026-11-24", "in the future"),
        ("2027", "in the future"),
        ("1870-01-01", "150 years"),
        ("1066-10-14", "before 1850"),
        ("11/14/1949", "YYYY-MM-DD"),
        ("1949-W01-1", "YYYY-MM-DD"),
        ("1949-11-14T00:00:00Z", "YYYY-MM-DD"),
        ("١٩٤٩-11-14", "YYYY-MM-DD"),
        (19491114, "form that FHIR R4"),
    ],
)
def test_an_impossible_birth_date_is_refused(value: object, reason: str) -> None:
    assert reason in refusal(patient(birthDate=value))


def test_a_birth_date_may_be_absent_or_today() -> None:
    assert read_patient(birthDate=None).birth_date is None
    assert read_patient(birthDate="2026-11-23").birth_date == TODAY


@settings(max_examples=100, deadline=None)
@given(st.dates(dt.date(1880, 1, 1), TODAY))
def test_every_real_birth_date_is_kept_as_it_is(born: dt.date) -> None:
    assert read_patient(birthDate=born.isoformat()).birth_date == born


def test_death_is_known_by_flag_day_or_instant() -> None:
    assert read_patient(deceasedBoolean=True).deceased
    assert not read_patient(deceasedBoolean=False).deceased
    instant = read_patient(deceasedDateTime="1989-05-09T20:35:22-04:00")
    assert instant.deceased_at == dt.datetime(1989, 5, 10, 0, 35, 22, tzinfo=dt.UTC)
    assert instant.deceased_at.date() == dt.date(1989, 5, 9)
    assert read_patient(deceasedDateTime="1989-05-09").deceased_at == dt.datetime(
        1989, 5, 9, 12, tzinfo=dt.UTC
    )
    partly = read_patient(deceasedDateTime="1989-05")
    assert (partly.deceased, partly.deceased_at) == (True, None)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2026-11-25", "in the future"),
        ("2031-01", "in the future"),
        ("1949-11-13", "before the birth date"),
        ("1989-05-09T25:00:00Z", "time of the clock"),
        ("1989-05-09T20:35:22", "not a date"),
        ("1989T10:00:00Z", "no whole date"),
        ("0001-01-01T00:00:00+14:00", "before 1850"),
    ],
)
def test_an_impossible_date_of_death_is_refused(value: str, reason: str) -> None:
    assert reason in refusal(patient(deceasedDateTime=value))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("active", "false"),
        ("deceasedBoolean", "true"),
        ("name", {"family": "X"}),
        ("telecom", "555"),
        ("name", "X"),
    ],
)
def test_a_field_of_the_wrong_shape_is_refused_and_not_guessed(field: str, value: object) -> None:
    assert "form that FHIR R4" in refusal(patient(**{field: value}))


def test_an_unknown_sex_is_said_and_an_invented_one_is_refused() -> None:
    assert read_patient(gender=None).sex == "unknown"
    assert "sex is not one of" in refusal(patient(gender="f"))


def test_a_missing_id_and_an_unusable_id_are_told_apart() -> None:
    assert "no id" in refusal(patient(id=None))
    for bad in ("", "a b", "x" * 65, 7, "a/b"):
        assert "not a FHIR id" in refusal(patient(id=bad))


def test_a_valid_number_is_kept_in_e164_and_any_other_as_typed() -> None:
    phones = ["(316) 866-2000", "+48 22 123 45 67", "555-810-7203", "316-866-2000 ext. 4"]
    assert values(*({"system": "phone", "value": one} for one in phones)) == [
        ("phone", "+13168662000"),
        ("phone", "+48221234567"),
        ("phone", "555-810-7203"),
        ("phone", "316-866-2000 ext. 4"),
    ]


def test_a_mail_address_is_lower_case_or_left_out_with_a_note() -> None:
    assert values({"system": "email", "value": " Ada.Sample@Example.COM "}) == [
        ("email", "ada.sample@example.com")
    ]
    for bad in (
        "ada",
        "ada@",
        "@example.com",
        "a b@example.com",
        "ada@localhost",
        "a@b.com\nBcc: c@d.com",
        "ä@b.de",
    ):
        record = read_patient(telecom=[{"system": "email", "value": bad}])
        assert record.contact_points == ()
        assert "mail address" in record.notes[0]


def test_old_numbers_fax_and_doubles_are_no_contact_points() -> None:
    same = {"system": "phone", "value": "3168662000"}
    assert values({**same, "use": "old"}, {"system": "fax", "value": "3168662001"}, same, same) == [
        ("phone", "+13168662000")
    ]


def test_contact_points_keep_use_and_rank_or_take_their_place_as_rank() -> None:
    record = read_patient(
        telecom=[
            {"system": "phone", "value": "3168662000", "use": "mobile", "rank": 7},
            {"system": "sms", "value": "3168662001", "use": "odd", "rank": True},
        ]
    )
    assert [(one.use, one.rank) for one in record.contact_points] == [("mobile", 7), (None, 2)]


def test_the_address_is_what_a_claim_needs() -> None:
    old = {"use": "old", "line": ["Gone 1"]}
    home = {
        "use": "home",
        "line": ["1 Elm  St", "Apt 2"],
        "city": "Topeka",
        "state": "KS",
        "postalCode": "668012504",
    }
    assert read_patient(address=[old, {"city": "Elsewhere"}, home]).address == AddressRecord(
        "1 Elm St, Apt 2", "Topeka", "KS", "66801-2504"
    )
    assert read_patient(address=[{"postalCode": "00000"}]).address == AddressRecord()
    assert read_patient(address=[old]).address == AddressRecord()


def test_the_preferred_language_goes_before_the_first() -> None:
    def spoken(code: str, **more: Any) -> dict[str, Any]:
        return {"language": {"coding": [{"code": code}]}, **more}

    assert read_patient(communication=[spoken("pl"), spoken("es", preferred=True)]).language == "es"
    assert read_patient(communication=[spoken("en-US"), spoken("es")]).language == "en-US"
    assert read_patient(communication=[spoken("not a tag")]).language is None


def test_text_is_trimmed_composed_and_free_of_direction_marks() -> None:
    record = read_patient(
        name=[{"family": "  Nu\u0301n\u0303ez \u202e \t Sample\n", "given": ["O\u0092Brien"]}]
    )
    assert (record.family, record.given) == ("Núñez Sample", "O’Brien")


def test_a_name_longer_than_its_column_is_refused() -> None:
    assert read_patient(name=[{"family": "x" * 200}]).family == "x" * 200
    assert "longer than 200" in refusal(patient(name=[{"family": "x" * 201}]))


@settings(max_examples=100, deadline=None)
@given(
    st.from_regex(r"[2-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["{0}{1}{2}", "({0}) {1}-{2}", "1-{0}-{1}-{2}", "+1 {0}.{1}.{2}", "{0} {1} {2}"]),
)
def test_the_quick_way_to_read_a_us_number_agrees_with_the_library(digits: str, form: str) -> None:
    typed = form.format(digits[:3], digits[3:6], digits[6:])
    number = phonenumbers.parse(typed, "US")
    assert phone(typed) == (f"+1{digits}" if phonenumbers.is_valid_number(number) else typed)
