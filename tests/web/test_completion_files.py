"""The first screen and the list of who stalls as files: the same numbers, and names only for the clinic."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable

import openpyxl
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.visit_draft import SectionDraft
from pne_tracker.models import EpisodeStanding, Patient
from tests.people import House
from tests.web.test_completion import _teach

SignIn = Callable[[str], FlaskClient]
NAME = "Achterberg, Rosalind"


def _lines(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def _quiet_since(house: House, days: int) -> str:
    day = clock.today(house.lead.timezone) - dt.timedelta(days=days)
    with transaction(UNSCOPED) as session:
        session.execute(update(EpisodeStanding).values(active_on=day))
    return day.isoformat()


def test_the_first_screen_goes_to_a_meeting_with_its_figures_and_who_stalls(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    _teach(house, SectionDraft(1, "explains"), SectionDraft(2, "not_yet"))
    _quiet_since(house, 3)
    client = sign_in("lead")
    told = {line[0]: line[1:] for line in _lines(client, "/completion/figures.csv") if len(line) > 1}
    assert told["Episodes"] == ["1", ""]
    assert told["Sections complete"] == ["1", "14"]
    assert told["Sections understood"] == ["1", "2"]
    assert told["Sections to revisit"] == ["1", "2"]
    assert told["Stalled 14 days"] == ["0", "1"]
    assert told["1, Pain Knowledge"][:3] == ["1", "1", "1"]
    assert NAME not in told
    since = _quiet_since(house, 15)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/completion/figures.xlsx").data))
    assert book.sheetnames == ["Figures", "Taught and understood", "Stalled longest", "About"]
    assert [cell.value for cell in book["Stalled longest"][2]] == [NAME, "Maya Okonjo", since, 15]
    assert client.get("/completion/figures.pdf").data.startswith(b"%PDF")


def test_what_leaves_the_clinic_has_no_name_and_no_figure_of_a_few(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    _teach(house, SectionDraft(1, "explains"))
    _quiet_since(house, 15)
    lines = _lines(sign_in("lead"), "/completion/figures.csv?share=1")
    text = "\n".join(",".join(line) for line in lines)
    assert "Achterberg" not in text
    assert all(line[1] == "under 5" for line in lines if line and line[0] in {"Episodes", "Stalled 14 days"})


def test_the_list_of_who_stalls_is_downloaded_whole_under_its_days_and_filter(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    _quiet_since(house, 15)
    client = sign_in("lead")
    heads, *rows = _lines(client, "/completion/stalled.csv")
    assert heads == ["Patient", "MRN", "Waits at", "With", "Last activity", "Days"]
    assert [(row[0], row[5]) for row in rows] == [(NAME, "15")]
    assert _lines(client, "/completion/stalled.csv?days=21") == [heads]
    assert _lines(client, "/completion/stalled.csv?discipline=OT") == [heads]
    assert "/completion/stalled.csv?days=21" in client.get("/completion/stalled?days=21").get_data(
        as_text=True
    )


def test_an_open_episode_of_somebody_who_died_says_what_is_left_to_do(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    _quiet_since(house, 15)
    with transaction(UNSCOPED) as session:
        session.execute(update(Patient).where(Patient.id == house.patient_id).values(deceased=True))
    page = sign_in("lead").get("/completion/stalled").get_data(as_text=True)
    assert "has died, discharge the episode" in page
