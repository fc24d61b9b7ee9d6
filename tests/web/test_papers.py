"""Papers as they are downloaded: what stands on them, who gets them, what they are called."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Callable
from dataclasses import replace

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.visit_draft import DraftInput, TreatmentDraft
from pne_tracker.models import Clinic, Episode, IssuedPaper, Payer
from pne_tracker.services.coverages import CoverageDraft, save_coverage
from tests.people import House, add_payer
from tests.visit_forms import signed_visit
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]


def text_of(answer: TestResponse) -> str:
    reader = pypdf.PdfReader(io.BytesIO(answer.data))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def pages_of(answer: TestResponse) -> int:
    return len(pypdf.PdfReader(io.BytesIO(answer.data)).pages)


def superbill(client: FlaskClient, visit_id: uuid.UUID, desk: str = "") -> TestResponse:
    """Press the button, and follow it to the paper that was issued."""
    return post(client, f"{desk}/visits/{visit_id}/superbill", follow_redirects=True)


@pytest.fixture
def visit_id(app: Flask, house: House) -> uuid.UUID:
    with transaction(house.therapist) as session:
        clinic = session.get_one(Clinic, house.clinic_id)
        clinic.npi, clinic.tax_id, clinic.phone = "1234567893", "12-3456789", "(555) 010-1000"
        return signed_visit(session, house).id


def papers_kept() -> int:
    with reading(UNSCOPED) as session:
        return session.scalar(select(func.count()).select_from(IssuedPaper)) or 0


def test_a_superbill_fits_one_sheet_and_says_what_a_claim_needs(
    house: House, sign_in: SignIn, visit_id: uuid.UUID
) -> None:
    answer = superbill(sign_in("therapist"), visit_id)
    said = text_of(answer)
    assert (answer.status_code, answer.mimetype, pages_of(answer)) == (200, "application/pdf", 1)
    for words in (
        "Superbill",
        "Harbor Lane Therapy",
        "NPI 1234567893",
        "Tax ID 12-3456789",
        "Rosalind Achterberg",
        "HL-20418",
        "M54.16",
        "97112",
        "97116",
        "GP",
        "41.00",
        "79.50",
        "guide rule 3",
        "Maya Okonjo, PT",
        "trademark of the American Medical Association",
    ):
        assert words in said, words


def test_a_superbill_says_under_which_number_the_patient_is_insured_with_its_payer(
    house: House, sign_in: SignIn, visit_id: uuid.UUID
) -> None:
    assert "Member ID" not in text_of(superbill(sign_in("therapist"), visit_id)), "no card is known"
    card = CoverageDraft("MBR700418", "01", "GRP55", family_name="Lindgren", given_name="Sam", sex="male")
    card = replace(card, birth_date=dt.date(1960, 5, 4))
    with transaction(house.therapist) as session:
        save_coverage(session, house.therapist, house.episode_id, house.patient_id, card, now=house.now)
    said = text_of(superbill(sign_in("therapist"), visit_id))
    assert "MBR700418" in said
    assert "GRP55" in said
    assert "Sam Lindgren" in said
    with transaction(house.therapist) as session:
        other = add_payer(
            session, session.get_one(Clinic, house.clinic_id), "Shoreline", "cms_8min", house.now
        )
        session.get_one(Episode, house.episode_id).payer_id = other.id
    assert "MBR700418" not in text_of(superbill(sign_in("therapist"), visit_id)), (
        "the card is the new payer's"
    )


def test_the_name_of_the_file_names_nobody(house: House, sign_in: SignIn, visit_id: uuid.UUID) -> None:
    answer = superbill(sign_in("therapist"), visit_id)
    assert answer.headers["Content-Disposition"] == 'inline; filename="superbill-2026-11-23.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_biller_and_the_therapist_hold_the_same_sheet(
    house: House, sign_in: SignIn, visit_id: uuid.UUID
) -> None:
    first = superbill(sign_in("therapist"), visit_id)
    second = superbill(sign_in("biller"), visit_id, "/billing")
    assert first.data == second.data
    assert papers_kept() == 1


def test_others_get_no_superbill(house: House, sign_in: SignIn, visit_id: uuid.UUID) -> None:
    for who, status in (
        ("other_therapist", 404),
        ("foreign_therapist", 404),
        ("biller", 403),
        ("patient", 403),
    ):
        assert superbill(sign_in(who), visit_id).status_code == status, who


def test_a_line_without_a_fee_is_named_and_not_added_up(app: Flask, house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        form = DraftInput(house.today, 30, (TreatmentDraft("97110", 15), TreatmentDraft("97535", 15)))
        visit = signed_visit(session, house, form)
    said = text_of(superbill(sign_in("therapist"), visit.id))
    assert "no fee" in said
    assert "A line without a fee is not in the total." in said
    assert "34.20" in said


def test_a_signed_visit_leads_to_its_superbill(house: House, sign_in: SignIn, visit_id: uuid.UUID) -> None:
    page = sign_in("therapist").get(f"/visits/{visit_id}").get_data(as_text=True)
    assert f"/visits/{visit_id}/superbill" in page


def test_a_payer_renamed_later_does_not_change_the_paper(
    app: Flask, house: House, sign_in: SignIn, visit_id: uuid.UUID
) -> None:
    before = superbill(sign_in("therapist"), visit_id).data
    with transaction(house.therapist) as session:
        session.get_one(Payer, house.payer_id).name = "Medicare Part B"
    assert superbill(sign_in("therapist"), visit_id).data == before


def test_an_issued_paper_is_downloaded_again_with_the_same_bytes(
    app: Flask, house: House, sign_in: SignIn, visit_id: uuid.UUID
) -> None:
    issued = superbill(sign_in("therapist"), visit_id).data
    with transaction(house.therapist) as session:
        paper_id = session.scalars(select(IssuedPaper.id)).one()
        session.get_one(Clinic, house.clinic_id).phone = "(555) 010-2000"
    assert sign_in("therapist").get(f"/papers/{paper_id}.pdf").data == issued
    assert sign_in("biller").get(f"/papers/{paper_id}.pdf").status_code == 403
    assert sign_in("biller").get(f"/billing/papers/{paper_id}.pdf").data == issued
    assert sign_in("patient").get(f"/portal/papers/{paper_id}.pdf").status_code == 404
    newer = superbill(sign_in("therapist"), visit_id).data
    assert newer != issued
    assert papers_kept() == 2
