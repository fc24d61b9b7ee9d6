"""Billing: from the minutes of one visit to its lines, each with its reasons, and what keeps it from a claim.

`bill` alone decides; every screen, export, API and command asks it. Pure: no clock, no database.
"""

from __future__ import annotations

from pne_tracker.domain.billing.codes import CODES, Code, CodeTable, with_added
from pne_tracker.domain.billing.engine import bill
from pne_tracker.domain.billing.findings import Finding, Level, blocks_billing
from pne_tracker.domain.billing.gates import BillingFacts, Diagnosis, PlanOfCare, gates
from pne_tracker.domain.billing.visit import (
    PNE,
    SEPARATE,
    Bill,
    BillableVisit,
    Discipline,
    Line,
    Treatment,
    Unbilled,
    UnitRule,
)

__all__ = [
    "CODES",
    "PNE",
    "SEPARATE",
    "Bill",
    "BillableVisit",
    "BillingFacts",
    "Code",
    "CodeTable",
    "Diagnosis",
    "Discipline",
    "Finding",
    "Level",
    "Line",
    "PlanOfCare",
    "Treatment",
    "Unbilled",
    "UnitRule",
    "bill",
    "blocks_billing",
    "gates",
    "with_added",
]
