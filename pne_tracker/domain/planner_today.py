"""Today's plan within the minutes, and the forecast (curriculum.md 4: Today, Forecast)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from pne_tracker.domain.curriculum import Section
from pne_tracker.domain.homework import OPEN
from pne_tracker.domain.planner_facts import Facts
from pne_tracker.domain.planner_shapes import Action, Forecast, Step, Suggestion
from pne_tracker.domain.progress import State

FIRST_REVIEW, FURTHER_REVIEW = 5, 3
CHECK_MINUTES, MAX_CHECKS = 5, 2
CANDIDATES = 3
MAX_OPEN_TASKS = 3


def today_of(facts: Facts, ranked: Sequence[Suggestion]) -> tuple[Step, ...]:
    """Steps whose minutes never exceed those given: reviews, revisits, checks, then new teaching."""
    steps: list[Step] = []
    left = facts.given.minutes
    all_reviewed = True
    for suggestion in ranked:
        if facts.waiting.get(suggestion.section):
            needed = FURTHER_REVIEW if steps else FIRST_REVIEW
            if needed <= left:
                steps.append(Step(Action.REVIEW_HOMEWORK, suggestion.section, needed))
                left -= needed
            else:
                all_reviewed = False
    left = _revisits_and_checks(facts, ranked, steps, left)
    if all_reviewed and not facts.revisits_first:
        steps.extend(_new_teaching(facts, ranked, left))
    return tuple(steps)


def _revisits_and_checks(facts: Facts, ranked: Sequence[Suggestion], steps: list[Step], left: int) -> int:
    for suggestion in ranked:
        if suggestion.action is Action.REVISIT:
            needed = facts.pack.by_number[suggestion.section].minutes.low
            if needed <= left:
                steps.append(Step(Action.REVISIT, suggestion.section, needed))
                left -= needed
    checks = [one.section for one in ranked if one.action is Action.CLOSE and _taught(facts, one.section)]
    for number in checks[:MAX_CHECKS]:
        if left >= CHECK_MINUTES:
            steps.append(Step(Action.CLOSE, number, CHECK_MINUTES))
            left -= CHECK_MINUTES
    return left


def _taught(facts: Facts, number: int) -> bool:
    return facts.progress[number].state is State.TAUGHT


def _new_teaching(facts: Facts, ranked: Sequence[Suggestion], left: int) -> list[Step]:
    candidates = [
        facts.pack.by_number[one.section]
        for one in ranked
        if one.action is Action.TEACH and facts.untaught.isdisjoint(facts.pack.by_number[one.section].hard)
    ][:CANDIDATES]
    steps: list[Step] = []
    room = 2 if _more_than_one_a_visit(facts) else 1
    tasks = _open_tasks(facts)
    for section in candidates:
        minutes = _minutes_that_fit(section, left)
        homework = tuple(item.key for item in section.homework if item.required)
        if minutes is None or len(steps) == room:
            continue
        if steps and tasks + len(homework) > MAX_OPEN_TASKS:
            continue
        steps.append(Step(Action.TEACH, section.number, minutes, homework))
        left -= minutes
        tasks += len(homework)
    return steps


def _minutes_that_fit(section: Section, left: int) -> int | None:
    for minutes in (section.minutes.typical, section.minutes.low):
        if minutes <= left:
            return minutes
    return None


def _open_tasks(facts: Facts) -> int:
    return sum(item.status in OPEN for one in facts.evidence.values() for item in one.homework)


def _more_than_one_a_visit(facts: Facts) -> bool:
    visits = facts.given.visits_left
    return bool(visits) and len(facts.untaught) > (visits or 0)


def forecast_of(facts: Facts) -> Forecast:
    """Sections left, how many a visit (two decimals, half up), and when the last would be taught.

    One new section a visit, today's the first: today + ceil(7 x (left - 1) / visits a week) days.
    """
    left = len(facts.untaught)
    visits, pace = facts.given.visits_left, facts.given.visits_per_week
    per_visit = (200 * left + visits) // (2 * visits) / 100 if visits else None
    finish_on = None
    if left and pace:
        finish_on = facts.given.today + dt.timedelta(days=-(-7 * (left - 1) // pace))
    return Forecast(left, per_visit, finish_on)
