"""CSV for spreadsheets: streamed, and no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from flask import Flask, Response, current_app

Place = TypeVar("Place")

RISKY = frozenset("=+-@\t\r")
CHUNK = 32_768
NEGATIVE = re.compile(r"-[0-9]+(\.[0-9]+)?", re.ASCII)


def safe_cell(value: object) -> str:
    """The cell's text; one that starts like a formula gets an apostrophe before it (OWASP CSV injection).

    A number below nothing is a number.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in RISKY and not NEGATIVE.fullmatch(text) else text


def csv_response(heads: Sequence[str], rows: Iterable[Sequence[object]], filename: str) -> Response:
    """A download that streams `rows` under `heads`, UTF-8 with a mark that spreadsheets understand."""
    response = Response(_lines(heads, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def csv_in_pages(
    heads: Sequence[str],
    read: Callable[[Place | None], tuple[Iterable[Sequence[object]], Place | None]],
    filename: str,
) -> Response:
    """The same for many rows, read page by page while they leave: no transaction stays open meanwhile.

    `read` takes the place to go on from, None at first, and gives the rows and the place after them, None at the end.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def rows() -> Iterator[Sequence[object]]:
        place, more = None, True
        while more:
            with app.app_context():
                page, place = read(place)
            yield from page
            more = place is not None

    return csv_response(heads, rows(), filename)


def _lines(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The text in pieces of about `CHUNK` characters. Plain text and whole numbers, nearly all there is, are cheap."""
    yield "\ufeff"
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in chain([heads], rows):
        writer.writerow(
            [cell if type(cell) is str and cell[:1] not in RISKY else safe_cell(cell) for cell in row]
        )
        if buffer.tell() >= CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
