"""The homework of the visit page: what is proposed, with what was typed for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pne_tracker.blueprints.visits.forms import TypedHomework
from pne_tracker.queries.visit_choices import Proposal
from pne_tracker.web.display import long_date

KINDS = {
    "quiz": "quiz",
    "exercise_log": "exercise log",
    "sleep_log": "sleep log",
    "stress_log": "stress log",
    "flare_log": "flare log",
    "journal": "journal",
    "reading": "reading",
    "conversation": "conversation",
    "practice": "practice",
    "breathing": "breathing practice",
    "laterality": "left and right practice",
    "imagery": "imagined movement",
    "review": "review of the plan",
}


@dataclass(frozen=True, slots=True)
class HomeworkRow:
    """An item to choose, with what was typed for it."""

    proposal: Proposal
    typed: TypedHomework
    note: str
    due_words: str
    errors: dict[str, str]

    @property
    def has_error(self) -> bool:
        """Whether one of its texts cannot be kept."""
        return bool(self.errors)


def homework_row(item: Proposal, typed: TypedHomework | None, errors: Mapping[str, str]) -> HomeworkRow:
    """One row."""
    words = [KINDS.get(item.kind, item.kind), f"section {item.section}"]
    if item.open_already:
        words.append("at home already")
    elif item.unlocked_by_therapist:
        words.append("only when you say so")
    shown = typed or TypedHomework(
        item.key,
        item.chosen,
        item.due_on.isoformat(),
        item.required,
        item.message,
        str(item.times or ""),
    )
    wrong = {
        part: errors[f"{part}-{item.key}"]
        for part in ("due", "times", "message")
        if f"{part}-{item.key}" in errors
    }
    return HomeworkRow(item, shown, ", ".join(words), long_date(item.due_on), wrong)
