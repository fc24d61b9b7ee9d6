"""The guide's shared CPT rule, as a clinician would tell it."""

from __future__ import annotations

import pytest
from billing_cases import found, pne, seen, visit

from pne_tracker.domain.billing import PNE, SEPARATE, Code, Level, Treatment, bill, with_added
from pne_tracker.domain.errors import BadInputError


def test_pne_on_its_own_is_reported_as_97112():
    result = bill(visit(pne(25)))
    assert seen(result) == [("97112", 2, "GP")]
    assert result.lines[0].source_minutes == ((PNE, 25),)
    assert result.lines[0].pne_minutes == 25


def test_pne_during_gait_practice_is_reported_as_gait_practice_alone():
    result = bill(visit(Treatment("97116", 20, 12)))
    assert seen(result) == [("97116", 1, "GP")]
    assert result.lines[0].pne_minutes == 12
    assert "12 of them with PNE" in result.lines[0].reasons[0]
    assert "97112 withheld" in result.lines[0].reasons[0]
    assert found(result) == []


def test_pne_beside_gait_practice_waits_for_a_decision():
    result = bill(visit(Treatment("97116", 20), pne(15)))
    assert seen(result) == [("97116", 1, "GP")]
    assert [(entry.activity, entry.minutes) for entry in result.unbilled] == [(PNE, 15)]
    assert found(result) == ["pne_needs_decision"]
    assert [one.level for one in result.findings] == [Level.NEEDS_DECISION]
    assert (result.timed_minutes, result.total_minutes) == (20, 35)


def test_a_visit_has_one_open_decision_however_many_rows_wait():
    result = bill(visit(Treatment("97116", 20), pne(5), pne(7)))
    assert found(result) == ["pne_needs_decision"]
    assert [(entry.activity, entry.minutes) for entry in result.unbilled] == [(PNE, 12)]


def test_minutes_given_apart_stand_as_97112_beside_the_companion():
    result = bill(visit(Treatment("97110", 15), pne(15, SEPARATE, impairment="balance")))
    assert seen(result) == [("97110", 1, "GP"), ("97112", 1, "GP")]
    assert found(result) == []


def test_a_clinic_that_forbids_separate_keeps_the_decision_open_and_says_so():
    result = bill(visit(Treatment("97110", 15), pne(15, SEPARATE), separate_pne_allowed=False))
    assert seen(result) == [("97110", 1, "GP")]
    assert found(result) == ["pne_needs_decision"]
    assert "policy forbids" in result.findings[0].message


def test_a_clinic_that_forbids_separate_still_reports_pne_alone():
    result = bill(visit(pne(15, SEPARATE), separate_pne_allowed=False))
    assert seen(result) == [("97112", 1, "GP")]
    assert "pne_needs_decision" not in found(result)


def test_combined_minutes_move_into_the_companion():
    result = bill(visit(Treatment("97116", 20, 12), pne(15, "97116")))
    assert seen(result) == [("97116", 2, "GP")]
    line = result.lines[0]
    assert (line.minutes, line.pne_minutes) == (35, 27)
    assert line.source_minutes == (("97116", 20), (PNE, 15))
    assert found(result) == []


def test_each_row_of_pne_has_its_own_decision():
    rows = (Treatment("97110", 15), Treatment("97116", 15), pne(15, SEPARATE), pne(15, "97116"), pne(8))
    result = bill(visit(*rows))
    assert {line.code: line.minutes for line in result.lines} == {"97110": 15, "97112": 15, "97116": 30}
    assert [(entry.activity, entry.minutes) for entry in result.unbilled] == [(PNE, 8)]


def test_with_97112_as_the_only_other_treatment_the_minutes_join_one_line():
    result = bill(visit(Treatment("97112", 10), pne(12)))
    assert seen(result) == [("97112", 1, "GP")]
    assert result.lines[0].source_minutes == (("97112", 10), (PNE, 12))
    assert "pne_needs_decision" not in found(result)


def test_97112_beside_a_companion_does_not_make_the_decision():
    assert "pne_needs_decision" in found(bill(visit(Treatment("97112", 10), Treatment("97110", 10), pne(12))))


def test_an_evaluation_is_no_companion_so_nothing_is_to_be_decided():
    result = bill(visit(Treatment("97161", 30), pne(15)))
    assert seen(result) == [("97112", 1, "GP"), ("97161", 1, "GP")]


def test_a_treatment_without_minutes_is_no_companion():
    assert seen(bill(visit(Treatment("97110", 0), pne(15)))) == [("97112", 1, "GP")]


def test_every_97112_from_pne_alone_names_the_guide_as_its_source():
    reasons = " ".join(bill(visit(pne(15, impairment="balance"))).lines[0].reasons)
    assert "guide is the source" in reasons
    assert "compliance lead" in reasons


@pytest.mark.parametrize("impairment", [None, "", "  "])
def test_97112_from_pne_alone_wants_an_impairment(impairment):
    assert found(bill(visit(pne(15, impairment=impairment)))) == ["impairment_not_linked"]


def test_an_impairment_documented_with_the_97112_treatment_serves_the_joined_line():
    assert found(bill(visit(Treatment("97112", 15, impairment="posture"), pne(15)))) == []


def test_97112_without_any_pne_alone_wants_no_link():
    assert found(bill(visit(Treatment("97112", 15, 5)))) == []


def test_no_line_no_warning_about_its_impairment():
    assert found(bill(visit(pne(7)))) == []


def test_a_clinic_adds_a_code_of_its_own():
    table = with_added(Code("97533", "senses practice", timed=True))
    result = bill(visit(Treatment("97533", 15, 5), pne(8)), table)
    assert seen(result) == [("97533", 1, "GP")]
    assert "senses practice" in result.lines[0].reasons[0]
    assert found(result) == ["pne_needs_decision"]


@pytest.mark.parametrize("code", [Code("9711", "x", timed=True), Code("97533", " ", timed=True)])
def test_a_code_of_the_clinic_has_five_characters_and_a_label(code):
    with pytest.raises(BadInputError) as error:
        with_added(code)
    assert error.value.code == "bad_code"


def test_a_clinic_cannot_turn_a_timed_code_into_an_untimed_one():
    with pytest.raises(BadInputError) as error:
        with_added(Code("97110", "exercise", timed=False))
    assert error.value.code == "code_taken"
