"""How fast the planner is on one core: quality figure P10, at least 5,000 plans a second."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from pne_tracker.domain import plan_wire
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.json_text import parse
from pne_tracker.domain.planner import plan

FLOOR = 5_000
"""Plans a second that `plan` must reach."""

_TODAY = date(2026, 11, 23)
_FLAGS = ("poor-sleep", "stress", "fear-of-movement", "low-mood", "sensitive-to-touch")
_CONCEPTS = ("hurt-is-not-harm", "body-alarm", "danger-meaning", "stress-system")
_RESULTS = ("explains", "prompted", "not_yet")
_STATUSES = ("done", "done_late", "missed", "started", "waived")


def mixed_inputs() -> list[dict[str, Any]]:
    """90 episodes from the first visit to the last, with checks, homework, flags and gaps."""
    return [_episode(number) for number in range(90)]


def _episode(number: int) -> dict[str, Any]:
    sections = {str(place): _section(number, place) for place in range(1, number % 15)}
    return {
        "pack": "why-you-hurt",
        "today": _TODAY.isoformat(),
        "minutes": 10 + number % 4 * 15,
        "visits_left": number % 9,
        "visits_per_week": 1 + number % 3,
        "sections": sections,
        "flags": list(_FLAGS[: number % 5]),
        "allow_new_with_revisits": number % 7 == 0,
    }


def _section(number: int, place: int) -> dict[str, Any]:
    taught = _TODAY - timedelta(days=5 * (15 - place))
    due = (taught + timedelta(days=7)).isoformat()
    concept = _CONCEPTS[(number + place) % 4]
    score = (number + place) % 5 / 4
    checks: list[dict[str, Any]] = [
        {"date": taught.isoformat(), "kind": "teach_back", "result": _RESULTS[(number + place) % 3]}
    ]
    if place % 2 and taught < _TODAY - timedelta(days=3):
        later = (taught + timedelta(days=3)).isoformat()
        checks.append({"date": later, "kind": "quiz", "score": score, "concepts": {concept: score}})
    status = _STATUSES[(number + 2 * place) % 5]
    return {
        "taught": [taught.isoformat()],
        "checks": checks,
        "homework": [{"kind": "journal", "required": True, "status": status, "due": due}],
        "skipped": "not for this patient" if (number + place) % 13 == 0 else None,
    }


def _rate(work: Callable[[Any], object], given: Sequence[object], seconds: float) -> float:
    """Best plans a second of repeated runs over `given`, for about `seconds`."""
    best, until = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        start = time.perf_counter()
        for one in given:
            work(one)
        best = max(best, len(given) / (time.perf_counter() - start))
    return best


def measure(seconds: float = 1.0, pack: Pack | None = None) -> dict[str, Any]:
    """Plans a second of `plan` alone, and from JSON bytes to JSON text, each measured for `seconds`."""
    if pack is None:
        from pne_tracker.adapters.packs import load_shipped

        pack = load_shipped()
    found = pack
    inputs = mixed_inputs()
    facts = [plan_wire.read(one, lambda _: found)[1] for one in inputs]
    lines = [json.dumps(one).encode() for one in inputs]
    alone = _rate(lambda one: plan(found, one), facts, seconds)
    whole = _rate(
        lambda line: json.dumps(plan_wire.write(plan(*plan_wire.read(parse(line), lambda _: found)))),
        lines,
        seconds,
    )
    return {
        "plan_per_second": round(alone),
        "json_to_json_per_second": round(whole),
        "floor": FLOOR,
        "ok": alone >= FLOOR,
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
