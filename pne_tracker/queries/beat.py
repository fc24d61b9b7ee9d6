"""How the beat is doing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.models import Beat


@dataclass(frozen=True, slots=True)
class Pulse:
    """When the beat last ran, and what is wrong with which channel."""

    last_at: dt.datetime | None = None
    troubles: Mapping[str, str] = field(default_factory=dict)


def pulse(session: Session) -> Pulse:
    """The beat's own record; nothing when it never ran."""
    rows = {row.name: row for row in session.scalars(select(Beat).order_by(Beat.name))}
    beat = rows.pop("beat", None)
    return Pulse(
        beat.last_at if beat else None,
        {name: row.trouble for name, row in rows.items() if row.trouble is not None},
    )
