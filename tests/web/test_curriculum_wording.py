"""A clinic's own words for a section: measured, previewed, kept, taken back; signed visits keep theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import load_shipped
from pne_tracker.db import transaction
from pne_tracker.domain.visit_draft import SectionDraft
from pne_tracker.models import Visit
from pne_tracker.queries.clinic_packs import pack_for
from pne_tracker.services.signing import hash_of
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, signed_visit
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
FIRST = load_shipped().sections[0]
HIDDEN = re.compile(r'name="based_on" value="([^"]*)"')
EN = "You can learn how pain works. That can help you feel and do more."
ES = "Usted puede aprender cómo funciona el dolor. Eso puede ayudarle a hacer más."
HARD = (
    "Comprehensive neurophysiological reconceptualization facilitates multidimensional outcomes in everybody."
)


@pytest.fixture(autouse=True)
def _at_noon(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


def address(house: House) -> str:
    return f"/curriculum/{house.clinic_id}/wording/{FIRST.slug}"


def keep(client: FlaskClient, house: House, do: str = "save", **texts: str) -> tuple[int, str]:
    """Send the section's form with these texts, as it was just opened; answers with status and page."""
    found = HIDDEN.search(client.get(address(house)).get_data(as_text=True))
    assert found
    answer = post(client, address(house), {"do": do, "based_on": found[1], **texts})
    return answer.status_code, answer.get_data(as_text=True)


def first_section(house: House):  # type: ignore[no-untyped-def]
    with transaction(house.therapist) as session:
        return pack_for(session, house.clinic_id, house.pack_version_id).sections[0]


def test_a_lead_writes_both_languages_and_patients_read_them(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    lead = sign_in("lead")
    assert keep(lead, house, summary_en=EN, summary_es=ES)[0] == 303
    reworded = first_section(house)
    assert (reworded.summary.en, reworded.summary.es) == (EN, ES)
    assert reworded.handout == FIRST.handout
    assert "2 texts" in lead.get(f"/curriculum/{house.clinic_id}/wording").get_data(as_text=True)
    with transaction(house.therapist) as session:
        form = replace(
            GAIT_AND_PNE(house.today, decision="separate"), sections=(SectionDraft(1, "explains"),)
        )
        signed_visit(session, house, form)
    patient = sign_in("patient")
    assert EN in patient.get("/portal/path/1").get_data(as_text=True)


def test_a_text_that_is_too_hard_is_kept_only_when_the_lead_insists(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    lead = sign_in("lead")
    status, page = keep(lead, house, summary_en=HARD, summary_es=ES)
    assert status == 422
    assert "The English reads at grade" in page
    assert "keep it at 6 or lower" in page
    assert HARD in page
    assert first_section(house).summary == FIRST.summary
    assert keep(lead, house, summary_en=HARD, summary_es=ES, anyway="1")[0] == 303
    assert first_section(house).summary.en == HARD


def test_a_text_changed_in_one_language_names_its_twin(app: Flask, house: House, sign_in: SignIn) -> None:
    status, page = keep(sign_in("lead"), house, patient_title_en="Pain can be learned")
    assert status == 422
    assert "The Spanish beside it still has the pack’s words." in page


def test_the_note_is_staff_language_and_is_not_graded(app: Flask, house: House, sign_in: SignIn) -> None:
    assert keep(sign_in("lead"), house, education_en=HARD)[0] == 303
    assert first_section(house).education == HARD


def test_a_preview_keeps_nothing(app: Flask, house: House, sign_in: SignIn) -> None:
    status, page = keep(sign_in("lead"), house, do="preview", summary_en=EN, summary_es=ES)
    assert status == 200
    assert "As it will be read" in page
    assert page.count(EN) == 2
    assert first_section(house).summary == FIRST.summary


def test_the_packs_own_words_come_back(app: Flask, house: House, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    keep(lead, house, summary_en=EN, summary_es=ES, education_en="Taught our way.")
    page = post(lead, address(house), {"back": "summary"}).get_data(as_text=True)
    assert "Taught our way." in page
    assert FIRST.summary.en.split(".")[0] in page
    keep(lead, house, summary_en=FIRST.summary.en, summary_es=FIRST.summary.es)
    assert first_section(house).summary == FIRST.summary
    assert first_section(house).education == "Taught our way."
    keep(lead, house, education_en="")
    assert first_section(house) == FIRST


def test_a_signed_visit_keeps_the_words_it_was_signed_with(app: Flask, house: House, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    keep(lead, house, education_en="Taught our first way.")
    with transaction(house.therapist) as session:
        form = replace(
            GAIT_AND_PNE(house.today, decision="separate"), sections=(SectionDraft(1, "explains"),)
        )
        visit_id = signed_visit(session, house, form).id
    keep(lead, house, education_en="Taught our second way.")
    with transaction(house.therapist) as session:
        visit = session.scalars(select(Visit).where(Visit.id == visit_id)).one()
        assert visit.content is not None
        assert visit.content["sections"][0]["education"] == "Taught our first way."
        assert "Taught our first way." in (visit.note or "")
        assert hash_of(visit.content) == visit.content_hash
    assert first_section(house).education == "Taught our second way."
    page = sign_in("therapist").get(f"/visits/{visit_id}").get_data(as_text=True)
    assert "Taught our first way." in page
    assert "Taught our second way." not in page


def test_two_people_do_not_overwrite_each_other(app: Flask, house: House, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    keep(lead, house, education_en="First.")
    answer = post(lead, address(house), {"do": "save", "based_on": "", "education_en": "Second."})
    assert answer.status_code == 409
    assert "Second." in answer.get_data(as_text=True)
    forged = {"do": "save", "based_on": "no-id", "education_en": "Third."}
    assert post(lead, address(house), forged).status_code == 409


def test_a_text_that_cannot_be_shown_or_is_too_long_is_refused(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    status, page = keep(sign_in("lead"), house, education_en="a\x07b")
    assert status == 422
    assert "cannot be shown" in page
    status, page = keep(sign_in("lead"), house, patient_title_en="long " * 50)
    assert "Shorten this text to 200 characters." in page


def test_a_section_the_curriculum_does_not_have_is_not_there(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    assert sign_in("lead").get(f"/curriculum/{house.clinic_id}/wording/none").status_code == 404
