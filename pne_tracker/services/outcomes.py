"""Keeping outcome scores."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.domain.outcomes import MEASURES, Scored
from pne_tracker.models import Episode, EpisodeStatus, OutcomeScore, new_id
from pne_tracker.queries.access import load
from pne_tracker.services import audit


def record_score(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    measure: str,
    scored: Scored,
    *,
    on_date: dt.date,
    today: dt.date,
    now: dt.datetime,
) -> uuid.UUID:
    """Keep a score made by `domain.outcomes`; returns its id.

    Raises BadInputError for an unknown measure or a day outside the episode, RefusedError when the episode
    is discharged.
    """
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    if episode.status is EpisodeStatus.DISCHARGED:
        raise RefusedError("The episode is discharged. Open it again to record a score.")
    if measure not in MEASURES:
        raise BadInputError("Choose one of the measures.", at="measure")
    if on_date > today:
        raise BadInputError("The day lies in the future. Write the day of the score.", at="on_date")
    if on_date < episode.opened_on:
        raise BadInputError("The day lies before the episode. Write the day of the score.", at="on_date")
    row = OutcomeScore(
        id=new_id(),
        organisation_id=episode.organisation_id,
        episode_id=episode.id,
        measure=measure,
        score=scored.score,
        items=scored.items,
        on_date=on_date,
        recorded_at=now,
        recorded_by=viewer.account_id,
    )
    session.add(row)
    audit.record(
        session,
        viewer,
        "create",
        "outcome_score",
        subject_id=row.id,
        patient_id=episode.patient_id,
        now=now,
        measure=measure,
    )
    session.flush()
    return row.id
