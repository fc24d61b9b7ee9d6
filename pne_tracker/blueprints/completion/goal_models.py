"""Goals in words and as charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.domain.completion import is_few
from pne_tracker.domain.goals import LOW_IS_GOOD, WORDS, Measure, is_reached, month_of
from pne_tracker.queries.completion.goals import EXPORTED, ClinicGoals, Goals, SetGoal
from pne_tracker.web.charts import LineChart, line_chart
from pne_tracker.web.display import count_text, long_date, percent_text

BELOW = 16.0
"""How far under its line the word of a goal stands, where the first figure is over it."""
MEASURES = [(one.value, WORDS[one]) for one in Measure]


@dataclass(frozen=True, slots=True)
class GoalView:
    """One goal of a clinic: what it wants, how far it is, and the trend."""

    measure: str
    title: str
    wanted: str
    finding: str
    tag: tuple[str, str]
    chart: LineChart | None


@dataclass(frozen=True, slots=True)
class ClinicView:
    """One clinic with its goals. `url` is its overview, `few` a word of care where little stands behind."""

    id: str
    name: str
    url: str
    few: str
    goals: tuple[GoalView, ...]


def clinic_views(found: Goals, today: dt.date) -> list[ClinicView]:
    """Every clinic of the page."""
    return [
        ClinicView(
            str(one.clinic_id),
            one.clinic,
            url_for("completion.index", clinic=one.clinic_id),
            f"Only {count_text(one.now.open, 'open episode')}: read with care."
            if is_few(one.now.open)
            else "",
            tuple(_goal(one, measure, target, today) for measure, target in one.goals.items()),
        )
        for one in found.clinics
    ]


def _goal(one: ClinicGoals, measure: Measure, target: int, today: dt.date) -> GoalView:
    share = one.now.share_of(measure)
    reached = is_reached(measure, target, share)
    points = _points(one, measure, today)
    least = "at most" if measure in LOW_IS_GOOD else "at least"
    return GoalView(
        measure.value,
        WORDS[measure],
        f"{least} {percent_text(target / 100)}",
        _finding(points),
        ("no figure yet", "")
        if reached is None
        else (("reached", "good") if reached else ("not yet", "warn")),
        _chart(one, measure, target, points) if points else None,
    )


def _points(one: ClinicGoals, measure: Measure, today: dt.date) -> list[tuple[dt.date, float]]:
    """Whole per cent at the end of each kept month, and today."""
    found = [(_end(month), kept.share_of(measure)) for month, kept in one.months]
    found.append((today, one.now.share_of(measure)))
    return [(day, float(round(share * 100))) for day, share in found if share is not None]


def _end(month: dt.date) -> dt.date:
    return month_of(month + dt.timedelta(days=32)) - dt.timedelta(days=1)


def _finding(points: Sequence[tuple[dt.date, float]]) -> str:
    if not points:
        return "Nothing to count yet."
    now = f"{percent_text(points[-1][1] / 100)} today"
    if len(points) == 1:
        return f"{now}. The first month is kept when it ends."
    day, before = points[-2]
    return f"{now}, {percent_text(before / 100)} on {long_date(day, year=True)}."


def _chart(
    one: ClinicGoals, measure: Measure, target: int, points: Sequence[tuple[dt.date, float]]
) -> LineChart:
    chart = line_chart(
        points,
        title=f"{WORDS[measure]}, {one.clinic}, in per cent",
        finding=_finding(points),
        high=100,
        goal=target,
        chart_id=f"goal-{one.clinic_id}-{measure.value}",
        value_head="Per cent",
    )
    if chart.goal is None or points[0][1] < target:
        return chart
    return replace(chart, goal=replace(chart.goal, text_y=round(chart.goal.y + BELOW, 1)))


def history_rows(history: Sequence[SetGoal], zone: str) -> list[tuple[str, str, str, str, str]]:
    """Who set what, newest first."""
    local = ZoneInfo(zone)
    return [
        (
            long_date(one.at.astimezone(local).date(), year=True),
            one.by,
            one.clinic,
            WORDS[one.measure],
            percent_text(one.target / 100) if one.target is not None else "taken back",
        )
        for one in history
    ]


def exported_months(today: dt.date) -> list[dt.date]:
    """The first days of the months before this one that an export shows, oldest first."""
    found, month = [], month_of(today)
    for _ in range(EXPORTED):
        month = month_of(month - dt.timedelta(days=1))
        found.append(month)
    return found[::-1]


def month_words(months: Sequence[dt.date]) -> list[str]:
    """Months as heads of columns: "Oct 2026"."""
    return [f"{month:%b %Y}" for month in months]
