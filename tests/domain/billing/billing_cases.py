"""Visits for the billing tests: short to write, and drawn at random."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from pne_tracker.domain.billing import (
    CODES,
    PNE,
    SEPARATE,
    Bill,
    BillableVisit,
    Discipline,
    Treatment,
    UnitRule,
)
from pne_tracker.domain.billing.money import decimal_text

DAY = date(2026, 11, 23)
TIMED = sorted(code for code, entry in CODES.items() if entry.timed)
UNTIMED = sorted(code for code, entry in CODES.items() if not entry.timed)


def visit(*treatments: Treatment, **more: Any) -> BillableVisit:
    """A PT visit under the 8-minute rule unless said otherwise."""
    base: dict[str, Any] = {"discipline": Discipline.PT, "day": DAY, "unit_rule": UnitRule.CMS_8MIN}
    return BillableVisit(treatments=treatments, **(base | more))


def ama(*treatments: Treatment, **more: Any) -> BillableVisit:
    """The same under the midpoint rule."""
    return visit(*treatments, unit_rule=UnitRule.AMA_MIDPOINT, **more)


def pne(minutes: int, decision: str | None = None, **more: Any) -> Treatment:
    """PNE on its own."""
    return Treatment(PNE, minutes, decision=decision, **more)


def seen(bill: Bill) -> list[tuple[str, int, str]]:
    """The lines as (code, units, modifiers)."""
    return [(line.code, line.units, " ".join(line.modifiers)) for line in bill.lines]


def found(bill: Bill) -> list[str]:
    """The codes of the findings."""
    return [finding.code for finding in bill.findings]


@st.composite
def code_rows(draw: st.DrawFn) -> Treatment:
    """A row with a code, often timed, with PNE and assistant minutes within it."""
    code = draw(st.sampled_from([*TIMED, *TIMED, *UNTIMED]))
    minutes = draw(st.integers(0, 60))
    within = draw(st.integers(0, minutes)) if CODES[code].timed and draw(st.booleans()) else 0
    assistant = draw(st.integers(0, minutes)) if draw(st.booleans()) else 0
    return Treatment(code, minutes, within, assistant)


@st.composite
def visits(draw: st.DrawFn) -> BillableVisit:
    """Any visit that does not contradict itself."""
    rows = draw(st.lists(code_rows(), max_size=6))
    targets = sorted({row.activity for row in rows if CODES[row.activity].timed and row.minutes})
    for _ in range(draw(st.integers(0, 3))):
        minutes = draw(st.integers(0, 60))
        decision = draw(st.sampled_from([None, SEPARATE, *targets]))
        impairment = draw(st.sampled_from([None, "", "balance"]))
        rows.append(Treatment(PNE, minutes, 0, draw(st.integers(0, minutes)), decision, impairment))
    fees = draw(st.dictionaries(st.sampled_from([*TIMED, *UNTIMED]), st.integers(0, 20_000), max_size=20))
    return BillableVisit(
        discipline=draw(st.sampled_from(list(Discipline))),
        day=draw(st.dates(date(2023, 1, 1), date(2027, 12, 31))),
        unit_rule=draw(st.sampled_from(list(UnitRule))),
        treatments=tuple(draw(st.permutations(rows))),
        separate_pne_allowed=draw(st.booleans()),
        max_timed_units=draw(st.none() | st.integers(0, 8)),
        ytd_allowed=draw(st.none() | st.integers(200_000, 310_000)),
        kx_attested=draw(st.booleans()),
        fees=fees,
        tie_prefers=draw(st.none() | st.sampled_from(TIMED)),
    )


def write_visit(visit: BillableVisit) -> dict[str, Any]:
    """The visit as plain data that `wire.read` turns into the same visit."""
    return {
        "discipline": visit.discipline.value,
        "date": visit.day.isoformat(),
        "unit_rule": visit.unit_rule.value,
        "treatments": [_row(treatment) for treatment in visit.treatments],
        "separate_pne_allowed": visit.separate_pne_allowed,
        "max_timed_units_per_day": visit.max_timed_units,
        "ytd_allowed": None if visit.ytd_allowed is None else decimal_text(visit.ytd_allowed),
        "kx_attested": visit.kx_attested,
        "fees": {code: decimal_text(fee) for code, fee in visit.fees.items()},
        "tie_prefers": visit.tie_prefers,
    }


def _row(row: Treatment) -> dict[str, Any]:
    combined = row.decision is not None and row.decision != SEPARATE
    return {
        "activity": row.activity,
        "minutes": row.minutes,
        "pne_minutes": row.pne_minutes,
        "assistant_minutes": row.assistant_minutes,
        "decision": {"combined_with": row.decision} if combined else row.decision,
        "impairment": row.impairment,
    }
