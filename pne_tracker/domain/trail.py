"""What can be asked of the audit trail: kinds of acts, and what did not go as it should."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """Acts by what they do to a record. Whatever is in no other kind changes something."""

    OPENED = "opened"
    LISTED = "listed"
    SIGN_IN = "sign_in"
    CHANGED = "changed"


ACTS: Final[dict[Kind, frozenset[str]]] = {
    Kind.OPENED: frozenset({"read"}),
    Kind.LISTED: frozenset({"list", "export", "search"}),
    Kind.SIGN_IN: frozenset(
        {
            "sign_in",
            "end_sessions",
            "change_password",
            "start_password_reset",
            "add_app",
            "remove_app",
            "add_passkey",
            "remove_passkey",
            "new_recovery_codes",
            "reset_second_step",
            "add_token",
            "revoke_token",
        }
    ),
}

WENT_WRONG: Final = frozenset({"mismatch", "refuse", "lock", "break_glass"})
"""Acts that somebody should look at: a seal that does not fit, a refusal, a lock, a record opened in an emergency."""


class Outcome(StrEnum):
    """How an act ended."""

    DONE = "done"
    WRONG = "wrong"
