"""The own sessions as the account page shows them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pne_tracker.services.sessions import OpenSession

WAYS = {
    "password": _l("password"),
    "app": "password and app",
    "recovery": "password and recovery code",
    "passkey": _l("passkey"),
    "link": _l("link by mail"),
    "invitation": _l("invitation"),
}


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser; `here` marks the one that asks."""

    device: str
    since: str
    how: str
    here: bool


def device_text(name: str) -> str:
    """A browser's name as it was kept, "Firefox on Windows", in the reader's language."""
    browser, _on, system = name.partition(" on ")
    browser = str(_("A browser")) if browser == "A browser" else browser
    return str(_("%(browser)s on %(system)s", browser=browser, system=system)) if system else browser


def session_rows(sessions: Iterable[OpenSession], own: uuid.UUID | None, timezone: str) -> list[SessionRow]:
    """The sessions in the clinic's time."""
    zone = ZoneInfo(timezone)
    return [
        SessionRow(
            device_text(one.device),
            str(
                format_datetime(
                    one.started_at.astimezone(zone).replace(tzinfo=None), "d MMM y, HH:mm", rebase=False
                )
            ),
            str(WAYS.get(one.how, one.how)),
            one.id == own,
        )
        for one in sessions
    ]
