"""Asking for a correction of the record: how long the answer may take, and what it has to say (45 CFR 164.526)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Final

from pne_tracker.domain.errors import BadInputError

DAYS: Final = 60
"""Days from the asking to the answer, at most."""
SOON: Final = 14
LONGEST: Final = 2000


class AmendmentAnswer(StrEnum):
    """What the clinic says to it."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


def answer_due(asked_on: dt.date) -> dt.date:
    """The last day for an answer."""
    return asked_on + dt.timedelta(days=DAYS)


def check_answer(answer: str, words: str) -> tuple[AmendmentAnswer, str]:
    """The answer with its words. Raises BadInputError where one is missing."""
    if answer not in set(AmendmentAnswer):
        raise BadInputError("Choose whether you accept or decline.", at="answer")
    if not words.strip():
        raise BadInputError("Tell the patient what was done, or why it stays as it is.", at="words")
    return AmendmentAnswer(answer), words.strip()[:LONGEST]
