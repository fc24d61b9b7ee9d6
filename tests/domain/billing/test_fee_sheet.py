"""A fee schedule as a file: what is kept, and why a row is not."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.billing import CODES
from pne_tracker.domain.billing.fee_sheet import FeeRow, read_sheet
from pne_tracker.domain.billing.identifiers import STATES, long_zip_problem, state_problem, tax_id_problem
from pne_tracker.domain.errors import BadInputError

YEAR = dt.date(2026, 1, 1)


def test_each_row_is_a_fee_with_its_days() -> None:
    sheet = read_sheet(
        "Code,Fee,From,To\n97112,$41.00,2026-01-01,\n97116,38.5,2026-01-01,2026-06-30\n", CODES
    )
    assert sheet.rows == (FeeRow("97112", 4100, YEAR), FeeRow("97116", 3850, YEAR, dt.date(2026, 6, 30)))
    assert sheet.refused == ()


def test_a_row_that_cannot_be_kept_says_where_it_stands_and_what_to_do() -> None:
    text = (
        "code;fee;from;to\n99999;10.00;2026-01-01;\n97112;ten;2026-01-01;\n97112;10.00;1 Jan;\n"
        "97112;10.00;2026-01-01;2025-01-01\n97112;10.00;2026-01-01;\n97112;11.00;2026-01-01;\n"
    )
    sheet = read_sheet(text, CODES)
    assert [row.code for row in sheet.rows] == ["97112"]
    assert [one.line for one in sheet.refused] == [2, 3, 4, 5, 7]
    said = " ".join(one.reason for one in sheet.refused)
    for words in ("not a code", "at most two decimals", "year-month-day", "before the first", "Another row"):
        assert words in said


def test_a_file_without_its_heads_is_refused_as_a_whole() -> None:
    with pytest.raises(BadInputError, match="lacks fee, from"):
        read_sheet("code,price\n97112,41\n", CODES)
    with pytest.raises(BadInputError, match="lacks code"):
        read_sheet("", CODES)


@given(st.text(max_size=300))
def test_any_text_gives_fees_and_refusals_or_one_refusal(text: str) -> None:
    try:
        sheet = read_sheet("code,fee,from\n" + text, CODES)
    except BadInputError:
        return
    assert all(row.code in CODES and row.cents >= 0 for row in sheet.rows)
    assert all(one.reason for one in sheet.refused)


def test_identifiers_say_what_is_wrong_with_them() -> None:
    assert len(STATES) == 59
    assert state_problem("ME") == ""
    assert "two letters" in state_problem("Maine")
    assert tax_id_problem("00-1234567") == ""
    assert "nine digits" in tax_id_problem("123")
    assert long_zip_problem("04101-3325") == ""
    assert "nine digits" in long_zip_problem("04101")
