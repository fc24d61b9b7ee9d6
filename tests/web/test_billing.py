"""The biller's queue: what waits and why, many at once, and the same as CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from pne_tracker.blueprints.billing import views
from pne_tracker.db import db, transaction
from pne_tracker.domain.billing.claim_states import ClaimStatus
from pne_tracker.models import AuditEvent, Claim, ClaimBatch, Coverage, Patient
from pne_tracker.services.visits import withdraw_visit
from tests.claims import claim_of, faults, prepare, visit_on
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, signed_visit, start
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
DAY = dt.date(2026, 11, 20)


def _csv(client: FlaskClient, query: str = "?state=all") -> list[dict[str, str]]:
    text = client.get(f"/billing/lines.csv{query}").get_data(as_text=True).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def _claims(house: House, count: int, **card: Any) -> list[uuid.UUID]:
    with transaction(house.therapist) as session:
        prepare(session, house, **card)
        days = [DAY - dt.timedelta(days=number) for number in range(count)]
        return [claim_of(session, visit_on(session, house, day).id).id for day in days]


def _status(house: House, claim_id: uuid.UUID) -> ClaimStatus:
    with transaction(house.therapist) as session:
        return session.scalars(select(Claim.status).where(Claim.id == claim_id)).one()


def test_a_signed_visit_gives_its_lines_to_the_biller(app: Flask, house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        signed_visit(session, house)
    client = sign_in("biller")
    page = client.get("/billing").get_data(as_text=True)
    assert "97112 × 1 GP, 97116 × 1 GP" in page
    assert "97112 withheld" in page
    rows = _csv(client)
    assert [(row["Code"], row["Units"], row["Charge"], row["State"]) for row in rows] == [
        ("97112", "1", "41.00", "ready"),
        ("97116", "1", "38.50", "ready"),
    ]
    assert rows[0]["Rendering NPI"] == "1234567893"
    assert rows[0]["Diagnoses"] == "M54.16"
    assert rows[1]["Of which PNE"] == "12"


def test_combined_minutes_are_the_companions_alone(app: Flask, house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        signed_visit(session, house, GAIT_AND_PNE(house.today, "combined", "97116"))
    rows = _csv(sign_in("biller"))
    assert [(row["Code"], row["Units"], row["Minutes"]) for row in rows] == [("97116", "2", "35")]


def test_a_draft_and_a_visit_entered_in_error_are_not_billed(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    with transaction(house.therapist) as session:
        visit_id = signed_visit(session, house).id
    with transaction(house.therapist) as session:
        withdraw_visit(session, house.therapist, visit_id, "Wrong patient.", now=house.now)
        start(session, house)
    client = sign_in("biller")
    assert _csv(client) == []
    assert "No visit here" in client.get("/billing").get_data(as_text=True)


def test_a_cell_that_looks_like_a_formula_is_text(app: Flask, house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        patient = session.get(Patient, house.patient_id)
        assert patient is not None
        patient.family_name = '=HYPERLINK("x")'
        signed_visit(session, house)
    assert _csv(sign_in("biller"))[0]["Family name"] == '\'=HYPERLINK("x")'


def test_the_filter_holds_for_the_export_too(app: Flask, house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        signed_visit(session, house)
    client = sign_in("biller")
    assert len(_csv(client, "?since=2026-11-23&until=2026-11-23")) == 2
    assert _csv(client, "?since=2026-11-24") == []
    assert _csv(client, f"?payer={house.payer_id}&clinic={house.clinic_id}")
    assert _csv(client, f"?therapist={house.viewers['other_therapist'].account_id}") == []
    assert _csv(client, "?state=exported") == []
    assert _csv(client, "?since=nonsense&payer=nonsense&state=nonsense")


def test_the_export_goes_out_a_page_at_a_time_and_tells_of_each_patient_once(
    app: Flask, house: House, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    _claims(house, 4)
    client = sign_in("biller")
    whole = _csv(client)
    monkeypatch.setattr(views, "EXPORT_PAGE", 2)
    assert len({row["Visit"] for row in whole}) == 4
    assert _csv(client) == whole
    with transaction(house.therapist) as session:
        told = session.scalars(select(AuditEvent.patient_id).where(AuditEvent.action == "export")).all()
    assert told == [house.patient_id, house.patient_id]


def test_the_totals_of_the_page_are_those_of_its_rows_and_of_the_file(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    _claims(house, 4)
    client = sign_in("biller")
    page = client.get("/billing").get_data(as_text=True)
    assert "4 visits, 4 lines, 8 units, $308.00" in page
    assert page.count('name="claim"') == 4
    rows = _csv(client, "")
    assert sum(float(row["Claim net"]) for row in rows) == 308.00
    assert sum(int(row["Units"]) for row in rows) == 8


def test_a_held_visit_says_why_and_where_and_goes_when_it_is_mended(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    [claim_id] = _claims(house, 1, card=None)
    client = sign_in("biller")
    assert "Add the member id" in client.get("/billing").get_data(as_text=True)
    refused = post(client, "/billing/act", {"do": "export", "claim": str(claim_id)})
    assert refused.status_code == 422
    assert "This claim is held" in refused.get_data(as_text=True)
    address = f"/billing/claims/{claim_id}/insurance"
    assert f'<a href="{address}">Open the insurance</a>' in client.get(
        f"/billing/claims/{claim_id}"
    ).get_data(as_text=True)
    wrong = post(client, address, {"member_id": "", "relationship": "18", "state": "ME"})
    assert wrong.status_code == 422
    assert "Write the member id" in wrong.get_data(as_text=True)
    assert post(client, address, {"member_id": "M-1", "relationship": "18"}).status_code == 303
    assert _status(house, claim_id) is ClaimStatus.READY
    with transaction(house.therapist) as session:
        assert session.scalars(select(Coverage.member_id)).one() == "M-1"


def test_many_go_out_at_once_and_the_file_is_the_same_every_time(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    ids = _claims(house, 3)
    client = sign_in("biller")
    answer = post(client, "/billing/act", {"do": "export", "everything": "1"})
    assert answer.headers["Location"] == "/billing/batches"
    page = client.get("/billing/batches").get_data(as_text=True)
    found = re.search(r"/billing/batches/([0-9a-f-]{36})/claims.x12", page)
    assert found
    files = [client.get(found[0]) for _ in range(2)]
    assert files[0].data == files[1].data
    assert faults(files[0].get_data(as_text=True)) == []
    assert {_status(house, one) for one in ids} == {ClaimStatus.EXPORTED}
    again = post(client, "/billing/act", {"do": "export", "claim": [str(one) for one in ids]})
    assert again.status_code == 303
    with transaction(house.therapist) as session:
        assert len(session.scalars(select(ClaimBatch)).all()) == 1
    shown = client.get(f"/billing/batches/{found[1]}").get_data(as_text=True)
    assert shown.count("Achterberg") == 3


def test_visits_are_held_and_let_go_together(app: Flask, house: House, sign_in: SignIn) -> None:
    ids = _claims(house, 2)
    client = sign_in("biller")
    chosen = {"claim": [str(one) for one in ids]}
    nothing = post(client, "/billing/act", {"do": "hold"} | chosen)
    assert nothing.status_code == 422
    assert nothing.get_data(as_text=True).count(" checked") == 2, "what was chosen stays chosen"
    assert post(client, "/billing/act", {"do": "hold", "reason": "Referral"} | chosen).status_code == 303
    assert "Held by hand: Referral" in client.get("/billing?state=held").get_data(as_text=True)
    assert post(client, "/billing/act", {"do": "release"} | chosen).status_code == 303
    assert {_status(house, one) for one in ids} == {ClaimStatus.READY}
    assert post(client, "/billing/act", {"do": "burn"} | chosen).status_code == 422
    assert post(client, "/billing/act", {"do": "check"}).status_code == 422


def test_a_claim_opens_to_its_reasons_minutes_facts_and_history(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    [claim_id] = _claims(house, 1)
    page = sign_in("biller").get(f"/billing/claims/{claim_id}").get_data(as_text=True)
    for words in (
        "97112 withheld (guide rule 2)",
        "97116 gait practice 30 min",
        "8-minute rule: 30 timed minutes",
        "Maya Okonjo, PT",
        "1EG4-TE5-MK73",
        "Opened",
    ):
        assert words in page, words


def test_a_biller_sees_no_note_and_no_remark(app: Flask, house: House, sign_in: SignIn) -> None:
    from dataclasses import replace

    form = replace(GAIT_AND_PNE(house.today, "separate"), remarks="CANARY-REMARK in confidence")
    with transaction(house.therapist) as session:
        claim_id = claim_of(session, signed_visit(session, house, form).id).id
    client = sign_in("biller")
    pages = [client.get(one) for one in ("/billing", "/billing/lines.csv", f"/billing/claims/{claim_id}")]
    for page in pages:
        assert page.status_code == 200
        text = page.get_data(as_text=True)
        assert "CANARY" not in text
        assert "Education" not in text


def test_what_the_payer_answered_is_entered_on_the_claim(app: Flask, house: House, sign_in: SignIn) -> None:
    [claim_id] = _claims(house, 1)
    client = sign_in("biller")
    post(client, "/billing/act", {"do": "export", "claim": str(claim_id)})
    url = f"/billing/claims/{claim_id}"
    wrong = post(client, f"{url}/answer", {"result": "paid", "amount": "many", "on_date": "2026-11-23"})
    assert wrong.status_code == 422
    assert "at most two decimals" in wrong.get_data(as_text=True)
    denied = post(client, f"{url}/answer", {"result": "denied", "on_date": "2026-11-23"})
    assert "Write the reason" in denied.get_data(as_text=True)
    paid = {"result": "paid", "amount": "61.60", "on_date": "2026-11-23", "payer_number": "ICN-5"}
    assert post(client, f"{url}/answer", paid).status_code == 303
    page = client.get("/billing?state=paid").get_data(as_text=True)
    assert "$61.60 of it paid" in page
    void = post(client, f"{url}/void", {"reason": "Paid twice", "reference": "ICN-5"})
    new = void.headers["Location"]
    assert "voids an earlier claim" in client.get(new).get_data(as_text=True)
    assert "takes $77.00 back" in client.get("/billing").get_data(as_text=True)
    assert post(client, f"{new}/keep").headers["Location"] == url
    assert _status(house, claim_id) is ClaimStatus.PAID


def test_a_search_finds_by_name_or_number_and_leaves_no_name_in_an_address(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    _claims(house, 2)
    client = sign_in("biller")
    found = post(client, "/billing/search", {"q": "achterberg ros"})
    assert found.get_data(as_text=True).count('name="claim"') == 2
    assert "No visit here" in post(client, "/billing/search", {"q": "nobody"}).get_data(as_text=True)
    assert post(client, "/billing/search", {"q": " "}).status_code == 303


def test_the_queue_goes_on_by_key(
    app: Flask, house: House, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pne_tracker.queries import claims

    monkeypatch.setattr(claims, "PAGE", 2)
    _claims(house, 3)
    client = sign_in("biller")
    first = client.get("/billing").get_data(as_text=True)
    link = re.search(r'rel="next"\s+href="([^"]+)"', first)
    assert link
    second = client.get(link[1].replace("&amp;", "&")).get_data(as_text=True)
    assert (first.count('name="claim"'), second.count('name="claim"')) == (2, 1)


def test_the_number_of_queries_does_not_grow_with_the_rows(app: Flask, house: House, sign_in: SignIn) -> None:
    _claims(house, 2)
    client = sign_in("biller")
    few = _statements(client)
    with transaction(house.therapist) as session:
        for number in range(5, 15):
            visit_on(session, house, DAY - dt.timedelta(days=number))
    assert _statements(client) == few
    assert few <= 12


def _statements(client: FlaskClient) -> int:
    seen: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert client.get("/billing").status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(seen)


def test_every_look_at_claims_is_written_down(app: Flask, house: House, sign_in: SignIn) -> None:
    [claim_id] = _claims(house, 1)
    client = sign_in("biller")
    client.get("/billing")
    client.get(f"/billing/claims/{claim_id}")
    with transaction(house.therapist) as session:
        found = _looks(session, house)
    assert ("list", "billing") in found
    assert ("read", "claim") in found


def _looks(session: Session, house: House) -> set[tuple[str, str]]:
    biller = house.viewers["biller"].account_id
    rows = session.execute(
        select(AuditEvent.action, AuditEvent.subject).where(
            AuditEvent.actor_id == biller, AuditEvent.patient_id == house.patient_id
        )
    )
    return {(row[0], row[1]) for row in rows}


def test_a_biller_sees_no_record(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("biller")
    assert client.get(f"/patients/{house.patient_id}").status_code == 403
    assert client.get("/completion").status_code == 403


def test_one_that_is_held_keeps_the_others_back_and_that_is_said(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    ids = _claims(house, 3)
    client = sign_in("biller")
    post(client, "/billing/act", {"do": "hold", "claim": [str(ids[0])], "reason": "card is missing"})
    answer = post(client, "/billing/act", {"do": "export", "claim": [str(one) for one in ids]})
    assert answer.status_code == 422
    said = answer.get_data(as_text=True)
    assert "1 of the 3 chosen visits cannot go along, so nothing was done." in said
    assert "This claim is held. Answer what holds it first." in said
    assert said.count(" checked") == 3


def test_the_whole_list_is_chosen_above_it(app: Flask, house: House, sign_in: SignIn) -> None:
    _claims(house, 2)
    page = sign_in("biller").get("/billing").get_data(as_text=True)
    box = page.index('name="everything"')
    assert 'data-total="2"' in page[box - 300 : box + 300]
    assert box < page.index('name="claim"') < page.index('id="batch-bar"')
