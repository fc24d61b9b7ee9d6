"""Reading visits: each page served leaves an event that says whose record was looked at."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.visit_draft import DraftInput
from pne_tracker.queries import visits
from pne_tracker.queries.visits import DraftPage, SignedPage, VisitList, VisitRow
from pne_tracker.services import audit


def read_visit(
    session: Session, viewer: Viewer, visit_id: uuid.UUID, *, today: dt.date, now: dt.datetime
) -> DraftPage | SignedPage:
    """The page of a visit: to write on while it is a draft, to read once it is signed.

    The seal of a signed one is checked; where it does not hold, an event says which parts differ.
    """
    if visits.is_draft(session, viewer, visit_id):
        return read_draft(session, viewer, visit_id, today=today, now=now)
    page = visits.signed_page(session, viewer, visit_id, today)
    _read(session, viewer, page.head.id, page.head.patient_id, now)
    if page.broken:
        audit.record(
            session,
            viewer,
            "mismatch",
            "visit",
            subject_id=page.head.id,
            patient_id=page.head.patient_id,
            now=now,
            parts=list(page.broken),
        )
    return page


def read_draft(
    session: Session,
    viewer: Viewer,
    visit_id: uuid.UUID,
    *,
    today: dt.date,
    now: dt.datetime,
    typed: DraftInput | None = None,
) -> DraftPage:
    """The page of a draft, as stored or as it would be with what is typed."""
    page = visits.draft_page(session, viewer, visit_id, today, typed)
    _read(session, viewer, page.head.id, page.head.patient_id, now)
    return page


def _read(
    session: Session, viewer: Viewer, visit_id: uuid.UUID, patient_id: uuid.UUID, now: dt.datetime
) -> None:
    audit.record(session, viewer, "read", "visit", subject_id=visit_id, patient_id=patient_id, now=now)
    session.flush()


def list_visits(
    session: Session,
    viewer: Viewer,
    *,
    status: str,
    mine: bool,
    since: dt.date | None,
    after: uuid.UUID | None,
    now: dt.datetime,
) -> tuple[tuple[VisitRow, ...], VisitList]:
    """The viewer's open drafts, and a page of the other visits."""
    drafts = visits.drafts(session, viewer)
    found = visits.visits(session, viewer, status=status, mine=mine, since=since, after=after)
    seen = sorted({str(row.patient_id) for row in (*drafts, *found.rows)})
    audit.record(session, viewer, "list", "visit", now=now, patients=seen)
    session.flush()
    return drafts, found
