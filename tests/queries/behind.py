"""Who is listed when a number of a topic is opened."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.queries.completion import rows
from pne_tracker.queries.completion.behind import Number
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.topics import TOPICS


def opened(
    session: Session, viewer: Viewer, topic: str, chosen: CompletionFilter, today: dt.date, number: Number
) -> set[uuid.UUID]:
    """The episodes behind one number, all pages of them."""
    found = TOPICS[topic].behind(session, chosen, today, number)
    return {one.episode_id for one in rows.behind(session, viewer, found, limit=1000)}
