"""How the beat is doing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pne_tracker.models import Beat


@dataclass(frozen=True, slots=True)
class Pulse:
    """When the beat last ran, and what is wrong with a channel since when."""

    last_at: dt.datetime | None = None
    trouble: str | None = None
    trouble_since: dt.datetime | None = None


def pulse(session: Session) -> Pulse:
    """The beat's own record; nothing when it never ran."""
    row = session.get(Beat, "beat")
    return Pulse(row.last_at, row.trouble, row.trouble_since) if row else Pulse()
