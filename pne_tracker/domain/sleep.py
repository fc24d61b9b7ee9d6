"""One night from a sleep log, computed on instants so that midnight and clock changes come out right.

Time in bed (TIB) = out of bed - in bed; time asleep (TST) = last waking - lights out - minutes to fall asleep
- minutes awake; sleep efficiency (SE) = 100 x TST / TIB (curriculum.md 7). Minutes and percent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pne_tracker.domain import entry_texts as say
from pne_tracker.domain.entry_texts import Message
from pne_tracker.domain.wall_time import clock_minutes, instant

DAY: Final = 24 * 60
MIN_IN_BED, MAX_IN_BED = 60, 960
NIGHTS_OF_A_WEEK: Final = 5
STEPS: Final = ("in_bed", "lights_out", "last_waking", "out_of_bed")
_ORDER: Final = (
    ("lights_out", say.LIGHTS_BEFORE_BED),
    ("last_waking", say.WAKING_BEFORE_LIGHTS),
    ("out_of_bed", say.UP_BEFORE_WAKING),
)


@dataclass(frozen=True, slots=True)
class Night:
    """Minutes of one night; `asleep` and `efficiency` (percent, one decimal) are None when not known."""

    in_bed: int
    asleep: int | None
    efficiency: float | None


def night_of(values: Mapping[str, object], zone: str) -> tuple[Night | None, dict[str, Message]]:
    """The night, or what is wrong with its times by field.

    `values` are those of a complete sleep log; `zone` is the patient's IANA time zone. With awakenings but no
    minutes awake the time asleep is not known, and never guessed; no awakenings means no minutes awake.
    A wall time that comes twice when clocks go back is the first for going to bed, the second for waking.
    """
    clock = {name: clock_minutes(str(values[name])) for name in STEPS}
    errors = _order(clock)
    if errors:
        return None, errors
    instants = _instants(clock, date.fromisoformat(str(values["wake_day"])), zone)
    for (name, message), earlier, later in zip(_ORDER, instants, instants[1:], strict=False):
        if later < earlier:
            return None, {name: message}
    in_bed, lights_out, last_waking, out_of_bed = instants
    tib = out_of_bed - in_bed
    if not MIN_IN_BED <= tib <= MAX_IN_BED:
        return None, {"in_bed": say.TIME_IN_BED}
    awake = _awake(values)
    possible = last_waking - lights_out - _whole(values["minutes_to_sleep"])
    if possible - (awake or 0) <= 0:
        return None, {"minutes_to_sleep": say.NO_SLEEP_LEFT}
    if awake is None:
        return Night(tib, None, None), {}
    return Night(tib, possible - awake, percent(possible - awake, tib)), {}


def week_efficiency(nights: Iterable[Night]) -> float | None:
    """Sum of time asleep / sum of time in bed in percent, over 5 known nights or more; else None."""
    known = [(night.asleep, night.in_bed) for night in nights if night.asleep is not None]
    if len(known) < NIGHTS_OF_A_WEEK:
        return None
    return percent(sum(asleep for asleep, _ in known), sum(in_bed for _, in_bed in known))


def percent(part: int, whole: int) -> float:
    """100 x part / whole, to one decimal, half up."""
    return (2000 * part + whole) // (2 * whole) / 10


def _awake(values: Mapping[str, object]) -> int | None:
    if values.get("minutes_awake") is not None:
        return _whole(values["minutes_awake"])
    return 0 if values["awakenings"] == 0 else None


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _order(clock: Mapping[str, int]) -> dict[str, Message]:
    since_bed = [(clock[name] - clock["in_bed"]) % DAY for name in STEPS]
    up = since_bed[3] or DAY
    if since_bed[1] > up:
        return {"lights_out": say.LIGHTS_BEFORE_BED}
    if since_bed[2] > up:
        return {"out_of_bed": say.UP_BEFORE_WAKING}
    if since_bed[2] < since_bed[1]:
        return {"last_waking": say.WAKING_BEFORE_LIGHTS}
    return {}


def _instants(clock: Mapping[str, int], wake_day: date, zone: str) -> list[int]:
    """Minutes of UTC of the four steps; out of bed is on `wake_day`, the others within 24 hours before."""
    return [
        instant(
            wake_day - timedelta(days=clock[name] > clock["out_of_bed"]),
            clock[name],
            zone,
            second=name in {"last_waking", "out_of_bed"},
        )
        for name in STEPS
    ]
