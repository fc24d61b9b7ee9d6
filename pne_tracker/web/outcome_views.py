"""Outcome scores as charts with their findings in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pne_tracker.queries.outcomes import Score, ScoreLine
from pne_tracker.web.charts import LineChart, line_chart
from pne_tracker.web.display import long_date, number_text

Figures = tuple[tuple[str | tuple[str, str], ...], list[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """One measure: its chart, the table beside it, and where its error comes from."""

    id: str
    title: str
    meta: str
    chart: LineChart
    figures: Figures
    source: str


def outcome_views(lines: Sequence[ScoreLine]) -> list[OutcomeView]:
    """Each measure that was scored."""
    return [_view(line) for line in lines]


def _view(line: ScoreLine) -> OutcomeView:
    measure = line.measure
    chart = line_chart(
        [(score.on, score.value) for score in line.scores],
        title=f"{measure.name}, {len(line.scores)} scores",
        finding=_finding(line),
        low=measure.low,
        high=measure.high,
        error=measure.error if len(line.scores) > 1 else None,
        chart_id=f"chart-{measure.id}",
        value_head=measure.short,
    )
    heads: tuple[str | tuple[str, str], ...] = ("Date", (measure.short, "n"), "Since the first")
    rows: list[tuple[str, ...]] = [
        (long_date(one.on), number_text(one.value), _read_as(one)) for one in line.scores
    ]
    meta = f"{measure.short}, {measure.low} to {measure.high}"
    return OutcomeView(measure.id, measure.name, meta, chart, (heads, rows), measure.source)


def _read_as(score: Score) -> str:
    return score.change.words if score.change else "first score"


def _finding(line: ScoreLine) -> str:
    first, latest = line.first, line.latest
    if latest.change is None:
        return f"{number_text(first.value)} on {long_date(first.on)}, the first score."
    if line.measure.is_change:
        return f"{number_text(latest.value)} on {long_date(latest.on)}: {latest.change.words}."
    return (
        f"From {number_text(first.value)} on {long_date(first.on)} to {number_text(latest.value)} "
        f"on {long_date(latest.on)}: {latest.change.words}."
    )
