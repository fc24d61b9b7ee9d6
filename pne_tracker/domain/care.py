"""The words for where episodes and visits stand."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Final

FLAGS_EVERY: Final = dt.timedelta(days=30)
"""How long answers about yellow flags hold before the questions are asked again."""


class EpisodeStatus(StrEnum):
    """Where an episode stands."""

    OPEN = "open"
    ON_HOLD = "on_hold"
    DISCHARGED = "discharged"


class VisitStatus(StrEnum):
    """A draft can change; signed and entered in error cannot."""

    DRAFT = "draft"
    SIGNED = "signed"
    ENTERED_IN_ERROR = "entered_in_error"


def flags_due(asked_on: dt.date | None, opened_on: dt.date, today: dt.date) -> bool:
    """Whether the ten questions about yellow flags are to be asked again; `asked_on` is None when they never were."""
    return today - (asked_on or opened_on) >= FLAGS_EVERY
