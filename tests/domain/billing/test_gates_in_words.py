"""Every gate broken at once: what a therapist reads, worst first, each with what to do."""

from __future__ import annotations

import datetime as dt

import pytest

from pne_tracker.domain.billing import (
    BillableVisit,
    BillingFacts,
    Diagnosis,
    Discipline,
    Level,
    PlanOfCare,
    Treatment,
    UnitRule,
    bill,
    gates,
)
from pne_tracker.domain.icd10 import look_up
from pne_tracker.domain.visit_bill import BillingRules, RecordFacts, bill_of, findings_of
from pne_tracker.domain.visit_draft import DraftInput, TreatmentDraft

DAY = dt.date(2026, 11, 23)
RULES = BillingRules(Discipline.PT, UnitRule.CMS_8MIN, {"97112": 9000, "97113": 9000}, ytd_cents=2_470_00)
EVERYTHING = DraftInput(
    on_date=DAY,
    minutes=30,
    treatments=(
        TreatmentDraft("97113", 60),
        TreatmentDraft("97110", 45),
        TreatmentDraft("pne", 15, decision="separate"),
        TreatmentDraft("pne", 10),
    ),
)
BROKEN = RecordFacts(
    diagnoses=("M54.5",),
    rendering_npi="1234567890",
    treatment_days=11,
    visits_used=13,
    visits_authorised=12,
    plan_of_care_from=dt.date(2026, 8, 1),
    plan_of_care_certified_on=None,
)


def words(draft: DraftInput = EVERYTHING, record: RecordFacts = BROKEN) -> dict[str, tuple[Level, str]]:
    found = findings_of(draft, bill_of(draft, RULES), record)
    return {one.code: (one.level, one.message) for one in found}


def test_with_everything_wrong_each_thing_is_said_once_and_the_worst_first() -> None:
    found = findings_of(EVERYTHING, bill_of(EVERYTHING, RULES), BROKEN)
    levels = [list(Level).index(one.level) for one in found]
    assert levels == sorted(levels)
    assert {one.code for one in found} >= {
        "pne_needs_decision",
        "diagnosis_not_billable",
        "minutes_above_visit",
        "npi_check_digit",
        "progress_report_due",
        "plan_of_care_not_certified",
        "plan_of_care_old",
        "visits_used_up",
        "impairment_not_linked",
        "ncci_pair",
        "kx_threshold",
    }


@pytest.mark.parametrize("code", sorted(words()))
def test_each_sentence_is_one_a_therapist_understands(code: str) -> None:
    _, message = words()[code]
    assert message[0].isupper() or message[0].isdigit()
    assert message.endswith(".")
    assert "_" not in message
    for jargon in ("None", "null", "NCCI column", "CLM", "exception"):
        assert jargon not in message


def test_what_is_missing_altogether_is_said_too() -> None:
    nothing = RecordFacts((), None, 1, 1, None, None, None)
    found = words(DraftInput(on_date=DAY, minutes=30), nothing)
    assert found["no_diagnosis"] == (Level.BLOCKING, "Add a diagnosis to the episode.")
    assert found["no_minutes"][0] is Level.BLOCKING
    assert found["npi_missing"][0] is Level.BLOCKING


def test_an_unknown_rule_of_the_payer_stops_billing() -> None:
    found = gates(BillingFacts(DAY, None, (Diagnosis("M54.16", billable=True),), 45, "1234567893"))
    assert [(one.code, one.level) for one in found] == [("unknown_payer_rule", Level.BLOCKING)]


def test_a_year_without_a_threshold_names_the_table() -> None:
    visit = BillableVisit(
        Discipline.PT, dt.date(2031, 1, 5), UnitRule.CMS_8MIN, (Treatment("97110", 30),), ytd_allowed=0
    )
    found = {one.code: one for one in bill(visit).findings}
    assert found["year_without_threshold"].level is Level.BLOCKING
    assert "kx_thresholds.csv" in found["year_without_threshold"].message
    assert "2031" in found["year_without_threshold"].message


@pytest.mark.parametrize(
    ("code", "leaf"), [("M54.5", False), ("M54.16", True), ("M51.36", False), ("M54.50", True)]
)
def test_a_diagnosis_is_looked_up_to_its_leaf(code: str, leaf: bool) -> None:
    assert (not look_up(code).problem) is leaf
    record = RecordFacts((code,), "1234567893", 1, 1, None, None, None)
    draft = DraftInput(on_date=DAY, minutes=45, treatments=(TreatmentDraft("97110", 30),))
    assert ("diagnosis_not_billable" in words(draft, record)) is not leaf


def test_a_plan_certified_in_time_and_young_says_nothing() -> None:
    plan = PlanOfCare(DAY - dt.timedelta(days=30), DAY - dt.timedelta(days=5))
    made = bill(BillableVisit(Discipline.PT, DAY, UnitRule.CMS_8MIN, (Treatment("97110", 30),)))
    facts = BillingFacts(DAY, made, (Diagnosis("M54.16", billable=True),), 45, "1234567893", 9, plan, 12, 12)
    assert gates(facts) == ()
