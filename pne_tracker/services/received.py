"""The patient says whether the teaching came across: once for an episode, never again."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.received import Received
from pne_tracker.models import Episode, ReceivedAnswer, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.portal_place import place_of
from pne_tracker.services import audit


def answer(session: Session, viewer: Viewer, word: str, *, now: dt.datetime) -> bool:
    """Keep the answer of the viewing patient; False when the question is not asked now, or was settled before.

    Raises BadInputError for another word than the four.
    """
    if word not in set(Received):
        raise BadInputError("Choose one of the answers.", at="answer")
    place = place_of(session, viewer)
    today = place.today(now)
    if place.episode_id is None or not place.is_asked(today):
        return False
    episode = load(session, viewer, Episode, place.episode_id, Access.EDIT)
    row = ReceivedAnswer(
        id=new_id(),
        organisation_id=episode.organisation_id,
        episode_id=episode.id,
        patient_id=episode.patient_id,
        answer=Received(word),
        on_date=today,
        at=now,
    )
    session.add(row)
    audit.record(session, viewer, "answer", "received", subject_id=row.id, patient_id=row.patient_id, now=now)
    session.flush()
    return True
