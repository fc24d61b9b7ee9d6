"""A new installation is set up in the browser: what is left to do, and accounts that are put right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.access import Role
from pne_tracker.models import Account, AuditEvent, Clinic, Fee, Payer
from tests.people import House
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
STEPS = 'id="first-steps"'


@pytest.fixture
def administrator(sign_in: SignIn) -> FlaskClient:
    return sign_in("administrator")


def settings(client: FlaskClient) -> str:
    return client.get("/settings").get_data(as_text=True)


def test_settings_say_what_is_left_before_the_first_bill(administrator: FlaskClient, house: House) -> None:
    steps = settings(administrator).split(STEPS)[1].split('id="clinics"')[0]
    assert "Write what claims say of the clinic" in steps
    assert "Still missing:" in steps
    assert 'href="/settings/accounts/new?role=lead"' not in steps


def test_the_steps_are_gone_once_all_is_there(administrator: FlaskClient, house: House) -> None:
    with transaction(UNSCOPED) as session:
        for clinic in session.scalars(select(Clinic)):
            clinic.npi, clinic.tax_id, clinic.taxonomy = "1245319599", "12-3456789", "261QP2000X"
            clinic.phone, clinic.address_line = "+12075550100", "1 Wharf Street"
            clinic.city, clinic.state, clinic.postal_code = "Portland", "ME", "04101"
        payer = session.scalars(select(Payer).where(Payer.id == house.payer_id)).one()
        payer.filing_code = "CI"
        if session.scalar(select(Fee.id).where(Fee.payer_id == payer.id).limit(1)) is None:
            begins = house.now.date()
            session.add(
                Fee(
                    organisation_id=payer.organisation_id,
                    payer_id=payer.id,
                    code="97110",
                    cents=3000,
                    effective_on=begins.replace(year=begins.year - 1),
                )
            )
    assert STEPS not in settings(administrator)


def test_a_step_opens_the_form_with_its_role_chosen(administrator: FlaskClient) -> None:
    shown = administrator.get("/settings/accounts/new?role=biller").get_data(as_text=True)
    assert '<option value="biller" selected' in shown
    assert administrator.get("/settings/accounts/new?role=patient").status_code == 200


def test_a_misspelt_name_is_put_right(administrator: FlaskClient, house: House) -> None:
    url = f"/settings/accounts/{house.therapist.account_id}"
    assert "Change account" in administrator.get(url).get_data(as_text=True)
    refused = post(administrator, url, {"name": "", "credential": "DPT"})
    assert refused.status_code == 422
    assert "Write the name." in refused.get_data(as_text=True)
    assert 'value="DPT"' in refused.get_data(as_text=True)
    assert post(administrator, url, {"name": "Maya Okonjo-Reyes", "credential": "DPT"}).status_code == 303
    assert "Maya Okonjo-Reyes, DPT" in settings(administrator)
    with reading(UNSCOPED) as session:
        account = session.get_one(Account, house.therapist.account_id)
        assert (account.name, account.credential) == ("Maya Okonjo-Reyes", "DPT")
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "change", AuditEvent.subject_id == account.id)
        ).one()
        assert event.details["fields"] == ["name", "credential"]


@pytest.mark.parametrize("who", ["patient", "foreign_therapist"])
def test_no_other_account_is_reached_that_way(administrator: FlaskClient, house: House, who: str) -> None:
    url = f"/settings/accounts/{house.viewers[who].account_id}"
    assert administrator.get(url).status_code == 404
    assert post(administrator, url, {"name": "Nobody", "credential": ""}).status_code == 404


def test_the_list_of_those_who_sign_says_where_they_come_from(
    administrator: FlaskClient, house: House
) -> None:
    with transaction(UNSCOPED) as session:
        for account in session.scalars(select(Account).where(Account.role == Role.THERAPIST)):
            account.role = Role.ASSISTANT
    shown = administrator.get("/billing/setup").get_data(as_text=True).split('id="signers"')[1]
    assert 'href="/settings/accounts/new?role=therapist"' in shown
