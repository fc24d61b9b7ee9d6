"""Reports as the page shows them, and the same cells as CSV, XLSX and a paper for a meeting."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from pne_tracker.adapters.pdf_blocks import Block, Head, Heading, Paper, Quiet, Table
from pne_tracker.blueprints.completion.addresses import address_of, words_of
from pne_tracker.domain.completion import DEFINITIONS, FEW, UNDER, is_few
from pne_tracker.domain.report import Group, Report, Value, for_sharing
from pne_tracker.queries.completion.filters import Choices, CompletionFilter
from pne_tracker.queries.completion.topics import Sheet, Topic
from pne_tracker.web.csv_text import safe_cell
from pne_tracker.web.display import NBSP, count_text, long_date, number_text, percent_text

NONE = "none"
WRAPPED = Alignment(wrap_text=True, vertical="top")
LONGEST_TAB = 31
MOST_ROWS = 100
"""So many rows of a report are on the page: the clinicians of a large organisation go on in its exports."""
SHARING = (
    f"What rests on fewer than five people tells no figure. “{UNDER}” stands for one to four, and an empty cell for "
    "what would tell them."
)
AS_OF = "As of"
NAMED = "longest"
"""The report that names patients."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as text, and where its patients are listed, where these are others than the row's."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its label, its cells, and where its patients are listed."""

    label: str
    cells: tuple[Cell, ...]
    url: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as its group on the page."""

    key: str
    title: str
    definition_url: str
    heads: tuple[str | tuple[str, str], ...]
    rows: tuple[Row, ...]
    finding: str
    few: str
    more: str


def report_view(report: Report, topic: str, chosen: CompletionFilter) -> ReportView:
    """A report with the addresses of the patients behind each row."""

    def link(group: Group, place: int | None = None) -> str:
        if not group.behind(place):
            return ""
        address = {"report": report.key, "row": group.key, "value": place, **address_of(chosen)}
        return url_for("completion.behind", topic=topic, **address)

    def cells(group: Group) -> tuple[Cell, ...]:
        return tuple(
            Cell(text, link(group, place) if place in group.parts else "")
            for place, text in enumerate(cells_of(report, group))
        )

    return ReportView(
        report.key,
        report.title,
        url_for("completion.definitions", _anchor=report.definition),
        (report.heads[0], *((head, "n") for head in report.heads[1:])),
        tuple(Row(one.label, cells(one), link(one)) for one in report.groups[:MOST_ROWS]),
        report.finding,
        _care(report),
        _more_words(len(report.groups)),
    )


def _more_words(rows: int) -> str:
    """Where the rows are that the page leaves out; "" where it shows all."""
    if rows <= MOST_ROWS:
        return ""
    return (
        f"The first {MOST_ROWS} of {rows:,} rows. Choose one clinic to see fewer; an export has all of them."
    )


def _care(report: Report) -> str:
    """A word of care where the report, or a row that tells a share, rests on few."""
    if is_few(report.people):
        return f"Only {count_text(report.people, 'episode')}: read with care."
    some = bool(report.shares) and any(is_few(one.shares_rest_on) for one in report.groups)
    return f"Some rows rest on fewer than {FEW}: read those with care." if some else ""


def cells_of(report: Report, group: Group) -> tuple[str, ...]:
    """The values of a row as the screen and the paper write them."""
    return tuple(
        _day(value) if place in report.days else _text(value, place in report.shares)
        for place, value in enumerate(group.values)
    )


def _day(value: Value) -> str:
    return long_date(dt.date.fromisoformat(str(value)), year=True)


def _text(value: Value, is_share: bool) -> str:
    if value is None:
        return NONE
    if isinstance(value, str):
        return value
    if is_share:
        return percent_text(float(value))
    return f"{value:,}" if isinstance(value, int) else number_text(value)


def period_words(sheet: Sheet) -> str:
    """The days that dated figures are about; "" where there are none."""
    if sheet.window is None:
        return ""
    since, until = sheet.window.since, sheet.window.until
    return f"{long_date(since, year=True)} to {long_date(until, year=True)}"


def shared(reports: Sequence[Report], *, share: bool) -> list[Report]:
    """The reports as they may leave the clinic, where that is asked."""
    return [for_sharing(one) for one in reports] if share else list(reports)


