"""Editions of the dated tables: which one answers on a day, and what a file is read as."""

from __future__ import annotations

import datetime as dt

import pytest

from pne_tracker.domain.billing import Discipline, bill
from pne_tracker.domain.billing.dated import Edition, Kind, Tables
from pne_tracker.domain.billing.shipped import FIRST_EDITIONS, SHIPPED, shipped_text
from pne_tracker.domain.billing.table_sheet import compare, read_table
from pne_tracker.domain.billing.visit import BillableVisit, Treatment, UnitRule
from pne_tracker.domain.errors import BadInputError

OCTOBER = dt.date(2026, 10, 1)


def _with(kind: Kind, text: str, day: dt.date = OCTOBER) -> Tables:
    return Tables((*FIRST_EDITIONS, Edition(kind, day, read_table(kind, text).rows)))


def _visit(day: dt.date, *treatments: Treatment, ytd: int | None = None) -> BillableVisit:
    return BillableVisit(Discipline.PT, day, UnitRule.CMS_8MIN, treatments, ytd_allowed=ytd)


def test_the_shipped_files_are_read_whole() -> None:
    for kind in Kind:
        assert read_table(kind, shipped_text(kind)).refused == ()
    assert SHIPPED.max_units("97112", dt.date(2026, 1, 5)) == 4
    assert SHIPPED.pair_edit("97110", "97113", dt.date(2026, 1, 5)) is not None
    assert SHIPPED.pair_edit("97110", "97113", dt.date(2024, 6, 30)) is None


def test_from_its_day_on_an_edition_answers_alone() -> None:
    tables = _with(Kind.MUE, "code,max_units_per_day,effective\n97112,2,2026-10-01\n")
    before, after = OCTOBER - dt.timedelta(days=1), OCTOBER
    assert (tables.max_units("97112", before), tables.max_units("97112", after)) == (4, 2)
    assert (tables.max_units("97110", before), tables.max_units("97110", after)) == (6, None)
    treatment = Treatment("97112", 45)
    codes = [
        {one.code for one in bill(_visit(day, treatment), tables=tables).findings} for day in (before, after)
    ]
    assert codes == [set(), {"mue_exceeded"}]


def test_a_pair_that_an_edition_drops_is_no_finding_any_more() -> None:
    text = "column1,column2,modifier_indicator,effective\n97530,97537,1,2026-10-01\n"
    tables = _with(Kind.NCCI, text)
    visit = _visit(OCTOBER, Treatment("97113", 15), Treatment("97110", 15))
    assert {one.code for one in bill(visit).findings} == {"ncci_pair"}
    assert bill(visit, tables=tables).findings == ()


def test_a_year_without_a_threshold_is_refused_by_name_until_an_edition_has_it() -> None:
    day = dt.date(2027, 1, 4)
    visit = _visit(day, Treatment("97110", 15), ytd=0)
    [finding] = bill(visit).findings
    assert finding.code == "year_without_threshold"
    assert "2027" in finding.message
    tables = _with(Kind.KX, "year,pt_slp,ot,targeted_review\n2027,2560,2570,3000\n", day)
    assert bill(visit, tables=tables).findings == ()
    threshold = tables.threshold(2027, Discipline.OT)
    assert threshold is not None
    assert threshold.kx == 257000
    assert tables.threshold(2026, Discipline.PT) == SHIPPED.threshold(2026, Discipline.PT)


def test_a_row_that_cannot_be_read_is_named() -> None:
    sheet = read_table(
        Kind.MUE, "code,max_units_per_day,effective\n97112,4,2026-10-01\n9711,4,2026-10-01\n97112,x,1 Oct\n"
    )
    assert len(sheet.rows) == 1
    assert [one.line for one in sheet.refused] == [3, 4]
    with pytest.raises(BadInputError, match="lacks column1"):
        read_table(Kind.NCCI, "code,max_units_per_day,effective\n97112,4,2026-10-01\n")
    with pytest.raises(BadInputError, match="No row"):
        read_table(Kind.KX, "year,pt_slp,ot,targeted_review\nsoon,1,1,1\n")


def test_what_changes_is_said_row_by_row() -> None:
    before = read_table(
        Kind.MUE, "code,max_units_per_day,effective\n97110,6,2024-07-01\n97112,4,2024-07-01\n"
    )
    after = read_table(Kind.MUE, "code,max_units_per_day,effective\n97110,6,2024-07-01\n97113,5,2026-10-01\n")
    found = compare(before.rows, after.rows)
    assert found.same == 1
    assert found.rows == (
        ("97112", "4 a day, from 2024-07-01", ""),
        ("97113", "", "5 a day, from 2026-10-01"),
    )
