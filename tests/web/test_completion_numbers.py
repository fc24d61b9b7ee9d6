"""Every number of a topic opens its patients, and every file says what the page says, whatever the filter."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from itertools import product
from urllib.parse import urlencode

import openpyxl
import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from pne_tracker.adapters import clock
from pne_tracker.blueprints.completion import views
from pne_tracker.queries.completion.topics import TOPICS
from tests.people import House
from tests.queries.histories import Town
from tests.web.pages import plain

SignIn = Callable[[str], FlaskClient]
PEOPLE = {
    "Episodes",
    "Checked",
    "Missed at first",
    "Closed since",
    "Open now",
    "Better",
    "Within error",
    "Worse",
}
PEOPLE |= {
    "Understood",
    "Lost between",
    "Complete",
    "To revisit",
    "Skipped",
    "Answered",
    "Not sure",
    "No",
    "Closed",
    "Stalled",
}
"""Heads whose numbers count episodes; the others count something of theirs."""


@pytest.fixture
def town(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(clock, "now", lambda: house.now)
    town = Town(house, 4, people=6)
    town.finish(town.people[0], 60, 20)
    town.live(80)
    return town


def _filters(town: Town) -> list[dict[str, str]]:
    first, second = (str(one.account_id) for one in town.therapists)
    return [
        {},
        {"status": "all", "clinic": str(town.clinics[0])},
        {"status": "all", "therapist": second, "language": "en", "from": "2026-10-01"},
        {"therapist": first, "payer": str(town.payers[0]), "to": "2026-11-20"},
        {"discipline": "PT", "diagnosis": "neck", "status": "on_hold"},
    ]


def _text(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip()


def _tables(page: str) -> list[tuple[list[str], list[list[str]]]]:
    """Heads and rows of every table whose rows open patients, as markup."""
    found = []
    for table in re.findall(r'<table class="counts fold">(.*?)</table>', page, re.DOTALL):
        head, body = table.split("</thead>")
        cells = r"<t[hd][^>]*>.*?</t[hd]>"
        rows = [re.findall(cells, row, re.DOTALL) for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)]
        found.append(([_text(one) for one in re.findall(cells, head, re.DOTALL)], rows))
    return found


def _listed(client: FlaskClient, address: str) -> tuple[int, int]:
    """How many the page says it lists, and how many it lists."""
    said, names = 0, 0
    while address:
        page = client.get(address).get_data(as_text=True)
        said = int(re.search(r"<dt>Episodes</dt> <dd>(\d+)</dd>", page)[1])  # type: ignore[index]
        names += len(re.findall(r'<th scope="row">', page))
        more = re.search(r'href="([^"]+after=[^"]+)"', page)
        address = html.unescape(more[1]) if more else ""
    return said, names


def test_each_number_opens_a_list_as_long_as_it_says(town: Town, sign_in: SignIn) -> None:
    client = sign_in("lead")
    for topic in TOPICS:
        assert _opened(client, topic, _filters(town)[:3]), topic


def test_the_export_has_everybody_of_the_matrix_in_its_order(
    town: Town, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "EXPORT_PAGE", 2)
    client = sign_in("lead")
    for chosen in _filters(town)[:3]:
        page = client.get(f"/completion?{urlencode(chosen)}").get_data(as_text=True)
        _before, matrix = page.split('id="matrix"')
        shown = [_text(one) for one in re.findall(r'<th scope="row">.*?</th>', matrix, re.DOTALL)]
        text = client.get(f"/completion/export.csv?{urlencode(chosen)}").get_data(as_text=True)
        exported = [row["Patient"] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))]
        assert len(exported) > 2
        assert exported == shown, chosen


def _opened(client: FlaskClient, topic: str, filters: list[dict[str, str]]) -> int:
    opened = 0
    for chosen in filters:
        page = client.get(f"/completion/about/{topic}?{urlencode(chosen)}").get_data(as_text=True)
        for heads, rows in _tables(page):
            for row in rows:
                opened += _row_opens(client, heads, row, chosen)
    return opened


def _row_opens(client: FlaskClient, heads: list[str], row: list[str], chosen: dict[str, str]) -> int:
    opened = 0
    for head, cell in zip(heads, row, strict=True):
        link = re.search(r'href="([^"]+)"', cell)
        number = _text(row[1]) if cell is row[0] else _text(cell)
        of_people = (heads[1] if cell is row[0] else head) in PEOPLE
        if not link:
            assert cell is not row[0] or number in {"0", "none"}, (row, "opens nobody")
            continue
        address = html.unescape(link[1])
        assert all(f"{name}={value}" in address for name, value in chosen.items()), address
        said, names = _listed(client, address)
        assert said == names > 0, address
        if of_people:
            assert said == int(number), (head, row)
        opened += 1
    return opened


def test_every_file_says_what_the_page_says_under_any_filter(town: Town, sign_in: SignIn) -> None:
    client = sign_in("lead")
    for topic, chosen in product(TOPICS, _filters(town)):
        query = urlencode(chosen)
        page = client.get(f"/completion/about/{topic}?{query}").get_data(as_text=True)
        shown = [([*heads], [[_text(cell) for cell in row] for row in rows]) for heads, rows in _tables(page)]
        files = {
            kind: client.get(f"/completion/about/{topic}/export.{kind}?{query}").data
            for kind in ("csv", "xlsx", "pdf")
        }
        _same_csv(files["csv"], shown)
        _same_workbook(files["xlsx"], shown)
        _same_paper(files["pdf"], shown)


Shown = list[tuple[list[str], list[list[str]]]]


def _same_csv(content: bytes, shown: Shown) -> None:
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    for heads, rows in shown:
        written = [[plain(text) for text in row] for row in rows]
        place = next(
            nth for nth, line in enumerate(lines) if line == heads and lines[nth + 1 : nth + 2] == written[:1]
        )
        assert lines[place + 1 : place + 1 + len(rows)] == written
        lines = lines[place + 1 + len(rows) :]


def _same_workbook(content: bytes, shown: Shown) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    pages = [book[name] for name in book.sheetnames[:-1] if book[name].max_row > 1]
    assert len(pages) == len(shown)
    for page, (heads, rows) in zip(pages, shown, strict=True):
        lines = list(page.iter_rows())
        assert [cell.value for cell in lines[0]] == heads
        assert [[_written(cell) for cell in line] for line in lines[1:]] == [
            [plain(text) for text in row] for row in rows
        ]


def _written(cell: object) -> str:
    value, is_share = cell.value, cell.number_format == "0%"  # type: ignore[attr-defined]
    if value is None:
        return "none"
    if isinstance(value, str):
        return value
    return f"{round(value * 100)}%" if is_share else f"{round(value, 2):g}"


def _same_paper(content: bytes, shown: Shown) -> None:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    words = re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))
    for heads, rows in shown:
        for text in (one for line in (heads, *rows) for one in line):
            assert re.sub(r"\s+", "", text) in words, text


def test_a_value_that_no_list_stands_behind_is_not_found(house: House, sign_in: SignIn) -> None:
    address = "/completion/about/clinics/patients"
    query = urlencode({"report": "clinics", "row": str(house.clinic_id), "value": 3})
    assert sign_in("lead").get(f"{address}?{query}").status_code == 404
