"""The own sessions as the account page shows them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pne_tracker.services.sessions import OpenSession

WAYS = {
    "password": "password",
    "app": "password and app",
    "recovery": "password and recovery code",
    "passkey": "passkey",
    "link": "link by mail",
    "invitation": "invitation",
}


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser; `here` marks the one that asks."""

    device: str
    since: str
    how: str
    here: bool


def session_rows(sessions: Iterable[OpenSession], own: uuid.UUID | None, timezone: str) -> list[SessionRow]:
    """The sessions in the clinic's time."""
    zone = ZoneInfo(timezone)
    return [
        SessionRow(
            one.device,
            f"{one.started_at.astimezone(zone):%d %b %Y, %H:%M}",
            WAYS.get(one.how, one.how),
            one.id == own,
        )
        for one in sessions
    ]
