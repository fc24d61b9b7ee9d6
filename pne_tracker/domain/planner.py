"""The planner: what to do next with one patient, every reason weighed and shown (domain.md, curriculum.md 4).

Pure and deterministic: the same input gives the same plan, whatever the order of its evidence. Ties go to
the lower section number.
"""

from __future__ import annotations

from dataclasses import dataclass

from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.planner_facts import Facts, facts_of
from pne_tracker.domain.planner_reasons import action_for, reasons_for
from pne_tracker.domain.planner_shapes import (
    DEFAULT_WEIGHTS,
    Action,
    Evidence,
    Forecast,
    Plan,
    PlannerInput,
    Reason,
    RecordedFlag,
    Step,
    Suggestion,
)
from pne_tracker.domain.planner_today import forecast_of, today_of
from pne_tracker.domain.progress import State

__all__ = [
    "DEFAULT_WEIGHTS",
    "Action",
    "Evidence",
    "First",
    "Forecast",
    "Plan",
    "PlannerInput",
    "Reason",
    "RecordedFlag",
    "Step",
    "Suggestion",
    "first",
    "plan",
]


def plan(pack: Pack, given: PlannerInput) -> Plan:
    """Ranks every section that is neither complete nor skipped, fits today's minutes, and forecasts."""
    facts = facts_of(pack, given)
    ranked = _ranked(facts)
    return Plan(ranked, today_of(facts, ranked), forecast_of(facts))


@dataclass(frozen=True, slots=True)
class First:
    """What comes first, None where nothing is left to do, and the states of all sections by number."""

    suggestion: Suggestion | None
    states: dict[int, State]


def first(pack: Pack, given: PlannerInput) -> First:
    """The first suggestion of `plan` alone, for lists; the minutes do not matter to it."""
    facts = facts_of(pack, given)
    states = {number: one.state for number, one in facts.progress.items()}
    return First(next(iter(_ranked(facts)), None), states)


def _ranked(facts: Facts) -> tuple[Suggestion, ...]:
    suggestions = []
    for section in facts.pack.sections:
        state = facts.progress[section.number].state
        if state is State.COMPLETE or state is State.SKIPPED:
            continue
        action = action_for(facts, section.number)
        reasons = reasons_for(facts, section, action)
        score = sum([reason.weight for reason in reasons])
        suggestions.append(Suggestion(action, section.number, score, reasons))
    suggestions.sort(key=lambda one: (-one.score, one.section))
    return tuple(suggestions)
