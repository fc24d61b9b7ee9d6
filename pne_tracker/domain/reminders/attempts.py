"""What follows an attempt to send: settled, tried again later, or left for a person to decide."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Result(StrEnum):
    """What a channel knows after an attempt. *Undecidable*: the provider may or may not have taken it."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A result with a code of what happened, such as "smtp_451"; never words of a provider, never an address."""

    result: Result
    code: str = ""


LEASE: Final = dt.timedelta(minutes=5)
"""How long an attempt may take before somebody else calls it undecided; longer than all network timeouts together."""
_WAITS: Final = tuple(dt.timedelta(minutes=one) for one in (1, 5, 15, 30, 60, 120, 240))
MOST_ATTEMPTS: Final = 12


def retry_at(attempts: int, now: dt.datetime, expires_at: dt.datetime) -> dt.datetime | None:
    """When to try again after `attempts` temporary failures; None when that is too late or often enough."""
    if attempts >= MOST_ATTEMPTS:
        return None
    at = now + _WAITS[min(attempts, len(_WAITS)) - 1]
    return at if at < expires_at else None