def csv_rows(reports: Sequence[Report], facts: Mapping[str, str]) -> Iterator[list[str]]:
    """What was chosen, then every report under its own heads, with an empty line between."""
    yield from ([name, value] for name, value in facts.items())
    for report in reports:
        yield []
        yield [report.title]
        yield list(report.heads)
        for group in report.groups:
            yield [
                group.label,
                *(_figure(value, place in report.shares) for place, value in enumerate(group.values)),
            ]


def _figure(value: Value, is_share: bool) -> str:
    """A value as every spreadsheet reads it for what it is: "1165", "85%", "2026-11-27"."""
    if isinstance(value, int) and not is_share:
        return str(value)
    return _text(value, is_share).replace(NBSP, "")


def workbook(reports: Sequence[Report], facts: Mapping[str, str]) -> bytes:
    """A sheet for each report, numbers as numbers, and a last one that says what was chosen.

    Each prints on letter paper, as wide as the sheet, with its heads and its number on every page.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for report in reports:
        page = book.create_sheet(_tab(report.title))
        page.append(list(report.heads))
        for cell in page[1]:
            cell.font, cell.alignment = Font(bold=True), WRAPPED
        for group in report.groups:
            page.append([_cell(group.label), *(_cell(value) for value in group.values)])
            for place in report.shares:
                page.cell(page.max_row, place + 2).number_format = "0%"
            for place in report.days:
                cell = page.cell(page.max_row, place + 2)
                cell.value = dt.date.fromisoformat(str(cell.value))
                cell.number_format = "d mmmm yyyy"
            page.cell(page.max_row, 1).alignment = WRAPPED
        page.freeze_panes, page.print_title_rows = "B2", "1:1"
        page.page_setup.paperSize, page.page_setup.orientation = page.PAPERSIZE_LETTER, "landscape"
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.page_setup.fitToHeight = 0
        page.oddHeader.left.text = f"{report.title}, {facts[AS_OF]}".replace("&", "&&")
        page.oddFooter.right.text = "Page &P of &N"
        page.column_dimensions["A"].width = 44
        for column in range(2, len(report.heads) + 1):
            page.column_dimensions[get_column_letter(column)].width = 16
    about = book.create_sheet("About")
    for fact in facts.items():
        about.append([_cell(one) for one in fact])
        about.cell(about.max_row, 2).alignment = WRAPPED
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 72
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _tab(title: str) -> str:
    """The title as the name of a sheet: 31 characters without those that spreadsheets forbid there."""
    name = re.sub(r"[\[\]:*?/\\]", "-", title).strip("'")
    return (
        name
        if len(name) <= LONGEST_TAB
        else name[: LONGEST_TAB + 1].rsplit(" ", 1)[0][:LONGEST_TAB].rstrip(",")
    )


def _cell(value: Value) -> Value:
    """A number, or text that no spreadsheet runs."""
    return safe_cell(value) if isinstance(value, str) else value


def facts_of(
    topic: Topic, sheet: Sheet, offered: Choices, chosen: CompletionFilter, on: dt.date
) -> list[tuple[str, str]]:
    """What an export is about: topic, day, filter, period."""
    facts = [("Topic", topic.title), (AS_OF, long_date(on, year=True)), *words_of(offered, chosen)]
    period = period_words(sheet)
    return [*facts, ("Dated figures", period)] if period else facts


def paper(head: tuple[str, str], reports: Sequence[Report], facts: Mapping[str, str]) -> Paper:
    """The reports on paper, each with what its numbers mean; `head` is the name on the tab and the title."""
    name, title = head
    told = [f"{term}: {value}" for term, value in facts.items() if term not in {"Topic", "Clinic"}]
    blocks: list[Block] = [Quiet(" · ".join(told))]
    for report in reports:
        definition = DEFINITIONS[report.definition]
        blocks.append(Heading(report.title, report.finding))
        blocks.append(
            Table(
                (Head(report.heads[0], "2.4"), *(Head(head, end=True) for head in report.heads[1:])),
                tuple((one.label, *cells_of(report, one)) for one in report.groups),
            )
        )
        blocks.append(Quiet(f"{definition.meaning} {definition.computed}"))
    named = any(one.key == NAMED for one in reports)
    return Paper(
        title=title,
        clinic=facts["Clinic"],
        blocks=tuple(blocks),
        running=f"{title}, {facts['Clinic']}, {facts[AS_OF]}",
        foot=f"Completion, {name}" + (". Names patients: for the clinic alone." if named else ""),
    )
