"""The superbill: one signed visit on one sheet, every line with its reason."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pne_tracker.adapters.pdf_blocks import (
    Block,
    Callout,
    Cell,
    Facts,
    Head,
    Heading,
    Pair,
    Paper,
    Quiet,
    Signature,
    Table,
)
from pne_tracker.blueprints.papers.parts import clinic_lines
from pne_tracker.domain.billing import CODES
from pne_tracker.domain.icd10 import look_up
from pne_tracker.queries.superbill import SuperbillFacts, SuperbillLine
from pne_tracker.web.display import long_date, money_text

NOTICE = (
    "CPT is a registered trademark of the American Medical Association. Codes stand here as numbers with this "
    "clinic's own labels."
)
POINTERS = "ABCDEFGHIJKL"
MOST_POINTERS = 4
NO_FEE = "no fee"


def superbill(facts: SuperbillFacts) -> Paper:
    """The paper of one visit. It is dated by the signature, so it is the same whenever it is made."""
    head = facts.head
    return Paper(
        title="Superbill",
        clinic=head.clinic,
        clinic_lines=clinic_lines(head),
        issued=f"Visit of {long_date(facts.on_date, year=True)}",
        running=f"{head.running}, visit of {long_date(facts.on_date, year=True)}",
        foot=NOTICE,
        blocks=(*_whose(facts), *_diagnoses(facts), *_lines(facts), *_end(facts)),
    )


def _whose(facts: SuperbillFacts) -> tuple[Block, ...]:
    head = facts.head
    items: list[Pair] = [("Patient", head.patient), ("MRN", head.mrn)]
    if head.birth_date:
        items.append(("Born", long_date(head.birth_date, year=True)))
    if head.address:
        items.append(("Address", head.address))
    items.append(("Payer", facts.payer))
    card = (
        ("Member ID", facts.member_id),
        ("Group", facts.group_number),
        ("Insured", facts.insured),
    )
    items += [(term, value) for term, value in card if value]
    items += [
        ("Rendering provider", facts.signed_by),
        ("Provider NPI", facts.provider_npi or "missing: add it to the account"),
        ("Place of service", head.place_of_service),
    ]
    if head.referred_by:
        items.append(("Referred by", head.referred_by))
    if facts.minutes:
        items.append(("Visit lasted", f"{facts.minutes} min"))
    return (Facts(tuple(items)),)


def _diagnoses(facts: SuperbillFacts) -> tuple[Block, ...]:
    rows: list[tuple[Cell, ...]] = [
        (letter, code, look_up(code).meaning) for letter, code in zip(POINTERS, facts.diagnoses, strict=False)
    ]
    if not rows:
        return (Callout("No diagnosis", "A claim needs at least one. Add it to the episode before billing."),)
    heads = (Head("", "auto"), Head("ICD-10-CM", "auto"), Head("Diagnosis", "4"))
    return (Heading("Diagnoses"), Table(heads, tuple(rows)))


def _lines(facts: SuperbillFacts) -> tuple[Block, ...]:
    if not facts.lines:
        return (Heading("Lines"), Callout("", "Nothing of this visit is billed."))
    heads = (
        Head("Code", "auto"),
        Head("Service and why", "6"),
        Head("Modifiers", "auto"),
        Head("Dx", "auto"),
        Head("Min", "auto", end=True),
        Head("Units", "auto", end=True),
        Head("Charge, $", "auto", end=True),
    )
    pointers = POINTERS[: min(len(facts.diagnoses), MOST_POINTERS)]
    units = str(sum(line.units for line in facts.lines))
    minutes = str(sum(line.minutes for line in facts.lines))
    total = money_text(sum(line.charge or 0 for line in facts.lines))
    rows = tuple(_row(line, pointers) for line in facts.lines)
    return (
        Heading("Lines", facts.rule),
        Table(heads, rows, ("", "Total", "", "", minutes, units, total)),
    )


def _row(line: SuperbillLine, pointers: str) -> tuple[Cell, ...]:
    label = CODES[line.code].label if line.code in CODES else line.code
    charge = NO_FEE if line.charge is None else money_text(line.charge)
    return (
        line.code,
        (label[0].upper() + label[1:], " ".join(line.reasons)),
        " ".join(line.modifiers),
        pointers,
        str(line.minutes),
        str(line.units),
        charge,
    )


def _end(facts: SuperbillFacts) -> tuple[Block, ...]:
    missing = any(line.charge is None for line in facts.lines)
    signed_on = facts.signed_at.astimezone(ZoneInfo(facts.head.zone)).date()
    said = f"Signed by {facts.signed_by} on {long_date(signed_on, year=True)}."
    if missing:
        said += " A line without a fee is not in the total."
    return (
        Quiet(said),
        Signature(
            ((facts.signed_by, f"NPI {facts.provider_npi}" if facts.provider_npi else ""), ("Date", ""))
        ),
    )
