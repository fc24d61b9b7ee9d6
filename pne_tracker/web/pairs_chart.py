"""Geometry of before and after: one row a day, a hollow dot before and a solid one after. Numbers in, positions out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pne_tracker.web.chart_parts import WIDTH, Text

PAIRS_LEFT, PAIRS_RIGHT, PAIRS_TOP, PAIRS_ROW = 86.0, 306.0, 36, 32


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: its label, the value before and the value after."""

    label: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class PairRow:
    """One row as drawn."""

    label: str
    y: float
    before_x: float
    after_x: float
    text: str


@dataclass(frozen=True, slots=True)
class PairsChart:
    """All that `chart_pairs` draws. `heads` and `rows` are the same figures as a table."""

    id: str
    title: str
    finding: str
    ticks: tuple[Text, ...]
    pairs: tuple[PairRow, ...]
    heads: tuple[str | tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    height: int
    width: int = WIDTH


def pairs_chart(
    pairs: Sequence[Pair],
    *,
    title: str,
    finding: str,
    words: tuple[str, str, str] = ("Day", "Before", "After"),
    low: float = 0,
    high: float = 10,
    chart_id: str = "pairs",
) -> PairsChart:
    """Rows in the order given. `words` head the columns of the table: the label, before, after."""

    def x(value: float) -> float:
        share = (min(max(value, low), high) - low) / ((high - low) or 1)
        return round(PAIRS_LEFT + share * (PAIRS_RIGHT - PAIRS_LEFT), 1)

    rows = tuple(
        PairRow(
            one.label,
            PAIRS_TOP + PAIRS_ROW * nth,
            x(one.before),
            x(one.after),
            f"{one.before:g} → {one.after:g}",
        )
        for nth, one in enumerate(pairs)
    )
    return PairsChart(
        id=chart_id,
        title=title,
        finding=finding,
        ticks=tuple(Text(x(value), 14, f"{value:g}") for value in (low, (low + high) / 2, high)),
        pairs=rows,
        heads=(words[0], (words[1], "n"), (words[2], "n")),
        rows=tuple((one.label, f"{one.before:g}", f"{one.after:g}") for one in pairs),
        height=PAIRS_TOP + PAIRS_ROW * len(pairs),
    )
