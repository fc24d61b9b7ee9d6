"""What signed visits add to the figures of completion: once when signed, taken away once when entered in error."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from pne_tracker.domain.standing import Ledger, Place
from pne_tracker.queries.standing_visits import counted_visits


def keep_visits(
    session: Session,
    was_signed: Mapping[uuid.UUID, bool],
    places: Mapping[uuid.UUID, Place],
    moved: Mapping[uuid.UUID, Place],
    ledgers: Mapping[uuid.UUID, Ledger],
) -> None:
    """Count the visits whose status changed, and move those of episodes that were in another place before.

    `was_signed` says whether a visit was counted; places by episode, ledgers by organisation. What is signed never
    changes, so a visit takes away what it added.
    """
    if not was_signed and not moved:
        return
    for one in counted_visits(session, was_signed, moved):
        place, ledger = places[one.episode_id], ledgers[one.organisation_id]
        if was_signed.get(one.visit_id, one.is_signed):
            ledger.take(moved.get(one.episode_id, place), one.cells)
        if one.is_signed:
            ledger.add(place, one.cells)


def forget_visits(
    session: Session, places: Mapping[uuid.UUID, Place], ledgers: Mapping[uuid.UUID, Ledger]
) -> None:
    """Take the signed visits of these episodes out of the figures."""
    for one in counted_visits(session, (), places):
        ledgers[one.organisation_id].take(places[one.episode_id], one.cells)
