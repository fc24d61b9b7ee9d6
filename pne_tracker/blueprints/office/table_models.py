"""What the pages of codes and tables show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from pne_tracker.domain.billing import CODES
from pne_tracker.domain.billing.dated import Kind
from pne_tracker.domain.billing.table_sheet import Difference, TableSheet
from pne_tracker.queries.code_tables import EditionRow, OwnCodeRow
from pne_tracker.web.display import long_date

NAMES = {
    Kind.NCCI: "Pair edits (NCCI)",
    Kind.MUE: "Daily maxima (MUE)",
    Kind.KX: "Yearly thresholds (KX)",
}
SHOWN = 200


def edition_rows(found: Sequence[EditionRow], today: dt.date, zone: str) -> list[dict[str, Any]]:
    """Editions by table; of each the one that holds today is marked."""
    listed, held = [], set()
    for one in found:
        begun = one.effective_on is None or one.effective_on <= today
        holds = begun and one.kind not in held
        if holds:
            held.add(one.kind)
        listed.append(
            {
                "name": NAMES[one.kind],
                "holds": holds,
                "when": "holds now" if holds else "later" if not begun else "before",
                "from": long_date(one.effective_on, year=True) if one.effective_on else "as shipped",
                "rows": one.rows,
                "by": _loaded(one, zone),
            }
        )
    return listed


def _loaded(one: EditionRow, zone: str) -> str:
    if one.loaded_at is None:
        return "came with the program"
    return f"{one.loaded_by}, {long_date(one.loaded_at.astimezone(ZoneInfo(zone)).date(), year=True)}"


def own_code_rows(found: Sequence[OwnCodeRow]) -> list[dict[str, Any]]:
    """The clinic's own codes."""
    return [
        {
            "id": one.id,
            "code": one.code,
            "label": one.label,
            "timed": "timed" if one.timed else "untimed",
            "by": f"{one.added_by}, {long_date(one.added_at.date(), year=True)}",
            "offered": one.retired_on is None,
        }
        for one in found
    ]


def shipped_code_rows() -> list[tuple[str, ...]]:
    """The codes known from the start."""
    return [(one.code, one.label, "timed" if one.timed else "untimed") for one in CODES.values()]


def preview_page(kind: Kind, day: dt.date, sheet: TableSheet, found: Difference) -> dict[str, Any]:
    """An edition before it is kept."""
    return {
        "name": NAMES[kind],
        "day": long_date(day, year=True),
        "counts": [
            {"label": "Rows", "value": len(sheet.rows), "detail": "that can be read"},
            {
                "label": "New",
                "value": sum(not row[1] for row in found.rows),
                "detail": "not in the edition before",
            },
            {
                "label": "Gone",
                "value": sum(not row[2] for row in found.rows),
                "detail": "in the edition before alone",
            },
            {
                "label": "Changed",
                "value": sum(all(row) for row in found.rows),
                "detail": f"{found.same} stay the same",
            },
            {"label": "Refused", "value": len(sheet.refused), "detail": "each with its reason"},
        ],
        "rows": [
            (about, before or "not there", after or "gone") for about, before, after in found.rows[:SHOWN]
        ],
        "more": max(0, len(found.rows) - SHOWN),
        "refused": [(f"line {one.line}", one.text, one.reason) for one in sheet.refused[:SHOWN]],
    }
