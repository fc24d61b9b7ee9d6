"""The monthly summary: one mail a month to a lead who asked for it, in the first week, from the morning on."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from pne_tracker.domain.goals import month_before

TEMPLATE: Final = "month"
DAYS: Final = 7
FROM_HOUR: Final = 8


def month_due(there: dt.datetime) -> dt.date | None:
    """The month (its first day) whose summary may go out at that wall time; None outside the first week's days."""
    return month_before(there.date()) if there.day <= DAYS and there.hour >= FROM_HOUR else None


def key_of(account_id: uuid.UUID, month: dt.date) -> str:
    """What makes a summary one effect: its reader and its month."""
    return f"month:{account_id.hex}:{month:%Y-%m}"


def month_text(month: dt.date) -> str:
    """A month in an address: "2026-11"."""
    return f"{month:%Y-%m}"


def read_month(text: str) -> dt.date | None:
    """The first day of the month written there, or None."""
    try:
        return dt.date.fromisoformat(f"{text}-01") if len(text) == len("2026-11") else None
    except ValueError:
        return None
