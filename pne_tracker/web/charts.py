"""Geometry of the server-made charts: numbers in, positions in a 360-wide viewBox out. No markup, no colour.

The macros in `templates/components/chart_*.html` write the SVG. Rules of the look: axes start at the
scale's own zero, lines are labelled directly, measurement error is a band around the first score, every chart
has a finding in words and its figures as a table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pne_tracker.web.chart_parts import WIDTH, Text
from pne_tracker.web.display import number_text, short_date
from pne_tracker.web.night_chart import Night, NightWords, nights_chart

__all__ = ["LineChart", "Night", "NightWords", "Text", "line_chart", "nights_chart"]

LEFT, RIGHT = 28.0, 352.0
TOP, BOTTOM = 20.0, 160.0
LINE_HEIGHT = 190
INSET = 12.0


@dataclass(frozen=True, slots=True)
class GridLine:
    """One horizontal line of the scale at height `y`."""

    y: float
    text: str
    axis: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a series; the last one is larger."""

    x: float
    y: float
    r: int


@dataclass(frozen=True, slots=True)
class Band:
    """Measurement error around the first score."""

    y: float
    height: float
    text: str
    text_y: float


@dataclass(frozen=True, slots=True)
class Goal:
    """A target value as a dashed line."""

    y: float
    text: str
    text_y: float


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its points for `<polyline>`, its dots, and the words of its first and last value."""

    points: str
    dots: tuple[Dot, ...]
    labels: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class LineChart:
    """All that `chart_line` draws. `heads` and `rows` are the same figures as a table."""

    id: str
    title: str
    finding: str
    grid: tuple[GridLine, ...]
    series: tuple[Series, ...]
    ticks: tuple[Text, ...]
    heads: tuple[str | tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    band: Band | None = None
    goal: Goal | None = None
    width: int = WIDTH
    height: int = LINE_HEIGHT
    left: float = LEFT
    right: float = RIGHT


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a value of `low` to `high` stands between the bottom and the top of a chart."""

    low: float
    high: float

    def y(self, value: float) -> float:
        """Height of the value in the viewBox; values outside the scale stay on its edge."""
        if self.high == self.low:
            return BOTTOM
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(BOTTOM - share * (BOTTOM - TOP), 1)


Point = tuple[date, float]


def line_chart(
    points: Sequence[Point],
    *,
    title: str,
    finding: str,
    low: float = 0,
    high: float = 10,
    error: float | None = None,
    goal: float | None = None,
    chart_id: str = "chart",
    date_head: str = "Date",
    value_head: str = "Value",
    day_text: Callable[[date], str] = short_date,
    band_text: str = "no clear change from the first score",
) -> LineChart:
    """Scores over time. `error` is the measurement error in the scale's units, `goal` a target value.

    Points may come in any order and are spread by date. An empty list gives the empty scale.
    """
    scale = Scale(low, high)
    ordered = sorted(points)
    return LineChart(
        id=chart_id,
        title=title,
        finding=finding,
        grid=_grid(scale),
        series=(_series(ordered, scale),) if ordered else (),
        ticks=_date_ticks(ordered, day_text),
        heads=(date_head, (value_head, "n")),
        rows=tuple((day_text(day), number_text(value)) for day, value in ordered),
        band=_band(ordered, scale, error, band_text),
        goal=_goal(scale, goal),
    )


def _grid(scale: Scale) -> tuple[GridLine, ...]:
    middle = (scale.low + scale.high) / 2
    return (
        GridLine(scale.y(scale.high), number_text(scale.high)),
        GridLine(scale.y(middle), number_text(middle)),
        GridLine(scale.y(scale.low), number_text(scale.low), axis=True),
    )


def _places(points: Sequence[Point]) -> list[float]:
    first, last = LEFT + INSET, RIGHT - INSET
    if len(points) == 1:
        return [first]
    start = points[0][0]
    days = (points[-1][0] - start).days
    if days == 0:
        return [round(first + (last - first) * i / (len(points) - 1), 1) for i in range(len(points))]
    return [round(first + (last - first) * (day - start).days / days, 1) for day, _ in points]


def _series(points: Sequence[Point], scale: Scale) -> Series:
    xs = _places(points)
    ys = [scale.y(value) for _, value in points]
    end = len(points) - 1
    dots = tuple(Dot(x, y, 5 if i == end else 4) for i, (x, y) in enumerate(zip(xs, ys, strict=True)))
    labels = [Text(xs[0], _label_y(ys[0], ys[1] if end else ys[0]), number_text(points[0][1]))]
    if end:
        labels.append(Text(xs[end], _label_y(ys[end], ys[end - 1]), number_text(points[end][1])))
    joined = " ".join(f"{x},{y}" for x, y in zip(xs, ys, strict=True))
    return Series(joined, dots, tuple(labels))


def _label_y(y: float, neighbour: float) -> float:
    """Below the dot when the line comes from above it, above otherwise; never outside the scale."""
    below = y >= neighbour and y + 20 < BOTTOM
    return round(y + 20, 1) if below or y - 11 < TOP - 10 else round(y - 11, 1)


def _date_ticks(points: Sequence[Point], day_text: Callable[[date], str]) -> tuple[Text, ...]:
    if not points:
        return ()
    xs = _places(points)
    y = float(LINE_HEIGHT - 8)
    ticks = [Text(xs[0], y, day_text(points[0][0]))]
    if len(points) == 1:
        return tuple(ticks)
    middle = min(range(len(points)), key=lambda i: abs(xs[i] - (xs[0] + xs[-1]) / 2))
    if xs[middle] - xs[0] > 70 and xs[-1] - xs[middle] > 70:
        ticks.append(Text(xs[middle], y, day_text(points[middle][0])))
    ticks.append(Text(xs[-1], y, day_text(points[-1][0])))
    return tuple(ticks)


def _band(points: Sequence[Point], scale: Scale, error: float | None, text: str) -> Band | None:
    if error is None or not points:
        return None
    first = points[0][1]
    top, bottom = scale.y(first + error), scale.y(first - error)
    last = scale.y(points[-1][1])
    text_y = bottom - 6 if last < (top + bottom) / 2 else top + 16
    return Band(top, round(bottom - top, 1), text, round(text_y, 1))


def _goal(scale: Scale, goal: float | None) -> Goal | None:
    if goal is None:
        return None
    y = scale.y(goal)
    return Goal(y, f"goal {number_text(goal)}", round(y - 7, 1) if y - 7 > TOP else round(y + 16, 1))
