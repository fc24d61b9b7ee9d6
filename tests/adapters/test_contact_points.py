"""Telephone numbers: kept in one form, written as people write them."""

from __future__ import annotations

import pytest

from pne_tracker.adapters.contact_points import phone, phone_text


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("207.555.0142", "(207) 555-0142"),
        ("+1 (207) 555 0142", "(207) 555-0142"),
        ("+34 912 34 56 78", "+34 912 34 56 78"),
        ("207 555 0142 ext. 4", "207 555 0142 ext. 4"),
        ("555-0142", "555-0142"),
    ],
)
def test_a_number_is_written_as_people_write_it_however_it_was_typed(typed: str, written: str) -> None:
    assert phone_text(phone(typed) or "") == written


def test_where_no_number_is_known_nothing_is_written() -> None:
    assert phone_text("") == ""
