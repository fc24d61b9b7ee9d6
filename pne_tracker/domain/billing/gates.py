"""Gates before a visit is billed: what the record around the minutes must hold. Each is a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pne_tracker.domain.billing.findings import Finding, Level
from pne_tracker.domain.billing.npi import npi_is_valid
from pne_tracker.domain.billing.visit import Bill

REPORT_EVERY = 10
"""Treatment days within which a progress report is due (Pub 100-02 chapter 15 section 220.3 D)."""
REPORT_SOON = 7
"""Treatment days after which it is said that a report comes due."""
CERTIFY_WITHIN = 30
"""Days from the start of treatment within which the plan of care is certified (chapter 15 section
220.1.3)."""
PLAN_LASTS = 90
"""Days after which a plan of care needs a new certification (chapter 15 section 220.1.3)."""
_ORDER = tuple(Level)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An ICD-10-CM code and whether the code set says that it is a leaf, so billable, on the day."""

    code: str
    billable: bool


@dataclass(frozen=True, slots=True)
class PlanOfCare:
    """The plan's first day, and the day it was certified, None while it is not."""

    started_on: date
    certified_on: date | None


@dataclass(frozen=True, slots=True)
class BillingFacts:
    """What the gates look at.

    `bill` is None while the payer's unit rule is unknown. `visit_minutes` is how long the visit lasted,
    None when it was not recorded. `treatment_days` counts the days since the last progress report, this one
    included. `visits_used` counts the visits of the authorisation, this one included; `visits_authorised`
    None: no limit. `plan_of_care` None: the payer asks for none.
    """

    day: date
    bill: Bill | None
    diagnoses: tuple[Diagnosis, ...]
    visit_minutes: int | None
    rendering_npi: str | None
    treatment_days: int = 0
    plan_of_care: PlanOfCare | None = None
    visits_authorised: int | None = None
    visits_used: int = 0


def gates(facts: BillingFacts) -> tuple[Finding, ...]:
    """The engine's findings and those of the gates, the ones that stop most first, in a fixed order."""
    found = [*(facts.bill.findings if facts.bill else ())]
    for gate in (_payer, _diagnoses, _minutes, _npi, _progress_report, _plan_of_care, _authorisation):
        found.extend(gate(facts))
    found.sort(key=lambda finding: _ORDER.index(finding.level))
    return tuple(found)


def _block(code: str, message: str) -> Finding:
    return Finding(code, Level.BLOCKING, message)


def _warn(code: str, message: str) -> Finding:
    return Finding(code, Level.WARNING, message)


UNKNOWN_RULE = _block(
    "unknown_payer_rule", "Set how this payer counts units: by the 8-minute rule or by midpoint."
)


def _payer(facts: BillingFacts) -> Iterator[Finding]:
    if facts.bill is None:
        yield UNKNOWN_RULE


def _diagnoses(facts: BillingFacts) -> Iterator[Finding]:
    if not facts.diagnoses:
        yield _block("no_diagnosis", "Add a diagnosis to the episode.")
    for diagnosis in facts.diagnoses:
        if not diagnosis.billable:
            message = f"{diagnosis.code} is not a billable diagnosis. Choose a more exact code under it."
            yield _block("diagnosis_not_billable", message)


def _minutes(facts: BillingFacts) -> Iterator[Finding]:
    if facts.bill is None:
        return
    if not facts.bill.total_minutes:
        yield _block("no_minutes", "Record the minutes of the treatments given.")
    billed = sum(line.minutes for line in facts.bill.lines)
    if facts.visit_minutes is not None and billed > facts.visit_minutes:
        message = (
            f"{billed} minutes are billed and the visit lasted {facts.visit_minutes}. Correct one of them."
        )
        yield _block("minutes_above_visit", message)


def _npi(facts: BillingFacts) -> Iterator[Finding]:
    if not facts.rendering_npi:
        yield _block("npi_missing", "Add the rendering provider's NPI.")
    elif not npi_is_valid(facts.rendering_npi):
        yield _block(
            "npi_check_digit", "The rendering provider's NPI has a wrong digit. Compare it with the registry."
        )


def _progress_report(facts: BillingFacts) -> Iterator[Finding]:
    if facts.treatment_days >= REPORT_EVERY:
        message = f"This is treatment day {facts.treatment_days} since the last progress report. Write one."
        yield _warn("progress_report_due", message)


def _plan_of_care(facts: BillingFacts) -> Iterator[Finding]:
    plan = facts.plan_of_care
    if plan is None:
        return
    age = (facts.day - plan.started_on).days
    late = plan.certified_on is None or (plan.certified_on - plan.started_on).days > CERTIFY_WITHIN
    if late and age > CERTIFY_WITHIN:
        message = (
            f"The plan of care was not certified in {CERTIFY_WITHIN} days. Have that done, and note why."
        )
        yield _warn("plan_of_care_not_certified", message)
    if age > PLAN_LASTS:
        yield _warn(
            "plan_of_care_old", f"The plan of care is {age} days old. Renew it and have it certified."
        )


def _authorisation(facts: BillingFacts) -> Iterator[Finding]:
    if facts.visits_authorised is not None and facts.visits_used > facts.visits_authorised:
        message = (
            f"This is visit {facts.visits_used} and {facts.visits_authorised} are authorised. "
            "Ask the payer for more before you bill it."
        )
        yield _warn("visits_used_up", message)
