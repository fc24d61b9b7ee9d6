"""A patient lets somebody look, names what they see, and takes it back at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, db, transaction
from pne_tracker.domain.access import Permission, Role
from pne_tracker.models import Account, AuditEvent, CaregiverAccess, OutboxMessage
from pne_tracker.services import outbox
from pne_tracker.web.policies import describe
from tests.people import House

LINK = "https?://localhost/join/"


@pytest.fixture
def patient(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    """The patient at the hour of the house; forms need no token."""
    monkeypatch.setattr(clock, "now", lambda: house.now)
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("patient")


def _invite(patient: FlaskClient, *sees: str, email: str = "nora@example.org") -> str:
    """Let Nora look; gives the path of her link."""
    answer = patient.post(
        "/portal/people", data={"name": "Nora Achterberg", "email": email, "sees": list(sees)}
    )
    assert answer.status_code == 200
    with transaction(UNSCOPED) as session:
        message = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert message is not None
        assert message.recipient == email
        return urlsplit(outbox.variables_of(message)["link"]).path


def _join(app: Flask, path: str, email: str = "nora@example.org") -> FlaskClient:
    client = app.test_client()
    answer = client.post(path, data={"email": email, "way": "link"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/care")
    return client


def test_a_caregiver_chooses_the_language_on_their_own_page(app: Flask, patient: FlaskClient) -> None:
    nora = _join(app, _invite(patient, "path"))
    for page in ("/care", "/settings/account"):
        assert 'action="/portal/language"' in nora.get(page).get_data(as_text=True)
    answer = nora.post("/portal/language", data={"language": "es", "back": "/care"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/care")
    assert "De qué hablamos" in nora.get("/care").get_data(as_text=True)


def test_who_was_invited_sees_what_is_shared_and_nothing_else(app: Flask, patient: FlaskClient) -> None:
    nora = _join(app, _invite(patient, "path"))
    page = nora.get("/care").get_data(as_text=True)
    assert "Rosalind Achterberg" in page
    assert "What we talked about" in page
    assert "<h3>Tasks</h3>" not in page


def test_a_caregiver_reaches_no_page_of_patients_or_staff(app: Flask, patient: FlaskClient) -> None:
    nora = _join(app, _invite(patient, "tasks", "path"))
    allowed = {Permission.PUBLIC.value, Permission.OWN_ACCOUNT.value, Permission.SEE_AS_CAREGIVER.value}
    for rule in describe(app):
        if rule["policy"] in allowed or "<" in rule["rule"]:
            continue
        for method in rule["methods"]:
            refused = 401 if rule["scope"] else 403
            assert nora.open(rule["rule"], method=method).status_code == refused, (method, rule["rule"])


def test_taken_back_is_gone_at_the_next_page(app: Flask, patient: FlaskClient) -> None:
    nora = _join(app, _invite(patient, "tasks"))
    assert "Rosalind" in nora.get("/care").get_data(as_text=True)
    with transaction(UNSCOPED) as session:
        access = session.scalars(select(CaregiverAccess)).one()
    assert patient.post(f"/portal/people/{access.id}/end").status_code == 303
    page = nora.get("/care").get_data(as_text=True)
    assert "Rosalind" not in page
    assert "Nothing is shared with you now" in page


def test_the_link_names_nobody_works_once_and_only_by_sending(app: Flask, patient: FlaskClient) -> None:
    path = _invite(patient, "tasks")
    page = app.test_client().get(path).get_data(as_text=True)
    for word in ("Rosalind", "Nora", "Achterberg"):
        assert word not in page
    assert app.test_client().get(path).status_code == 200
    _join(app, path)
    assert app.test_client().get(path).status_code == 404
    assert app.test_client().post(path, data={"email": "nora@example.org", "way": "link"}).status_code == 404


def test_of_ten_uses_at_once_one_works(app: Flask, patient: FlaskClient) -> None:
    path = _invite(patient, "tasks")
    db.session.remove()

    def use(number: int) -> int:
        data = {"email": f"nora{number}@example.org", "way": "link"}
        return app.test_client().post(path, data=data).status_code

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(use, range(10))) == [303] + [404] * 9


def test_an_invitation_ends_after_seven_days(
    app: Flask, patient: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _invite(patient, "tasks")
    monkeypatch.setattr(clock, "now", lambda: house.now + dt.timedelta(days=7))
    assert app.test_client().get(path).status_code == 404


def test_an_account_of_the_clinic_or_a_patient_cannot_be_taken_over(app: Flask, patient: FlaskClient) -> None:
    path = _invite(patient, "tasks")
    for email in ("therapist@harbor-lane.example", "patient@harbor-lane.example"):
        answer = app.test_client().post(path, data={"email": email, "way": "link"})
        assert answer.status_code == 422
    _join(app, path)
    with transaction(UNSCOPED) as session:
        roles = dict(session.execute(select(Account.email, Account.role)).all())
    assert roles["therapist@harbor-lane.example"] is Role.THERAPIST
    assert roles["nora@example.org"] is Role.CAREGIVER


def test_each_look_is_in_the_patients_trail_under_the_caregivers_name(
    app: Flask, patient: FlaskClient
) -> None:
    nora = _join(app, _invite(patient, "tasks"))
    for _ in range(3):
        nora.get("/care")
    with transaction(UNSCOPED) as session:
        looks = session.scalars(
            select(AuditEvent).where(AuditEvent.actor_role == "caregiver", AuditEvent.action == "read")
        ).all()
    assert len(looks) == 3
    page = patient.get("/portal/readers").get_data(as_text=True)
    assert "Nora Achterberg" in page
    assert "someone you let look" in page


def test_another_patient_takes_nothing_back(
    app: Flask, patient: FlaskClient, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    _invite(patient, "tasks")
    with transaction(UNSCOPED) as session:
        access = session.scalars(select(CaregiverAccess)).one()
        account = session.get_one(Account, house.patient.account_id)
        account.patient_id = house.untreated_id
    assert patient.post(f"/portal/people/{access.id}/end").status_code == 404
    with transaction(UNSCOPED) as session:
        assert session.scalars(select(CaregiverAccess.ended_at)).one() is None


def test_what_is_missing_is_said_and_what_was_typed_stays(patient: FlaskClient) -> None:
    answer = patient.post("/portal/people", data={"name": "Nora", "email": "no address"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Write an email, like name@example.org." in page
    assert "Choose what they may see." in page
    assert 'value="no address"' in page
