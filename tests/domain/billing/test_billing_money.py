"""Charges, the yearly threshold, daily maxima and pair edits."""

from __future__ import annotations

from datetime import date

import pytest
from billing_cases import found, pne, seen, visit

from pne_tracker.domain.billing import SEPARATE, Discipline, Treatment, bill, blocks_billing
from pne_tracker.domain.billing.money import cents, decimal_text
from pne_tracker.domain.errors import BadInputError

IN_2024 = date(2024, 11, 23)
EXERCISE = Treatment("97110", 15)


def test_a_charge_is_the_fee_times_the_units():
    result = bill(visit(Treatment("97110", 30), Treatment("97140", 15), fees={"97110": 3333, "97140": 1}))
    assert [line.charge for line in result.lines] == [6666, 1]
    assert result.total_charge == 6667


def test_a_line_without_a_fee_leaves_the_total_open():
    result = bill(visit(Treatment("97110", 30), Treatment("97140", 15), fees={"97110": 3333}))
    assert [line.charge for line in result.lines] == [6666, None]
    assert result.total_charge is None


def test_nothing_billed_is_a_total_of_nothing():
    assert bill(visit()).total_charge == 0


@pytest.mark.parametrize(
    ("year", "discipline", "threshold"),
    [
        (2024, "PT", 233000),
        (2025, "PT", 241000),
        (2026, "PT", 248000),
        (2024, "OT", 233000),
        (2026, "OT", 248000),
    ],
)
def test_kx_is_added_only_beyond_the_threshold_of_the_year(year, discipline, threshold):
    def modifiers(ytd):
        more = {"day": date(year, 6, 1), "discipline": Discipline(discipline), "kx_attested": True}
        return bill(visit(EXERCISE, ytd_allowed=ytd, fees={"97110": 3000}, **more)).lines[0].modifiers

    assert "KX" not in modifiers(threshold - 3000)
    assert modifiers(threshold - 2999)[-1] == "KX"


def test_kx_is_proposed_until_the_clinician_attests():
    result = bill(visit(EXERCISE, day=IN_2024, ytd_allowed=233000, fees={"97110": 3000}))
    assert seen(result) == [("97110", 1, "GP")]
    assert found(result) == ["kx_threshold"]


def test_an_attestation_below_the_threshold_adds_nothing():
    result = bill(visit(EXERCISE, day=IN_2024, ytd_allowed=0, kx_attested=True, fees={"97110": 3000}))
    assert seen(result) == [("97110", 1, "GP")]
    assert found(result) == []


def test_only_the_lines_beyond_the_threshold_carry_kx():
    rows = (EXERCISE, Treatment("97116", 15), Treatment("97140", 15))
    fees = {"97110": 1000, "97116": 1000, "97140": 1000}
    result = bill(visit(*rows, ytd_allowed=248000 - 1500, kx_attested=True, fees=fees))
    assert seen(result) == [("97110", 1, "GP"), ("97116", 1, "GP KX"), ("97140", 1, "GP KX")]


def test_kx_comes_after_the_assistant_s_modifier():
    result = bill(visit(Treatment("97110", 15, 0, 15), ytd_allowed=250000, kx_attested=True))
    assert seen(result) == [("97110", 1, "GP CQ KX")]


def test_lines_stay_in_order_of_code_and_modifiers_with_kx():
    result = bill(visit(Treatment("97110", 45, 0, 22), ytd_allowed=250000, kx_attested=True))
    keys = [(line.code, line.modifiers) for line in result.lines]
    assert keys == sorted(keys)
    assert {line.modifiers for line in result.lines} == {("GP", "KX"), ("GP", "CQ", "KX")}


def test_a_line_without_a_fee_adds_nothing_toward_the_threshold_and_says_so():
    result = bill(visit(EXERCISE, ytd_allowed=248000))
    assert found(result) == []
    assert "no fee" in result.lines[0].reasons[-1]


def test_targeted_review_starts_at_three_thousand():
    at = bill(visit(EXERCISE, ytd_allowed=297000, kx_attested=True, fees={"97110": 3000}))
    below = bill(visit(EXERCISE, ytd_allowed=296999, kx_attested=True, fees={"97110": 3000}))
    assert found(at) == ["review_threshold"]
    assert found(below) == []


def test_a_year_without_an_amount_names_the_table_and_blocks_billing():
    result = bill(visit(EXERCISE, day=date(2031, 1, 2), ytd_allowed=900000, kx_attested=True))
    assert found(result) == ["year_without_threshold"]
    assert "kx_thresholds.csv" in result.findings[0].message
    assert blocks_billing(result.findings)
    assert seen(result) == [("97110", 1, "GP")]


def test_a_year_without_an_amount_is_no_matter_when_no_threshold_applies():
    assert found(bill(visit(EXERCISE, day=date(2031, 1, 2)))) == []


def test_the_daily_maximum_counts_both_lines_of_a_split_code():
    assert found(bill(visit(Treatment("97112", 75, 0, 30)))) == ["mue_exceeded"]
    assert found(bill(visit(Treatment("97112", 60)))) == []


def test_a_table_answers_only_from_its_effective_date():
    assert found(bill(visit(Treatment("97112", 75), day=date(2024, 6, 30)))) == []
    assert found(bill(visit(Treatment("97112", 75), day=date(2024, 7, 1)))) == ["mue_exceeded"]


def test_pool_exercise_beside_exercise_is_told_and_never_modified():
    result = bill(visit(Treatment("97110", 15), Treatment("97113", 15)))
    assert found(result) == ["ncci_pair"]
    assert seen(result) == [("97110", 1, "GP"), ("97113", 1, "GP")]
    assert "97110 is not paid beside 97113" in result.findings[0].message


def test_a_pair_that_no_modifier_separates_says_to_keep_one():
    result = bill(visit(Treatment("97124", 15), Treatment("97140", 15)))
    assert found(result) == ["ncci_pair"]
    assert "keep one" in result.findings[0].message


def test_no_pair_edit_stands_between_the_codes_most_used_with_pne():
    rows = [Treatment(code, 15) for code in ("97110", "97116", "97140", "97530")]
    assert found(bill(visit(*rows, pne(15, SEPARATE, impairment="balance")))) == []


def test_a_pair_counts_only_from_its_effective_date():
    rows = (Treatment("97110", 15), Treatment("97113", 15))
    assert found(bill(visit(*rows, day=date(2024, 6, 30)))) == []


def test_a_code_without_a_line_is_in_no_pair():
    assert found(bill(visit(Treatment("97110", 30), Treatment("97113", 3)))) == []


@pytest.mark.parametrize(
    ("text", "amount"), [("0", 0), ("38", 3800), ("38.5", 3850), ("9999999.99", 999999999)]
)
def test_money_is_read_to_the_cent(text, amount):
    assert cents(text, at="") == amount


@pytest.mark.parametrize(
    "text",
    [38.5, 38, None, True, "", ".", "5.", ".5", "-1", "+1", "1e3", "NaN", "Infinity", "1,000", "1.234", " 1",
     "1 ",     "1_0", "٣", "²", "10000000", "1.2.3", "0x1", [], "1" * 5000],
)  # fmt: skip
def test_money_that_is_not_an_amount_is_refused(text):
    with pytest.raises(BadInputError) as error:
        cents(text, at="fees.97110")
    assert (error.value.code, error.value.at) == ("bad_money", "fees.97110")


def test_money_is_written_with_two_decimals():
    assert [decimal_text(amount) for amount in (0, 5, 3850)] == ["0.00", "0.05", "38.50"]
