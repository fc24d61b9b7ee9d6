"""Another section than suggested: why is kept as data, and the lead sees how suggestions fared."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pne_tracker.adapters import clock
from pne_tracker.db import transaction
from pne_tracker.models import AuditEvent, SectionChoice, Visit, VisitStatus
from pne_tracker.services import visits
from tests.people import House
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _at_noon(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


def choose(house: House) -> str:
    return f"/patients/episodes/{house.episode_id}/choose"


def report(house: House) -> str:
    return f"/curriculum/{house.clinic_id}/choices"


def choice(house: House) -> SectionChoice:
    with transaction(house.therapist) as session:
        return session.scalars(select(SectionChoice)).one()


def sign(house: House) -> None:
    """As if every visit had been written and signed."""
    with transaction(house.therapist) as session:
        signed = {"status": VisitStatus.SIGNED, "signed_at": house.now}
        session.execute(update(Visit).values(**signed))


def test_another_section_needs_a_reason_and_nothing_typed_is_lost(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("therapist")
    page = post(client, choose(house), {"section": "9", "note": "her mother died"})
    assert page.status_code == 422
    assert "Choose why you take another section." in page.get_data(as_text=True)
    assert "her mother died" in page.get_data(as_text=True)
    page = post(client, choose(house), {"section": "9", "why": "other"})
    assert "Write what the reason is." in page.get_data(as_text=True)


def test_the_reason_is_kept_beside_what_was_suggested(app: Flask, house: House, sign_in: SignIn) -> None:
    form = {"section": "9", "why": "came_up", "note": "her mother died"}
    started = post(sign_in("therapist"), choose(house), form)
    assert started.status_code == 303
    assert started.headers["Location"].startswith("/visits/")
    row = choice(house)
    assert (row.suggested, row.taken, row.followed) == (1, 9, False)
    assert (row.action, row.score, row.why, row.note) == ("teach", 328, "came_up", "her mother died")
    with transaction(house.therapist) as session:
        assert "her mother died" in session.scalars(select(Visit.remarks)).one()


def test_the_suggestion_itself_needs_no_reason(app: Flask, house: House, sign_in: SignIn) -> None:
    assert post(sign_in("therapist"), choose(house), {"section": "1"}).status_code == 303
    assert choice(house).followed


def test_a_visit_begun_with_the_plan_followed_it(app: Flask, house: House, sign_in: SignIn) -> None:
    post(sign_in("therapist"), "/visits", {"episode_id": str(house.episode_id)})
    row = choice(house)
    assert (row.suggested, row.taken, row.followed, row.why) == (1, None, True, "")


def test_a_section_the_curriculum_does_not_have_starts_nothing(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    page = post(sign_in("therapist"), choose(house), {"section": "15", "why": "came_up"})
    assert page.status_code == 422
    with transaction(house.therapist) as session:
        assert session.scalars(select(Visit)).all() == []


def test_the_lead_sees_who_followed_and_why_not_by_name(app: Flask, house: House, sign_in: SignIn) -> None:
    post(sign_in("therapist"), choose(house), {"section": "9", "why": "came_up", "note": "her mother died"})
    lead = sign_in("lead")
    assert "No signed visit in this period" in lead.get(report(house)).get_data(as_text=True)
    sign(house)
    text = lead.get(report(house)).get_data(as_text=True)
    assert "It fits what came up today: her mother died" in text
    assert "Rosalind Achterberg" in text
    assert "1, Pain Knowledge" in text
    assert "9, Lions and Stress" in text
    assert "0 of 1" in text
    with transaction(house.lead) as session:
        seen = select(AuditEvent.patient_id).where(AuditEvent.subject == "section_choices")
        assert session.scalars(seen).all() == [house.patient_id]


def test_the_report_is_narrowed_by_clinician_and_period(app: Flask, house: House, sign_in: SignIn) -> None:
    post(sign_in("therapist"), choose(house), {"section": "9", "why": "came_up"})
    sign(house)
    lead = sign_in("lead")
    other = house.viewers["other_therapist"].account_id
    assert "Achterberg" not in lead.get(f"{report(house)}?by={other}").get_data(as_text=True)
    assert "Achterberg" in lead.get(f"{report(house)}?by=nobody&days=none").get_data(as_text=True)
    with transaction(house.therapist) as session:
        session.execute(update(SectionChoice).values(on_date=house.today.replace(month=9)))
    assert "Achterberg" in lead.get(report(house)).get_data(as_text=True)
    assert "Achterberg" not in lead.get(f"{report(house)}?days=30").get_data(as_text=True)


def test_only_leads_read_the_report(app: Flask, house: House, sign_in: SignIn) -> None:
    for who in ("therapist", "administrator", "biller"):
        assert sign_in(who).get(report(house)).status_code == 403


def test_a_discarded_draft_leaves_no_choice_behind(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        visit = visits.start_visit(
            session, house.therapist, house.episode_id, on_date=house.today, now=house.now, section=9
        )
        visits.discard_draft(session, house.therapist, visit.id, now=house.now)
    with transaction(house.therapist) as session:
        assert session.scalars(select(SectionChoice)).all() == []
