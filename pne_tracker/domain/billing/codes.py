"""The procedure codes known from the start, with our own plain labels. CPT is the AMA's; none of its text
is here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pne_tracker.domain.errors import BadInputError

CPT_NOTICE = (
    "CPT is a trademark of the American Medical Association. Labels are our own, not the AMA's descriptors."
)
RETRAINING = "97112"
"""The code that stands for PNE on its own (guide rule 1)."""


@dataclass(frozen=True, slots=True)
class Code:
    """One billable code: five characters, our label for it, and whether its units follow the minutes."""

    code: str
    label: str
    timed: bool


CodeTable = Mapping[str, Code]

_TIMED = {
    "97035": "ultrasound",
    "97110": "exercise",
    "97112": "movement retraining",
    "97113": "pool exercise",
    "97116": "gait practice",
    "97124": "massage",
    "97140": "hands-on treatment",
    "97530": "activity practice",
    "97535": "daily living practice",
    "97537": "community and work practice",
    "97750": "measured task test",
}
_UNTIMED = {
    "97150": "group session",
    "97161": "PT first assessment, level 1",
    "97162": "PT first assessment, level 2",
    "97163": "PT first assessment, level 3",
    "97164": "PT reassessment",
    "97165": "OT first assessment, level 1",
    "97166": "OT first assessment, level 2",
    "97167": "OT first assessment, level 3",
    "97168": "OT reassessment",
}
CODES: CodeTable = {code: Code(code, label, timed=True) for code, label in _TIMED.items()} | {
    code: Code(code, label, timed=False) for code, label in _UNTIMED.items()
}


def with_added(*added: Code, to: CodeTable = CODES) -> CodeTable:
    """The table with a clinic's own codes.

    Raises BadInputError `bad_code` for a code that is not five ASCII letters or digits, or has no label, and
    `code_taken` for one that the table has: a clinic does not turn a timed code into an untimed one.
    """
    table = dict(to)
    for code in added:
        text = code.code
        if len(text) != 5 or not text.isascii() or not text.isalnum() or not code.label.strip():
            raise BadInputError(
                "A code has five letters or digits and a label.", at=text[:20], code="bad_code"
            )
        if text in table:
            raise BadInputError(f"{text} is in the table already.", at=text, code="code_taken")
        table[text] = code
    return table
