"""CSV that leaves page by page."""

from __future__ import annotations

from flask import Flask, has_app_context

from pne_tracker.web.csv_text import CHUNK, csv_in_pages

ROWS = [(f"{number}" * CHUNK,) for number in range(5)]


def test_a_page_is_read_within_the_application_when_the_rows_before_it_have_left() -> None:
    app, asked = Flask("csv"), []

    def read(place: int | None) -> tuple[list[tuple[str]], int | None]:
        assert has_app_context()
        asked.append(place)
        start = place or 0
        return ROWS[start : start + 2], start + 2 if start + 2 < len(ROWS) else None

    with app.app_context():
        answer = csv_in_pages(["number"], read, "numbers.csv")
    assert asked == []
    text = answer.iter_encoded()
    assert [next(text)[:1] for _ in range(2)] == [b"\xef", b"n"]
    assert asked == [None]
    rest = b"".join(text).decode()
    assert asked == [None, 2, 4]
    assert [line[:1] for line in rest.splitlines()] == ["1", "2", "3", "4"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="numbers.csv"'
