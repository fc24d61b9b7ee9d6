"""A lead asks a therapist to look at a patient who stalls, and the therapist answers with a word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pne_tracker.domain.completion import STALLED_DAYS


class StallAnswer(StrEnum):
    """What the therapist will do, in a word."""

    CALL = "call"
    BOOKED = "booked"
    ON_HOLD = "on_hold"
    ENDING = "ending"


WORDS: Final[Mapping[StallAnswer, str]] = {
    StallAnswer.CALL: "will call",
    StallAnswer.BOOKED: "next visit is booked",
    StallAnswer.ON_HOLD: "treatment rests",
    StallAnswer.ENDING: "will discharge",
}


def may_ask(asked: bool, answered_on: dt.date | None, today: dt.date) -> bool:
    """Whether a stall may be asked about: once, and again when 14 days after an answer nothing has happened."""
    if not asked:
        return True
    return answered_on is not None and (today - answered_on).days >= STALLED_DAYS
