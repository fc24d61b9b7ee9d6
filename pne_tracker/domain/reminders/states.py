"""Where a reminder stands, and where the message stands that says it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ReminderStatus(StrEnum):
    """The life of a reminder."""

    PLANNED = "planned"
    HELD = "held"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"


WENT: Final = (ReminderStatus.SENT, ReminderStatus.DELIVERED)


class MessageStatus(StrEnum):
    """The life of a message. *Sending* is one attempt under its lease; *unknown* cannot be decided by a program."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"
