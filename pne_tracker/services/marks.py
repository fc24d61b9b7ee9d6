"""Sections left out with a reason, taken back in, or flagged to be revisited."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.domain.progress import State
from pne_tracker.models import Episode, EpisodeStatus, MarkKind, SectionMark, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.progress import section_rows
from pne_tracker.services import audit, progress
from pne_tracker.services.clinicians import refuse_outsiders

MAX_REASON = 300


def skip(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    section: int,
    *,
    reason: str,
    on_date: dt.date,
    now: dt.datetime,
) -> None:
    """Leave a section out. RefusedError when it is left out already, BadInputError without a reason."""
    _mark(session, viewer, episode_id, section, MarkKind.SKIP, reason, on_date, now)


def unskip(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    section: int,
    *,
    reason: str = "",
    on_date: dt.date,
    now: dt.datetime,
) -> None:
    """Take a section back in; its state is again what the evidence says. RefusedError when it is in."""
    _mark(session, viewer, episode_id, section, MarkKind.UNSKIP, reason, on_date, now)


def revisit(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    section: int,
    *,
    reason: str,
    on_date: dt.date,
    now: dt.datetime,
) -> None:
    """Flag a taught section to be revisited; a later check lifts it. RefusedError when it is not taught."""
    _mark(session, viewer, episode_id, section, MarkKind.REVISIT, reason, on_date, now)


_REFUSALS = {
    MarkKind.SKIP: "This section is skipped already.",
    MarkKind.UNSKIP: "This section is not skipped.",
    MarkKind.REVISIT: "Only a section that was taught can be revisited. Teach it first.",
}


def _mark(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    section: int,
    kind: MarkKind,
    reason: str,
    on_date: dt.date,
    now: dt.datetime,
) -> None:
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    refuse_outsiders(session, viewer, episode)
    if episode.status is EpisodeStatus.DISCHARGED:
        raise RefusedError("The episode is discharged. Open it again to change its sections.")
    if section not in pack_of(session, episode.pack_version_id).by_number:
        raise BadInputError("This curriculum has no such section. Choose one from the list.", at="section")
    reason = reason.strip()
    if len(reason) > MAX_REASON:
        raise BadInputError(f"Shorten the reason to {MAX_REASON} characters.", at="reason")
    if not reason and kind is not MarkKind.UNSKIP:
        raise BadInputError("Write the reason: it is kept with the section.", at="reason")
    if not _possible(session, episode, section, kind):
        raise RefusedError(_REFUSALS[kind])
    session.add(
        SectionMark(
            id=new_id(),
            organisation_id=episode.organisation_id,
            episode_id=episode.id,
            section=section,
            kind=kind,
            reason=reason,
            on_date=on_date,
            at=now,
            marked_by=viewer.account_id,
        )
    )
    progress.rebuild(session, [episode.id])
    audit.record(
        session,
        viewer,
        kind.value,
        "section",
        subject_id=episode.id,
        patient_id=episode.patient_id,
        now=now,
        section=section,
    )


def _possible(session: Session, episode: Episode, section: int, kind: MarkKind) -> bool:
    rows = {row.number: row for row in section_rows(session, [episode.id])[episode.id]}
    state = rows[section].state if section in rows else State.NOT_STARTED
    if kind is MarkKind.SKIP:
        return state is not State.SKIPPED
    if kind is MarkKind.UNSKIP:
        return state is State.SKIPPED
    return state not in {State.SKIPPED, State.NOT_STARTED}
