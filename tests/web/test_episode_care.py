"""What the record asks for besides teaching: gates with their places, reports, yearly amounts, appointments."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pne_tracker.adapters import clock
from pne_tracker.db import reading, transaction
from pne_tracker.models import Account, Appointment, Diagnosis, Episode, Payer
from tests.people import House
from tests.web.pages import post
from tests.web.test_visits import page, press, with_gait_and_pne

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def maya(sign_in: SignIn) -> FlaskClient:
    return sign_in("therapist")


def today() -> dt.date:
    return clock.today("America/New_York")


def break_everything(house: House) -> None:
    with transaction(house.therapist) as session:
        session.execute(update(Diagnosis).values(code="M54.5"))
        session.execute(
            update(Account).where(Account.id == house.therapist.account_id).values(npi="1234567890")
        )
        session.execute(
            update(Episode).values(
                visits_authorised=0,
                plan_of_care_from=today() - dt.timedelta(days=100),
                plan_of_care_certified_on=None,
            )
        )
        session.execute(update(Payer).values(counts_towards_threshold=True))


def test_every_gate_says_what_to_do_and_leads_there(maya: FlaskClient, house: House) -> None:
    break_everything(house)
    post(
        maya,
        f"/patients/episodes/{house.episode_id}/allowed-elsewhere",
        {"year": str(today().year), "amount": "2475.00"},
    )
    url = with_gait_and_pne(maya, house)
    press(maya, url, do="save", minutes="30", **{"decision-1": "separate"})
    shown = unescape(page(maya, url))
    episode = f"/patients/episodes/{house.episode_id}"
    for code, words, where in (
        ("diagnosis_not_billable", "M54.5 is not a billable diagnosis.", f"{episode}/edit#codes"),
        ("minutes_above_visit", "35 minutes are billed and the visit lasted 30.", "#minutes"),
        ("npi_check_digit", "The administrator corrects it in your account.", ""),
        (
            "plan_of_care_not_certified",
            "not certified in 30 days",
            f"{episode}/edit#plan_of_care_certified_on",
        ),
        ("plan_of_care_old", "100 days old", f"{episode}/edit#plan_of_care_from"),
        ("visits_used_up", "0 are authorised", f"{episode}/edit#visits_authorised"),
        ("impairment_not_linked", "97112", "#treatments-1-impairment"),
        ("kx_threshold", "above the PT threshold of $2480.00", "#kx_attested"),
    ):
        part = shown.split(f'id="finding-{code}"')[1].split("</div>")[0]
        assert words in part, code
        assert f'href="{where}"' in part or not where, code


def test_what_blocks_billing_does_not_keep_the_visit_from_being_signed(
    maya: FlaskClient, house: House
) -> None:
    break_everything(house)
    url = with_gait_and_pne(maya, house)
    press(maya, url, do="sign", **{"decision-1": "separate"})
    assert "Signed, so it stays as it is" in page(maya, url)


def test_attesting_on_the_page_adds_kx(maya: FlaskClient, house: House) -> None:
    with transaction(house.therapist) as session:
        session.execute(update(Payer).values(counts_towards_threshold=True))
    post(
        maya,
        f"/patients/episodes/{house.episode_id}/allowed-elsewhere",
        {"year": str(today().year), "amount": "2480"},
    )
    url = with_gait_and_pne(maya, house)
    press(maya, url, do="save", **{"decision-1": "separate"})
    assert '<span class="tag">KX' not in page(maya, url)
    press(maya, url, do="save", kx_attested="1")
    assert '<span class="tag">KX' in page(maya, url)


def test_a_report_begins_the_count_again(maya: FlaskClient, house: House) -> None:
    url = with_gait_and_pne(maya, house)
    press(maya, url, do="sign", **{"decision-1": "separate"})
    record = f"/patients/{house.patient_id}"
    assert "1 treatment day and no progress report yet" in page(maya, record)
    care = f"/patients/episodes/{house.episode_id}"
    refused = post(maya, f"{care}/progress-report", {"on_date": "2030-01-01"})
    assert refused.status_code == 422
    assert "The day lies ahead" in refused.get_data(as_text=True)
    assert post(maya, f"{care}/progress-report", {"on_date": today().isoformat()}).status_code == 303
    assert "0 treatment days since the progress report" in page(maya, record)


@pytest.mark.parametrize("typed", [{"year": "1999", "amount": "5"}, {"year": "2026", "amount": "many"}])
def test_an_amount_nobody_can_mean_is_refused(maya: FlaskClient, house: House, typed: dict[str, str]) -> None:
    answer = post(maya, f"/patients/episodes/{house.episode_id}/allowed-elsewhere", typed)
    assert answer.status_code == 422


def test_the_open_draft_stands_on_the_patients_page(maya: FlaskClient, house: House) -> None:
    url = with_gait_and_pne(maya, house)
    shown = page(maya, f"/patients/{house.patient_id}")
    assert "is not signed yet" in shown
    assert f'href="{url}"' in shown
    assert "Maya Okonjo" in shown


def test_an_appointment_is_booked_moved_and_called_off(maya: FlaskClient, house: House) -> None:
    day = today() + dt.timedelta(days=3)
    typed = {
        "on_date": day.isoformat(),
        "clock": "9:30",
        "minutes": "45",
        "therapist_id": str(house.therapist.account_id),
    }
    book = f"/appointments/of/{house.episode_id}"
    assert 'value="45"' in page(maya, book)
    assert post(maya, book, {**typed, "clock": "half past"}).status_code == 422
    assert post(maya, book, typed).status_code == 303
    shown = page(maya, f"/patients/{house.patient_id}")
    assert ", 09:30" in shown
    url = re.findall(r'href="(/appointments/[0-9a-f-]{36})"', shown)[0]
    moved = {**typed, "clock": "10:15", "version": "1"}
    assert post(maya, f"{url}/move", moved).status_code == 303
    assert post(maya, f"{url}/move", moved).status_code == 409
    assert post(maya, f"{url}/cancel", {"reason": "", "version": "2"}).status_code == 422
    assert post(maya, f"{url}/cancel", {"reason": "Ill", "version": "2"}).status_code == 303
    assert "Reason: Ill" in page(maya, url)
    assert post(maya, f"{url}/restore").status_code == 303
    with reading(house.therapist) as session:
        assert session.scalars(select(Appointment.status)).one().value == "booked"


def test_a_stranger_finds_no_appointment(sign_in: SignIn, house: House) -> None:
    assert sign_in("other_therapist").get(f"/appointments/of/{house.episode_id}").status_code == 404
