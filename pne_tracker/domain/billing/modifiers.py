"""Modifiers: GP or GO, the assistant's CQ or CO, and KX beyond the year's threshold, in this order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pne_tracker.domain.billing.dated import THRESHOLD_TABLE, Tables
from pne_tracker.domain.billing.findings import Finding, Level
from pne_tracker.domain.billing.money import decimal_text
from pne_tracker.domain.billing.units import QUARTER
from pne_tracker.domain.billing.visit import BillableVisit, Discipline, Line

THERAPIST: dict[Discipline, tuple[str, ...]] = {Discipline.PT: ("GP",), Discipline.OT: ("GO",)}
ASSISTANT: dict[Discipline, tuple[str, ...]] = {Discipline.PT: ("GP", "CQ"), Discipline.OT: ("GO", "CO")}
KX = "KX"


def split_units(units: int, therapist: int, assistant: int) -> tuple[int, int]:
    """A timed code's units without and with the assistant's modifier, from the minutes each gave.

    CMS, calendar year 2022 fee schedule rule (86 FR 64996). Where a daily limit left fewer units than whole
    quarters of an hour, the therapist's stay first.
    """
    without = min(therapist // QUARTER, units)
    with_it = min(assistant // QUARTER, units - without)
    left = units - without - with_it
    if left == 2:
        return without + 1, with_it + 1
    if left == 1 and needs_modifier(therapist % QUARTER, assistant % QUARTER):
        return without, with_it + 1
    return without + left, with_it


def needs_modifier(therapist: int, assistant: int) -> bool:
    """Whether the last unit carries the modifier: the therapist is short of 8 minutes and the assistant's
    share is more than a tenth."""
    return therapist < 8 and more_than_a_tenth(assistant, therapist + assistant)


def more_than_a_tenth(assistant: int, total: int) -> bool:
    """The de minimis test of CMS; alone it decides an untimed code."""
    return assistant * 10 > total


def with_kx(lines: Sequence[Line], visit: BillableVisit, tables: Tables) -> tuple[list[Line], list[Finding]]:
    """The lines with KX where the clinician attested it, and what the year's amounts call for.

    Lines count toward the threshold in their order, each with its charge; one without a fee counts as
    nothing and says so. A year that the table does not have blocks billing: no amount is guessed.
    """
    if visit.ytd_allowed is None:
        return list(lines), []
    threshold = tables.threshold(visit.day.year, visit.discipline)
    if threshold is None:
        return list(lines), [_no_year(visit.day.year)]
    running = visit.ytd_allowed
    marked: list[Line] = []
    beyond: list[str] = []
    for line in lines:
        running += line.charge or 0
        over = running > threshold.kx
        if over:
            beyond.append(line.code)
        marked.append(_marked(line, threshold.kx, over=over, attested=visit.kx_attested))
    findings = []
    if beyond and not visit.kx_attested:
        findings.append(_propose(beyond, visit, threshold.kx))
    if running >= threshold.review:
        findings.append(_review(running, threshold.review))
    return marked, findings


def _marked(line: Line, threshold: int, *, over: bool, attested: bool) -> Line:
    reasons, modifiers = line.reasons, line.modifiers
    if line.charge is None:
        reasons += (f"{line.code} has no fee, so it adds nothing toward the year's threshold.",)
    if over and attested:
        modifiers += (KX,)
        reasons += (
            f"KX: attested, the year's allowed amount is above ${decimal_text(threshold)} with this line.",
        )
    return line if reasons is line.reasons else replace(line, modifiers=modifiers, reasons=reasons)


def _propose(beyond: Sequence[str], visit: BillableVisit, threshold: int) -> Finding:
    codes = ", ".join(dict.fromkeys(beyond))
    return Finding(
        "kx_threshold",
        Level.WARNING,
        f"With {codes} the allowed amount of {visit.day.year} is above the {visit.discipline} threshold of "
        f"${decimal_text(threshold)}. Attest medical necessity to add KX, or do not bill the payer for it.",
    )


def _review(running: int, review: int) -> Finding:
    return Finding(
        "review_threshold",
        Level.INFO,
        f"With this visit the year's amount is ${decimal_text(running)}: from ${decimal_text(review)} "
        "the payer may ask for the record. Check that it shows why treatment goes on.",
    )


def _no_year(year: int) -> Finding:
    return Finding(
        "year_without_threshold",
        Level.BLOCKING,
        f"The table {THRESHOLD_TABLE} has no amount for {year}. Add that row, then bill this visit.",
    )
