"""Opening a record outside the care team: for how long, for what, and how somebody is named without a search."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.people import folded, full_name

LASTS: Final = dt.timedelta(minutes=60)
FEWEST_LETTERS: Final = 10
LONGEST: Final = 500
MOST_MISSES: Final = 10
"""Wrong names in a quarter of an hour: whoever stands before the patient does not guess."""


class GlassReason(StrEnum):
    """Why a record is opened by somebody who does not treat the patient."""

    COVERING = "covering"
    SAFETY = "safety"
    ASKED = "asked"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What the asker knows of the patient: two of the three, as at the bedside."""

    mrn: str = ""
    name: str = ""
    birth_date: dt.date | None = None

    def fit(self, *, mrn: str, given: str, family: str, birth_date: dt.date | None) -> bool:
        """Whether everything that was given is this patient's. Capitals and accents do not matter."""
        names = {folded(full_name(given, family)), folded(f"{family} {given}")}
        return (
            (not self.mrn or folded(self.mrn) == folded(mrn))
            and (not self.name or folded(self.name.replace(",", " ")) in names)
            and (self.birth_date is None or self.birth_date == birth_date)
        )


def check_identifiers(known: Identifiers) -> None:
    """Raise BadInputError for fewer than two: a number alone is mistyped, a name alone is a search."""
    if sum((bool(known.mrn), bool(known.name), known.birth_date is not None)) < 2:
        raise BadInputError(
            "Give two of the three: record number, full name, birth date. One alone may be somebody else's.",
            at="mrn",
        )


def check_reason(reason: str, words: str) -> tuple[GlassReason, str]:
    """The reason with its words. Raises BadInputError where one is missing."""
    if reason not in set(GlassReason):
        raise BadInputError("Choose why you need this record.", at="reason")
    said = " ".join(words.split())
    if len(said) < FEWEST_LETTERS:
        raise BadInputError(
            "Write in a few words what happened. The lead and the patient can ask you.", at="words"
        )
    return GlassReason(reason), said[:LONGEST]
