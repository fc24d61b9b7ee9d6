"""What keeps a visit from being billed, and what only wants a look."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from billing_cases import DAY, pne, visit
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.billing import (
    BillingFacts,
    Diagnosis,
    Level,
    PlanOfCare,
    Treatment,
    bill,
    blocks_billing,
    gates,
)
from pne_tracker.domain.billing.npi import npi_is_valid

READY = BillingFacts(
    day=DAY,
    bill=bill(visit(Treatment("97110", 30))),
    diagnoses=(Diagnosis("M54.50", billable=True),),
    visit_minutes=30,
    rendering_npi="1234567893",
    treatment_days=9,
    plan_of_care=PlanOfCare(DAY - timedelta(days=90), DAY - timedelta(days=80)),
    visits_authorised=12,
    visits_used=12,
)


def test_a_visit_with_all_that_is_needed_passes_every_gate():
    assert gates(READY) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"diagnoses": ()}, "no_diagnosis"),
        ({"diagnoses": (Diagnosis("M54.5", billable=False),)}, "diagnosis_not_billable"),
        ({"bill": bill(visit())}, "no_minutes"),
        ({"visit_minutes": 29}, "minutes_above_visit"),
        ({"bill": None}, "unknown_payer_rule"),
        ({"rendering_npi": None}, "npi_missing"),
        ({"rendering_npi": ""}, "npi_missing"),
        ({"rendering_npi": "1234567890"}, "npi_check_digit"),
    ],
)
def test_what_is_missing_blocks_billing_and_not_signing(change, code):
    found = gates(replace(READY, **change))
    assert [(finding.code, finding.level) for finding in found] == [(code, Level.BLOCKING)]
    assert blocks_billing(found)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"treatment_days": 10}, "progress_report_due"),
        ({"plan_of_care": PlanOfCare(DAY - timedelta(days=31), None)}, "plan_of_care_not_certified"),
        (
            {"plan_of_care": PlanOfCare(DAY - timedelta(days=60), DAY - timedelta(days=29))},
            "plan_of_care_not_certified",
        ),
        (
            {"plan_of_care": PlanOfCare(DAY - timedelta(days=91), DAY - timedelta(days=80))},
            "plan_of_care_old",
        ),
        ({"visits_used": 13}, "visits_used_up"),
    ],
)
def test_what_is_late_warns_and_blocks_nothing(change, code):
    found = gates(replace(READY, **change))
    assert [(finding.code, finding.level) for finding in found] == [(code, Level.WARNING)]
    assert not blocks_billing(found)


@pytest.mark.parametrize(
    "change",
    [
        {"plan_of_care": PlanOfCare(DAY - timedelta(days=30), None)},
        {"plan_of_care": PlanOfCare(DAY - timedelta(days=60), DAY - timedelta(days=30))},
        {"plan_of_care": None},
        {"visits_authorised": None, "visits_used": 99},
        {"visit_minutes": None},
    ],
)
def test_what_is_not_yet_late_or_does_not_apply_is_quiet(change):
    assert gates(replace(READY, **change)) == ()


def test_an_open_decision_stops_signing_and_comes_first():
    waiting = bill(visit(Treatment("97110", 15), pne(15)))
    found = gates(replace(READY, bill=waiting, diagnoses=(), treatment_days=10))
    assert [finding.code for finding in found] == [
        "pne_needs_decision",
        "no_diagnosis",
        "progress_report_due",
    ]
    assert found[0].level is Level.NEEDS_DECISION
    assert blocks_billing(found)


def test_minutes_that_are_on_no_line_do_not_count_against_the_length_of_the_visit():
    waiting = bill(visit(Treatment("97110", 30), pne(15)))
    assert "minutes_above_visit" not in [finding.code for finding in gates(replace(READY, bill=waiting))]


@pytest.mark.parametrize("number", ["1234567893", "1245319599", "2000000002"])
def test_a_number_whose_check_digit_fits_is_an_npi(number):
    assert npi_is_valid(number)


@pytest.mark.parametrize(
    "number", ["", "123456789", "12345678933", "1234567890", "3234567899", "12345678a3", "١234567893"]
)
def test_anything_else_is_no_npi(number):
    assert not npi_is_valid(number)


@given(st.integers(100_000_000, 299_999_999), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(stem, place, shift):
    digit = next(last for last in "0123456789" if npi_is_valid(f"{stem}{last}"))
    number = f"{stem}{digit}"
    wrong = str((int(number[place]) + shift) % 10)
    assert not npi_is_valid(number[:place] + wrong + number[place + 1 :])
