"""What is kept of an upload until it is confirmed, for whom and for how long; and where each record stood."""

from __future__ import annotations

import datetime as dt
import io
import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.domain.exchange import AddressRecord, Rejected, Skipped
from pne_tracker.services.imports_kept import keep, kept_import, purge
from pne_tracker.services.imports_place import Place
from pne_tracker.services.imports_report import Found
from tests.services.import_samples import condition, organisation, person, phone, practitioner

NOW = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)
ACCOUNT, CLINIC = uuid.uuid4(), uuid.uuid4()
HOUR = dt.timedelta(hours=1)


def kept_in(root: Path, *items: Any) -> Any:
    return keep(root, items, account_id=ACCOUNT, clinic_id=CLINIC, now=NOW)


def test_everything_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    died = dt.datetime(2020, 5, 3, 14, 22, 1, tzinfo=dt.timezone(dt.timedelta(hours=-4)))
    items = [
        Found(organisation(), "Organization.ndjson", 1),
        Found(practitioner(), "Practitioner.ndjson", 2),
        Found(person(deceased=True, deceased_at=died, notes=("A note.",)), "Patient.ndjson", 3),
        Found(person("p2", birth_date=None, contact_points=(), address=AddressRecord()), "Patient.ndjson", 4),
        Found(condition(onset=None), "Condition.ndjson", 5),
        Rejected("Patient", "Patient.ndjson", 6, "p3", "The line is not JSON."),
        Skipped("Role.ndjson", "It is not read."),
    ]
    kept = kept_in(tmp_path, *items)
    again = kept_import(tmp_path, kept.token, account_id=ACCOUNT, now=NOW)
    assert list(again.items()) == items
    assert again.clinic_id == CLINIC


@given(name=st.text(max_size=20), line=st.integers(1, 10**6), born=st.none() | st.dates())
def test_any_name_survives_being_kept(
    tmp_path_factory: Any, name: str, line: int, born: dt.date | None
) -> None:
    item = Found(person(given=name, birth_date=born, contact_points=(phone(name, 2),)), name, line)
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    kept = kept_in(tmp_path_factory.mktemp("kept"), item)
    assert list(kept.items()) == [item]


def test_only_the_owner_of_the_process_reads_what_is_kept(tmp_path: Path) -> None:
    kept = kept_in(tmp_path / "imports", Found(person()))
    assert (tmp_path / "imports").stat().st_mode & 0o777 == 0o700
    assert kept.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in kept.folder.iterdir()} == {0o600}


def test_another_account_does_not_find_it(tmp_path: Path) -> None:
    kept = kept_in(tmp_path, Found(person()))
    with pytest.raises(RefusedError, match="preview is gone"):
        kept_import(tmp_path, kept.token, account_id=uuid.uuid4(), now=NOW)


@pytest.mark.parametrize("token", ["", ".", "..", "../../etc", "x" * 43, "about"])
def test_a_token_that_was_never_given_finds_nothing(tmp_path: Path, token: str) -> None:
    with pytest.raises(RefusedError):
        kept_import(tmp_path, token, account_id=ACCOUNT, now=NOW)


def test_after_an_hour_it_is_gone(tmp_path: Path) -> None:
    kept = kept_in(tmp_path, Found(person()))
    assert kept_import(tmp_path, kept.token, account_id=ACCOUNT, now=NOW + HOUR)
    with pytest.raises(RefusedError):
        kept_import(tmp_path, kept.token, account_id=ACCOUNT, now=NOW + HOUR + dt.timedelta(seconds=1))


def test_the_broom_takes_the_old_ones_alone(tmp_path: Path) -> None:
    old, young = kept_in(tmp_path, Found(person())), kept_in(tmp_path, Found(person()))
    for kept, age in ((old, 3601), (young, 3599)):
        os.utime(kept.folder, (NOW.timestamp() - age,) * 2)
    assert purge(tmp_path, NOW) == 1
    assert [path.name for path in tmp_path.iterdir()] == [young.token]
    assert purge(tmp_path / "never made", NOW) == 0


def test_a_file_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path) -> None:
    def items() -> Any:
        yield Found(person())
        raise BadInputError("The header row lacks mrn; add the columns.")

    with pytest.raises(BadInputError):
        keep(tmp_path, items(), account_id=ACCOUNT, clinic_id=CLINIC, now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_records_are_used_once_and_the_first_report_stays(tmp_path: Path) -> None:
    kept = kept_in(tmp_path, Found(person()))
    with pytest.raises(RefusedError):
        kept.report()
    kept.forget_records()
    kept.write_report({"resources": {}})
    kept.write_report({"resources": {"Patient": {}}})
    assert kept.report() == {"resources": {}}
    with pytest.raises(RefusedError):
        list(kept.items())


def test_the_place_is_the_line_that_was_read_last() -> None:
    place = Place()
    with place.follow("a.ndjson", lambda: io.BytesIO(b"one\n" + b"x" * 10 + b"\n\nlast"))() as stream:
        seen = []
        while raw := stream.readline(8):
            seen.append((place.line, raw))
    assert seen == [(1, b"one\n"), (2, b"xxxxxxxx"), (2, b"xx\n"), (3, b"\n"), (4, b"last")]
    assert place.file == "a.ndjson"
