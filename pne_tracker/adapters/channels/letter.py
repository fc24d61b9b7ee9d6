"""What a channel is handed, and what it promises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pne_tracker.domain.messages.templates import Rendered
from pne_tracker.domain.reminders.attempts import Attempt, Result

ACCEPTED = Attempt(Result.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go. `stop_url` answers one click; `devices`: push subscriptions by id; `ics`: a calendar."""

    key: str
    recipient: str
    sender: str
    words: Rendered
    at: dt.datetime
    language: str = "en"
    stop_url: str = ""
    html: str = ""
    ics: bytes = b""
    devices: Mapping[str, dict[str, Any]] = field(default_factory=dict)


class Way(Protocol):
    """One way out. `send` never raises: whatever happens becomes an Attempt."""

    def send(self, letter: Letter) -> Attempt:
        """Hand one message over, within the time of a lease."""

    def close(self) -> None:
        """Give connections back."""


class PortalWay:
    """The portal's own messages: being settled is being there."""

    def send(self, letter: Letter) -> Attempt:
        """It is there with the commit."""
        return ACCEPTED

    def close(self) -> None:
        """Nothing is held."""
