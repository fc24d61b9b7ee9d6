"""Patients from a CSV file."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.adapters.csv_patients import read_patients_csv
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.exchange import ImportLimits, PatientRecord, Rejected, Skipped
from tests.adapters.exports import TODAY, as_file

HEADER = "mrn,given_name,family_name,birth_date,sex,language,email,phone\n"
ROW = "7,Ada,Sample,1949-11-14,female,es,Ada@Example.com,(316) 866-2000\n"


def read(text: str | bytes, limits: ImportLimits | None = None) -> list[PatientRecord | Rejected | Skipped]:
    content = text if isinstance(text, bytes) else text.encode()
    return list(read_patients_csv(as_file(content, "patients.csv"), today=TODAY, limits=limits))


def one(row: str) -> PatientRecord:
    (item,) = read(HEADER + row)
    assert isinstance(item, PatientRecord), item
    return item


def refused(row: str) -> str:
    (item,) = read(HEADER + row)
    assert isinstance(item, Rejected), item
    return item.reason


def test_a_row_gives_a_patient() -> None:
    record = one(ROW)
    assert (record.source_id, record.mrn, record.given, record.family) == (None, "7", "Ada", "Sample")
    assert (record.birth_date, record.sex, record.language) == (dt.date(1949, 11, 14), "female", "es")
    assert [(at.system, at.value) for at in record.contact_points] == [
        ("phone", "+13168662000"),
        ("email", "ada@example.com"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_delimiter_byte_order_mark_and_line_end_do_not_matter(
    delimiter: str, mark: bytes, end: bytes
) -> None:
    text = (HEADER + ROW).replace(",", delimiter).encode().replace(b"\n", end)
    (record,) = read(mark + text)
    assert isinstance(record, PatientRecord)
    assert (record.mrn, record.contact_points[0].value) == ("7", "+13168662000")


def test_columns_may_come_in_any_order_and_optional_ones_may_be_left_out() -> None:
    (record,) = read("Birth date,MRN,Family name,Given name\n1949-11-14,7,Sample,Ada\n")
    assert isinstance(record, PatientRecord)
    assert (record.mrn, record.sex, record.language, record.contact_points) == ("7", "unknown", None, ())


def test_a_column_that_is_not_known_is_never_read() -> None:
    skipped, record = read("ssn,mrn,given_name,family_name,birth_date\n999-11-1111,7,Ada,Sample,1949-11-14\n")
    assert isinstance(skipped, Skipped)
    assert "1 of the columns" in skipped.reason
    assert isinstance(record, PatientRecord)
    assert record.mrn == "7"


@pytest.mark.parametrize(
    "text", ["", "\n", "7,Ada,Sample,1949-11-14\n", "mrn,given_name\n", '"mrn,given_name\n', "mrn," + HEADER]
)
def test_a_file_without_a_usable_header_row_is_refused_whole(text: str) -> None:
    with pytest.raises(BadInputError, match="header row"):
        read(text)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Ada,Sample,1949-11-14,,,,\n", "no medical record number"),
        ("7,,,1949-11-14,,,,\n", "no name"),
        ("7,Ada,Sample,11/14/1949,,,,\n", "YYYY-MM-DD"),
        ("7,Ada,Sample,2026-11-24,,,,\n", "in the future"),
        ("7,Ada,Sample,1949-11-14,x,,,\n", "sex is not one of"),
        ("7,Ada,Sample,1949-11-14,,Spanish please,,\n", "language tag"),
        ("7,Ada,Sample\n", "more or fewer cells"),
        ("7,Ada,Sample,1949-11-14,,,,,extra\n", "more or fewer cells"),
        ("7,A\0da,Sample,1949-11-14,,,,\n", "given name holds characters"),
        ('7,"Ada"x,Sample,1949-11-14,,,,\n', "quotation marks"),
        ('7,"Ada,Sample,1949-11-14,,,,\n', "quotation marks"),
        (f"{'7' * 81},Ada,Sample,1949-11-14,,,,\n", "longer than 80"),
    ],
)
def test_a_bad_row_is_refused_with_a_reason(row: str, reason: str) -> None:
    assert reason in refused(row)


def test_the_rows_after_a_bad_one_are_still_read_and_lines_are_counted_as_in_the_file() -> None:
    text = HEADER + '7,"Ada\nBea",Sample,,,,,\n\nbad\n' + ROW.replace("7", "8", 1) + ROW
    first, bad, second, double = read(text)
    assert isinstance(first, PatientRecord)
    assert first.given == "Ada Bea"
    assert isinstance(bad, Rejected)
    assert (bad.line, bad.file, bad.id) == (5, "patients.csv", "")
    assert isinstance(second, PatientRecord)
    assert isinstance(double, Rejected)
    assert (double.line, "same medical record number" in double.reason) == (7, True)


def test_a_row_that_is_not_utf8_is_refused_and_the_next_one_read() -> None:
    bad, good = read(HEADER.encode() + b"6,Jos\xe9,Sample,,,,,\n" + ROW.encode())
    assert isinstance(bad, Rejected)
    assert "UTF-8" in bad.reason
    assert isinstance(good, PatientRecord)


def test_a_cell_that_looks_like_a_formula_is_text() -> None:
    record = one('=1+1,@Ada,"-Sample",,,,,+13168662000\n')
    assert (record.mrn, record.given, record.family) == ("=1+1", "@Ada", "-Sample")
    assert record.contact_points[0].value == "+13168662000"


def test_a_bad_mail_address_is_left_out_with_a_note() -> None:
    record = one("7,Ada,Sample,,,,nobody,none\n")
    assert record.contact_points == ()
    assert len(record.notes) == 2


@pytest.mark.parametrize(
    ("typed", "kept"), [("F", "female"), ("male", "male"), ("U", "unknown"), ("", "unknown")]
)
def test_sex_may_be_a_word_or_its_letter(typed: str, kept: str) -> None:
    assert one(f"7,Ada,Sample,,{typed},,,\n").sex == kept


def test_a_line_far_too_long_stops_the_import() -> None:
    with pytest.raises(BadInputError, match="longer than 200 bytes") as stopped:
        read(HEADER + ROW + "x" * 300, ImportLimits(line_bytes=200))
    assert stopped.value.at == "line 3"


def test_progress_ends_at_the_size_of_the_file() -> None:
    content = (HEADER + "".join(ROW.replace("7", str(n), 1) for n in range(4000))).encode()
    told: list[tuple[int, int]] = []
    file = as_file(content, "patients.csv")
    items = list(read_patients_csv(file, today=TODAY, progress=lambda *at: told.append(at)))
    assert len(items) == 4000
    assert told == sorted(told)
    assert told[-1] == (len(content), len(content))
    assert len(told) > 2


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=120))
def test_any_bytes_after_the_header_give_records_or_reasons(tail: bytes) -> None:
    for item in read(HEADER.encode() + tail):
        assert isinstance(item, PatientRecord | Rejected)
        assert not isinstance(item, Rejected) or item.line >= 2
