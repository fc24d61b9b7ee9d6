"""The history of a visit in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pne_tracker.queries.visit_history import Step
from pne_tracker.web.display import count_text, joined, long_date

TITLES = {
    "start": "Started",
    "save": "Saved",
    "ready": "Ready for the therapist's signature",
    "give_back": "Taken back from the signature",
    "sign": "Signed",
    "addendum": "Addendum",
    "entered_in_error": "Entered in error",
    "mismatch": "Found to differ from what was signed",
}
ICONS = {
    "start": "play",
    "save": "pencil",
    "ready": "signpost",
    "give_back": "rotate-ccw",
    "sign": "pen-line",
    "addendum": "plus",
    "entered_in_error": "octagon-x",
    "mismatch": "octagon-x",
}


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step: what, who and when, the words written with it, and what followed from it."""

    icon: str
    title: str
    who: str
    text: str
    effects: tuple[str, ...]


def history_view(steps: Sequence[Step], zone: str) -> list[StepShown]:
    """Every step, oldest first."""
    return [_shown(step, zone) for step in steps]


def _shown(step: Step, zone: str) -> StepShown:
    title = TITLES.get(step.act, step.act)
    if step.times > 1:
        title = f"{title} {step.times} times"
    when = _when(step.at, zone)
    who = f"{step.by}, {when}" if step.by else when
    if step.times > 1:
        who = f"{step.by}, last {when}" if step.by else f"last {when}"
    return StepShown(ICONS.get(step.act, "info"), title, who, step.text, tuple(_effects(step.effects)))


def _when(at: dt.datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{long_date(local.date(), year=True)}, {local:%H:%M}"


def _effects(effects: Mapping[str, Any]) -> list[str]:
    if not effects:
        return []
    found = [
        f"{count_text(effects['lines'], 'billing line')} left the billing lists",
        f"{count_text(effects['homework'], 'item')} of homework withdrawn",
    ]
    if effects["scores"]:
        found.append(f"{count_text(effects['scores'], 'outcome score')} no longer counted")
    moved = [
        f"section {one['number']} from {_words(one['before'])} to {_words(one['after'])}"
        for one in effects["sections"]
    ]
    found.append(f"Progress: {joined(moved)}" if moved else "Progress: no section changed")
    return found


def _words(state: str) -> str:
    return {"revisit": "to revisit"}.get(state, state.replace("_", " "))
