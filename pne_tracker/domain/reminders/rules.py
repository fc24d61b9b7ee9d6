"""A clinic's rules: which reminders there are, at what hour, and after how many days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.reminders.reasons import TASK_STEPS, USEFUL_FOR, Reason
from pne_tracker.domain.reminders.when import DAY_ENDS, DAY_STARTS, first_allowed, instant_of, local

EVENING, MORNING = dt.time(18, 0), dt.time(8, 30)
LONGEST_SILENCE: Final = 30


@dataclass(frozen=True, slots=True)
class Rule:
    """One reminder of a clinic. `at`: the hour unless the patient chose one; `days`: of silence before it."""

    on: bool
    at: dt.time
    days: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """When a reminder is due: the wall time, its instant, and the instant after which it is of no use."""

    reason: Reason
    wall: dt.datetime
    at: dt.datetime
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of a clinic at one version; `paused` stops every reminder of it."""

    rules: Mapping[Reason, Rule]
    paused: bool = False

    def on(self, reason: Reason) -> bool:
        """Whether the clinic sends that reminder."""
        return self.rules[reason].on


DEFAULT: Final = RuleSet(
    {
        Reason.VISIT_TODAY: Rule(on=True, at=MORNING),
        Reason.VISIT_TOMORROW: Rule(on=True, at=EVENING),
        Reason.REPLIED: Rule(on=True, at=EVENING),
        Reason.TASK_DUE_TODAY: Rule(on=True, at=MORNING),
        Reason.TASK_DUE: Rule(on=True, at=EVENING),
        Reason.TASK_MISSED: Rule(on=True, at=EVENING),
        Reason.RECALL_DUE: Rule(on=True, at=EVENING),
        Reason.NOTHING_LOGGED: Rule(on=True, at=EVENING, days=5),
    }
)
BY_THE_PATIENTS_HOUR: Final = frozenset(Reason) - {Reason.VISIT_TODAY, Reason.TASK_DUE_TODAY, Reason.REPLIED}
"""Reminders that come at the hour the patient chose; the others have a time of their own."""


def checked(rules: Mapping[Reason, Rule], *, paused: bool = False) -> RuleSet:
    """The rules as a set. Raises BadInputError at the rule whose hour is at night or whose days are not 2 to 30."""
    for reason, rule in rules.items():
        if not DAY_STARTS <= rule.at < DAY_ENDS:
            raise BadInputError("Choose a time from 08:00 to 20:59. Nights stay quiet.", at=f"{reason}_at")
        if reason is Reason.NOTHING_LOGGED and not 2 <= rule.days <= LONGEST_SILENCE:
            raise BadInputError(f"Choose 2 to {LONGEST_SILENCE} days.", at=f"{reason}_days")
    return RuleSet(dict(rules), paused)


def to_dict(rules: RuleSet) -> dict[str, Any]:
    """The rules as they are stored."""
    return {
        reason.value: {"on": rule.on, "at": f"{rule.at:%H:%M}", "days": rule.days}
        for reason, rule in rules.rules.items()
    }


def from_dict(stored: Mapping[str, Any], *, paused: bool) -> RuleSet:
    """Stored rules; a reminder that came later than they were stored is as shipped."""
    found = dict(DEFAULT.rules)
    for reason in Reason:
        if reason in stored:
            one = stored[reason]
            found[reason] = Rule(one["on"], dt.time.fromisoformat(one["at"]), one["days"])
    return RuleSet(found, paused)


def without(rules: RuleSet, off: frozenset[Reason]) -> RuleSet:
    """The rules as they hold for a patient who switched some off."""
    return RuleSet(
        {reason: replace(rule, on=rule.on and reason not in off) for reason, rule in rules.rules.items()},
        rules.paused,
    )


def hour_of(rules: RuleSet, reason: Reason, preferred: dt.time | None) -> dt.time:
    """The patient's own hour where there is one, else the clinic's."""
    return preferred if preferred and reason in BY_THE_PATIENTS_HOUR else rules.rules[reason].at


def moment(rules: RuleSet, reason: Reason, day: dt.date, preferred: dt.time | None, zone: str) -> Moment:
    """The moment of a reminder on `day` at the patient's place, kept out of quiet hours."""
    clock = hour_of(rules, reason, preferred)
    at = first_allowed(instant_of(day, clock, zone), zone)
    useful = USEFUL_FOR.get(reason, dt.timedelta(days=1))
    return Moment(reason, dt.datetime.combine(day, clock), at, at + useful)


def task_moments(rules: RuleSet, due_on: dt.date, preferred: dt.time | None, zone: str) -> tuple[Moment, ...]:
    """The reminders of a task in order: the evening before, that morning, and the evening after a missed day."""
    days = dict(zip(TASK_STEPS, (-1, 0, 1), strict=True))
    found = []
    for reason, shift in days.items():
        if rules.on(reason):
            one = moment(rules, reason, due_on + dt.timedelta(days=shift), preferred, zone)
            if reason is not Reason.TASK_MISSED:
                one = replace(one, expires_at=max(instant_of(due_on, DAY_ENDS, zone), one.at))
            found.append(one)
    return tuple(found)


def next_task_moment(
    moments: tuple[Moment, ...], now: dt.datetime, after: Reason | None = None
) -> Moment | None:
    """The first of a task's moments that still lies ahead, and that follows `after` in the order of steps."""
    steps = list(TASK_STEPS)
    left = steps[steps.index(after) + 1 :] if after else steps
    return next((one for one in moments if one.reason in left and one.at > now), None)


def visit_moments(
    rules: RuleSet, starts_at: dt.datetime, preferred: dt.time | None, zone: str
) -> tuple[Moment, ...]:
    """The reminders of an appointment: the day before and that morning, each of use until it starts."""
    day = local(starts_at, zone).date()
    found = []
    for reason, shift in ((Reason.VISIT_TOMORROW, -1), (Reason.VISIT_TODAY, 0)):
        one = moment(rules, reason, day + dt.timedelta(days=shift), preferred, zone)
        if rules.on(reason) and one.at < starts_at:
            found.append(replace(one, expires_at=starts_at))
    return tuple(found)
