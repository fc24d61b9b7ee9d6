"""Geometry of left and right over time: two lines on one scale, the second dashed. Numbers in, positions out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from pne_tracker.web.chart_parts import Text
from pne_tracker.web.charts import (
    INSET,
    LEFT,
    LINE_HEIGHT,
    RIGHT,
    Dot,
    Goal,
    GridLine,
    LineChart,
    Scale,
    Series,
)
from pne_tracker.web.display import short_date

Point = tuple[date, float]


def sides_chart(
    left: Sequence[Point],
    right: Sequence[Point],
    *,
    title: str,
    finding: str,
    words: tuple[str, str, str],
    high: float,
    unit: str = "",
    guide: float | None = None,
    guide_text: str = "",
    day_text: Callable[[date], str] = short_date,
    chart_id: str = "sides",
) -> LineChart:
    """Both sides over the same days. `words` are those for the day, left and right; `guide` is a dashed line."""
    days = sorted({day for day, _ in (*left, *right)})
    place = _places(days)
    scale = Scale(0, high)
    lefts, rights = dict(left), dict(right)
    return LineChart(
        id=chart_id,
        title=title,
        finding=finding,
        grid=(
            GridLine(scale.y(high), f"{high:g}"),
            GridLine(scale.y(high / 2), f"{high / 2:g}"),
            GridLine(scale.y(0), "0", axis=True),
        ),
        series=tuple(
            _series(sorted(points), place, scale, name, above=above)
            for points, name, above in ((left, words[1], True), (right, words[2], False))
            if points
        ),
        ticks=_ticks(days, place, day_text),
        heads=(words[0], (words[1], "n"), (words[2], "n")),
        rows=tuple(
            (day_text(day), *(f"{side[day]:g}{unit}" if day in side else "" for side in (lefts, rights)))
            for day in days
        ),
        goal=None if guide is None else Goal(scale.y(guide), guide_text, round(scale.y(guide) - 6, 1)),
    )


def _places(days: Sequence[date]) -> dict[date, float]:
    if not days:
        return {}
    span = (days[-1] - days[0]).days or 1
    width = RIGHT - LEFT - 2 * INSET
    return {day: round(LEFT + INSET + width * (day - days[0]).days / span, 1) for day in days}


def _series(
    points: Sequence[Point], place: dict[date, float], scale: Scale, name: str, *, above: bool
) -> Series:
    dots = tuple(
        Dot(place[day], scale.y(value), 5 if nth == len(points) - 1 else 4)
        for nth, (day, value) in enumerate(points)
    )
    last = dots[-1]
    label = Text(
        last.x, round(last.y + (-11 if above else 20), 1), name, "end" if len(points) > 1 else "start"
    )
    return Series(" ".join(f"{dot.x},{dot.y}" for dot in dots), dots, (label,))


def _ticks(
    days: Sequence[date], place: dict[date, float], day_text: Callable[[date], str]
) -> tuple[Text, ...]:
    ends = days if len(days) < 2 else (days[0], days[-1])
    return tuple(Text(place[day], LINE_HEIGHT - 8, day_text(day)) for day in ends)
