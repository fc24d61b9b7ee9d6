"""What follows from the values of an entry: checks between fields, figures, and notices (curriculum.md 7).

Nothing here is typed in; it can always be computed again from the values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any, Final

from pne_tracker.domain import entry_texts as say
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.entry_parse import NONE
from pne_tracker.domain.entry_texts import Message
from pne_tracker.domain.sleep import night_of, percent
from pne_tracker.domain.wall_time import clock_minutes, instant

Values = Mapping[str, Any]
UNEVEN: Final = 2.0


@dataclass(slots=True)
class Derived:
    """Figures by name, and messages by field; `notices` are for the patient to read first."""

    figures: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Message] = field(default_factory=dict)
    warnings: dict[str, Message] = field(default_factory=dict)
    notices: tuple[Message, ...] = ()


def derive(kind: HomeworkKind, values: Values, zone: str) -> Derived:
    """The figures of one complete entry; kinds without any give none."""
    worker = _WORKERS.get(kind)
    return worker(values, zone) if worker else Derived()


def _exercise(values: Values, _zone: str) -> Derived:
    morning = values["pain_next_morning"]
    return Derived(
        {
            "load": values["done_minutes"] * values["effort"],
            "change": values["pain_after"] - values["pain_before"],
            "settled": None if morning is None else morning <= values["pain_before"] + 1,
        }
    )


def _sleep(values: Values, zone: str) -> Derived:
    night, errors = night_of(values, zone)
    if night is None:
        return Derived(errors=errors)
    made = Derived(
        {
            "minutes_in_bed": night.in_bed,
            "minutes_asleep": night.asleep,
            "sleep_efficiency": night.efficiency,
        }
    )
    if values["awakenings"] == 0 and values["minutes_awake"]:
        made.warnings["awakenings"] = say.AWAKE_WITHOUT_WAKING
    return made


def _stress(values: Values, _zone: str) -> Derived:
    return Derived({"relief": values["stress_before"] - values["stress_after"]})


def _flare(values: Values, zone: str) -> Derived:
    made = Derived({"hours": None})
    if any(sign != NONE for sign in values["new_signs"]):
        made.notices = (say.CALL_NOW,)
    if values["peak_pain"] < values["usual_pain"]:
        made.warnings["peak_pain"] = say.PEAK_BELOW_USUAL
    day, clock = values["end_day"], values["end_time"]
    if values["ongoing"]:
        if day or clock:
            made.errors["ongoing"] = say.END_WHILE_ONGOING
        return made
    if not (day and clock):
        made.errors["end_time" if day else "end_day"] = say.END_MISSING
        return made
    start = instant(date.fromisoformat(values["start_day"]), clock_minutes(values["start_time"]), zone)
    end = instant(date.fromisoformat(day), clock_minutes(clock), zone, second=True)
    if end <= start:
        made.errors["end_time"] = say.END_BEFORE_START
    else:
        made.figures["hours"] = round((end - start) / 60, 1)
    return made


def _breathing(values: Values, _zone: str) -> Derived:
    made = Derived({"change": values["tension_after"] - values["tension_before"]})
    if values["dizzy"]:
        made.notices = (say.DIZZY,)
    return made


def _laterality(values: Values, _zone: str) -> Derived:
    made = Derived()
    for side in ("left", "right"):
        shown, correct = values[f"{side}_shown"], values[f"{side}_correct"]
        if correct > shown:
            made.errors[f"{side}_correct"] = say.CORRECT_ABOVE_SHOWN
        else:
            made.figures[f"{side}_accuracy"] = percent(correct, shown)
    if values["left_shown"] + values["right_shown"] != values["pictures"]:
        made.warnings["pictures"] = say.PICTURES_DIFFER
    measured = values["left_ms"] is not None and values["right_ms"] is not None
    made.figures["gap_ms"] = abs(values["left_ms"] - values["right_ms"]) if measured else None
    made.figures["change"] = values["pain_after"] - values["pain_before"]
    return made


_WORKERS: Final[Mapping[HomeworkKind, Callable[[Values, str], Derived]]] = {
    HomeworkKind.EXERCISE_LOG: _exercise,
    HomeworkKind.SLEEP_LOG: _sleep,
    HomeworkKind.STRESS_LOG: _stress,
    HomeworkKind.FLARE_LOG: _flare,
    HomeworkKind.BREATHING: _breathing,
    HomeworkKind.LATERALITY: _laterality,
}


def unevenness(minutes_by_day: Iterable[int]) -> float | None:
    """Longest day / median day of an exercise log, in minutes; None without days."""
    days = list(minutes_by_day)
    return round(max(days) / median(days), 2) if days else None


def hold_exercise(settled: Sequence[bool | None], minutes_by_day: Iterable[int]) -> bool:
    """Whether to hold the plan and tell the therapist: not settled twice running, or unevenness above 2.

    `settled` is oldest first; a morning not filled in neither counts nor breaks the run.
    """
    known = [one for one in settled if one is not None]
    twice = any(not (first or second) for first, second in pairwise(known))
    return twice or (unevenness(minutes_by_day) or 0.0) > UNEVEN


def mean(values: Iterable[int]) -> float | None:
    """The mean to one decimal, such as relief over 7 days; None without values."""
    given = list(values)
    return round(sum(given) / len(given), 1) if given else None
