"""Logged is not received: two weeks after the first section the patient is asked once whether it came across."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pne_tracker.domain.curriculum import Text

ASKED_AFTER: Final = dt.timedelta(days=14)


class Received(StrEnum):
    """What the patient says; closing the question is no answer, and it is not asked again."""

    YES = "yes"
    NOT_SURE = "not_sure"
    NO = "no"
    CLOSED = "closed"


QUESTION: Final = Text(
    "Has your therapist told you how pain works to keep you safe?",
    "¿Le ha dicho su terapeuta cómo el dolor le cuida?",
)
LABELS: Final[Mapping[Received, Text]] = {
    Received.YES: Text("Yes", "Sí"),
    Received.NOT_SURE: Text("I am not sure", "No lo sé bien"),
    Received.NO: Text("No", "No"),
    Received.CLOSED: Text("Skip this", "Saltar"),
}
ANSWERS: Final = frozenset({Received.YES, Received.NOT_SURE, Received.NO})
LETTERS: Final[Mapping[Received, str]] = {
    Received.YES: "y",
    Received.NOT_SURE: "u",
    Received.NO: "n",
    Received.CLOSED: "c",
}
"""How completion tells what was said; nothing said is no letter."""
