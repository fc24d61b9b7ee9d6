"""What the visit page says when something is missing: each thing once, with what to do and where."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import delete

from pne_tracker.db import transaction
from pne_tracker.models import Account, Diagnosis, Episode, Payer
from tests.people import House
from tests.web.pages import post
from tests.web.test_visits import begin, bill, page, press, text, with_gait_and_pne

SignIn = Callable[[str], FlaskClient]
FINDING = re.compile(r'<li class="finding[^"]*".*?</li>', re.DOTALL)


def in_words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_payer_whose_rule_nobody_knows_keeps_the_visit_a_draft(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    with transaction(house.viewers["administrator"]) as session:
        session.get_one(Payer, house.payer_id).unit_rule = "unknown"
    url = with_gait_and_pne(client, house)
    said = in_words(page(client, url))
    assert "Set how this payer counts units: by the 8-minute rule or by midpoint." in said
    assert "The biller sets it: Billing, Payers and claims, this payer, Rules." in said
    assert "rule not set yet: 20 timed minutes" in said
    assert "No line 20 min 97116" in said
    refused = press(client, url, do="sign", **{"decision-1": "separate"})
    assert refused.status_code == 422
    assert "Wait to sign until the biller has set how this payer counts units" in text(refused)
    with transaction(house.viewers["administrator"]) as session:
        session.get_one(Payer, house.payer_id).unit_rule = "cms_8min"
    assert press(client, url, do="sign").status_code == 303
    assert bill(house) == [("97112", 1), ("97116", 1)]


def test_a_biller_keeps_a_payer_before_the_rule_is_known(sign_in: SignIn, house: House) -> None:
    client = sign_in("biller")
    facts = {"name": "Harvest Mutual", "unit_rule": "unknown", "filing_code": ""}
    kept = post(client, "/billing/setup/payers/new", facts)
    assert kept.status_code == 303
    assert "not set yet: visits cannot be signed" in client.get("/billing/setup").get_data(as_text=True)


def test_with_every_gate_broken_the_page_says_each_thing_once_and_where_to_put_it_right(
    sign_in: SignIn, house: House
) -> None:
    with transaction(house.therapist) as session:
        session.execute(delete(Diagnosis).where(Diagnosis.episode_id == house.episode_id))
        episode = session.get_one(Episode, house.episode_id)
        session.add(Diagnosis(episode_id=episode.id, code="M54.5", rank=1))
        episode.plan_of_care_from = house.today - dt.timedelta(days=114)
        episode.plan_of_care_certified_on = None
        episode.visits_authorised = 0
        session.get_one(Account, house.therapist.account_id).npi = "1234567890"
    client = sign_in("therapist")
    url = begin(client, house)
    press(client, url, do="add_treatment", new_activity="97113 60")
    press(client, url, do="add_treatment", new_activity="97110 45")
    press(client, url, do="add_treatment", new_activity="pne 15")
    press(client, url, do="save", minutes="30", **{"decision-2": "separate"})
    html = page(client, url)
    said = in_words(html)
    for sentence, link in (
        ("M54.5 is not a billable diagnosis.", "#codes"),
        ("120 minutes are billed and the visit lasted 30.", "#minutes"),
        ("The plan of care was not certified in 30 days.", "#plan_of_care_certified_on"),
        ("days old. Renew it and have it certified.", "#plan_of_care_from"),
        ("This is visit 1 and 0 are authorised.", "#visits_authorised"),
        (
            "NPI has a wrong digit. Compare it with the registry. The administrator corrects it in your account.",
            "",
        ),
    ):
        assert said.count(sentence) == 1, sentence
        assert link in html, link
    assert "Name the impairment" in said
