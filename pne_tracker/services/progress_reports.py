"""Issuing a progress report: kept as issued, and the count of treatment days starts again after its last day."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Permission, Viewer
from pne_tracker.domain.errors import NotAllowedError
from pne_tracker.domain.reports import Period
from pne_tracker.models import Episode, IssuedPaper
from pne_tracker.queries.access import load
from pne_tracker.services import papers
from pne_tracker.services.clinicians import refuse_outsiders
from pne_tracker.services.papers import Issue


def issue_report(
    session: Session,
    viewer: Viewer,
    episode_id: uuid.UUID,
    made: Issue,
    period: Period,
    pdf: bytes,
    *,
    now: dt.datetime,
) -> IssuedPaper:
    """Keep a report and note its last day on the episode, unless a later report is noted there.

    Raises NotAllowedError unless the viewer is a therapist of the care team, NotFoundError out of reach.
    """
    episode = load(session, viewer, Episode, episode_id, Access.EDIT)
    refuse_outsiders(session, viewer, episode)
    if not viewer.may(Permission.SIGN_VISITS):
        raise NotAllowedError("A therapist of the care team issues progress reports.")
    last = episode.last_progress_report_on
    if last is None or last < period.until:
        episode.last_progress_report_on = period.until
    return papers.issue(session, viewer, made, pdf, now=now)
