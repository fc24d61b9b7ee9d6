"""Passkeys in a real browser, with its virtual authenticator in place of a telephone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.door import MfaPolicy
from pne_tracker.models import Account, Organisation, Passkey
from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic

pytestmark = pytest.mark.browser
Window = Callable[..., Person]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def device(person: Person) -> Iterator[Any]:
    """A telephone that says yes at this person's window."""
    wire = person.context.new_cdp_session(person.page)
    wire.send("WebAuthn.enable")
    found = wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield lambda: wire.send("WebAuthn.getCredentials", {"authenticatorId": found["authenticatorId"]})[
        "credentials"
    ]
    wire.detach()


def _by_name(clinic: Clinic) -> str:
    """Passkeys belong to a name, not to a number."""
    return clinic.url.replace("127.0.0.1", "localhost")


def _kept(clinic: Clinic, email: str) -> list[str]:
    with clinic.app.app_context(), reading(UNSCOPED) as session:
        return list(
            session.scalars(
                select(Passkey.name)
                .join(Account, Account.id == Passkey.account_id)
                .where(Account.email == email)
            )
        )


def test_staff_set_a_passkey_up_as_second_step_and_sign_in_with_it_alone(
    small_clinic_on_sqlite: Clinic, person: Window
) -> None:
    clinic = small_clinic_on_sqlite
    email, password = clinic.accounts["lead"]
    with clinic.app.app_context(), transaction(UNSCOPED) as session:
        for organisation in session.scalars(select(Organisation)):
            organisation.staff_mfa = MfaPolicy.REQUIRED
    lead = person(_by_name(clinic))
    try:
        with device(lead) as credentials:
            lead.page.goto("/sign-in")
            lead.page.get_by_label("Work email").fill(email)
            lead.page.get_by_label("Password").fill(password)
            lead.page.get_by_role("button", name="Sign in").click()
            expect(lead.page).to_have_url(f"{_by_name(clinic)}/sign-in/set-up")
            lead.page.get_by_role("button", name="Use a passkey").click()
            lead.page.wait_for_url("**/completion")
            assert len(credentials()) == 1
            assert _kept(clinic, email) == ["Chrome on Linux"]
            lead.page.get_by_role("button", name="Sign out").click()
            lead.page.wait_for_url("**/sign-in")
            lead.page.get_by_role("button", name="Use a passkey").click()
            lead.page.wait_for_url("**/completion")
            lead.unharmed()
    finally:
        with clinic.app.app_context(), transaction(UNSCOPED) as session:
            for organisation in session.scalars(select(Organisation)):
                organisation.staff_mfa = MfaPolicy.OPTIONAL


def test_an_answer_works_once(small_clinic_on_sqlite: Clinic, person: Window) -> None:
    clinic = small_clinic_on_sqlite
    patient = person(_by_name(clinic))
    with device(patient):
        patient.sign_in(*clinic.accounts["patient"])
        patient.page.goto("/sign-in/passkey")
        patient.page.get_by_role("button", name="Make my passkey").click()
        patient.page.wait_for_url("**/portal")
        patient.page.goto("/portal/settings")
        patient.page.get_by_role("button", name="Sign out").last.click()
        patient.page.wait_for_url("**/sign-in")
        cookies = patient.context.cookies()
        with patient.page.expect_request("**/passkeys/sign-in") as sent:
            patient.page.get_by_role("button", name="Use a passkey").click()
        patient.page.wait_for_url("**/portal")
        request = sent.value
        thief = person(_by_name(clinic))
        thief.expected = {422}
        headers = request.all_headers()
        thief.context.add_cookies(
            [
                {"name": name, "value": value, "url": _by_name(clinic)}
                for name, value in (pair.split("=", 1) for pair in headers["cookie"].split("; "))
            ]
        )
        answer = thief.context.request.post(
            "/passkeys/sign-in",
            data=request.post_data,
            headers={"Content-Type": "application/json", "X-CSRFToken": headers["x-csrftoken"]},
        )
        assert answer.status == 422
        assert cookies
