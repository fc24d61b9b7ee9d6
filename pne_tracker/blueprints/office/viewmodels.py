"""What the set-up pages show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from pne_tracker.domain.billing import CodeTable
from pne_tracker.domain.billing.fee_sheet import FeeRow, FeeSheet
from pne_tracker.domain.billing.identifiers import FILING_CODES
from pne_tracker.domain.billing.visit import UNKNOWN_UNITS
from pne_tracker.domain.people import family_of
from pne_tracker.queries.payers import FeeChange, FeeShown, PayerRow, Signer, clinic_lacks
from pne_tracker.web.display import long_date, money_text

RULES = {
    "cms_8min": "8-minute rule",
    "ama_midpoint": "Midpoint rule",
    UNKNOWN_UNITS: "not set yet: visits cannot be signed",
}
SHOWN = 200


def payer_rows(found: Sequence[PayerRow]) -> list[dict[str, Any]]:
    """The table of payers."""
    return [
        {
            "id": one.id,
            "name": one.name,
            "rule": RULES.get(one.unit_rule, one.unit_rule),
            "filing": FILING_CODES.get(one.filing_code or "", "no claims, statements only"),
            "missing": ", ".join(one.missing),
            "fees": one.fees,
        }
        for one in found
    ]


def clinic_rows(found: Iterable[Any]) -> list[dict[str, Any]]:
    """The table of clinics, with what a claim needs of each."""
    return [
        {
            "id": one.id,
            "name": one.name,
            "npi": one.npi,
            "missing": ", ".join(clinic_lacks(one)),
        }
        for one in found
    ]


def signer_rows(found: Sequence[Signer]) -> list[dict[str, Any]]:
    """The table of those who sign."""
    return [
        {
            "id": one.id,
            "name": f"{one.name}, {one.credential}" if one.credential else one.name,
            "claimed": claimed_name(one),
            "npi": one.npi,
            "missing": ", ".join(
                words
                for name, words in {"npi": "NPI", "taxonomy": "taxonomy"}.items()
                if not getattr(one, name)
            ),
        }
        for one in found
    ]


def claimed_name(one: Signer) -> str:
    """How claims name the person: "Okonjo, Maya"."""
    family, given = family_of(one.name, one.family_name)
    return f"{family}, {given}" if given else family


def fee_rows(found: Sequence[FeeShown], today: dt.date, codes: CodeTable) -> list[dict[str, Any]]:
    """A schedule, code by code; each row says when it holds."""
    return [
        {
            "id": one.id,
            "code": one.code,
            "label": codes[one.code].label if one.code in codes else "",
            "fee": f"${money_text(one.cents)}",
            "holds": _span(one.effective_on, one.until),
            "now": one.holds_on(today),
            "when": "now" if one.holds_on(today) else "later" if one.effective_on > today else "before",
        }
        for one in found
    ]


def history_rows(found: Sequence[FeeChange]) -> list[tuple[str, ...]]:
    """What was corrected: code, fee, when it held, who replaced it when."""
    return [
        (
            one.code,
            f"${money_text(one.cents)}",
            _span(one.effective_on, one.ends_on),
            f"{one.by}, {long_date(one.at.date(), year=True)}",
        )
        for one in found
    ]


def _span(start: dt.date, end: dt.date | None) -> str:
    begins = long_date(start, year=True)
    return f"{begins} to {long_date(end, year=True)}" if end else f"from {begins}"


def sheet_page(sheet: FeeSheet, compared: Sequence[tuple[FeeRow, str]]) -> dict[str, Any]:
    """The preview of a sheet: counts, the rows that change something, and the refused ones."""
    counts = {kind: sum(done == kind for _, done in compared) for kind in ("new", "changed", "same")}
    changes = [(row, done) for row, done in compared if done != "same"]
    return {
        "counts": {**counts, "refused": len(sheet.refused)},
        "changes": len(changes),
        "rows": [
            (row.code, f"${money_text(row.cents)}", _span(row.effective_on, row.ends_on), done)
            for row, done in changes[:SHOWN]
        ],
        "refused": [(f"line {one.line}", one.text, one.reason) for one in sheet.refused[:SHOWN]],
    }
