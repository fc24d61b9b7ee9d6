"""What the planner takes and gives: frozen shapes and the default weights (curriculum.md 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pne_tracker.domain.progress import SectionEvidence

# A pack may override each of these by name.
DEFAULT_WEIGHTS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "order_step": 2,
        "start_here": 300,
        "concept_gap_primary": 30,
        "concept_gap_secondary": 15,
        "concept_gap_partial_primary": 15,
        "concept_gap_partial_secondary": 8,
        "concept_gap_more": 5,
        "prerequisite_hard": -100,
        "prerequisite_soft": -5,
        "revisits_first": -100,
        "homework_due": 160,
        "homework_overdue_per_day": 1,
        "homework_overdue_max": 10,
        "homework_missed": 5,
        "revisit_due": 140,
        "homework_too": 10,
        "check_needed": 130,
        "weeks_since_taught_per_week": 1,
        "weeks_since_taught_max": 10,
    }
)


class Action(StrEnum):
    """What a suggestion asks for; `close` is to ask for a check, or to wait for homework."""

    REVIEW_HOMEWORK = "review_homework"
    REVISIT = "revisit"
    CLOSE = "close"
    TEACH = "teach"


@dataclass(frozen=True, slots=True)
class RecordedFlag:
    """A yellow flag of the patient, and the day it was recorded where known."""

    id: str
    recorded_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PlannerInput:
    """The facts of one episode on one day.

    `minutes` are those for PNE today. `sections` maps section numbers to their evidence; those left out are
    not started. Without `visits_left` or `visits_per_week` that part of the forecast is not known.
    `allow_new_with_revisits` is the therapist's choice to teach on while two or more sections wait.
    """

    today: dt.date
    minutes: int
    sections: Mapping[int, SectionEvidence] = field(default_factory=dict)
    flags: tuple[RecordedFlag, ...] = ()
    visits_left: int | None = None
    visits_per_week: int | None = None
    allow_new_with_revisits: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a reason comes from: `check`, `homework`, `taught`, `flagged`, `flag` or `section`.

    `id` is that of the check or item as the caller named it, or the flag's or concept's id.
    """

    kind: str
    section: int | None = None
    on: dt.date | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason that counted, its weight in points, its sentence for staff, and its evidence."""

    code: str
    weight: int
    text: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One section with what to do about it. `score` is the sum of the reasons' weights."""

    action: Action
    section: int
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of today's plan; `homework` are the template keys to assign after teaching."""

    action: Action
    section: int
    minutes: int
    homework: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """Sections left to teach, how many a visit that makes (two decimals), and the day the last is taught."""

    sections_left: int
    per_visit: float | None
    finish_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Suggestions from the highest score down, today's steps in order, and the forecast."""

    ranked: tuple[Suggestion, ...]
    today: tuple[Step, ...]
    forecast: Forecast
