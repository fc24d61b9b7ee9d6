"""What the engine reads and what it answers: frozen shapes, minutes as whole numbers, money as cents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pne_tracker.domain.billing.findings import Finding

PNE = "pne"
"""The activity of pain neuroscience education on its own."""
SEPARATE = "separate"
"""The decision that stand-alone PNE was given apart from the other treatments."""
MINUTES_OF_A_DAY = 1440


class Discipline(StrEnum):
    """Whose plan of care the visit belongs to; it chooses the modifiers and the yearly threshold."""

    PT = "PT"
    OT = "OT"


UNKNOWN_UNITS = "unknown"
"""How a payer counts units while nobody has set it."""


class UnitRule(StrEnum):
    """How a payer counts units: CMS pools the visit's timed minutes, the AMA's midpoint counts per code."""

    CMS_8MIN = "cms_8min"
    AMA_MIDPOINT = "ama_midpoint"


@dataclass(frozen=True, slots=True)
class Treatment:
    """One activity of a visit.

    `activity` is PNE or a code; `pne_minutes` and `assistant_minutes` lie within `minutes`. Two fields are
    for a PNE row: `decision`, None, SEPARATE, or the code of the treatment the minutes are combined with;
    `impairment`, the documented neuromuscular impairment or goal (a 97112 row may name it too).
    """

    activity: str
    minutes: int
    pne_minutes: int = 0
    assistant_minutes: int = 0
    decision: str | None = None
    impairment: str | None = None


@dataclass(frozen=True, slots=True)
class BillableVisit:
    """All that the engine needs about one visit.

    `max_timed_units` is the payer's daily limit; `ytd_allowed` the cents allowed this year before this
    visit, None when the threshold does not apply; `fees` cents per unit by code; `tie_prefers` the code the
    clinician chose to win among equal remainders.
    """

    discipline: Discipline
    day: date
    unit_rule: UnitRule
    treatments: tuple[Treatment, ...]
    separate_pne_allowed: bool = True
    max_timed_units: int | None = None
    ytd_allowed: int | None = None
    kx_attested: bool = False
    fees: Mapping[str, int] = field(default_factory=dict)
    tie_prefers: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One billing line. `source_minutes` says which activities its minutes came from; `charge` is in cents,
    None when the code has no fee; `reasons` are sentences."""

    code: str
    minutes: int
    units: int
    modifiers: tuple[str, ...]
    charge: int | None
    source_minutes: tuple[tuple[str, int], ...]
    pne_minutes: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unbilled:
    """Minutes of an activity that are on no line, how many of them were PNE, and why."""

    activity: str
    minutes: int
    reason: str
    pne_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Bill:
    """The answer: lines in order of code and modifiers, the minutes on none of them, findings, and totals.

    `total_charge` is in cents, None when a line has no fee.
    """

    lines: tuple[Line, ...]
    unbilled: tuple[Unbilled, ...]
    findings: tuple[Finding, ...]
    timed_minutes: int
    total_minutes: int
    total_timed_units: int
    total_charge: int | None
