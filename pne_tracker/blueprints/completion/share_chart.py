"""The share of episodes that are complete by day, as steps."""

from __future__ import annotations

from collections.abc import Sequence

from pne_tracker.domain.survival import Step, median_day
from pne_tracker.web.chart_parts import Text
from pne_tracker.web.charts import LINE_HEIGHT, RIGHT, Dot, GridLine, LineChart, Scale, Series
from pne_tracker.web.display import percent_text

LEFT = 48.0
"""Room for "100 %" at the scale."""


def share_chart(steps: Sequence[Step], longest: int) -> LineChart:
    """Steps from day 0 to the longest time anybody was followed; at least one step."""
    scale = Scale(0, 1)
    last = max(longest, steps[-1].day, 1)
    points, share = [(0, 0.0)], 0.0
    for step in steps:
        points += [(step.day, share), (step.day, step.share)]
        share = step.share
    points.append((last, share))
    places = [(_x(day, last), scale.y(value)) for day, value in points]
    end_x, end_y = places[-1]
    label = Text(
        end_x - 9, round(end_y - 11 if end_y > 40 else end_y + 20, 1), percent_text(share), anchor="end"
    )
    half = median_day(steps)
    return LineChart(
        id="time-to-complete",
        title="Share of episodes complete, by days since the first section",
        finding=f"By day {last}, {percent_text(share)} are complete"
        + (f"; half by day {half}." if half is not None else "."),
        grid=(
            GridLine(scale.y(1), percent_text(1)),
            GridLine(scale.y(0.5), percent_text(0.5)),
            GridLine(scale.y(0), percent_text(0), axis=True),
        ),
        series=(Series(" ".join(f"{x},{y}" for x, y in places), (Dot(end_x, end_y, 5),), (label,)),),
        ticks=(
            Text(_x(0, last), float(LINE_HEIGHT - 8), "day 0", anchor="start"),
            Text(_x(last, last), float(LINE_HEIGHT - 8), f"day {last}", anchor="end"),
        ),
        heads=("Day", ("Complete", "n"), ("Followed", "n"), ("Finished that day", "n")),
        rows=tuple(
            (str(step.day), percent_text(step.share), str(step.at_risk), str(step.events)) for step in steps
        ),
        left=LEFT,
    )


def _x(day: int, last: int) -> float:
    return round(LEFT + (RIGHT - LEFT) * day / last, 1)
