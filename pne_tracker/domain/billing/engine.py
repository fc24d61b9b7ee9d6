"""`bill`: one visit to its lines. The order is fixed: check, shared CPT rule, units, daily limit, lines,
KX, edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pne_tracker.domain.billing import modifiers, reasons, units
from pne_tracker.domain.billing.checks import check
from pne_tracker.domain.billing.codes import CODES, RETRAINING, CodeTable
from pne_tracker.domain.billing.cpt_rule import CodeMinutes, Reported, report
from pne_tracker.domain.billing.dated import Tables
from pne_tracker.domain.billing.edits import edits
from pne_tracker.domain.billing.findings import Finding, Level
from pne_tracker.domain.billing.shipped import SHIPPED
from pne_tracker.domain.billing.visit import PNE, Bill, BillableVisit, Line, Unbilled


@dataclass(slots=True)
class _Counted:
    """The timed units of a visit: as the payer's rule counts them, and as the daily limit leaves them."""

    minutes: dict[str, int]
    timed_minutes: int
    before: dict[str, int]
    kept: dict[str, int]
    tied: tuple[str, ...]
    all_units: int


def bill(visit: BillableVisit, codes: CodeTable = CODES, tables: Tables = SHIPPED) -> Bill:
    """The billing lines of one visit, with reasons, and what a person should know or decide.

    `codes` and `tables` are the clinic's. Raises BadInputError (see `checks.check`) for a visit that contradicts
    itself. Minutes conserve: those of the lines and of `unbilled` add up to those of the treatments.
    """
    check(visit, codes)
    reported = report(visit, codes)
    counted = _count(visit, reported.by_code)
    lines: list[Line] = []
    unbilled: list[Unbilled] = []
    for group in reported.by_code:
        code = group.code.code
        if group.code.timed and not counted.kept[code]:
            unbilled += _unbilled(visit, group, counted)
        elif group.minutes:
            lines += _lines(visit, group, counted, separate=bool(reported.companions))
    findings = _findings(visit, reported, counted, lines, tables)
    if visit.ytd_allowed is not None:
        lines, found = modifiers.with_kx(lines, visit, tables)
        lines.sort(key=lambda line: (line.code, line.modifiers))
        findings += found
    if reported.undecided:
        unbilled.append(Unbilled(PNE, reported.undecided, _UNDECIDED, reported.undecided))
    unbilled.sort(key=lambda entry: entry.activity)
    charges = [line.charge for line in lines if line.charge is not None]
    return Bill(
        lines=tuple(lines),
        unbilled=tuple(unbilled),
        findings=tuple(findings),
        timed_minutes=counted.timed_minutes,
        total_minutes=sum([row.minutes for row in visit.treatments]),
        total_timed_units=sum(counted.kept.values()),
        total_charge=sum(charges) if len(charges) == len(lines) else None,
    )


_UNDECIDED = (
    "Stand-alone PNE beside another treatment is on no line until the clinician decides (guide rule 3)."
)


def _count(visit: BillableVisit, groups: Sequence[CodeMinutes]) -> _Counted:
    minutes = {group.code.code: group.minutes for group in groups if group.code.timed}
    counted = units.count(visit.unit_rule, minutes, visit.tie_prefers)
    kept, most = counted.by_code, visit.max_timed_units
    all_units = sum(kept.values())
    if most is not None and all_units > most:
        kept = units.limit(kept, minutes, most)
    return _Counted(minutes, sum(minutes.values()), counted.by_code, kept, counted.tied, all_units)


def _unbilled(visit: BillableVisit, group: CodeMinutes, counted: _Counted) -> list[Unbilled]:
    limited = visit.max_timed_units if counted.before[group.code.code] else None
    reason = reasons.why_unbilled(visit.unit_rule, group, limited=limited)
    entries = ((group.code.code, group.own, group.own_pne), (PNE, group.pne_rows, group.pne_rows))
    return [Unbilled(activity, minutes, reason, pne) for activity, minutes, pne in entries if minutes]


def _lines(visit: BillableVisit, group: CodeMinutes, counted: _Counted, *, separate: bool) -> list[Line]:
    """One line, or two where the assistant's units carry the modifier and the therapist's do not."""
    why = reasons.why_this_code(group, beside_companion=separate)
    if not group.code.timed:
        assisted = modifiers.more_than_a_tenth(group.assistant, group.minutes)
        return [_whole_line(visit, group, 1, (*why, reasons.NOT_TIMED), assisted=assisted)]
    code, spent = group.code.code, group.minutes
    number, before = counted.kept[code], counted.before[code]
    why += (
        reasons.why_these_units(visit.unit_rule, spent, before, counted.timed_minutes, counted.all_units),
    )
    if number < before:
        why += (reasons.why_limited(before - number, visit.max_timed_units or 0),)
    if not group.assistant:
        return [_whole_line(visit, group, number, why, assisted=False)]
    therapist = spent - group.assistant
    without, with_it = modifiers.split_units(number, therapist, group.assistant)
    modifier = modifiers.ASSISTANT[visit.discipline][-1]
    why += (reasons.why_assistant(modifier, therapist, group.assistant, without, with_it),)
    if without and with_it:
        return _split_lines(visit, group, (without, with_it), why)
    return [_whole_line(visit, group, number, why, assisted=bool(with_it))]


