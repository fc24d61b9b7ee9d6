"""Reading an export: files, lines, and what is said about each line that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.adapters.fhir_bulk import PARSERS, read_export
from pne_tracker.adapters.import_files import file_at, files_in, uploaded
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.exchange import (
    ConditionRecord,
    ImportLimits,
    OrganisationRecord,
    PatientRecord,
    PractitionerRecord,
    Rejected,
    Skipped,
)
from tests.adapters.exports import TODAY, as_file, ndjson, patient, read

GOOD = patient(id="good")
SECRET = "Zyxwvut"


def only_refusal(*lines: Any, **options: Any) -> Rejected:
    refused = [one for one in read(*lines, **options) if isinstance(one, Rejected)]
    assert len(refused) == 1
    return refused[0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"not json " + SECRET.encode(), "not JSON"),
        (b'{"resourceType": "Patient", "id": "x", "name": NaN}', "not JSON"),
        (b'{"resourceType": "Patient", "id": ' + b"9" * 6000 + b"}", "not JSON"),
        (b'["Patient"]', "not a JSON object"),
        (b'{"resourceType": "Patient", "id": "\xff\xfe"}', "not UTF-8"),
        (b"\x00", "not JSON"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
        (b'{"resourceType": "Patient", "id": "x", "text": "' + b"a" * 1_100_000 + b'"}', "longer than"),
        (ndjson(patient(resourceType="Practitioner")).strip(), "not a Patient resource"),
        (ndjson({"id": "x"}).strip(), "not a Patient resource"),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_the_next_one_is_read(line: bytes, reason: str) -> None:
    refused, record = read(line, GOOD)
    assert isinstance(refused, Rejected)
    assert (refused.resource, refused.file, refused.line) == ("Patient", "Patient.ndjson", 1)
    assert reason in refused.reason
    assert SECRET not in refused.reason
    assert isinstance(record, PatientRecord)
    assert record.source_id == "good"


def test_empty_lines_are_skipped_and_still_counted() -> None:
    assert only_refusal(GOOD, b"", b"  \r", b"oops").line == 4


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    content = b"\xef\xbb\xbf" + ndjson(GOOD, patient(id="two", identifier=[])).replace(b"\n", b"\r\n")
    items = list(read_export([as_file(content)], today=TODAY))
    assert [one.source_id for one in items if isinstance(one, PatientRecord)] == ["good", "two"]


def test_a_last_line_without_a_line_end_is_read() -> None:
    items = list(read_export([as_file(ndjson(GOOD).rstrip())], today=TODAY))
    assert len(items) == 1


def test_a_line_of_exactly_the_limit_is_read_and_one_byte_more_is_not() -> None:
    size = len(ndjson(GOOD))
    assert not [one for one in read(GOOD, limits=ImportLimits(line_bytes=size)) if isinstance(one, Rejected)]
    assert "longer than" in only_refusal(GOOD, limits=ImportLimits(line_bytes=size - 1)).reason


def test_an_id_that_occurs_twice_counts_once_also_across_parts() -> None:
    parts = [as_file(ndjson(GOOD), "Patient.001.ndjson"), as_file(ndjson(GOOD), "Patient.000.ndjson")]
    first, second = read_export(parts, today=TODAY)
    assert isinstance(first, PatientRecord)
    assert isinstance(second, Rejected)
    assert (second.file, second.line, second.id) == ("Patient.001.ndjson", 1, "good")
    assert second.as_dict() == {
        "line": 1, "id": "good", "reason": second.reason, "file": "Patient.001.ndjson",
    }  # fmt: skip


def test_a_refused_line_does_not_use_up_its_id() -> None:
    refused, record = read(patient(birthDate="1949-02-30"), patient())
    assert isinstance(refused, Rejected)
    assert isinstance(record, PatientRecord)


def test_two_patients_never_share_a_medical_record_number() -> None:
    chart = [{"type": {"coding": [{"code": "MR"}]}, "value": "77"}]
    refused = only_refusal(patient(id="a", identifier=chart), patient(id="b", identifier=chart))
    assert (refused.id, "medical record number" in refused.reason) == ("b", True)


def test_an_id_that_is_no_fhir_id_is_not_repeated_in_the_report() -> None:
    refused = only_refusal(patient(id=f"{SECRET} born 1949"))
    assert refused.id == ""
    assert SECRET not in refused.reason


def test_what_is_pointed_at_is_read_before_what_points_at_it() -> None:
    condition = {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/good"}}
    condition["code"] = {"text": "Low back pain"}
    files = [
        as_file(ndjson(condition), "Condition.ndjson"),
        as_file(ndjson(patient(resourceType="Practitioner")), "1.Practitioner.ndjson"),
        as_file(ndjson(GOOD), "export-7.ndjson"),
        as_file(ndjson({"resourceType": "Organization", "id": "o", "name": "Somewhere"}), "z.ndjson"),
    ]
    kinds = [type(one) for one in read_export(files, today=TODAY)]
    assert kinds == [OrganisationRecord, PractitionerRecord, PatientRecord, ConditionRecord]


def test_practitioner_roles_are_not_taken_for_practitioners() -> None:
    role = {"resourceType": "PractitionerRole", "id": "r"}
    assert read(role, name="PractitionerRole.000.ndjson") == [
        Skipped(
            "PractitionerRole.000.ndjson", "It holds none of Organization, Practitioner, Patient, Condition."
        )
    ]


def test_an_empty_file_gives_nothing() -> None:
    assert read() == []


def test_progress_grows_to_the_size_of_the_files_that_are_read() -> None:
    content = ndjson(*[patient(id=f"p{n}") for n in range(1000)])
    told: list[tuple[int, int]] = []
    files = [as_file(content), as_file(b"{}\n", "Observation.ndjson")]
    assert len(list(read_export(files, today=TODAY, progress=lambda *at: told.append(at)))) == 1001
    assert told == sorted(told)
    assert told[-1] == (len(content), len(content))
    assert len(told) == 6


def test_an_export_past_the_limits_is_refused_before_anything_is_read() -> None:
    files = [as_file(ndjson(GOOD)), as_file(ndjson(GOOD), "Patient.1.ndjson")]
    with pytest.raises(BadInputError, match="more than 1 files"):
        next(read_export(files, today=TODAY, limits=ImportLimits(files=1)))
    with pytest.raises(BadInputError, match="larger than 10 bytes"):
        next(read_export(files, today=TODAY, limits=ImportLimits(total_bytes=10)))


def test_a_folder_gives_its_ndjson_files_by_name(tmp_path: Path) -> None:
    for name in ("Patient.001.NDJSON", "Patient.000.ndjson", "notes.txt"):
        (tmp_path / name).write_bytes(ndjson(patient(id=name[:11])))
    assert [one.name for one in files_in(tmp_path)] == ["Patient.000.ndjson", "Patient.001.NDJSON"]
    read_items = list(read_export(files_in(tmp_path), today=TODAY))
    assert [getattr(one, "source_id", None) for one in read_items] == ["Patient.000", "Patient.001"]


def test_a_file_or_folder_that_may_not_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "Patient.ndjson").write_bytes(b"{}")
    files = files_in(tmp_path)
    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(BadInputError, match=r"Patient\.ndjson cannot be read: Permission denied\."):
        list(read_export(files, today=TODAY))
    monkeypatch.setattr(Path, "iterdir", denied)
    with pytest.raises(BadInputError, match="cannot be read: Permission denied"):
        files_in(tmp_path)


def test_a_folder_without_an_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"no \.ndjson file"):
        files_in(tmp_path)
    with pytest.raises(BadInputError, match="no such folder"):
        files_in(tmp_path / "nowhere")
    with pytest.raises(BadInputError, match="no such file"):
        file_at(tmp_path / "nothing.csv")


def test_the_name_of_an_upload_loses_its_folders_and_odd_characters() -> None:
    assert as_file(b"", "..\\..\\C:/etc/Patient\n<b>.ndjson").name == "Patient__b_.ndjson"
    assert as_file(b"", "/").name == "upload"


def test_an_upload_is_read_from_its_start_and_left_open(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(ndjson(GOOD))
    with path.open("rb") as stream:
        stream.read(7)
        assert len(list(read_export([uploaded("Patient.ndjson", stream)], today=TODAY))) == 1
        assert not stream.closed


def test_a_record_shows_nothing_personal_in_a_log() -> None:
    (record,) = read(GOOD)
    assert "Sample" not in repr(record)


KEYS = st.sampled_from(
    [
        "name",
        "given",
        "family",
        "text",
        "use",
        "value",
        "system",
        "coding",
        "code",
        "display",
        "reference",
        "line",
        "city",
        "state",
        "postalCode",
        "type",
        "start",
        "end",
        "rank",
        "preferred",
        "language",
    ]
)
FIELDS = st.sampled_from(
    [
        "id",
        "name",
        "identifier",
        "telecom",
        "address",
        "communication",
        "birthDate",
        "gender",
        "deceasedDateTime",
        "deceasedBoolean",
        "active",
        "subject",
        "code",
        "clinicalStatus",
        "verificationStatus",
        "onsetDateTime",
        "onsetPeriod",
        "abatementDateTime",
        "recordedDate",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(sorted(PARSERS)), fields=st.dictionaries(FIELDS, JSON, max_size=4))
def test_whatever_shape_a_resource_has_it_gives_one_record_or_one_reason(
    kind: str, fields: dict[str, Any]
) -> None:
    start = patient(resourceType=kind, subject={"reference": "Patient/p1"}, code={"text": "Pain"})
    if kind == "Organization":
        start["name"] = "Somewhere"
    (item,) = read(
        start | {"name": "X"} | fields if kind == "Organization" else start | fields, name=f"{kind}.a"
    )
    assert not isinstance(item, Skipped)
    if isinstance(item, Rejected):
        assert item.reason.endswith(".")
    else:
        for text in _texts_of(item):
            text.encode("utf-8")
            assert "\0" not in text
            assert text == " ".join(text.split())


def _texts_of(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for one in value for text in _texts_of(one)]
    if hasattr(value, "__slots__") and hasattr(value, "__dataclass_fields__"):
        return [text for name in value.__slots__ for text in _texts_of(getattr(value, name))]
    return []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_any_bytes_at_all_give_refusals_and_never_break_the_reader(lines: list[bytes]) -> None:
    content = b"\n".join(lines)
    items = list(read_export([as_file(content)], today=TODAY))
    written = [at for at, line in enumerate(content.split(b"\n"), start=1) if line.strip()]
    assert all(isinstance(one, Rejected) and one.line in written for one in items)


def test_a_lone_surrogate_or_a_nul_is_refused_where_it_would_be_kept() -> None:
    for bad in ("\\ud800", "\\u0000", "\\u0007"):
        line = json.dumps(patient(gender="female")).replace("Sample", bad).encode()
        assert "family name" in only_refusal(line).reason
