"""Units by the payer's rule, the daily limit, and the assistant's share of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from billing_cases import ama, found, pne, seen, visit

from pne_tracker.domain.billing import Discipline, Treatment, bill, wire
from pne_tracker.domain.billing.modifiers import split_units

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "data" / "billing" / "vectors.json"
WORKED = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"] if VECTORS.exists() else []


@pytest.mark.parametrize("case", WORKED, ids=[case["id"] for case in WORKED])
def test_the_worked_cases_come_out_as_their_sources_say(case):
    result = wire.write(bill(wire.read(case["input"])))
    for key, expected in case["expect"].items():
        if key == "lines":
            shown = [
                {name: line[name] for name in ("code", "units", "modifiers")} for line in result["lines"]
            ]
            assert shown == expected
        else:
            assert result[key] == expected


def rows(**minutes: int) -> list[Treatment]:
    return [Treatment(code.removeprefix("c"), spent) for code, spent in minutes.items()]


@pytest.mark.parametrize(
    ("minutes", "units"),
    [(0, 0), (7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (67, 4), (68, 5), (82, 5),
     (83, 6), (97, 6), (98, 7), (112, 7), (113, 8), (127, 8), (128, 9)],
)  # fmt: skip
def test_the_manual_s_table_of_minutes_and_units(minutes, units):
    assert bill(visit(Treatment("97110", minutes))).total_timed_units == units


@pytest.mark.parametrize(
    ("given", "cms", "midpoint"),
    [
        ({"c97112": 24, "c97110": 23}, {"97110": 1, "97112": 2}, {"97110": 2, "97112": 2}),
        ({"c97110": 20, "c97112": 20}, {"97110": 2, "97112": 1}, {"97110": 1, "97112": 1}),
        ({"c97110": 33, "c97140": 7}, {"97110": 2, "97140": 1}, {"97110": 2}),
        ({"c97110": 18, "c97140": 13, "c97116": 10, "c97035": 8}, {"97110": 1, "97116": 1, "97140": 1},
         {"97035": 1, "97110": 1, "97116": 1, "97140": 1}),
        ({"c97110": 8, "c97112": 8}, {"97110": 1}, {"97110": 1, "97112": 1}),
        ({"c97110": 7, "c97112": 7, "c97140": 7}, {"97110": 1}, {}),
        ({"c97110": 5, "c97112": 3}, {"97110": 1}, {}),
        ({"c97112": 4, "c97110": 3}, {}, {}),
    ],
)  # fmt: skip
def test_the_two_rules_differ_in_both_directions(given, cms, midpoint):
    assert {line.code: line.units for line in bill(visit(*rows(**given))).lines} == cms
    assert {line.code: line.units for line in bill(ama(*rows(**given))).lines} == midpoint


def test_the_same_treatment_twice_adds_up():
    assert seen(bill(visit(Treatment("97110", 4), Treatment("97110", 4)))) == [("97110", 1, "GP")]
    assert seen(bill(visit(Treatment("97161", 10), Treatment("97161", 10)))) == [("97161", 1, "GP")]


def test_minutes_without_a_unit_are_kept_and_say_why():
    result = bill(visit(Treatment("97110", 15), Treatment("97140", 3)))
    assert [(entry.activity, entry.minutes) for entry in result.unbilled] == [("97140", 3)]
    assert "8-minute rule" in result.unbilled[0].reason
    assert result.timed_minutes == 18


def test_evaluation_minutes_stay_out_of_the_timed_total():
    result = bill(visit(Treatment("97161", 30), Treatment("97110", 7)))
    assert seen(result) == [("97161", 1, "GP")]
    assert (result.timed_minutes, result.total_minutes, result.total_timed_units) == (7, 37, 0)


def test_an_untimed_code_without_minutes_is_not_billed():
    assert bill(visit(Treatment("97161", 0))).lines == ()


def test_equal_minutes_left_over_are_shown_and_go_to_the_code_with_more_minutes():
    result = bill(visit(Treatment("97110", 20), Treatment("97140", 35)))
    assert seen(result) == [("97110", 1, "GP"), ("97140", 3, "GP")]
    assert found(result) == ["remainder_tie"]


def test_the_clinician_can_turn_a_tie():
    result = bill(visit(Treatment("97110", 20), Treatment("97112", 20), tie_prefers="97112"))
    assert seen(result) == [("97110", 1, "GP"), ("97112", 2, "GP")]


def test_the_clinician_s_choice_comes_before_more_minutes():
    result = bill(visit(Treatment("97110", 20), Treatment("97140", 35), tie_prefers="97110"))
    assert seen(result) == [("97110", 2, "GP"), ("97140", 2, "GP")]


def test_the_clinician_s_choice_wins_ties_only():
    result = bill(visit(Treatment("97110", 20), Treatment("97140", 26), tie_prefers="97110"))
    assert seen(result) == [("97110", 1, "GP"), ("97140", 2, "GP")]


def test_a_tie_that_decides_nothing_is_not_mentioned():
    assert found(bill(visit(Treatment("97110", 8), Treatment("97112", 15)))) == []
    assert found(bill(visit(Treatment("97110", 23), Treatment("97112", 23)))) == ["remainder_tie"]
    assert found(bill(visit(Treatment("97110", 29), Treatment("97112", 29)))) == []
    assert found(bill(ama(Treatment("97110", 20), Treatment("97112", 20)))) == []


def test_a_tie_that_the_daily_limit_undoes_is_not_mentioned():
    result = bill(visit(Treatment("97110", 20), Treatment("97112", 20), max_timed_units=2))
    assert seen(result) == [("97110", 1, "GP"), ("97112", 1, "GP")]
    assert found(result) == ["units_capped"]


def test_the_daily_limit_takes_the_units_with_the_fewest_minutes_behind_them():
    result = bill(
        visit(Treatment("97110", 30), Treatment("97140", 23), Treatment("97530", 15), max_timed_units=4)
    )
    assert seen(result) == [("97110", 2, "GP"), ("97140", 1, "GP"), ("97530", 1, "GP")]
    assert found(result) == ["units_capped"]
    assert {line.code: line.minutes for line in result.lines} == {"97110": 30, "97140": 23, "97530": 15}


def test_of_equal_units_that_of_the_code_with_fewer_minutes_then_the_higher_code_falls_away():
    fewer = bill(visit(Treatment("97110", 15), Treatment("97140", 30), max_timed_units=2))
    higher = bill(visit(Treatment("97110", 15), Treatment("97140", 15), max_timed_units=1))
    assert seen(fewer) == [("97140", 2, "GP")]
    assert seen(higher) == [("97110", 1, "GP")]


def test_a_code_that_lost_all_its_units_says_that_the_limit_took_them():
    result = bill(visit(Treatment("97110", 15), Treatment("97140", 30), max_timed_units=1))
    assert seen(result) == [("97140", 1, "GP")]
    assert [(entry.activity, entry.minutes) for entry in result.unbilled] == [("97110", 15)]
    assert "at most 1 unit" in result.unbilled[0].reason


def test_a_code_that_had_no_unit_anyway_does_not_blame_the_limit():
    result = bill(visit(Treatment("97110", 30), Treatment("97140", 2), max_timed_units=1))
    assert "8-minute rule" in result.unbilled[0].reason


def test_the_daily_limit_leaves_untimed_codes_alone():
    result = bill(visit(Treatment("97161", 30), Treatment("97110", 15), max_timed_units=0))
    assert seen(result) == [("97161", 1, "GP")]
    assert result.total_timed_units == 0


def test_a_limit_that_is_not_reached_changes_nothing():
    assert found(bill(visit(Treatment("97110", 30), max_timed_units=2))) == []


@pytest.mark.parametrize(
    ("units", "therapist", "assistant", "expected"),
    [(1, 5, 10, (0, 1)), (1, 6, 5, (0, 1)), (3, 23, 22, (2, 1)), (2, 10, 19, (1, 1)), (2, 13, 23, (1, 1)),
     (2, 14, 13, (1, 1)), (2, 14, 14, (1, 1)), (1, 8, 7, (1, 0)), (1, 7, 8, (0, 1)), (1, 7, 1, (0, 1)),
     (1, 15, 0, (1, 0)), (4, 30, 30, (2, 2)), (1, 0, 15, (0, 1)), (2, 30, 30, (2, 0))],
)  # fmt: skip
def test_the_units_divide_between_therapist_and_assistant(units, therapist, assistant, expected):
    assert split_units(units, therapist, assistant) == expected


def test_a_code_of_both_splits_into_two_lines_each_with_its_own_minutes():
    result = bill(visit(Treatment("97110", 45, 30, 22), fees={"97110": 3000}))
    assert seen(result) == [("97110", 2, "GP"), ("97110", 1, "GP CQ")]
    assert [(line.minutes, line.pne_minutes, line.charge) for line in result.lines] == [
        (23, 23, 6000),
        (22, 7, 3000),
    ]


def test_an_occupational_therapy_assistant_has_co():
    result = bill(visit(Treatment("97530", 15, 0, 10), discipline=Discipline.OT))
    assert seen(result) == [("97530", 1, "GO CO")]


def test_pne_given_by_an_assistant_carries_the_modifier_into_97112():
    assert seen(bill(visit(pne(20, assistant_minutes=20)))) == [("97112", 1, "GP CQ")]


@pytest.mark.parametrize(
    ("minutes", "assistant", "modifiers"), [(22, 2, "GP"), (23, 3, "GP CQ"), (30, 3, "GP")]
)
def test_an_untimed_code_has_the_modifier_above_a_tenth(minutes, assistant, modifiers):
    assert seen(bill(visit(Treatment("97150", minutes, 0, assistant)))) == [("97150", 1, modifiers)]