def _whole_line(
    visit: BillableVisit, group: CodeMinutes, number: int, why: tuple[str, ...], *, assisted: bool
) -> Line:
    code = group.code.code
    fee = visit.fees.get(code)
    return Line(
        code,
        group.minutes,
        number,
        (modifiers.ASSISTANT if assisted else modifiers.THERAPIST)[visit.discipline],
        None if fee is None else fee * number,
        _sources(code, group.own, group.pne_rows),
        group.own_pne + group.pne_rows,
        why,
    )


def _split_lines(
    visit: BillableVisit, group: CodeMinutes, number: tuple[int, int], why: tuple[str, ...]
) -> list[Line]:
    """The therapist's line, then the assistant's, each with its own minutes.

    Who gave the PNE within a treatment is not recorded, so it counts as the therapist's as far as their
    minutes go.
    """
    code = group.code.code
    fee = visit.fees.get(code)
    own = group.own - group.own_assistant
    alone = group.pne_rows - group.pne_assistant
    within = min(group.own_pne, own)
    halves = (
        (number[0], modifiers.THERAPIST, own, alone, within),
        (number[1], modifiers.ASSISTANT, group.own_assistant, group.pne_assistant, group.own_pne - within),
    )
    return [
        Line(
            code,
            own + alone,
            number,
            marks[visit.discipline],
            None if fee is None else fee * number,
            _sources(code, own, alone),
            within + alone,
            why,
        )
        for number, marks, own, alone, within in halves
    ]


def _sources(code: str, own: int, pne: int) -> tuple[tuple[str, int], ...]:
    if not pne:
        return ((code, own),)
    return ((code, own), (PNE, pne)) if own else ((PNE, pne),)


def _findings(
    visit: BillableVisit, reported: Reported, counted: _Counted, lines: Sequence[Line], tables: Tables
) -> list[Finding]:
    found: list[Finding] = []
    if reported.undecided:
        found.append(_needs_decision(visit, reported))
    if any(group.alone and not group.documented and counted.kept[RETRAINING] for group in reported.by_code):
        found.append(_IMPAIRMENT)
    if any(counted.kept[code] > counted.minutes[code] // units.QUARTER for code in counted.tied):
        found.append(_tie(counted))
    if counted.kept is not counted.before:
        found.append(_limited(visit, counted))
    if lines:
        found += _edits(visit, lines, tables)
    return found


_IMPAIRMENT = Finding(
    "impairment_not_linked",
    Level.WARNING,
    "Link the PNE to a documented impairment or goal of movement, balance, posture, coordination "
    "or proprioception: "
    "payers tie 97112 to one.",
)


def _needs_decision(visit: BillableVisit, reported: Reported) -> Finding:
    codes = ", ".join(reported.companions)
    choice = (
        f"Decide whether they were given apart from it, or combine them with one of: {codes}."
        if visit.separate_pne_allowed
        else f"The clinic's policy forbids billing them as separate: combine them with one of: {codes}."
    )
    message = f"{reported.undecided} minutes of PNE stand beside another treatment ({codes}). {choice}"
    return Finding("pne_needs_decision", Level.NEEDS_DECISION, message)


def _tie(counted: _Counted) -> Finding:
    codes = ", ".join(counted.tied)
    won = ", ".join(
        code for code in counted.tied if counted.kept[code] > counted.minutes[code] // units.QUARTER
    )
    message = (
        f"{codes} have equal minutes left over and there are not units for all. {won} got it (your choice, "
        "then more minutes, then the lower code). Choose another if that describes the visit better."
    )
    return Finding("remainder_tie", Level.INFO, message)


def _limited(visit: BillableVisit, counted: _Counted) -> Finding:
    lost = ", ".join(
        f"{before - counted.kept[code]} of {code}"
        for code, before in counted.before.items()
        if before > counted.kept[code]
    )
    message = (
        f"The payer pays at most {visit.max_timed_units} timed units a day, not {counted.all_units}. "
        f"The units with the fewest minutes behind them fell away: {lost}."
    )
    return Finding("units_capped", Level.INFO, message)


def _edits(visit: BillableVisit, lines: Sequence[Line], tables: Tables) -> list[Finding]:
    by_code: dict[str, int] = {}
    for line in lines:
        by_code[line.code] = by_code.get(line.code, 0) + line.units
    return edits(visit.day, by_code, tables)
