"""Goals of a clinic: set by a lead, kept with who set them, compared with today and with the ends of months."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.goals import Figures, Measure, checked_target, is_reached
from pne_tracker.domain.report import for_sharing
from pne_tracker.domain.visit_draft import DraftInput, SectionDraft, TreatmentDraft
from pne_tracker.models import ClinicGoal, CompletionMonth
from pne_tracker.queries.completion.goals import goal_reports, goals_of
from pne_tracker.services import goals
from tests.people import House
from tests.visit_forms import signed_visit
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
FIRST = dt.datetime(2026, 12, 1, 5, 10, tzinfo=dt.UTC)
"""Ten past midnight in New York on the first of December."""


@pytest.fixture(autouse=True)
def _clock_of_the_house(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


def _teach(house: House) -> None:
    form = DraftInput(
        on_date=house.today,
        minutes=30,
        treatments=(TreatmentDraft("97110", 30, 15),),
        sections=(SectionDraft(1, "explains"), SectionDraft(2, "not_yet")),
    )
    with transaction(house.therapist) as session:
        signed_visit(session, house, form)


def _set(client: FlaskClient, house: House, target: str, measure: str = "understood") -> str:
    form = {"clinic": str(house.clinic_id), "measure": measure, "target": target}
    return post(client, "/completion/goals", form, follow_redirects=True).get_data(as_text=True)


def _keep(at: dt.datetime) -> int:
    with transaction(UNSCOPED) as session:
        return goals.keep_months(session, now=at)


def test_a_lead_sets_a_goal_and_reads_how_far_the_clinic_is(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    _teach(house)
    client = sign_in("lead")
    assert "No goal yet" in client.get("/completion/goals").get_data(as_text=True)
    page = _set(client, house, "80 %")
    assert "The goal is set." in page
    assert "at least 80" in page
    assert "50\N{NO-BREAK SPACE}% today" in page
    assert "not yet" in page
    assert "Only 1 open episode: read with care." in page


def test_the_history_says_who_set_what_and_who_took_it_back(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("lead")
    _set(client, house, "75")
    _set(client, house, "75")
    _set(client, house, "80")
    form = {"clinic": str(house.clinic_id), "measure": "understood", "do": "remove"}
    post(client, "/completion/goals", form)
    with reading(house.lead) as session:
        found = goals_of(session, house.lead, house.today)
    assert [(one.measure, one.target, one.by) for one in found.history] == [
        (Measure.UNDERSTOOD, None, "Ruth Abara"),
        (Measure.UNDERSTOOD, 80, "Ruth Abara"),
        (Measure.UNDERSTOOD, 75, "Ruth Abara"),
    ]
    assert found.clinics[0].goals == {}


def test_what_is_no_share_is_refused_beside_its_field(app: Flask, house: House, sign_in: SignIn) -> None:
    for target in ("", "0", "80.5", "many"):
        with pytest.raises(BadInputError):
            checked_target(target)
    page = _set(sign_in("lead"), house, "101")
    assert "Write the goal in whole per cent, 1 to 100." in page
    with reading(UNSCOPED) as session:
        assert session.scalar(select(func.count()).select_from(ClinicGoal)) == 0


def test_only_leads_of_the_clinic_set_and_see_goals(app: Flask, house: House, sign_in: SignIn) -> None:
    for who in ("therapist", "administrator", "biller"):
        assert sign_in(who).get("/completion/goals").status_code == 403
    form = {"clinic": str(house.patient_id), "measure": "understood", "target": "80"}
    assert post(sign_in("lead"), "/completion/goals", form).status_code == 404
    assert "/completion/goals" not in sign_in("therapist").get("/completion").get_data(as_text=True)


def test_the_figures_of_a_month_are_kept_once_in_the_night_after_it(app: Flask, house: House) -> None:
    _teach(house)
    assert _keep(house.now) == 0
    assert _keep(FIRST) == 1
    assert _keep(FIRST) == 0
    with reading(UNSCOPED) as session:
        row = session.scalars(
            select(CompletionMonth).where(CompletionMonth.clinic_id == house.clinic_id)
        ).one()
        assert (row.month, row.kept_on) == (dt.date(2026, 11, 1), dt.date(2026, 12, 1))
        assert (row.open, row.taught, row.understood, row.counted) == (1, 2, 1, 14)
    assert _keep(FIRST + dt.timedelta(days=20)) == 0


def test_the_trend_keeps_what_a_month_was_and_the_export_equals_it(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    _teach(house)
    _keep(FIRST)
    house.now = FIRST + dt.timedelta(days=9)
    form = DraftInput(
        on_date=house.today,
        minutes=30,
        treatments=(TreatmentDraft("97110", 30, 15),),
        sections=(SectionDraft(2, "explains"),),
    )
    with transaction(house.therapist) as session:
        signed_visit(session, house, form)
    client = sign_in("lead")
    page = _set(client, house, "80")
    assert "100\N{NO-BREAK SPACE}% today, 50\N{NO-BREAK SPACE}% on 30 November 2026." in page
    assert ">reached<" in page
    text = client.get("/completion/goals/export.csv").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[-2][-1] == "Nov 2026"
    assert [rows[-1][0], *rows[-1][1:3], rows[-1][-1]] == ["Understood, of taught", "80%", "100%", "50%"]
    for kind in ("xlsx", "pdf"):
        assert client.get(f"/completion/goals/export.{kind}?share=1").status_code == 200
    with reading(house.lead) as session:
        found = goals_of(session, house.lead, house.today)
    shared = for_sharing(goal_reports(found, ["Nov 2026"], [dt.date(2026, 11, 1)])[0])
    assert shared.groups[0].values[0] == "under 5"


def test_a_goal_for_stalled_wants_at_most_so_many() -> None:
    figures = Figures(open=10, stalled=2)
    assert is_reached(Measure.STALLED, 20, figures.share_of(Measure.STALLED)) is True
    assert is_reached(Measure.STALLED, 19, figures.share_of(Measure.STALLED)) is False
    assert is_reached(Measure.UNDERSTOOD, 80, figures.share_of(Measure.UNDERSTOOD)) is None
