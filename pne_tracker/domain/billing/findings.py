"""Findings: what a person should know or decide about a bill. A finding never changes a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding stops: `needs_decision` the signature, `blocking` the claim, the others nothing."""

    NEEDS_DECISION = "needs_decision"
    BLOCKING = "blocking"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """A code for programs, a level, and a sentence that says what to do."""

    code: str
    level: Level
    message: str


def blocks_billing(findings: Iterable[Finding]) -> bool:
    """Whether the visit may not go onto a claim yet."""
    return any(finding.level in {Level.NEEDS_DECISION, Level.BLOCKING} for finding in findings)
