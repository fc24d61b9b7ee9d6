"""Claims from the signature on: ready or held and why, holding by hand, what went out and what came back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pne_tracker.db import transaction
from pne_tracker.domain.billing.claim_states import ClaimAct, ClaimStatus
from pne_tracker.domain.errors import BadInputError, NotFoundError, RefusedError
from pne_tracker.models import (
    BillingLine,
    Claim,
    ClaimBatch,
    ClaimBatchLine,
    ClaimEvent,
    Clinic,
    Patient,
    Payer,
)
from pne_tracker.services import claim_answers, claims, clinics, coverages
from pne_tracker.services.visits import withdraw_visit
from tests.claims import CARD, claim_of, export, faults, prepare, visit_on
from tests.people import House

DAY = dt.date(2026, 11, 20)


def _codes(claim: Claim) -> set[str]:
    return {one["code"] for one in claim.findings if one["level"] == "blocking"}


def test_a_signed_visit_has_one_claim_that_is_ready_when_nothing_is_missing(
    work: Session, house: House
) -> None:
    prepare(work, house)
    visit = visit_on(work, house, DAY)
    claim = claim_of(work, visit.id)
    assert claim.status is ClaimStatus.READY, claim.findings
    assert (claim.lines, claim.units, claim.minutes, claim.charge_cents) == (1, 2, 30, 7700)
    assert claim.diagnoses == ["M54.16"]
    assert work.scalars(select(ClaimEvent.act)).all() == [ClaimAct.OPENED]


def test_a_claim_is_held_by_everything_that_it_lacks_each_in_a_sentence(work: Session, house: House) -> None:
    visit = visit_on(work, house, DAY)
    claim = claim_of(work, visit.id)
    assert claim.status is ClaimStatus.READY, "who gets no claims needs none of it"
    payer = work.scalars(select(Payer).where(Payer.id == house.payer_id)).one()
    payer.filing_code = "MB"
    work.flush()
    claims.check_where(work, house.viewers["biller"], Claim.payer_id == payer.id, now=house.now)
    assert claim.status is ClaimStatus.HELD
    assert _codes(claim) == {
        "payer_incomplete",
        "clinic_incomplete",
        "taxonomy_missing",
        "insurance_missing",
    }
    assert all(one["message"].endswith(".") for one in claim.findings)


def test_what_is_added_later_lets_the_claim_go(work: Session, house: House) -> None:
    prepare(work, house, card=None)
    visit = visit_on(work, house, DAY)
    claim = claim_of(work, visit.id)
    assert _codes(claim) == {"insurance_missing"}
    biller = house.viewers["biller"]
    coverages.save_coverage(work, biller, house.episode_id, house.patient_id, CARD, now=house.now)
    assert claim.status is ClaimStatus.READY
    facts = {"npi": ""} | {
        name: getattr(work.scalars(select(Clinic)).first(), name) for name in ("phone", "city")
    }
    clinics.change_clinic(work, biller, house.clinic_id, facts, now=house.now)
    assert claim.status is ClaimStatus.HELD
    assert _codes(claim) == {"clinic_incomplete"}


def test_another_insured_person_needs_a_name_a_birth_date_and_an_address(work: Session, house: House) -> None:
    prepare(work, house)
    biller = house.viewers["biller"]
    spouse = replace(CARD, relationship="01", family_name="Achterberg", given_name="Tom")
    with pytest.raises(BadInputError, match="birth date"):
        coverages.save_coverage(work, biller, house.episode_id, house.patient_id, spouse, now=house.now)
    spouse = replace(spouse, birth_date=dt.date(1950, 2, 3))
    coverages.save_coverage(work, biller, house.episode_id, house.patient_id, spouse, now=house.now)
    claim = claim_of(work, visit_on(work, house, DAY).id)
    assert _codes(claim) == {"subscriber_address"}
    whole = replace(spouse, address_line="2 Wharf Street", city="Portland", state="ME", postal_code="04101")
    coverages.save_coverage(work, biller, house.episode_id, house.patient_id, whole, now=house.now)
    assert claim.status is ClaimStatus.READY


def test_a_claim_is_held_by_hand_with_a_reason_and_let_go_again(work: Session, house: House) -> None:
    prepare(work, house)
    claim = claim_of(work, visit_on(work, house, DAY).id)
    biller = house.viewers["biller"]
    with pytest.raises(BadInputError, match="Write the reason"):
        claims.hold(work, biller, [claim.id], "  ", now=house.now)
    assert claims.hold(work, biller, [claim.id], "Waiting for the referral", now=house.now) == 1
    assert (claim.status, claim.hold_reason) == (ClaimStatus.HELD, "Waiting for the referral")
    with pytest.raises(RefusedError, match="held"):
        export(work, house, claim.id)
    assert claims.release(work, biller, [claim.id], now=house.now) == (1, 0)
    assert claim.status is ClaimStatus.READY


def test_a_batch_is_a_file_that_pyx12_accepts_and_every_line_is_stamped(work: Session, house: House) -> None:
    prepare(work, house)
    visits = [visit_on(work, house, DAY - dt.timedelta(days=days)) for days in (0, 2, 4)]
    chosen = [claim_of(work, visit.id) for visit in visits]
    [batch_id] = export(work, house, *(one.id for one in chosen))
    batch = work.scalars(select(ClaimBatch)).one()
    assert faults(batch.content) == []
    assert (batch.claims, batch.lines, batch.charge_cents) == (3, 3, 3 * 7700)
    assert batch.content.count("CLM*") == 3
    assert batch.content.count("HL*") == 2, "one clinic, one card"
    assert {one.status for one in chosen} == {ClaimStatus.EXPORTED}
    stamps = work.scalars(select(ClaimBatchLine)).all()
    assert {one.batch_id for one in stamps} == {batch_id}
    assert {one.exported_by for one in stamps} == {house.viewers["biller"].account_id}
    assert {one.billing_line_id for one in stamps} == set(work.scalars(select(BillingLine.id)))


def test_the_same_claims_exported_twice_are_the_same_batch(work: Session, house: House) -> None:
    prepare(work, house)
    ids = [claim_of(work, visit_on(work, house, DAY - dt.timedelta(days=days)).id).id for days in (0, 1)]
    first = export(work, house, *ids)
    content = work.scalars(select(ClaimBatch.content)).one()
    assert export(work, house, *ids) == first
    assert work.scalars(select(ClaimBatch.content)).all() == [content]


def test_the_file_says_what_was_signed(work: Session, house: House) -> None:
    prepare(work, house)
    claim = claim_of(work, visit_on(work, house, DAY).id)
    export(work, house, claim.id)
    lines = work.scalars(select(ClaimBatch.content)).one().split("~\n")
    for segment in (
        "NM1*85*2*HARBOR LANE THERAPY*****XX*2000000002",
        "N4*PORTLAND*ME*041013325",
        "REF*EI*001234567",
        "SBR*P*18*******MB",
        "NM1*IL*1*ACHTERBERG*ROSALIND****MI*1EG4-TE5-MK73",
        "DMG*D8*19550402*F",
        "NM1*PR*2*MEDICARE*****PI*00901",
        f"CLM*{claim.number}*77***11:B:1*Y*A*Y*Y",
        "HI*ABK:M5416",
        "NM1*82*1*OKONJO*MAYA****XX*1234567893",
        "PRV*PE*PXC*225100000X",
        "SV1*HC:97116:GP*77*UN*2***1",
        "DTP*472*D8*20261120",
    ):
        assert segment in lines, segment


def test_another_subscriber_gets_a_level_of_the_own(work: Session, house: House) -> None:
    card = replace(
        CARD,
        relationship="01",
        family_name="Núñez",
        given_name="Tomás",
        birth_date=dt.date(1950, 2, 3),
        sex="male",
        address_line="2 Wharf Street",
        city="Portland",
        state="ME",
        postal_code="04101",
        group_number="G-77",
        authorisation="AUTH 12",
    )
    prepare(work, house, card=card)
    export(work, house, claim_of(work, visit_on(work, house, DAY).id).id)
    content = work.scalars(select(ClaimBatch.content)).one()
    assert faults(content) == []
    lines = content.split("~\n")
    assert "NM1*IL*1*NUNEZ*TOMAS****MI*1EG4-TE5-MK73" in lines
    assert "PAT*01" in lines
    assert "NM1*QC*1*ACHTERBERG*ROSALIND" in lines
    assert "REF*G1*AUTH 12" in lines
    assert sum(line.startswith("HL*") for line in lines) == 3


def test_payments_and_denials_are_entered_with_amount_date_and_reason(work: Session, house: House) -> None:
    prepare(work, house)
    biller, today = house.viewers["biller"], house.today
    claim = claim_of(work, visit_on(work, house, DAY).id)
    with pytest.raises(RefusedError, match="not gone out"):
        claim_answers.pay(work, biller, claim.id, cents=1, on_date=today, today=today, now=house.now)
    export(work, house, claim.id)
    for cents, day, at in ((9900, today, "amount"), (7700, today + dt.timedelta(days=1), "on_date")):
        with pytest.raises(BadInputError) as refused:
            claim_answers.pay(work, biller, claim.id, cents=cents, on_date=day, today=today, now=house.now)
        assert refused.value.at == at
    claim_answers.deny(
        work, biller, claim.id, reason="Not covered", on_date=today, today=today, now=house.now
    )
    assert claim.status is ClaimStatus.DENIED
    claim_answers.pay(
        work, biller, claim.id, cents=6160, on_date=today, today=today, now=house.now, payer_number="ICN-5"
    )
    assert (claim.status, claim.paid_cents, claim.payer_number) == (ClaimStatus.PAID, 6160, "ICN-5")


def test_a_void_refers_to_the_payers_number_and_takes_the_charge_back(work: Session, house: House) -> None:
    prepare(work, house)
    biller = house.viewers["biller"]
    claim = claim_of(work, visit_on(work, house, DAY).id)
    export(work, house, claim.id)
    with pytest.raises(BadInputError, match="number of the claim"):
        claim_answers.void(work, biller, claim.id, reason="Wrong payer", reference=" ", now=house.now)
    new_id = claim_answers.void(
        work, biller, claim.id, reason="Wrong payer", reference="ICN-5", now=house.now
    )
    new = claim_of(work, claim.visit_id)
    assert (new.id, new.frequency, new.replaces_id, new.net_cents) == (new_id, "8", claim.id, 0)
    assert not claim.current
    export(work, house, new.id)
    assert new.status is ClaimStatus.VOID
    content = (
        work.scalars(select(ClaimBatch.content).order_by(ClaimBatch.control_number.desc())).first() or ""
    )
    assert faults(content) == []
    assert f"CLM*{new.number}*77***11:B:8*Y*A*Y*Y" in content
    assert "REF*F8*ICN-5" in content
    again = claim_answers.rebill(work, biller, new.id, reason="Right payer now", reference="", now=house.now)
    assert claim_of(work, claim.visit_id).id == again
    assert claim_of(work, claim.visit_id).frequency == "1"


def test_a_second_billing_replaces_the_first_and_can_be_undone_before_it_goes_out(
    work: Session, house: House
) -> None:
    prepare(work, house)
    biller = house.viewers["biller"]
    claim = claim_of(work, visit_on(work, house, DAY).id)
    export(work, house, claim.id)
    new_id = claim_answers.rebill(
        work, biller, claim.id, reason="Group number", reference="ICN-9", now=house.now
    )
    assert claim_of(work, claim.visit_id).frequency == "7"
    assert claim_answers.keep(work, biller, new_id, now=house.now) == claim.id
    assert claim_of(work, claim.visit_id).id == claim.id
    assert claim.status is ClaimStatus.EXPORTED
    with pytest.raises(RefusedError, match="took the place"):
        claim_answers.keep(work, biller, new_id, now=house.now)


def test_a_visit_entered_in_error_takes_its_claim_along_or_asks_to_void_it(
    work: Session, house: House
) -> None:
    prepare(work, house)
    here, out = (visit_on(work, house, DAY - dt.timedelta(days=days)) for days in (0, 1))
    export(work, house, claim_of(work, out.id).id)
    for visit in (here, out):
        withdraw_visit(work, house.therapist, visit.id, "Wrong patient.", now=house.now)
    assert claim_of(work, here.id).status is ClaimStatus.WITHDRAWN
    sent = claim_of(work, out.id)
    assert sent.status is ClaimStatus.EXPORTED
    assert "Void the claim" in sent.findings[0]["message"]
    biller = house.viewers["biller"]
    with pytest.raises(RefusedError, match="entered in error"):
        claim_answers.rebill(work, biller, sent.id, reason="Again", reference="ICN-1", now=house.now)
    claim_answers.void(work, biller, sent.id, reason="Wrong patient", reference="ICN-1", now=house.now)
    assert claim_of(work, out.id).frequency == "8"


def test_a_line_signed_without_a_fee_takes_the_schedules_and_stays_as_it_was_signed(
    work: Session, house: House
) -> None:
    prepare(work, house)
    from pne_tracker.domain.billing.fee_sheet import FeeRow
    from pne_tracker.models import Fee
    from pne_tracker.services import payers

    biller = house.viewers["biller"]
    fee = work.scalars(select(Fee).where(Fee.code == "97116")).one()
    payers.remove_fee(work, biller, house.payer_id, fee.id, now=house.now)
    claim = claim_of(work, visit_on(work, house, DAY).id)
    assert _codes(claim) == {"no_fee"}
    payers.keep_fee(work, biller, house.payer_id, FeeRow("97116", 4000, dt.date(2026, 1, 1)), now=house.now)
    assert (claim.status, claim.charge_cents) == (ClaimStatus.READY, 8000)
    assert work.scalars(select(BillingLine.charge_cents)).one() is None


def test_who_gets_no_claims_pays_from_a_statement(work: Session, house: House) -> None:
    claim = claim_of(work, visit_on(work, house, DAY).id)
    with pytest.raises(RefusedError, match="gets no claims"):
        export(work, house, claim.id)
    biller, today = house.viewers["biller"], house.today
    claim_answers.pay(work, biller, claim.id, cents=7700, on_date=today, today=today, now=house.now)
    assert claim.status is ClaimStatus.PAID


def test_nobody_of_another_clinic_reaches_a_claim(work: Session, house: House) -> None:
    claim = claim_of(work, visit_on(work, house, DAY).id)
    stranger = replace(house.viewers["biller"], clinic_ids=frozenset())
    with pytest.raises(NotFoundError):
        claims.hold(work, stranger, [claim.id], "No", now=house.now)
    with pytest.raises(NotFoundError):
        claim_answers.keep(work, stranger, claim.id, now=house.now)


def test_control_numbers_are_given_out_once_however_many_ask(app: Flask, house: House) -> None:
    from pne_tracker.services.claim_batches import next_numbers
    from tests.visit_forms import at_once

    def ask(_number: int) -> int:
        with app.app_context(), transaction(house.viewers["biller"]) as session:
            return next_numbers(session, house.therapist.organisation_id, "interchange")[0]

    assert sorted(at_once(ask, 8)) == list(range(1, 9))


def test_two_billers_at_once_make_one_batch(app: Flask, house: House) -> None:
    from tests.visit_forms import at_once

    with transaction(house.therapist) as session:
        prepare(session, house)
        claim_id = claim_of(session, visit_on(session, house, DAY).id).id

    def go(_number: int) -> list[object]:
        with app.app_context(), transaction(house.viewers["biller"]) as session:
            return list(export(session, house, claim_id))

    answers = at_once(go, 4)
    assert len({str(one) for one in answers}) == 1
    with transaction(house.therapist) as session:
        assert session.scalar(select(func.count()).select_from(ClaimBatch)) == 1


def test_the_address_of_the_record_is_the_patients(work: Session, house: House) -> None:
    prepare(work, house)
    patient = work.scalars(select(Patient).where(Patient.id == house.patient_id)).one()
    patient.state = "Maine"
    work.flush()
    claim = claim_of(work, visit_on(work, house, DAY).id)
    assert _codes(claim) == {"patient_address"}
    card = replace(CARD, address_line="2 Wharf Street", city="Portland", state="ME", postal_code="04101")
    coverages.save_coverage(
        work, house.viewers["biller"], house.episode_id, house.patient_id, card, now=house.now
    )
    assert claim.status is ClaimStatus.READY


def test_a_file_with_a_fault_is_refused_by_the_same_reader(work: Session, house: House) -> None:
    prepare(work, house)
    export(work, house, claim_of(work, visit_on(work, house, DAY).id).id)
    content = work.scalars(select(ClaimBatch.content)).one()
    for good, bad in (
        ("NM1*82*1", "NM1*82*9"),
        ("DTP*472*D8*20261120", "DTP*472*D8*20261320"),
        ("LX*1~\n", ""),
    ):
        assert good in content
        assert faults(content.replace(good, bad)) != []
