"""Yellow flags: what the patient answered to the ten questions, and when."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Set as AbstractSet

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.models import Episode, EpisodeStatus, YellowFlag
from pne_tracker.queries.access import load
from pne_tracker.queries.curricula import pack_of
from pne_tracker.services import audit


def record_flags(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    flags: AbstractSet[str],
    *,
    today: dt.date,
    now: dt.datetime,
) -> None:
    """Keep the answers of today: `flags` hold, the others do not. RefusedError when the episode is discharged."""
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    if episode.status is EpisodeStatus.DISCHARGED:
        raise RefusedError("The episode is discharged. Open it again to change its flags.")
    keep_flags(session, viewer, episode, flags, today)
    audit.record(
        session,
        viewer,
        "record",
        "yellow_flags",
        subject_id=episode.id,
        patient_id=episode.patient_id,
        now=now,
        flags=len(flags),
    )
    session.flush()


def keep_flags(
    session: Session, viewer: Viewer, episode: Episode, flags: AbstractSet[str], today: dt.date
) -> None:
    """End what no longer holds and record what holds as of today; what was said earlier stays readable.

    The day is kept even when nothing holds: the questions were asked.
    """
    unknown = flags - {flag.id for flag in pack_of(session, episode.pack_version_id).flags}
    if unknown:
        raise BadInputError("Choose from the flags of the list.", at="flags")
    episode.flags_asked_on = today
    rows = session.scalars(
        select(YellowFlag).where(YellowFlag.episode_id == episode.id, YellowFlag.ended_on.is_(None))
    ).all()
    said_today = {row.flag for row in rows if row.recorded_on == today}
    for row in rows:
        if row.flag not in flags or row.flag not in said_today:
            row.ended_on = today
    for flag in sorted(flags - said_today):
        session.add(
            YellowFlag(
                organisation_id=episode.organisation_id,
                episode_id=episode.id,
                flag=flag,
                recorded_on=today,
                recorded_by=viewer.account_id,
            )
        )
