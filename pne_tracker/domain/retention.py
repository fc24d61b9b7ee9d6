"""How long a record is kept, what holds it longer, and why one may be deleted."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Final

from pne_tracker.domain.errors import RefusedError

YEARS: Final = 10
"""Where an organisation chose nothing: what payers of Medicare plans ask for, and most states."""
FEWEST, MOST = 1, 50
ADULT: Final = 18
LONGEST: Final = 2000


class DeletionReason(StrEnum):
    """Why a record goes. Coded, for it stays when the record is gone."""

    PERIOD_OVER = "period_over"
    PATIENT_RIGHT = "patient_right"
    MISTAKE = "mistake"


class DeletionState(StrEnum):
    """Asked by one person, carried out by another. Running exists within that one transaction alone."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    WITHDRAWN = "withdrawn"


def years_after(day: dt.date, years: int) -> dt.date:
    """The same day that many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def kept_until(last: dt.date, born: dt.date | None, years: int) -> dt.date:
    """The last day a record is kept: so many years after the last care, for a child after the 18th birthday."""
    start = max(last, years_after(born, ADULT)) if born else last
    return years_after(start, years)


def refuse(
    reason: DeletionReason, *, held: bool, until: dt.date, today: dt.date, signed: int, running: bool
) -> None:
    """Raise RefusedError when a record may not be deleted for that reason now."""
    if held:
        raise RefusedError("A legal hold keeps this record. Lift it first, when it is over.")
    if running:
        raise RefusedError("An episode of care is open. Discharge the patient first.")
    if reason is DeletionReason.PERIOD_OVER and today <= until:
        raise RefusedError("The retention period of this record is not over yet.", at="reason")
    if reason is DeletionReason.MISTAKE and signed:
        raise RefusedError(
            "A record with signed visits was not entered by mistake. Choose another reason.", at="reason"
        )
