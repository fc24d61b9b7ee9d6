"""Why another section is taken than the planner suggests: reasons that can be counted, and a note."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pne_tracker.domain.errors import BadInputError

OTHER: Final = "other"
MAX_NOTE: Final = 300
REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "patient_asked": "The patient asked for it",
        "came_up": "It fits what came up today",
        "too_much": "The suggested one is too much today",
        "known": "The patient knows the suggested one already",
        "no_time": "Too little time for the suggested one",
        OTHER: "Something else",
    }
)
"""By code, in the order in which they are offered."""


def reason_words(code: str) -> str:
    """A reason in words; "No reason given" for none."""
    return REASONS.get(code, "No reason given")


def checked_reason(code: str, note: str) -> tuple[str, str]:
    """Reason and note as they are kept.

    Raises BadInputError without a reason (`at` is why), and when *something else* says nothing (`at` is note).
    """
    note = " ".join(note.split())
    if code not in REASONS:
        raise BadInputError("Choose why you take another section.", at="why")
    if code == OTHER and not note:
        raise BadInputError("Write what the reason is.", at="note")
    if len(note) > MAX_NOTE:
        raise BadInputError(f"Shorten the note to {MAX_NOTE} characters.", at="note")
    return code, note
