"""The first screen and the list of who stalls as files: the same numbers, and names only for the clinic."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable

import openpyxl
import pypdf
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from pne_tracker.adapters import clock
from pne_tracker.blueprints.completion import sheets
from pne_tracker.blueprints.completion.files import FORMATS
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.report import Group, Report
from pne_tracker.domain.visit_draft import SectionDraft
from pne_tracker.models import EpisodeStanding, Patient
from pne_tracker.web.display import long_date
from tests.people import House
from tests.web.test_completion import _teach

SignIn = Callable[[str], FlaskClient]
NAME = "Achterberg, Rosalind"


def _lines(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def _today() -> str:
    return long_date(clock.today("America/New_York"), year=True)


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
    assert [cell.value for cell in book["Stalled longest"][2]] == [
        NAME,
        "Maya Okonjo",
        dt.datetime.fromisoformat(since),
        15,
    ]
    assert ["Clinic", "Harbor Lane Therapy"] in [[one.value for one in row] for row in book["About"]]
    pdf = pypdf.PdfReader(io.BytesIO(client.get("/completion/figures.pdf").data))
    assert len(pdf.pages) > 1
    for page in pdf.pages:
        words = " ".join(page.extract_text().split())
        assert "Names patients: for the clinic alone." in words
        assert "Harbor Lane Therapy" in words
        assert _today() in words


def test_what_leaves_the_clinic_has_no_name_and_no_figure_of_a_few(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    _teach(house, SectionDraft(1, "explains"))
    _quiet_since(house, 15)
    lines = _lines(sign_in("lead"), "/completion/figures.csv?share=1")
    text = "\n".join(",".join(line) for line in lines)
    assert "Achterberg" not in text
    figures = lines[lines.index(["Figures"]) :]
    assert all(
        line[1] == "under 5" for line in figures if line and line[0] in {"Episodes", "Stalled 14 days"}
    )


def test_a_file_says_what_it_is_about_and_one_for_sharing_has_a_name_of_its_own(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("lead")
    lines = _lines(client, "/completion/figures.csv?share=1")
    assert ["Topic", "Completion at a glance"] in lines
    assert ["Clinic", "Harbor Lane Therapy"] in lines
    assert ["As of", _today()] in lines
    assert "fewer than five people" in dict(line for line in lines if len(line) == 2)["For sharing"]
    names = [
        client.get(address).headers["Content-Disposition"].split('"')[1]
        for address in (
            *(f"/completion/figures.{kind}{query}" for kind in FORMATS for query in ("", "?share=1")),
            "/completion/export.csv",
        )
    ]
    assert len(set(names)) == len(names), "one file would take the place of another"
    assert all(("for-sharing" in name) == bool(nth % 2) for nth, name in enumerate(names))


def test_a_workbook_prints_on_letter_paper_and_its_tabs_have_names_a_spreadsheet_takes() -> None:
    titles = ("Knee/Hip [East]: who?", "Time to complete, episodes of every status")
    reports = [Report("x", title, "taught", ("Who", "N"), (Group("a", "A", (1,)),)) for title in titles]
    facts = {"Clinic": "Knee/Hip", sheets.AS_OF: "27 November 2026"}
    book = openpyxl.load_workbook(io.BytesIO(sheets.workbook(reports, facts)))
    assert book.sheetnames == ["Knee-Hip -East-- who-", "Time to complete, episodes of", "About"]
    page = book.worksheets[0]
    assert str(page.page_setup.paperSize) == page.PAPERSIZE_LETTER
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$1:$1"
    assert page["A1"].alignment.wrap_text
    assert page["A2"].alignment.wrap_text


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
