"""Bringing patients in by upload: preview first, then the button, and nothing of the files stays."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from pne_tracker.db import reading
from pne_tracker.models import AuditEvent, Condition, Patient
from tests.adapters.exports import ndjson, patient
from tests.cli.test_imports import SECRETS, condition, identifiers
from tests.people import House
from tests.web.pages import post, token

SignIn = Callable[[str], FlaskClient]
PATIENTS = (
    patient(identifier=identifiers()),
    patient(id="p2", name=[{"family": "Núñez <b>"}], deceasedBoolean=True),
    b"{broken",
)
EXPORT = {"Patient.ndjson": ndjson(*PATIENTS), "Condition.ndjson": ndjson(condition(1, "p1"))}


def send(client: FlaskClient, house: House, files: dict[str, bytes], **changes: Any) -> TestResponse:
    """Upload files for a preview."""
    data = {"clinic": str(house.clinic_id), "files": [(io.BytesIO(c), name) for name, c in files.items()]}
    return post(client, "/patients/import/preview", data | changes, content_type="multipart/form-data")


def kept_token(page: TestResponse) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page.get_data(as_text=True))
    assert found
    return found[1]


def known(house: House) -> int:
    with reading(house.therapist) as session:
        return session.scalar(select(func.count()).select_from(Patient)) or 0


def kept_files(app: Flask) -> list[Path]:
    return [path for path in (Path(app.instance_path) / "imports").rglob("*") if path.is_file()]


def test_the_preview_shows_what_would_happen_and_writes_nothing(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    page = send(sign_in("therapist"), house, EXPORT)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "Bring them in" in text
    assert "Sample, Ada" in text
    assert "14 November 1949" in text
    assert "Núñez &lt;b&gt;" in text
    assert "deceased" in text
    assert "Patient.ndjson, line 3" in text
    assert "The line is not JSON" in text
    assert known(house) == 2


def test_after_the_button_the_patients_are_in_and_the_upload_is_gone(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("therapist")
    page = send(client, house, EXPORT)
    done = post(client, "/patients/import/confirm", {"token": kept_token(page)})
    assert (done.status_code, done.location) == (303, "/patients/import/report")
    report = client.get("/patients/import/report").get_data(as_text=True)
    assert "The import is done" in report
    assert "Patient.ndjson, line 3" in report
    assert 'href="/patients"' in report
    assert "Sample" not in report
    with reading(house.therapist) as session:
        assert known(house) == 4
        assert session.scalar(select(func.count()).select_from(Condition)) == 1
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "import")).one()
        assert event.actor_id == house.therapist.account_id
    assert {path.name for path in kept_files(app)} == {"about", "report"}
    again = post(client, "/patients/import/confirm", {"token": kept_token(page)}, follow_redirects=True)
    assert "The preview is gone" in again.get_data(as_text=True)
    assert known(house) == 4


def test_what_waits_for_the_button_holds_no_social_security_number(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    send(sign_in("therapist"), house, EXPORT)
    content = b"".join(path.read_bytes() for path in kept_files(app))
    assert b"Sample" in content
    assert not any(secret.encode() in content for secret in SECRETS.values())
    assert {path.stat().st_mode & 0o077 for path in kept_files(app)} == {0}


def test_a_dismissed_upload_is_deleted(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    page = send(client, house, EXPORT)
    gone = post(client, "/patients/import/cancel", {"token": kept_token(page)}, follow_redirects=True)
    assert "Nothing was brought in" in gone.get_data(as_text=True)
    assert kept_files(app) == []
    assert known(house) == 2


def test_an_upload_belongs_to_who_sent_it(house: House, sign_in: SignIn) -> None:
    page = send(sign_in("therapist"), house, EXPORT)
    other = sign_in("lead")
    with other.session_transaction() as cookie:
        cookie["import"] = kept_token(page)
    assert post(other, "/patients/import/confirm", {"token": kept_token(page)}).location == "/patients/import"
    assert known(house) == 2


def test_only_the_last_preview_of_a_session_can_be_confirmed(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    first = send(client, house, EXPORT)
    send(client, house, {"Patient.ndjson": ndjson(patient(id="p9"))})
    assert (
        post(client, "/patients/import/confirm", {"token": kept_token(first)}).location == "/patients/import"
    )
    assert known(house) == 2


def test_the_same_files_again_have_nothing_to_bring_in(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    post(client, "/patients/import/confirm", {"token": kept_token(send(client, house, EXPORT))})
    text = send(client, house, EXPORT).get_data(as_text=True)
    assert "There is nothing new in these files" in text
    assert "Bring them in" not in text


def test_a_csv_file_comes_in_too(house: House, sign_in: SignIn) -> None:
    client = sign_in("lead")
    csv = "mrn,given_name,family_name,birth_date\nA-1,Ada,Sample,1949-11-14\nA-2,Bea,Sample,3/4/1950\n"
    page = send(client, house, {"patients.csv": csv.encode()})
    assert "patients.csv, line 3" in page.get_data(as_text=True)
    post(client, "/patients/import/confirm", {"token": kept_token(page)})
    assert known(house) == 3


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "Choose the files first."),
        ({"export.zip": b"PK"}, "Unpack the archive"),
        ({"photo.png": b"x"}, "Choose the .ndjson files"),
        ({"a.csv": b"x", "Patient.ndjson": b"x"}, "not both"),
        ({"Patient.ndjson": b""}, "There is nothing to import here"),
        (
            {"PractitionerRole.ndjson": b'{"resourceType": "PractitionerRole"}\n'},
            "There is nothing to import",
        ),
        ({"patients.csv": b"name;born\n"}, "The header row lacks mrn"),
    ],
)
def test_wrong_files_are_refused_with_what_to_do(
    app: Flask, house: House, sign_in: SignIn, files: dict[str, bytes], says: str
) -> None:
    page = send(sign_in("therapist"), house, files)
    assert page.status_code == 422
    text = page.get_data(as_text=True)
    assert says in text
    assert 'aria-invalid="true"' in text
    assert kept_files(app) == []


def test_a_clinic_of_others_cannot_be_chosen(house: House, sign_in: SignIn) -> None:
    page = send(sign_in("therapist"), house, EXPORT, clinic="0" * 32)
    assert page.status_code == 422
    assert "Choose one of your clinics." in page.get_data(as_text=True)


def test_files_that_are_too_large_say_how_much_fits(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    csrf = token(client)
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    big = {"files": (io.BytesIO(b"x" * 1024 * 1025), "Patient.ndjson"), "csrf_token": csrf}
    answer = client.post("/patients/import/preview", data=big, follow_redirects=True)
    assert answer.status_code == 413
    assert "larger than 1 MB together" in answer.get_data(as_text=True)


@pytest.mark.parametrize("who", ["assistant", "biller", "administrator", "patient"])
def test_only_therapists_and_leads_import(house: House, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    assert client.get("/patients/import").status_code == 403
    for step in ("preview", "confirm", "cancel"):
        assert post(client, f"/patients/import/{step}").status_code == 403


def test_a_report_that_was_never_made_leads_back_to_the_form(house: House, sign_in: SignIn) -> None:
    assert sign_in("therapist").get("/patients/import/report").location == "/patients/import"
