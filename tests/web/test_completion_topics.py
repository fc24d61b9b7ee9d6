"""The topics of completion: every row opens its patients, every export equals the page, small groups stay inside."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from pne_tracker.blueprints.completion import sheets
from pne_tracker.db import reading, transaction
from pne_tracker.domain.report import Group, Report, for_sharing, largest
from pne_tracker.domain.visit_draft import DraftInput, SectionDraft, TreatmentDraft
from pne_tracker.queries.completion.behind import Number
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.topics import TOPICS
from pne_tracker.services import entries
from pne_tracker.services.entries import Typed
from tests.people import House
from tests.queries.behind import opened
from tests.services.homework_samples import SLEEP, assign
from tests.visit_forms import signed_visit
from tests.web.pages import plain

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def lived(app: Flask, house: House) -> House:
    """A visit three weeks ago and one today, and a sleep log of which one night came in."""
    for days, sections in ((21, (SectionDraft(1, "explains"),)), (0, (SectionDraft(2, "not_yet"),))):
        form = DraftInput(
            on_date=house.today - dt.timedelta(days=days),
            minutes=30,
            treatments=(TreatmentDraft("97110", 30, 15),),
            sections=sections,
        )
        with transaction(house.therapist) as session:
            signed_visit(session, house, form)
    with transaction(house.therapist) as session:
        item = assign(session, house, "s05-sleep", assigned_on=house.today - dt.timedelta(days=4))
    with transaction(house.patient) as session:
        entries.hand_in(session, house.patient, item, Typed(1, SLEEP, 0, sure=True), now=house.now)
    return house


def _tables(page: str) -> list[list[list[str]]]:
    """The cells of every table of a page, heads left out."""
    return [
        [
            [
                html.unescape(re.sub(r"<[^>]+>", "", cell)).strip()
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
            ]
            for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
        ]
        for body in re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    ]


def test_adherence_counts_expected_nights_and_what_came_in(lived: House) -> None:
    with reading(lived.lead) as session:
        sheet = TOPICS["homework"].build(session, lived.lead, CompletionFilter(), lived.today)
        by_section = next(one for one in sheet.reports if one.key == "section")
        number = Number(by_section, by_section.groups[0])
        behind = opened(session, lived.lead, "homework", CompletionFilter(), lived.today, number)
    assert [(one.key, one.values) for one in by_section.groups] == [("5", (3, 1, 0, 1 / 3))]
    assert behind == {lived.episode_id}


def test_days_between_sections_are_counted_from_the_section_before(lived: House) -> None:
    with reading(lived.lead) as session:
        sheet = TOPICS["time"].build(session, lived.lead, CompletionFilter(), lived.today)
    between = next(one for one in sheet.reports if one.key == "between")
    assert {one.key: one.values for one in between.groups}["2"] == (1, 21.0)
    assert {one.key: one.values for one in between.groups}["1"] == (0, None)


def test_a_long_report_says_that_its_export_goes_on(
    lived: House, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    client = sign_in("lead")
    page = client.get("/completion/about/sections").get_data(as_text=True)
    text = client.get("/completion/about/sections/export.csv").get_data(as_text=True)
    assert [row[0][:2] for row in _tables(page)[0]] == ["1,", "2,", "3,"]
    assert "The first 3 of 14 rows. Choose one clinic to see fewer; an export has all of them." in page
    lines = text.splitlines()
    assert len(lines) - lines.index("Taught and understood") == 2 + 14


def test_the_way_counts_every_status_and_says_so_whichever_is_chosen(lived: House, sign_in: SignIn) -> None:
    client = sign_in("lead")
    chosen = client.get("/completion/about/time?status=discharged").get_data(as_text=True)
    way, between = _tables(chosen)
    assert "Time to complete, episodes of every status" in chosen
    assert [row[:2] for row in way] == [
        ["Completed the whole way", "0"],
        ["Still on the way", "1"],
        ["Left before the end", "0"],
    ]
    assert all(row[1] == "0" for row in between)


def test_lines_by_code_keep_pne_inside_the_companion(lived: House) -> None:
    with reading(lived.lead) as session:
        sheet = TOPICS["results"].build(session, lived.lead, CompletionFilter(), lived.today)
    lines = next(one for one in sheet.reports if one.key == "lines")
    assert [(one.key, one.values) for one in lines.groups] == [("97110", (2, 2, 4, 60, 30))]
    assert "with PNE inside a companion: 2 lines" in lines.finding


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_every_row_opens_the_patients_it_was_counted_from(lived: House, sign_in: SignIn, topic: str) -> None:
    client = sign_in("lead")
    page = client.get(f"/completion/about/{topic}").get_data(as_text=True)
    links = [
        one.replace("&amp;", "&")
        for one in re.findall(r'href="(/completion/about/[a-z]+/patients[^"]+)"', page)
    ]
    assert links or topic in {"understanding", "suggestions", "reminders"}
    for link in links:
        assert "Achterberg" in client.get(link).get_data(as_text=True), link


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_the_file_holds_the_cells_of_the_page(lived: House, sign_in: SignIn, topic: str) -> None:
    client = sign_in("lead")
    shown = [
        row
        for table in _tables(client.get(f"/completion/about/{topic}").get_data(as_text=True))
        for row in table
    ]
    text = client.get(f"/completion/about/{topic}/export.csv").get_data(as_text=True).removeprefix("\ufeff")
    exported = list(csv.reader(io.StringIO(text)))
    for row in shown:
        if not row[0].isdigit():
            assert [plain(one) for one in row] in exported, row
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/completion/about/{topic}/export.xlsx").data))
    assert book.sheetnames[-1] == "About"
    pdf = pypdf.PdfReader(io.BytesIO(client.get(f"/completion/about/{topic}/export.pdf").data))
    words = " ".join(page.extract_text() for page in pdf.pages)
    for row in shown:
        assert row[0].split(",")[0] in words


def test_the_filter_is_in_the_address_of_every_export_and_list(lived: House, sign_in: SignIn) -> None:
    client = sign_in("lead")
    page = client.get("/completion/about/homework?status=discharged&language=es").get_data(as_text=True)
    addresses = re.findall(r'href="(/completion/about/homework/export[^"]+)"', page)
    assert len(addresses) == 4
    assert all("status=discharged" in one and "language=es" in one for one in addresses)
    assert "Nothing to show for this filter yet." in page


def test_a_group_under_five_tells_no_figure_when_it_leaves_the_clinic() -> None:
    few = Group("a", "A", (3, 0.5), people=2)
    many = Group("b", "B", (9, 0.5), people=9)
    report = Report("x", "X", "taught", ("Who", "N", "Share"), (few, many), shares=frozenset({1}))
    assert [one.values for one in for_sharing(report).groups] == [("under 5", ""), (9, 0.5)]


def test_a_small_part_of_a_large_row_is_hidden_and_cannot_be_told_from_the_rest() -> None:
    row = Group("a", "A", (20, 17, 3, 0, 0.85), people=20, parts={1: 17, 2: 3, 3: 0})
    report = Report(
        "x", "X", "taught", ("Who", "N", "Yes", "No", "Closed", "Yes, share"), (row,), "3 say no."
    )
    told = for_sharing(replace(report, shares=frozenset({4})))
    assert told.groups[0].values == (20, "", "under 5", "", "")
    assert told.finding == ""
    large = replace(row, parts={1: 10, 2: 10})
    assert for_sharing(replace(report, groups=(large,))).groups == (large,)


def test_of_equals_none_is_named_as_the_largest() -> None:
    one, two = Group("a", "A", (3,)), Group("b", "B", (3,))
    assert largest([one, two], lambda group: float(group.values[0] or 0)) is None
    assert largest([one], lambda group: float(group.values[0] or 0)) is one


def test_what_leaves_the_clinic_for_sharing_says_so_and_hides_the_few(lived: House, sign_in: SignIn) -> None:
    client = sign_in("lead")
    pdf = client.get("/completion/about/results/export.pdf?share=1").data
    words = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())
    assert "under 5" in words
    assert "fewer than five people" in words


@pytest.mark.parametrize(
    ("who", "status"), [("therapist", 200), ("biller", 403), ("administrator", 403), ("patient", 403)]
)
def test_only_those_who_see_completion_see_its_topics(
    lived: House, sign_in: SignIn, who: str, status: int
) -> None:
    for path in ("about/time", "about/time/export.csv", "stalled", "definitions"):
        assert sign_in(who).get(f"/completion/{path}").status_code == status


def test_an_unknown_topic_or_row_is_not_found(lived: House, sign_in: SignIn) -> None:
    client = sign_in("lead")
    for path in ("about/nothing", "about/time/export.doc", "about/time/patients?report=between&row=99"):
        assert client.get(f"/completion/{path}").status_code == 404


def test_each_number_has_one_definition_a_tap_away(lived: House, sign_in: SignIn) -> None:
    client = sign_in("lead")
    page = client.get("/completion/definitions").get_data(as_text=True)
    for topic in TOPICS:
        shown = client.get(f"/completion/about/{topic}").get_data(as_text=True)
        for anchor in re.findall(r'href="/completion/definitions#([a-z_]+)"', shown):
            assert f'id="{anchor}"' in page
