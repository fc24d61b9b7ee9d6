"""Reports as files: CSV, XLSX and a PDF for a meeting, as they are or as they may leave the clinic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response

from pne_tracker.adapters.pdf import render_paper
from pne_tracker.blueprints.completion import sheets
from pne_tracker.domain.report import Report
from pne_tracker.web.csv_text import csv_response

FORMATS = ("csv", "xlsx", "pdf")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the reports of a file: the name on the tab, the title, the clinic, and what was chosen."""

    name: str
    title: str
    clinic: str
    facts: tuple[tuple[str, str], ...]


def file_of(
    found: Sequence[Report], head: Heading, stem: str, kind: str, *, share: bool, now: dt.datetime
) -> Response:
    """The reports as a file of that kind; `share` hides what rests on fewer than five people.

    A file for sharing has a name of its own: beside it, one with names may lie in the same folder.
    """
    reports, name = sheets.shared(found, share=share), f"{stem}{'-for-sharing' if share else ''}.{kind}"
    facts = {"Topic": head.title, "Clinic": head.clinic, **dict(head.facts)}
    if share:
        facts["For sharing"] = sheets.SHARING
    if kind == "csv":
        return csv_response(["Completion"], sheets.csv_rows(reports, facts), name)
    if kind == "xlsx":
        return _file(sheets.workbook(reports, facts), XLSX, name)
    made = sheets.paper((head.name, head.title), reports, facts)
    return _file(render_paper(made, at=now), "application/pdf", name)


def _file(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
