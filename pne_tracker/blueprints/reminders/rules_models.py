"""The rules of a clinic as their page shows and reads them, with the messages they would send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pne_tracker.blueprints.reminders.previews import VISIT_AT, in_both_languages
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.messages.templates import Template
from pne_tracker.domain.reminders.reasons import REASON_WORDS, Reason
from pne_tracker.domain.reminders.rules import Rule, RuleSet, task_moments, visit_moments
from pne_tracker.domain.reminders.when import instant_of
from pne_tracker.services.reminders.clinic_rules import ClinicRules
from pne_tracker.web.display import short_date

AHEAD: Final = dt.timedelta(days=7)
HINTS: Final = {
    Reason.REPLIED: "As soon as the answer is written, by day.",
    Reason.NOTHING_LOGGED: "After days without an entry while homework is open; three times at most.",
    Reason.VISIT_TODAY: "Only when the visit is later than this.",
    Reason.TASK_MISSED: "The evening after the day it was due.",
}


@dataclass(frozen=True, slots=True)
class RulesModel:
    """The page: the stored rules, the form's rows, what it would send, and what is wrong."""

    found: ClinicRules
    rows: list[dict[str, Any]]
    previews: list[dict[str, Any]]
    error: str


def rule_rows(rules: RuleSet, form: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """One row for each reminder; what was typed stays."""
    return [_row(reason, rules.rules[reason], form) for reason in Reason]


def _row(reason: Reason, rule: Rule, form: Mapping[str, str] | None) -> dict[str, Any]:
    name = reason.value
    return {
        "name": name,
        "words": REASON_WORDS[reason],
        "hint": HINTS.get(reason, ""),
        "on": rule.on if form is None else f"{name}_on" in form,
        "at": f"{rule.at:%H:%M}" if form is None else form.get(f"{name}_at", f"{rule.at:%H:%M}"),
        "days": (str(rule.days) if form is None else form.get(f"{name}_days", "")) if rule.days else "",
        "has_time": reason is not Reason.REPLIED,
    }


def read_rules(form: Mapping[str, str]) -> dict[Reason, Rule]:
    """The rules of a form. Raises BadInputError at what cannot be read."""
    return {reason: _read(reason, form) for reason in Reason}


def _read(reason: Reason, form: Mapping[str, str]) -> Rule:
    name = reason.value
    try:
        at = dt.time.fromisoformat(form.get(f"{name}_at", "18:00").strip())
    except ValueError:
        raise BadInputError("Write the time as hours and minutes, like 18:00.", at=f"{name}_at") from None
    days = form.get(f"{name}_days", "0").strip() or "0"
    if not days.isascii() or not days.isdigit() or len(days) > 3:
        raise BadInputError("Write the days as a whole number.", at=f"{name}_days")
    return Rule(f"{name}_on" in form, at.replace(second=0, microsecond=0, tzinfo=None), int(days))


def previews(
    rules: RuleSet, words: Mapping[str, Template], clinic: str, today: dt.date, zone: str
) -> list[dict[str, Any]]:
    """What a task and a visit a week ahead would send when, in both languages, by mail and by text."""
    day = today + AHEAD
    starts = instant_of(day, VISIT_AT, zone)
    tasks = [
        f"{short_date(one.wall.date())}, {one.wall:%H:%M}" for one in task_moments(rules, day, None, zone)
    ]
    visits = [
        f"{short_date(one.wall.date())}, {one.wall:%H:%M}" for one in visit_moments(rules, starts, None, zone)
    ]
    return [
        {
            "title": f"A task due on {short_date(day)}",
            "times": tasks,
            "others": _same_words(rules),
            "languages": in_both_languages(words["reminder"], clinic, day),
        },
        {
            "title": f"A visit on {short_date(day)} at {VISIT_AT:%H:%M}",
            "times": visits,
            "others": "",
            "languages": in_both_languages(words["visit"], clinic, day),
        },
    ]


def _same_words(rules: RuleSet) -> str:
    """The reminders that say what a task says, with when they come; empty when all of them are off."""
    silence = rules.rules[Reason.NOTHING_LOGGED]
    others = {
        Reason.RECALL_DUE: f"at {rules.rules[Reason.RECALL_DUE].at:%H:%M} for a recall question",
        Reason.NOTHING_LOGGED: f"at {silence.at:%H:%M} after {silence.days} days with nothing logged",
        Reason.REPLIED: "when the therapist replied",
    }
    on = [words for reason, words in others.items() if rules.on(reason)]
    return f"The same words come {', '.join(on)}." if on else ""
