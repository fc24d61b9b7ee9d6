"""Charts and display words: geometry that stays in its frame, figures as the look writes them."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.web.charts import LineChart, Night, line_chart, nights_chart
from pne_tracker.web.display import (
    count_text,
    joined,
    long_date,
    money_text,
    number_text,
    percent_text,
    short_date,
    tally,
)

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
POINTS = st.lists(st.tuples(DAYS, st.floats(0, 10)), max_size=20)
CLOCKS = st.times().map(lambda t: t.replace(microsecond=0))
STATES = st.sampled_from(("not_started", "taught", "understood", "complete", "revisit", "skipped"))


def pain(points: list[tuple[date, float]], **extra: float) -> LineChart:
    return line_chart(points, title="Pain", finding="Pain fell.", **extra)


@given(POINTS, st.floats(0, 5), st.floats(0, 10))
def test_nothing_is_drawn_outside_the_frame(
    points: list[tuple[date, float]], error: float, goal: float
) -> None:
    chart = pain(points, error=error, goal=goal)
    for series in chart.series:
        assert all(chart.left <= dot.x <= chart.right and 20 <= dot.y <= 160 for dot in series.dots)
        assert all(0 < label.y < chart.height for label in series.labels)
    assert all(0 <= tick.x <= chart.width for tick in chart.ticks)
    assert chart.band is None or (chart.band.y >= 20 and chart.band.y + chart.band.height <= 160.1)
    assert len(chart.rows) == len(points)


@given(st.floats(0, 10), st.floats(0, 10))
def test_a_higher_score_never_stands_lower(one: float, other: float) -> None:
    dots = pain([(date(2026, 1, 1), one), (date(2026, 1, 2), other)]).series[0].dots
    assert (one <= other) == (dots[0].y >= dots[1].y) or abs(one - other) < 0.02


def test_points_stand_by_their_dates_not_by_their_order() -> None:
    start = date(2026, 10, 12)
    chart = pain([(start + timedelta(days=n), 5) for n in (10, 0, 1)])
    xs = [dot.x for dot in chart.series[0].dots]
    assert xs[1] - xs[0] < (xs[2] - xs[1]) / 8
    assert chart.ticks[0].text == "12 Oct"


def test_the_band_surrounds_the_first_score_by_the_measurement_error() -> None:
    band = pain([(date(2026, 1, 1), 5), (date(2026, 2, 1), 2)], error=2).band
    assert band is not None
    assert (band.y, band.y + band.height) == (62, 118)


def test_without_scores_the_scale_stands_alone() -> None:
    chart = pain([])
    assert (chart.series, chart.ticks, chart.band, chart.rows) == ((), (), None, ())
    assert [line.text for line in chart.grid] == ["10", "5", "0"]


@given(st.lists(st.tuples(CLOCKS, CLOCKS, st.integers(0, 30)), min_size=1, max_size=7))
def test_a_night_never_runs_out_of_the_chart(rows: list[tuple[time, time, int]]) -> None:
    nights = [Night("Mon", bed, up, woke, 0.5) for bed, up, woke in rows]
    chart = nights_chart(nights, title="Nights", finding="Nights.")
    for bar in chart.nights:
        assert bar.x >= 44
        assert bar.x + bar.width <= 306.1
        assert bar.width >= 24
        assert all(bar.x < gap < bar.x + bar.width for gap in bar.woke)


def test_a_missed_night_is_an_outline_that_says_so() -> None:
    chart = nights_chart([Night("Tue")], title="Nights", finding="Tuesday has no entry.")
    assert (chart.nights[0].blank, chart.nights[0].text) == (True, "no entry")
    assert chart.rows == (("Tue", "no entry", "", ""),)


def test_midnight_does_not_break_a_night() -> None:
    late, early = (Night("Mon", time(h), time(7), 0, 0.9) for h in (1, 23))
    bars = nights_chart([late, early], title="Nights", finding="Nights.").nights
    assert bars[0].x > bars[1].x
    assert bars[0].width < bars[1].width


@given(st.lists(STATES, max_size=14))
def test_taught_counts_at_least_what_is_understood_and_to_revisit(states: list[str]) -> None:
    counts = tally(states)
    assert counts.taught == counts.understood + counts.revisit + states.count("taught")
    assert counts.of + counts.skipped == len(states)
    assert counts.taught <= counts.of


def test_the_sentence_names_the_skipped_beside_the_smaller_whole() -> None:
    states = ["taught"] * 1 + ["understood"] * 5 + ["revisit"] * 2 + ["skipped"] + ["not_started"] * 5
    assert tally(states).sentence() == "8/13 taught, 5 understood, 2 to revisit, 1 skipped"


@given(st.integers(-(10**9), 10**9))
def test_money_text_is_the_same_money(cents: int) -> None:
    assert Decimal(money_text(cents).replace(",", "")) * 100 == cents


def test_words_and_figures_read_as_a_person_writes_them() -> None:
    day = date(2026, 11, 16)
    assert short_date(day) == "16 Nov"
    assert long_date(day, weekday=True, year=True) == "Monday, 16 November 2026"
    assert [number_text(n) for n in (8, 2.7, -0.01)] == ["8", "2.7", "0"]
    assert percent_text(0.784) == "78\N{NO-BREAK SPACE}%"
    assert (money_text(187125), money_text(5)) == ("1,871.25", "0.05")
    assert [count_text(n, "line") for n in (1, 2)] == ["1 line", "2 lines"]
    assert joined(["GP", "CQ", "KX"]) == "GP, CQ and KX"
