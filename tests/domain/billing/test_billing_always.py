"""What is true of every bill (domain.md, always true, number 2)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import billing_cases
from billing_cases import TIMED, code_rows, visits, write_visit
from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.domain.billing import CODES, PNE, SEPARATE, Treatment, UnitRule, bill, wire

often = settings(max_examples=300, deadline=None)


@often
@given(visits())
def test_every_minute_is_on_one_line_or_unbilled_and_never_twice(visit):
    result = bill(visit)
    given_minutes = Counter()
    for row in visit.treatments:
        given_minutes[row.activity] += row.minutes
    accounted = Counter()
    for line in result.lines:
        assert sum(minutes for _, minutes in line.source_minutes) == line.minutes
        accounted.update(dict(line.source_minutes))
    for entry in result.unbilled:
        accounted[entry.activity] += entry.minutes
    assert +accounted == +given_minutes
    assert result.total_minutes == sum(given_minutes.values())


@often
@given(visits())
def test_pne_minutes_conserve(visit):
    result = bill(visit)
    given_pne = sum(row.minutes if row.activity == PNE else row.pne_minutes for row in visit.treatments)
    billed = sum(line.pne_minutes for line in result.lines)
    assert billed + sum(entry.pne_minutes for entry in result.unbilled) == given_pne
    assert all(0 <= line.pne_minutes <= line.minutes for line in result.lines)


@often
@given(visits())
def test_beside_a_companion_97112_holds_only_its_own_and_decided_minutes(visit):
    own = decided = 0
    companion = False
    for row in visit.treatments:
        if row.activity == "97112":
            own += row.minutes
        elif row.activity in TIMED:
            companion = companion or row.minutes > 0
        elif row.decision == "97112" or (row.decision == SEPARATE and visit.separate_pne_allowed):
            decided += row.minutes if row.activity == PNE else 0
    billed = sum(line.minutes for line in bill(visit).lines if line.code == "97112")
    if companion:
        assert billed in {0, own + decided}


@often
@given(st.lists(code_rows(), max_size=6), visits())
def test_pne_within_treatments_changes_no_line_and_no_unit(rows, visit):
    without = tuple(replace(row, pne_minutes=0) for row in rows)
    plain = bill(replace(visit, treatments=without))
    taught = bill(replace(visit, treatments=tuple(rows)))
    assert [(x.code, x.minutes, x.units, x.modifiers, x.charge) for x in taught.lines] == [
        (x.code, x.minutes, x.units, x.modifiers, x.charge) for x in plain.lines
    ]


@often
@given(visits(), st.randoms())
def test_the_order_of_treatments_changes_nothing(visit, random):
    rows = list(visit.treatments)
    random.shuffle(rows)
    assert bill(replace(visit, treatments=tuple(rows))) == bill(visit)


@often
@given(visits())
def test_units_follow_the_payer_s_rule_and_its_daily_limit(visit):
    result = bill(visit)
    units, minutes = Counter(), Counter()
    for line in result.lines:
        units[line.code] += line.units
        minutes[line.code] += line.minutes
        assert line.units >= 1
    timed = {code: count for code, count in units.items() if CODES[code].timed}
    assert sum(timed.values()) == result.total_timed_units
    if visit.max_timed_units is not None:
        assert result.total_timed_units <= visit.max_timed_units
    elif visit.unit_rule is UnitRule.CMS_8MIN:
        expected = 0 if result.timed_minutes < 8 else (result.timed_minutes + 7) // 15
        assert result.total_timed_units == expected
        assert all(timed[code] - minutes[code] // 15 in {0, 1} for code in timed)
    else:
        assert all(timed[code] == (minutes[code] + 7) // 15 for code in timed)
    assert all(units[code] == 1 for code in units if not CODES[code].timed)


@often
@given(visits())
def test_one_line_for_each_code_and_modifier_set_in_order(visit):
    keys = [(line.code, line.modifiers) for line in bill(visit).lines]
    assert keys == sorted(set(keys))
    assert all(len(modifiers) <= 4 for _, modifiers in keys)


@often
@given(visits())
def test_the_total_is_the_sum_of_its_lines_to_the_cent(visit):
    result = bill(visit)
    charges = [line.charge for line in result.lines]
    assert result.total_charge == (None if None in charges else sum(charges))
    assert charges == [visit.fees[x.code] * x.units if x.code in visit.fees else None for x in result.lines]


@often
@given(visits())
def test_a_visit_survives_the_way_through_json(visit):
    sent = write_visit(visit)
    back = wire.read(wire.parse(json.dumps(sent)))
    assert back == visit
    assert write_visit(back) == sent
    assert wire.write(bill(back)) == wire.write(bill(visit))


@often
@given(visits())
def test_a_decision_that_waits_keeps_its_minutes_off_every_line(visit):
    result = bill(visit)
    waits = any(finding.code == "pne_needs_decision" for finding in result.findings)
    companions = [r for r in visit.treatments if r.activity in TIMED and r.activity != "97112" and r.minutes]
    open_rows = [
        row
        for row in visit.treatments
        if row.activity == PNE
        and row.minutes
        and (row.decision is None or (row.decision == SEPARATE and not visit.separate_pne_allowed))
    ]
    assert waits == bool(companions and open_rows)


@often
@given(st.integers(1, 90), st.integers(0, 90))
def test_more_minutes_never_give_fewer_units(minutes, more):
    one = bill(billing_cases.visit(Treatment("97110", minutes), Treatment("97140", 20)))
    two = bill(billing_cases.visit(Treatment("97110", minutes + more), Treatment("97140", 20)))
    assert two.total_timed_units >= one.total_timed_units
