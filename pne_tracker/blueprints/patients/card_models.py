"""The next-section card: suggestions whose every reason leads to its evidence, and the plan for the minutes at hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.care import flags_due
from pne_tracker.domain.plan_words import Block, ReasonLine, SuggestionCard, title_of
from pne_tracker.domain.planner import Evidence
from pne_tracker.queries.episode_record import EpisodeRecord
from pne_tracker.queries.planning import EpisodePlan
from pne_tracker.web.display import long_date

LEAST_MINUTES, MOST_MINUTES = 3, 240


def read_minutes(args: Mapping[str, str]) -> int | None:
    """The PNE minutes of today that an address asks for; None when it names none that make sense."""
    text = args.get("minutes", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        return None
    return min(max(int(text), LEAST_MINUTES), MOST_MINUTES)


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason; `url` leads to its evidence, "" where there is none to show."""

    text: str
    weight: int
    url: str


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """One suggestion with its reasons."""

    section: int
    state: str
    title: str
    score: int
    reasons: list[ReasonView]


@dataclass(frozen=True, slots=True)
class CardView:
    """The whole card. `first` is None when every section is complete or left out."""

    first: SuggestionView | None
    others: list[SuggestionView]
    blocks: tuple[Block, ...]
    minutes: int
    summary: str
    forecast: str


def card_view(plan: EpisodePlan, patient_id: UUID, episode_id: UUID) -> CardView:
    """The card of an episode's plan."""
    shown = [_suggestion(one, patient_id, episode_id) for one in plan.card.suggestions]
    return CardView(
        first=shown[0] if shown else None,
        others=shown[1:],
        blocks=plan.blocks,
        minutes=plan.card.minutes,
        summary=plan.card.summary,
        forecast=plan.card.forecast,
    )


def _suggestion(one: SuggestionCard, patient_id: UUID, episode_id: UUID) -> SuggestionView:
    reasons = reason_views(one.reasons, patient_id, episode_id)
    return SuggestionView(one.section, one.state, one.title, one.score, reasons)


def reason_views(lines: Iterable[ReasonLine], patient_id: UUID, episode_id: UUID) -> list[ReasonView]:
    """Reasons, each with the address of its evidence."""
    return [ReasonView(one.text, one.weight, _address(one, patient_id, episode_id)) for one in lines]


def _address(line: ReasonLine, patient_id: UUID, episode_id: UUID) -> str:
    found = line.evidence
    if found is None or found.kind == "flag":
        anchor = "flags" if found else "ledger"
        return url_for("patients.show", patient_id=patient_id, episode=episode_id, _anchor=anchor)
    if found.kind == "homework" and found.id:
        return url_for("homework.show", homework_id=found.id)
    if found.section is None:
        return ""
    return url_for(
        "patients.section", episode_id=episode_id, number=found.section, _anchor=evidence_anchor(found)
    )


def evidence_anchor(found: Evidence) -> str:
    """Where on a section's page a piece of evidence stands."""
    if found.kind == "check" and found.id:
        return f"e-{found.id}"
    return "teaching" if found.kind == "section" else "evidence"


def ranked_options(plan: EpisodePlan, today: dt.date) -> list[tuple[int, str, str]]:
    """Every section left to work on: number, what to do, and its score with the reason that counts most."""
    options = []
    for one in plan.plan.ranked:
        most = max(one.reasons, key=lambda reason: abs(reason.weight), default=None)
        why = f"; {most.text.replace('*', '')} ({most.weight:+d})" if most else ""
        options.append((one.section, title_of(plan.pack, one, plan.states, today), f"score {one.score}{why}"))
    return options


def ask_flags(episode: EpisodeRecord, viewer: Viewer, today: dt.date) -> str:
    """What the card says when the questions about yellow flags are to be asked again, else nothing."""
    due = flags_due(episode.flags_asked_on, episode.opened_on, today)
    if episode.status != "open" or not due or not viewer.may(Permission.EDIT_PATIENTS):
        return ""
    if episode.flags_asked_on is None:
        return "Ask about yellow flags: they were not asked yet"
    return f"Ask about yellow flags again: last asked on {long_date(episode.flags_asked_on)}"
