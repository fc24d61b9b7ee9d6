"""Codes of an authenticator app: the examples of RFC 6238, and that none works twice."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.totp import PERIOD, code_of, secret_text, step_at, step_of

SECRET = secret_text(b"12345678901234567890")
NOW = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_the_examples_of_the_standard(seconds: int, code: str) -> None:
    assert code_of(SECRET, seconds // PERIOD) == code


def test_a_telephone_half_a_minute_late_or_early_is_understood() -> None:
    here = step_at(NOW)
    for step in (here - 1, here, here + 1):
        assert step_of(SECRET, code_of(SECRET, step), now=NOW, after=0) == step
    for step in (here - 2, here + 2):
        assert step_of(SECRET, code_of(SECRET, step), now=NOW, after=0) is None


@given(st.binary(min_size=20, max_size=20), st.integers(-1, 1))
def test_no_code_works_twice(secret: bytes, drift: int) -> None:
    text = secret_text(secret)
    step = step_of(text, code_of(text, step_at(NOW) + drift), now=NOW, after=0)
    assert step is not None
    assert step_of(text, code_of(text, step), now=NOW, after=step) is None


@given(st.text(max_size=12))
def test_what_is_no_code_is_refused(text: str) -> None:
    good = {code_of(SECRET, step_at(NOW) + drift) for drift in (-1, 0, 1)}
    if "".join(text.split()) not in good:
        assert step_of(SECRET, text, now=NOW, after=0) is None
