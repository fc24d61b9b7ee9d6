"""Geometry of the sleep chart: one bar a night on a clock from noon to noon. Numbers in, positions out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from pne_tracker.web.chart_parts import WIDTH, Text
from pne_tracker.web.display import percent_text


@dataclass(frozen=True, slots=True)
class Night:
    """One night as logged: clock times, times woken, efficiency 0 to 1. `bed` or `up` None: no entry."""

    label: str
    bed: time | None = None
    up: time | None = None
    woke: int = 0
    efficiency: float | None = None


@dataclass(frozen=True, slots=True)
class NightBar:
    """One night as drawn."""

    label: str
    y: float
    x: float
    width: float
    text: str
    blank: bool
    asleep_x: float = 0.0
    asleep_width: float = 0.0
    woke: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class NightsChart:
    """All that `chart_nights` draws. `heads` and `rows` are the same figures as a table."""

    id: str
    title: str
    finding: str
    ticks: tuple[Text, ...]
    nights: tuple[NightBar, ...]
    heads: tuple[str | tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    height: int
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class NightWords:
    """The words of the nights chart, in the reader's language.

    `between` names both times of a night, `half_days` the hours before and after noon.
    """

    night: str = "Night"
    in_bed: str = "In bed"
    woke: str = "Woke"
    asleep: str = "Asleep"
    no_entry: str = "no entry"
    between: str = "%(start)s to %(end)s"
    half_days: tuple[str, str] = ("am", "pm")


NIGHT_LEFT, NIGHT_RIGHT = 44.0, 306.0
NIGHT_ROW = 37
NOON = 12 * 60


def nights_chart(
    nights: Sequence[Night],
    *,
    title: str,
    finding: str,
    words: NightWords | None = None,
    chart_id: str = "nights",
) -> NightsChart:
    """Bars from bed time to getting up, one a night, on a clock that runs from noon to noon.

    `efficiency` is 0 to 1 and only written, never computed here: its rule lives in the domain.
    """
    words = words or NightWords()
    start, end = _clock_span(nights)
    bars = tuple(_night_bar(night, i, start, end, words) for i, night in enumerate(nights))
    return NightsChart(
        id=chart_id,
        title=title,
        finding=finding,
        ticks=_clock_ticks(start, end, words.half_days),
        nights=bars,
        heads=(words.night, words.in_bed, (words.woke, "n"), (words.asleep, "n")),
        rows=tuple(_night_row(night, words) for night in nights),
        height=30 + NIGHT_ROW * len(nights),
    )


def _after_noon(clock: time) -> int:
    """Minutes since the noon before, so that a night never wraps."""
    return (clock.hour * 60 + clock.minute - NOON) % (24 * 60)


def _clock_span(nights: Sequence[Night]) -> tuple[int, int]:
    """Full hours around the earliest bed time and the latest rising; 9 pm to 7 am at least."""
    spans = [_in_bed(night.bed, night.up) for night in nights if night.bed and night.up]
    start = min([9 * 60, *(bed for bed, _ in spans)]) // 60 * 60
    end = -(-max([19 * 60, *(up for _, up in spans)]) // 60) * 60
    return start, end


def _in_bed(bed: time, up: time) -> tuple[int, int]:
    """Minutes since noon of lying down and of the rising that follows, also for those who sleep by day."""
    start = _after_noon(bed)
    return start, start + (_after_noon(up) - start) % (24 * 60)


def _clock_x(minute: int, start: int, end: int) -> float:
    return round(NIGHT_LEFT + (NIGHT_RIGHT - NIGHT_LEFT) * (minute - start) / (end - start), 1)


def _clock_ticks(start: int, end: int, half_days: tuple[str, str]) -> tuple[Text, ...]:
    step = 240 if end - start > 480 else 120
    return tuple(
        Text(_clock_x(m, start, end), 14.0, _hour_text(m, half_days), "start" if m == start else "middle")
        for m in range(start, end + 1, step)
    )


def _hour_text(minute: int, half_days: tuple[str, str]) -> str:
    hour = (minute + NOON) // 60 % 24
    return f"{hour % 12 or 12} {half_days[hour // 12]}"


def _night_bar(night: Night, index: int, start: int, end: int, words: NightWords) -> NightBar:
    y = 30.0 + NIGHT_ROW * index
    if night.bed is None or night.up is None:
        x = _clock_x(start + 60, start, end)
        return NightBar(night.label, y, x, round(NIGHT_RIGHT - x - 12, 1), words.no_entry, blank=True)
    x, right = (_clock_x(minute, start, end) for minute in _in_bed(night.bed, night.up))
    x = min(x, NIGHT_RIGHT - 24)
    width = max(round(right - x, 1), 24.0)
    inner_x, inner = round(x + 12, 1), max(round(width - 22, 1), 4.0)
    gaps = tuple(
        round(inner_x + inner * (i + 1) / (night.woke + 1) - 4.5, 1) for i in range(min(night.woke, 6))
    )
    text = "" if night.efficiency is None else percent_text(night.efficiency)
    return NightBar(night.label, y, x, width, text, False, inner_x, inner, gaps)


def _night_row(night: Night, words: NightWords) -> tuple[str, ...]:
    if night.bed is None or night.up is None:
        return (night.label, words.no_entry, "", "")
    asleep = "" if night.efficiency is None else percent_text(night.efficiency)
    times = words.between % {"start": f"{night.bed:%H:%M}", "end": f"{night.up:%H:%M}"}
    return (night.label, times, str(night.woke), asleep)
