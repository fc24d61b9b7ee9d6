"""A draft and its billing lines: what the engine says now, and what it would say after each decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pne_tracker.domain.billing import (
    CODES,
    PNE,
    SEPARATE,
    Bill,
    BillableVisit,
    BillingFacts,
    Diagnosis,
    Discipline,
    Finding,
    Level,
    PlanOfCare,
    Unbilled,
    UnitRule,
    bill,
    gates,
)
from pne_tracker.domain.billing.codes import RETRAINING, CodeTable
from pne_tracker.domain.billing.dated import Tables
from pne_tracker.domain.billing.gates import UNKNOWN_RULE
from pne_tracker.domain.billing.money import decimal_text
from pne_tracker.domain.billing.shipped import SHIPPED
from pne_tracker.domain.icd10 import look_up
from pne_tracker.domain.visit_draft import DraftInput, TreatmentDraft


@dataclass(frozen=True, slots=True)
class BillingRules:
    """What the payer, the clinic and the year say: everything the engine needs but the visit.

    `unit_rule` is None while nobody has set how the payer counts; `fees` are cents a unit by code; `ytd_cents`
    None where no yearly threshold applies.
    """

    discipline: Discipline
    unit_rule: UnitRule | None
    fees: Mapping[str, int]
    separate_pne_allowed: bool = True
    max_timed_units: int | None = None
    ytd_cents: int | None = None
    codes: CodeTable = field(default_factory=lambda: CODES)
    tables: Tables = SHIPPED


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What the gates need of the record around the visit."""

    diagnoses: tuple[str, ...]
    rendering_npi: str | None
    treatment_days: int
    visits_used: int
    visits_authorised: int | None
    plan_of_care_from: dt.date | None
    plan_of_care_certified_on: dt.date | None


def bill_of(draft: DraftInput, rules: BillingRules) -> Bill:
    """The bill of a settled draft. Raises BadInputError where the draft contradicts itself.

    While the payer's rule is unknown there are no lines: any number of units would be a guess.
    """
    made = bill(
        BillableVisit(
            discipline=rules.discipline,
            day=draft.on_date,
            unit_rule=rules.unit_rule or UnitRule.CMS_8MIN,
            treatments=tuple(row.billed() for row in draft.treatments),
            separate_pne_allowed=rules.separate_pne_allowed,
            max_timed_units=rules.max_timed_units,
            ytd_allowed=rules.ytd_cents,
            kx_attested=draft.kx_attested,
            fees={code: cents for code, cents in rules.fees.items() if code in rules.codes},
        ),
        rules.codes,
        rules.tables,
    )
    return made if rules.unit_rule else _without_lines(made, draft)


_NO_RULE = "Nobody has set yet how this payer counts units, so these minutes are on no line."


def _without_lines(made: Bill, draft: DraftInput) -> Bill:
    rows = [(row.activity, row.minutes, row.billed().pne_minutes) for row in draft.treatments if row.minutes]
    return replace(
        made,
        lines=(),
        unbilled=tuple(Unbilled(activity, minutes, _NO_RULE, pne) for activity, minutes, pne in rows),
        findings=(UNKNOWN_RULE, *(one for one in made.findings if one.level is Level.NEEDS_DECISION)),
        total_timed_units=0,
        total_charge=None,
    )


def findings_of(draft: DraftInput, made: Bill, record: RecordFacts) -> tuple[Finding, ...]:
    """The engine's findings and those of the record, the ones that stop most first."""
    started = record.plan_of_care_from
    return gates(
        BillingFacts(
            day=draft.on_date,
            bill=made,
            diagnoses=tuple(Diagnosis(code, billable=not look_up(code).problem) for code in record.diagnoses),
            visit_minutes=draft.minutes,
            rendering_npi=record.rendering_npi,
            treatment_days=record.treatment_days,
            plan_of_care=PlanOfCare(started, record.plan_of_care_certified_on) if started else None,
            visits_authorised=record.visits_authorised,
            visits_used=record.visits_used,
        )
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to decide: the form's value, its words, and the lines that it gives."""

    value: str
    text: str
    outcome: str


@dataclass(frozen=True, slots=True)
class DecisionAsked:
    """A row of stand-alone PNE beside a companion: its place (from 0), minutes, choices, the chosen one."""

    index: int
    minutes: int
    companions: tuple[str, ...]
    choices: tuple[Choice, ...]
    chosen: str | None


def decisions_of(draft: DraftInput, rules: BillingRules) -> tuple[DecisionAsked, ...]:
    """Every decision the draft asks for, with the engine's own answer to each choice (guide rule 3)."""
    companions = _companions(draft, rules.codes)
    if not companions:
        return ()
    return tuple(
        DecisionAsked(
            index, row.minutes, companions, tuple(_choices(draft, rules, index, companions)), row.choice
        )
        for index, row in enumerate(draft.treatments)
        if row.activity == PNE and row.minutes
    )


def _companions(draft: DraftInput, codes: CodeTable) -> tuple[str, ...]:
    return tuple(
        sorted(
            {
                row.activity
                for row in draft.treatments
                if row.minutes and row.activity not in {PNE, RETRAINING} and codes[row.activity].timed
            }
        )
    )


def _choices(draft: DraftInput, rules: BillingRules, index: int, companions: tuple[str, ...]) -> list[Choice]:
    found = [
        Choice(code, f"Part of {rules.codes[code].label}", _outcome(draft, rules, index, "combined", code))
        for code in companions
    ]
    if rules.separate_pne_allowed:
        text = "Given apart from it" if len(companions) == 1 else "Given apart from all of them"
        found.append(Choice(SEPARATE, text, _outcome(draft, rules, index, SEPARATE, None)))
    return found


def _outcome(
    draft: DraftInput, rules: BillingRules, index: int, decision: str, combined_with: str | None
) -> str:
    rows = list(draft.treatments)
    rows[index] = replace(rows[index], decision=decision, combined_with=combined_with)
    made = bill_of(replace(draft, treatments=tuple(rows)), rules)
    units: dict[str, int] = {}
    for line in made.lines:
        units[line.code] = units.get(line.code, 0) + line.units
    lines = ", ".join(f"{code} × {number}" for code, number in units.items()) or "no line"
    return f"{lines}: ${decimal_text(made.total_charge)}" if made.lines and made.total_charge else lines


def with_choice(row: TreatmentDraft, value: str) -> TreatmentDraft:
    """The row with a decision as the form names it: "", "separate" or a code."""
    if not value:
        return replace(row, decision=None, combined_with=None)
    if value == SEPARATE:
        return replace(row, decision=SEPARATE, combined_with=None)
    return replace(row, decision="combined", combined_with=value)
