"""Reading homework: each page served leaves an event that says whose record was looked at."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.queries import homework_pages
from pne_tracker.queries.assigning import AssignPage, MovePage, assign_page, move_page
from pne_tracker.queries.homework_pages import HomeworkPage, HomeworkRow
from pne_tracker.queries.new_entries import NewEntries, new_entries
from pne_tracker.queries.patient_logs import PatientLogs, patient_logs
from pne_tracker.services import audit


def read_homework(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, *, today: dt.date, now: dt.datetime
) -> HomeworkPage:
    """The page of one item. Raises NotFoundError out of reach."""
    page = homework_pages.homework_page(session, viewer, homework_id, today)
    audit.record(session, viewer, "read", "homework", subject_id=page.id, patient_id=page.patient_id, now=now)
    session.flush()
    return page


def read_new(session: Session, viewer: Viewer, episode_id: uuid.UUID, *, now: dt.datetime) -> NewEntries:
    """The entries of an episode that nobody read yet. Raises NotFoundError out of reach."""
    page = new_entries(session, viewer, episode_id)
    audit.record(
        session,
        viewer,
        "read",
        "new_entries",
        subject_id=episode_id,
        patient_id=page.patient_id,
        now=now,
        items=len(page.items),
    )
    session.flush()
    return page


def open_assigning(
    session: Session, viewer: Viewer, episode_id: uuid.UUID, *, today: dt.date, now: dt.datetime
) -> AssignPage:
    """All homework of an episode, and what can go out. Raises NotFoundError out of reach."""
    page = assign_page(session, viewer, episode_id, today)
    audit.record(
        session, viewer, "read", "homework_list", subject_id=episode_id, patient_id=page.patient_id, now=now
    )
    session.flush()
    return page


def open_move(session: Session, viewer: Viewer, entry_id: uuid.UUID, *, now: dt.datetime) -> MovePage:
    """An entry that is to be moved, and where it could go. Raises NotFoundError out of reach."""
    page = move_page(session, viewer, entry_id)
    audit.record(session, viewer, "read", "entry", subject_id=entry_id, patient_id=page.patient_id, now=now)
    session.flush()
    return page


def list_waiting(
    session: Session, viewer: Viewer, *, today: dt.date, now: dt.datetime
) -> tuple[HomeworkRow, ...]:
    """Items that wait to be read."""
    rows = homework_pages.waiting(session, viewer, today)
    seen = sorted({str(row.patient_id) for row in rows})
    audit.record(session, viewer, "list", "homework", now=now, patients=seen)
    session.flush()
    return rows


def read_logs(session: Session, viewer: Viewer, patient_id: uuid.UUID, *, now: dt.datetime) -> PatientLogs:
    """All logs of a patient. Raises NotFoundError out of reach."""
    found = patient_logs(session, viewer, patient_id)
    audit.record(
        session, viewer, "read", "patient", subject_id=patient_id, patient_id=patient_id, now=now, page="logs"
    )
    session.flush()
    return found
