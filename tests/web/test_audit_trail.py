"""The audit trail on a page: who did what to which record, without a name of a patient, and whether it holds."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select, update

from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.jobs.beat import beat
from pne_tracker.models import AuditEvent
from pne_tracker.services import audit
from tests.people import House


def _look(house: House, who: str, count: int = 1, action: str = "read") -> None:
    with transaction(house.viewers[who]) as session:
        for _ in range(count):
            audit.record(
                session, house.viewers[who], action, "patient", patient_id=house.patient_id, now=house.now
            )


def _page(browser, **asked: object) -> str:
    answer = browser.get("/settings/audit", query_string=asked)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_an_administrator_finds_who_opened_a_record_and_sees_no_name_of_a_patient(
    app: Flask, house: House, sign_in
) -> None:
    _look(house, "therapist")
    _look(house, "patient")
    _look(house, "other_therapist", action="change")
    browser = sign_in("administrator")
    page = _page(browser, patient=house.patient_id, kind="opened")
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert "Maya Okonjo, PT" in rows
    assert "a patient" in rows
    assert "Daniel Reyes" not in rows, "who changed did not open"
    assert "Daniel Reyes" in _page(browser, who=house.viewers["other_therapist"].account_id, action="change")
    assert "Rosalind" not in page
    assert "Achterberg" not in page


def test_looking_at_the_trail_is_an_event_of_it(app: Flask, house: House, sign_in) -> None:
    _look(house, "therapist")
    _page(sign_in("administrator"), patient=house.patient_id)
    with reading(house.lead) as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.subject == "audit")).one()
        assert event.action == "search"
        assert event.patient_id == house.patient_id
        assert event.details == {"filters": ["patient_id"], "rows": 1}


def test_a_lead_sees_the_own_clinics_and_nobody_another_organisation(
    app: Flask, house: House, sign_in
) -> None:
    _look(house, "therapist")
    with transaction(house.viewers["foreign_therapist"]) as session:
        audit.record(
            session,
            house.viewers["foreign_therapist"],
            "read",
            "patient",
            patient_id=house.foreign_patient_id,
            now=house.now,
        )
    for who in ("lead", "administrator"):
        page = _page(sign_in(who))
        assert "Maya Okonjo" in page
        assert str(house.foreign_patient_id)[-8:] not in page
        assert "No event fits" in _page(sign_in(who), patient=house.foreign_patient_id)


@pytest.mark.parametrize("who", ["therapist", "biller", "patient"])
def test_nobody_else_opens_it(app: Flask, house: House, sign_in, who: str) -> None:
    assert sign_in(who).get("/settings/audit").status_code == 403


def test_older_events_are_one_page_further_without_a_gap(app: Flask, house: House, sign_in) -> None:
    _look(house, "therapist", 120)
    browser, seen, url = sign_in("administrator"), 0, "/settings/audit?kind=opened"
    while url:
        page = browser.get(url).get_data(as_text=True)
        seen += page.count("read patient")
        _, found, rest = page.partition('rel="next"')
        url = rest.partition('href="')[2].partition('"')[0].replace("&amp;", "&") if found else ""
    assert seen == 120


def test_the_page_says_how_far_the_chain_holds_and_when_it_does_not(
    app: Flask, house: House, sign_in
) -> None:
    browser = sign_in("administrator")
    _look(house, "therapist", 3)
    sealed = beat()
    assert f"Verified up to event {sealed}" in _page(browser)
    with transaction(UNSCOPED) as session:
        session.execute(update(AuditEvent).where(AuditEvent.position == 2).values(action="nothing"))
    assert "The chain does not hold" in _page(browser)


def test_the_csv_holds_every_event_that_was_asked_for(app: Flask, house: House, sign_in) -> None:
    _look(house, "therapist", 70)
    _look(house, "therapist", 5, action="change")
    browser = sign_in("administrator")
    answer = browser.get("/settings/audit.csv?kind=opened")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))
    assert len(rows) == 71
    assert {row[3] for row in rows[1:]} == {"read"}
    with reading(house.lead) as session:
        assert session.scalars(select(AuditEvent.action).where(AuditEvent.subject == "audit")).all() == [
            "export"
        ]


@pytest.mark.parametrize(
    "asked",
    [
        "who=x",
        "patient=%00",
        "since=9999-12-31&until=9999-12-31",
        "since=0001-01-01",
        "kind=nothing",
        "before=x_y",
        "before=9999-12-31T23:59:59-23:00_01a2178f-d891-760a-b7c7-000000000000",
        "action=%00%ff'",
    ],
)
def test_a_filter_that_cannot_be_read_is_no_error(app: Flask, house: House, sign_in, asked: str) -> None:
    assert sign_in("lead").get(f"/settings/audit?{asked}").status_code == 200
