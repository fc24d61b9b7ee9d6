"""`import-fhir` and `import-csv` as they are typed: what they print, write and refuse."""

from __future__ import annotations

import json
import os
import pty
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.exports import ndjson, patient

ROOT = Path(__file__).parents[2]
SECRETS = {"SS": "987-65-4320", "DL": "S99912345", "PPN": "X12345678X"}
Run = Callable[..., subprocess.CompletedProcess[str]]


def identifiers() -> list[dict[str, Any]]:
    """What exports say of a person beside the record number."""
    known = [{"type": {"coding": [{"code": kind}]}, "value": value} for kind, value in SECRETS.items()]
    return [{"type": {"coding": [{"code": "MR"}]}, "value": "MR-1"}, *known]


def condition(number: int, patient_id: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": f"c{number}",
        "subject": {"reference": f"Patient/{patient_id}"},
        "code": {"text": "Backache"},
    }


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    named = {"resourceType": "Organization", "id": "o1", "name": "Elm Hospital"}
    (folder / "Organization.ndjson").write_bytes(ndjson(named))
    doctor = {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Doe"}]}
    (folder / "Practitioner.ndjson").write_bytes(ndjson(doctor))
    (folder / "PractitionerRole.ndjson").write_bytes(ndjson({"resourceType": "PractitionerRole"}))
    (folder / "Patient.ndjson").write_bytes(
        ndjson(
            patient(identifier=identifiers(), birthDate="1949"),
            b"{broken",
            b"",
            patient(id="p2", deceasedDateTime="2020-05-03"),
            patient(id="p3", identifier=identifiers()),
        )
    )
    (folder / "Condition.ndjson").write_bytes(ndjson(condition(1, "p1"), condition(2, "p3")))
    return folder


@pytest.fixture
def environment(tmp_path: Path, sqlite_template: Path) -> dict[str, str]:
    database = tmp_path / "clinic.db"
    database.write_bytes(sqlite_template.read_bytes())
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PNE_")}
    return {**kept, "DATABASE_URL": f"sqlite:///{database}", "PNE_INSTANCE": str(tmp_path / "instance")}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def command(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: PLW1510
            [sys.executable, "-c", "from app import main; main()", *map(str, words)],
            cwd=ROOT,
            env=environment,
            **{"capture_output": True, "text": True, "check": False, "timeout": 120} | options,
        )

    made = command("create-clinic", "--name", "Elm", "--slug", "elm", "--timezone", "America/Chicago")
    assert made.returncode == 0, made.stderr
    return command


def rows(tmp_path: Path, query: str) -> list[Any]:
    with sqlite3.connect(tmp_path / "clinic.db") as connection:
        return connection.execute(query).fetchall()


def test_an_export_comes_in_and_a_second_time_nothing_changes(run: Run, export: Path, tmp_path: Path) -> None:
    first = run("import-fhir", export, "--clinic", "elm", "--json")
    assert first.returncode == 0, first.stderr
    assert first.stderr == ""
    counts = json.loads(first.stdout)
    assert list(counts) == ["Patient", "Practitioner", "Organization", "Condition"]
    created = {kind: (one["created"], len(one["rejected"])) for kind, one in counts.items()}
    assert created == {"Patient": (2, 2), "Practitioner": (1, 0), "Organization": (1, 0), "Condition": (1, 1)}
    broken, double = counts["Patient"]["rejected"]
    assert (broken["line"], broken["id"]) == (2, "")
    assert (double["line"], double["id"]) == (5, "p3")
    assert counts["Condition"]["rejected"][0]["line"] == 2
    assert counts["Patient"]["notes"][0]["id"] == "p1"
    assert rows(tmp_path, "select mrn, deceased from patient order by mrn") == [("MR-1", 0), ("p2", 1)]

    second = json.loads(run("import-fhir", export, "--clinic", "elm", "--json").stdout)
    for kind, one in second.items():
        assert (one["created"], one["updated"], one["unchanged"]) == (0, 0, created[kind][0])


def test_no_social_security_licence_or_passport_number_is_written_anywhere(
    run: Run, export: Path, tmp_path: Path
) -> None:
    assert run("import-fhir", export, "--clinic", "elm").returncode == 0
    written = [path for path in tmp_path.rglob("*") if path.is_file() and export not in path.parents]
    assert tmp_path / "clinic.db" in written
    content = b"".join(path.read_bytes() for path in written)
    assert b"MR-1" in content
    for secret in SECRETS.values():
        assert secret.encode() not in content
        assert secret.replace("-", "").encode() not in content


def test_a_dry_run_prints_the_same_table_and_leaves_the_database_alone(
    run: Run, export: Path, tmp_path: Path
) -> None:
    before = (tmp_path / "clinic.db").read_bytes()
    dry = run("import-fhir", export, "--clinic", "elm", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert (tmp_path / "clinic.db").read_bytes() == before
    real = run("import-fhir", export, "--clinic", "elm")
    assert dry.stdout == real.stdout + "Dry run: nothing was written.\n"
    assert "Patient.ndjson line 2: The line is not JSON" in real.stdout
    assert "Condition.ndjson line 2 (c2): The patient of this condition is not known here" in real.stdout
    assert "1 taken over with a note: The birth date" in real.stdout
    assert "PractitionerRole.ndjson: It holds none of" in real.stdout


def test_nothing_to_import_is_a_sentence_and_exit_one(run: Run, export: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "roles").mkdir()
    (export / "PractitionerRole.ndjson").rename(tmp_path / "roles" / "PractitionerRole.ndjson")
    for words, says in (
        ((tmp_path / "nowhere", "--clinic", "elm"), "no such folder"),
        ((tmp_path / "empty", "--clinic", "elm"), "no .ndjson file"),
        ((tmp_path / "roles", "--clinic", "elm"), "nothing to import"),
        ((export, "--clinic", "oak"), "no clinic oak"),
    ):
        refused = run("import-fhir", *words, "--json")
        assert refused.returncode == 1
        assert says in refused.stderr
        assert refused.stdout == ""
        assert refused.stderr.count("\n") == 1
    assert rows(tmp_path, "select count(*) from patient") == [(0,)]
    assert run("import-fhir", export).returncode == 2


def test_patients_come_from_csv_with_each_refused_row(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "patients.csv"
    file.write_text(
        "mrn,given_name,family_name,birth_date,phone\n"
        "A-1,Ada,Sample,1949-11-14,(316) 866-2000\n"
        "A-2,Bea,Sample,11/14/1949,\n"
    )
    shown = run("import-csv", file, "--clinic", "elm", "--dry-run")
    assert "patients.csv line 3: The birth date is not a date" in shown.stdout
    assert rows(tmp_path, "select count(*) from patient") == [(0,)]
    counts = json.loads(run("import-csv", file, "--clinic", "elm", "--json").stdout)
    assert list(counts) == ["Patient"]
    assert (counts["Patient"]["created"], counts["Patient"]["rejected"][0]["line"]) == (1, 3)
    assert rows(tmp_path, "select value from contact_point") == [("+13168662000",)]
    refused = run("import-csv", tmp_path / "nowhere.csv", "--clinic", "elm")
    assert refused.returncode == 1
    assert "no such file" in refused.stderr


def test_a_terminal_shows_a_progress_bar_and_standard_output_stays_clean(run: Run, export: Path) -> None:
    here, there = pty.openpty()
    done = run(
        "import-fhir", export, "--clinic", "elm", "--json", capture_output=False, stdout=-1, stderr=there
    )
    os.close(there)
    shown = os.read(here, 65536).decode()
    os.close(here)
    assert "Reading" in shown
    assert "100%" in shown
    assert json.loads(done.stdout)["Patient"]["created"] == 2
