"""What a transaction changed in the figures of completion, written as rows that the beat folds into the counts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from pne_tracker.domain.standing import Cell, Ledger, Place, Sum
from pne_tracker.models import NO_DAY, CompletionChange, EpisodeStatus, new_id


def write(session: Session, ledgers: Mapping[uuid.UUID, Ledger]) -> None:
    """Write what is left of the ledgers (by organisation) as changes."""
    rows = [
        {"id": new_id(), "organisation_id": organisation_id, **values_of(place, cell, amount)}
        for organisation_id, ledger in ledgers.items()
        for place, cell, amount in ledger.changes()
    ]
    if rows:
        session.execute(insert(CompletionChange), rows)


def values_of(place: Place, cell: Cell, amount: Sum) -> dict[str, Any]:
    """The columns of a count or change."""
    return {
        "clinic_id": place.clinic_id,
        "therapist_id": place.therapist_id,
        "payer_id": place.payer_id,
        "status": EpisodeStatus(place.status),
        "measured": cell.measured,
        "section": cell.section,
        "letter": cell.letter,
        "what": cell.what,
        "day": cell.day or NO_DAY,
        "days": cell.days,
        "n": amount.n,
        "done": amount.done,
        "late": amount.late,
    }
