"""How fast the billing engine is on one core: quality figure P10, at least 20,000 visits a second."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from pne_tracker.domain.billing import bill, wire

FLOOR = 20_000
"""Visits a second that `bill` must reach."""

_CODES = ("97110", "97112", "97116", "97140", "97530")


def mixed_visits() -> list[dict[str, Any]]:
    """160 visits of one to four treatments: both rules, every PNE decision, assistants, limits, fees, the
    threshold."""
    return [_visit(number) for number in range(160)]


def _visit(number: int) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"activity": _CODES[(number + place) % 5], "minutes": 8 + (number * 7 + place * 11) % 38}
        for place in range(number % 4)
    ]
    for row in rows[: number % 2]:
        row |= {
            "pne_minutes": row["minutes"] // 3,
            "assistant_minutes": row["minutes"] // 2 * (number % 3 == 0),
        }
    if number % 3 != 1 or not rows:
        timed = [row["activity"] for row in rows]
        decisions = [None, "separate", {"combined_with": timed[0]} if timed else None]
        rows.append({"activity": "pne", "minutes": 10 + number % 20, "decision": decisions[number % 3]})
    if number % 5 == 0:
        rows.append({"activity": "97161", "minutes": 30})
    given = {"discipline": ("PT", "OT")[number % 2], "date": "2026-11-23", "treatments": rows}
    given |= {"unit_rule": ("cms_8min", "ama_midpoint")[number % 5 == 1]}
    given |= {"fees": dict.fromkeys(_CODES, "38.50")} if number % 2 else {}
    given |= {"ytd_allowed": "2450.00", "kx_attested": True} if number % 4 == 0 else {}
    return given | ({"max_timed_units_per_day": 4} if number % 8 == 0 else {})


def _rate(work: Callable[[Any], object], given: Sequence[object], seconds: float) -> float:
    """Best visits a second of repeated runs over `given`, for about `seconds`."""
    best, until = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        start = time.perf_counter()
        for _ in range(10):
            for one in given:
                work(one)
        best = max(best, 10 * len(given) / (time.perf_counter() - start))
    return best


def measure(seconds: float = 1.0) -> dict[str, Any]:
    """Visits a second of `bill` alone, and from JSON bytes to JSON text, each measured for `seconds`."""
    given = mixed_visits()
    raw = [json.dumps(visit).encode() for visit in given]
    encode = json.JSONEncoder().encode

    def whole(data: bytes) -> str:
        return encode(wire.write(bill(wire.read(wire.parse(data)))))

    alone = _rate(bill, [wire.read(visit) for visit in given], seconds)
    through = _rate(whole, raw, seconds)
    return {
        "bill_per_second": round(alone),
        "json_to_json_per_second": round(through),
        "floor_per_second": FLOOR,
        "ok": alone >= FLOOR,
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
