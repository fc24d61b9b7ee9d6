"""Logs as pictures for the care team, and the imagery ladder in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import url_for

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.entry_derived import hold_exercise, unevenness
from pne_tracker.domain.ladder import Reason, Step
from pne_tracker.domain.sleep import Night as SleptNight
from pne_tracker.domain.sleep import week_efficiency
from pne_tracker.queries.ladder import Ladder
from pne_tracker.queries.patient_logs import PatientLogs
from pne_tracker.web.charts import nights_chart
from pne_tracker.web.display import long_date, short_date
from pne_tracker.web.log_pictures import Picture, Shown, pictures_of
from pne_tracker.web.night_chart import Night, NightsChart

NIGHTS: Final = 7
STEP_WORDS: Final = {
    Step.LEFT_RIGHT: "left or right",
    Step.IMAGINE: "imagined movement",
    Step.MIRROR: "mirror",
    Step.FUNCTION: "function",
}
REASONS: Final = {
    Reason.PAIN_STAYED_UP: "Pain was still up at the next practice, a day or more on: step back, or do less.",
    Reason.SWELLING_STAYED: "The part swelled more at two practices in a row: step back, or do less.",
    Reason.NOTHING_YET: "Nothing practised on this step yet.",
    Reason.TOO_FEW: "Too few practices on this step to judge.",
    Reason.NOT_RECENT: "No practice in the last two weeks.",
    Reason.ACCURACY_LOW: "The latest practice has a side under 80 %.",
    Reason.SPEED_UNKNOWN: "The speed of the latest practice was not measured.",
    Reason.TOO_SLOW: "Slower than the guide: 1.6 s for neck and back, 2 s for hand and foot, 0.5 s more is fine.",
    Reason.SIDES_DIFFER: "The sides differ by more than 0.3 s.",
    Reason.NOT_LONG_ENOUGH: "Within the guide, not for long enough: seven days, two weeks on later steps.",
    Reason.STEADY: "Seven days at 80 % or more on both sides, in range, sides alike, no lasting rise in pain.",
    Reason.TWO_WEEKS: "Two weeks on this step without a lasting rise in pain or swelling.",
    Reason.TOP: "The last step.",
}


@dataclass(frozen=True, slots=True)
class LadderView:
    """The ladder in words; `moves` are (step, text, is suggested)."""

    now: str
    why: str
    step: int
    moves: list[tuple[int, str, bool]]


def ladder_view(ladder: Ladder) -> LadderView:
    """Where the patient stands, what the rule says, and where the therapist may go from here."""
    step, suggestion = ladder.step, ladder.suggestion
    moves = [
        (
            near.value,
            f"{'Unlock' if near > step else 'Step back to'} {near.value}: {STEP_WORDS[near]}",
            near is suggestion.step,
        )
        for near in Step
        if abs(near - step) == 1
    ]
    return LadderView(
        now=f"Step {step.value} of 4, {STEP_WORDS[step]}, since {long_date(ladder.since)}",
        why=REASONS[suggestion.reason],
        step=step.value,
        moves=moves,
    )


@dataclass(frozen=True, slots=True)
class LogGroup:
    """One kind of log: its pictures, or its nights."""

    title: str
    line: str
    pictures: list[Picture]
    nights: NightsChart | None = None

    @property
    def any(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.pictures or self.nights)


@dataclass(frozen=True, slots=True)
class LogsView:
    """The page of all logs of a patient."""

    patient: str
    patient_url: str
    groups: list[LogGroup]
    private_line: str


def logs_view(found: PatientLogs) -> LogsView:
    """Every kind that can be drawn; private entries are only counted."""
    groups = [log_group(row.kind, row.title, row.entries, f"log-{nth}") for nth, row in enumerate(found.rows)]
    private = f"Private entries, which only the patient can read: {found.private}." if found.private else ""
    return LogsView(
        patient=found.patient_name,
        patient_url=url_for("patients.show", patient_id=found.patient_id),
        groups=[group for group in groups if group.any],
        private_line=private,
    )


def log_group(kind: HomeworkKind, title: str, entries: Sequence[Shown], chart_id: str) -> LogGroup:
    """The pictures of one kind, with what the rules say about it."""
    known = sorted((one for one in entries if one.values), key=lambda one: one.for_date)
    if kind is HomeworkKind.SLEEP_LOG and known:
        return LogGroup(title, _sleep_line(known), [], _nights(known, chart_id))
    line = _exercise_line(known) if kind is HomeworkKind.EXERCISE_LOG and known else ""
    return LogGroup(title, line, pictures_of(kind, known, chart_id))


def _exercise_line(entries: Sequence[Shown]) -> str:
    """What stands behind "hold": mornings that did not settle, days that differ."""
    minutes: dict[dt.date, int] = {}
    for one in entries:
        minutes[one.for_date] = minutes.get(one.for_date, 0) + one.values["done_minutes"]
    settled = [one.derived.get("settled") for one in entries]
    facts = (
        f"{settled.count(False)} mornings not settled; "
        f"the longest day is {unevenness(minutes.values())} times the median."
    )
    return f"Hold the plan. {facts}" if hold_exercise(settled, minutes.values()) else facts


def _sleep_line(entries: Sequence[Shown]) -> str:
    share = week_efficiency(
        SleptNight(one.derived["minutes_in_bed"], one.derived.get("minutes_asleep"), None)
        for one in entries[-NIGHTS:]
    )
    if share is None:
        return "Sleep efficiency of a week needs five known nights."
    return f"Sleep efficiency over the latest nights: {share} % (time asleep over time in bed)."


def _nights(entries: Sequence[Shown], chart_id: str) -> NightsChart:
    return nights_chart(
        [_night(one) for one in entries[-NIGHTS:]],
        title="The latest nights",
        finding="Each bar goes from bed time to getting up; gaps are wakings.",
        chart_id=f"{chart_id}-nights",
    )


def _night(one: Shown) -> Night:
    share = one.derived.get("sleep_efficiency")
    return Night(
        short_date(one.for_date),
        dt.time.fromisoformat(one.values["in_bed"]),
        dt.time.fromisoformat(one.values["out_of_bed"]),
        one.values["awakenings"],
        None if share is None else share / 100,
    )
