"""What clinicians note about an episode beside its visits: progress reports written, amounts allowed elsewhere."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import BadInputError
from pne_tracker.models import AllowedElsewhere, Episode, new_id
from pne_tracker.queries.access import load
from pne_tracker.services import audit
from pne_tracker.services.clinicians import refuse_outsiders

MOST_CENTS = 100_000_00
YEARS_BACK = 3


def record_progress_report(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    on_date: dt.date | None,
    *,
    today: dt.date,
    now: dt.datetime,
) -> Episode:
    """Keep the day on which a progress report was written: the count of treatment days begins again after it.

    Raises BadInputError for a day ahead, before the episode, or before the last report.
    """
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    refuse_outsiders(session, viewer, episode)
    if on_date is None:
        raise BadInputError("Write the day of the report, like 2026-11-23.", at="on_date")
    if on_date > today:
        raise BadInputError("The day lies ahead. Record the report once it is written.", at="on_date")
    if on_date < episode.opened_on:
        raise BadInputError("The day lies before the episode. Correct it.", at="on_date")
    if episode.last_progress_report_on and on_date < episode.last_progress_report_on:
        raise BadInputError("A later report is recorded already.", at="on_date")
    episode.last_progress_report_on = on_date
    audit.record(
        session,
        viewer,
        "progress_report",
        "episode",
        subject_id=episode.id,
        patient_id=episode.patient_id,
        now=now,
    )
    session.flush()
    return episode


def record_allowed_elsewhere(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    year: int | None,
    cents: int | None,
    *,
    today: dt.date,
    now: dt.datetime,
) -> uuid.UUID:
    """Keep what was allowed at other practices in a year, for the episode's discipline; the latest entry counts.

    Raises BadInputError for a year or an amount that cannot be meant.
    """
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    if year is None or not today.year - YEARS_BACK <= year <= today.year:
        raise BadInputError(f"Write a year from {today.year - YEARS_BACK} to {today.year}.", at="year")
    if cents is None or not 0 <= cents <= MOST_CENTS:
        raise BadInputError("Write the amount in dollars, like 640.00.", at="amount")
    row = AllowedElsewhere(
        id=new_id(),
        organisation_id=episode.organisation_id,
        patient_id=episode.patient_id,
        year=year,
        discipline=episode.discipline,
        cents=cents,
        entered_at=now,
        entered_by=viewer.account_id,
    )
    session.add(row)
    audit.record(
        session,
        viewer,
        "allowed_elsewhere",
        "patient",
        subject_id=episode.patient_id,
        patient_id=episode.patient_id,
        now=now,
        year=year,
    )
    session.flush()
    return row.id
