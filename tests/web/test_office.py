"""What billing is set up with: payers, fees, and the numbers of clinics and of those who sign."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.db import transaction
from pne_tracker.domain.visit_draft import DraftInput, SectionDraft, TreatmentDraft
from pne_tracker.models import Account, BillingLine, Clinic, Fee, FeeBefore, OwnCode, Payer
from pne_tracker.queries.code_tables import codes_of, tables_of
from pne_tracker.queries.visit_facts import fees_on
from pne_tracker.services.signing import sign_visit
from tests.people import House
from tests.visit_forms import write
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
SETUP = "/billing/setup"


def _payer(**changes: Any) -> dict[str, Any]:
    facts = {
        "name": "Shoreline Mutual",
        "unit_rule": "ama_midpoint",
        "separate_pne_allowed": "y",
        "filing_code": "CI",
        "payer_number": "SHM01",
        "submitter_id": "HARBOR1",
        "receiver_id": "CLEAR1",
        "state": "me",
        "postal_code": "04101",
        "max_timed_units_per_day": "4",
    }
    return {key: value for key, value in (facts | changes).items() if value is not None}


def test_a_biller_adds_a_payer_and_the_list_says_what_is_missing(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("biller")
    answer = post(client, f"{SETUP}/payers/new", _payer(submitter_id=""))
    assert answer.status_code == 303
    with transaction(house.therapist) as session:
        payer = session.scalars(select(Payer).where(Payer.name == "Shoreline Mutual")).one()
        assert (payer.unit_rule, payer.filing_code, payer.state) == ("ama_midpoint", "CI", "ME")
        assert payer.max_timed_units_per_day == 4
    assert "submitter id" in client.get(SETUP).get_data(as_text=True)


def test_a_second_payer_of_a_name_is_refused_and_nothing_typed_is_lost(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    answer = post(sign_in("lead"), f"{SETUP}/payers/new", _payer(name="Medicare"))
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "There is a payer of this name already" in page
    assert "SHM01" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"state": "Maine"}, "two letters"),
        ({"postal_code": "4101"}, "five or nine digits"),
        ({"receiver_id": "a b*"}, "letters and digits"),
        ({"max_timed_units_per_day": "200"}, "0 to 96"),
        ({"name": ""}, "Write the payer"),
    ],
)
def test_what_a_claim_could_not_carry_is_refused_at_its_field(
    app: Flask, house: House, sign_in: SignIn, change: dict[str, str], sentence: str
) -> None:
    answer = post(sign_in("administrator"), f"{SETUP}/payers/new", _payer(**change))
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_a_payer_is_changed(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("biller")
    address = f"{SETUP}/payers/{house.payer_id}"
    assert "Medicare" in client.get(address).get_data(as_text=True)
    assert post(client, address, _payer(name="Medicare B", separate_pne_allowed=None)).status_code == 303
    with transaction(house.therapist) as session:
        payer = session.scalars(select(Payer).where(Payer.id == house.payer_id)).one()
        assert (payer.name, payer.separate_pne_allowed) == ("Medicare B", False)


def test_a_later_fee_follows_the_one_before_and_a_corrected_one_is_kept_as_history(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("biller")
    address = f"{SETUP}/payers/{house.payer_id}/fees"
    new = {"code": "97112", "fee": "45.00", "effective_on": "2026-12-01"}
    assert post(client, address, new).status_code == 303
    assert post(client, address, new | {"fee": "46.00", "ends_on": "2026-12-31"}).status_code == 303
    with transaction(house.therapist) as session:
        days = (dt.date(2026, 11, 30), dt.date(2026, 12, 1), dt.date(2027, 1, 1))
        found = [fees_on(session, house.payer_id, day).get("97112") for day in days]
        assert found == [4100, 4600, None]
        before = session.scalars(select(FeeBefore)).one()
        assert (before.cents, before.replaced_by) == (4500, house.viewers["biller"].account_id)
    page = client.get(address).get_data(as_text=True)
    assert "Earlier fees: 1" in page
    assert "1 December 2026 to 31 December 2026" in page


def test_a_fee_taken_out_stays_in_the_history(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("biller")
    with transaction(house.therapist) as session:
        fee_id = session.scalars(select(Fee.id).where(Fee.code == "97140")).one()
    url = f"{SETUP}/payers/{house.payer_id}/fees/{fee_id}/remove"
    assert post(client, url).status_code == 303
    assert post(client, url).status_code == 404
    with transaction(house.therapist) as session:
        assert session.scalars(select(FeeBefore.code)).all() == ["97140"]
        assert "97140" not in fees_on(session, house.payer_id, house.today)


def test_a_schedule_is_looked_at_before_it_is_kept(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("biller")
    address = f"{SETUP}/payers/{house.payer_id}/fees"
    text = "code,fee,from\n97112,41.00,2024-01-01\n97116,39.00,2024-01-01\n97535,40.00,2026-01-01\n00000,1,2026-01-01\n"
    page = post(client, f"{address}/preview", {"file": (io.BytesIO(text.encode()), "fees.csv")})
    shown = page.get_data(as_text=True)
    assert "Keep 2 fees" in shown
    assert "00000 is not a code of this clinic" in shown
    with transaction(house.therapist) as session:
        assert "97535" not in fees_on(session, house.payer_id, house.today), "a preview keeps nothing"
    assert post(client, f"{address}/import", {"text": text}).status_code == 303
    with transaction(house.therapist) as session:
        fees = fees_on(session, house.payer_id, house.today)
        assert (fees["97112"], fees["97116"], fees["97535"]) == (4100, 3900, 4000)
    sheet = client.get(f"{address}.csv").get_data(as_text=True)
    assert "97535,40.00,2026-01-01," in sheet


def test_a_file_that_is_no_schedule_says_so(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("biller")
    url = f"{SETUP}/payers/{house.payer_id}/fees/preview"
    for file, sentence in (
        ((io.BytesIO(b"code,price\n"), "x.csv"), "lacks fee, from"),
        ((io.BytesIO(b"\xff\xfe\x00"), "x.csv"), "UTF-8"),
    ):
        answer = post(client, url, {"file": file})
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
    assert "Choose the file first" in post(client, url).get_data(as_text=True)


def test_the_check_digit_of_an_npi_is_verified_for_clinics_and_signers(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("biller")
    place = {"npi": "1234567890", "place_of_service": "11", "postal_code": "04101"}
    answer = post(client, f"{SETUP}/clinics/{house.clinic_id}", place)
    assert answer.status_code == 422
    assert "check digit" in answer.get_data(as_text=True)
    assert "all nine digits" in answer.get_data(as_text=True)
    signer = f"{SETUP}/signers/{house.therapist.account_id}"
    assert "check digit" in post(client, signer, {"npi": "12"}).get_data(as_text=True)
    assert "ends with X" in post(client, signer, {"taxonomy": "PT"}).get_data(as_text=True)


def test_the_numbers_of_a_clinic_and_a_signer_are_kept(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("biller")
    place = {
        "npi": "2000000002",
        "tax_id": "00-1234567",
        "taxonomy": "261qp2000x",
        "place_of_service": "11",
        "phone": "207 555 0199",
        "address_line": "14 Harbor Lane",
        "city": "Portland",
        "state": "me",
        "postal_code": "04101-3325",
    }
    assert post(client, f"{SETUP}/clinics/{house.clinic_id}", place).status_code == 303
    signer = {"npi": "1234567893", "taxonomy": "225100000X", "family_name": "Okonjo"}
    assert post(client, f"{SETUP}/signers/{house.therapist.account_id}", signer).status_code == 303
    with transaction(house.therapist) as session:
        clinic = session.scalars(select(Clinic).where(Clinic.id == house.clinic_id)).one()
        assert (clinic.taxonomy, clinic.state, clinic.name) == ("261QP2000X", "ME", "Harbor Lane Therapy")
        account = session.scalars(select(Account).where(Account.id == house.therapist.account_id)).one()
        assert (account.taxonomy, account.family_name) == ("225100000X", "Okonjo")
    assert "Okonjo, Maya" in client.get(SETUP).get_data(as_text=True)


def test_an_assistant_or_another_clinics_therapist_is_nobody_who_signs_here(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("biller")
    for who in ("assistant", "foreign_therapist"):
        assert client.get(f"{SETUP}/signers/{house.viewers[who].account_id}").status_code == 404


def test_an_edition_is_looked_at_then_kept_and_answers_from_its_day_on(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("biller")
    text = "code,max_units_per_day,effective\n97112,3,2026-11-01\n97999,1,bad\n"
    data = {"kind": "mue", "effective_on": "2026-11-01"}
    preview = post(client, f"{SETUP}/codes/preview", data | {"file": (io.BytesIO(text.encode()), "mue.csv")})
    page = preview.get_data(as_text=True)
    assert "4 a day, from 2024-07-01" in page
    assert "97999, 1, bad" in page
    with transaction(house.therapist) as session:
        assert tables_of(session).max_units("97112", house.today) == 4, "a preview keeps nothing"
    assert post(client, f"{SETUP}/codes/import", data | {"text": text}).status_code == 303
    with transaction(house.therapist) as session:
        tables = tables_of(session)
        assert tables.max_units("97112", house.today) == 3
        assert tables.max_units("97112", dt.date(2026, 10, 31)) == 4
    again = post(client, f"{SETUP}/codes/import", data | {"text": text})
    assert again.status_code == 422
    assert "edition of this day already" in again.get_data(as_text=True)
    assert "holds now" in client.get(f"{SETUP}/codes").get_data(as_text=True)


def test_a_file_of_another_table_is_refused(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("biller")
    data = {"kind": "ncci", "effective_on": "2026-11-01", "text": "year,pt_slp,ot,targeted_review\n"}
    answer = post(client, f"{SETUP}/codes/preview", data)
    assert answer.status_code == 422
    assert "lacks column1" in answer.get_data(as_text=True)
    assert post(client, f"{SETUP}/codes/preview", {"kind": "kx"}).status_code == 422


def test_an_own_code_is_added_given_a_fee_and_billed_like_any_other(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("lead")
    for wrong, sentence in (
        ({"code": "9703", "label": "Laser"}, "five letters or digits"),
        ({"code": "97110", "label": "Mine"}, "in the table already"),
        ({"code": "97039", "label": " "}, "Write a label"),
    ):
        answer = post(client, f"{SETUP}/codes", wrong | {"timed": "timed"})
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
    added = {"code": "97039", "label": "guided pacing", "timed": "timed"}
    assert post(client, f"{SETUP}/codes", added).status_code == 303
    fee = {"code": "97039", "fee": "30.00", "effective_on": "2026-01-01"}
    assert post(client, f"{SETUP}/payers/{house.payer_id}/fees", fee).status_code == 303
    therapist = sign_in("therapist")
    with transaction(house.therapist) as session:
        form = DraftInput(
            on_date=house.today,
            minutes=45,
            treatments=(TreatmentDraft("97039", 30, 10),),
            sections=(SectionDraft(1),),
        )
        visit = write(session, house, form)
        visit_id, version = visit.id, visit.version
    page = therapist.get(f"/visits/{visit_id}").get_data(as_text=True)
    assert "97039 guided pacing" in page
    with transaction(house.therapist) as session:
        sign_visit(session, viewer=house.therapist, visit_id=visit_id, version=version, now=house.now)
        line = session.scalars(select(BillingLine)).one()
        assert (line.code, line.units, line.charge_cents) == ("97039", 2, 6000)
    with transaction(house.therapist) as session:
        code_id = session.scalars(select(OwnCode.id)).one()
    assert post(client, f"{SETUP}/codes/{code_id}/retire").status_code == 303
    with transaction(house.therapist) as session:
        assert "97039" in codes_of(session), "signed lines keep it"
        assert "97039" not in codes_of(session, dt.date(2100, 1, 1))
