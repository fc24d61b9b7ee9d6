"""The period of a progress report."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.reports import justification_of, period_of, proposed_period

TODAY = dt.date(2026, 11, 23)
OPENED = dt.date(2026, 10, 12)
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1))


@given(DAYS, st.none() | DAYS, DAYS)
def test_a_proposed_period_ends_today_and_never_runs_backwards(
    opened: dt.date, last: dt.date | None, today: dt.date
) -> None:
    period = proposed_period(opened, last, today)
    assert period.until == today
    assert period.since <= period.until


def test_it_starts_the_day_after_the_last_report() -> None:
    assert proposed_period(OPENED, dt.date(2026, 11, 9), TODAY).since == dt.date(2026, 11, 10)
    assert proposed_period(OPENED, None, TODAY).since == OPENED


@given(DAYS, DAYS, DAYS, DAYS)
def test_a_period_that_is_taken_lies_within_the_episode_and_the_past(
    since: dt.date, until: dt.date, opened: dt.date, today: dt.date
) -> None:
    try:
        period = period_of(since, until, opened_on=opened, today=today)
    except BadInputError as error:
        assert error.at in {"since", "until"}
    else:
        assert opened <= period.since <= period.until <= today
        assert period.holds(period.since)
        assert not period.holds(period.until + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("since", "until", "at"),
    [
        (None, TODAY, "since"),
        (OPENED, None, "until"),
        (OPENED, TODAY + dt.timedelta(days=1), "until"),
        (TODAY, OPENED, "since"),
        (dt.date(2026, 1, 1), dt.date(2026, 2, 1), "until"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(since: dt.date | None, until: dt.date | None, at: str) -> None:
    with pytest.raises(BadInputError) as caught:
        period_of(since, until, opened_on=OPENED, today=TODAY)
    assert caught.value.at == at


@pytest.mark.parametrize("text", ["", "  \r\n ", "x" * 4001])
def test_words_are_asked_for_and_have_an_end(text: str) -> None:
    with pytest.raises(BadInputError) as caught:
        justification_of(text)
    assert caught.value.at == "justification"
