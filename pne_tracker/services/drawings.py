"""Keeping a drawing: strokes from the page, or a photo freed of what it tells besides; sealed either way."""

from __future__ import annotations

import base64
import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.drawings import DrawingKind, clean_photo, strokes_as_text, strokes_of
from pne_tracker.domain.errors import ConflictError, NotAllowedError, NotFoundError
from pne_tracker.models import Drawing, EntryStatus, seal_into
from pne_tracker.queries.drawings import DrawnPage, photo_of, row_of
from pne_tracker.services import audit
from pne_tracker.services.entry_desk import Desk, note, open_desk


def keep_strokes(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, occurrence: int, text: str, *, now: dt.datetime
) -> None:
    """Keep what was drawn on the page; an earlier drawing of the occurrence is replaced. Raises BadInputError."""
    strokes = strokes_as_text(strokes_of(text))
    _keep(session, viewer, homework_id, occurrence, DrawingKind.STROKES, strokes, now)


def keep_photo(
    session: Session,
    viewer: Viewer,
    homework_id: uuid.UUID,
    occurrence: int,
    data: bytes,
    *,
    now: dt.datetime,
) -> None:
    """Keep a photo, in place of an earlier drawing. Raises BadInputError for what is no photo or too large."""
    kind, cleaned = clean_photo(data)
    _keep(session, viewer, homework_id, occurrence, kind, base64.b64encode(cleaned).decode(), now)


def remove(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, occurrence: int, *, now: dt.datetime
) -> None:
    """Take a drawing away that was not sent yet; none there is fine."""
    desk = _desk(session, viewer, homework_id, occurrence, now)
    row = row_of(session, homework_id, occurrence)
    if row is not None:
        session.delete(row)
        note(session, viewer, desk.homework, "remove_drawing", now, occurrence=occurrence)
        session.flush()


def open_photo(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, occurrence: int, *, now: dt.datetime
) -> DrawnPage:
    """A photo to be shown, with the event that says so. NotFoundError when there is none in reach."""
    found = photo_of(session, viewer, homework_id, occurrence)
    audit.record(
        session,
        viewer,
        "read",
        "drawing",
        subject_id=homework_id,
        patient_id=found.patient_id,
        now=now,
        occurrence=occurrence,
    )
    session.flush()
    return found


def _keep(
    session: Session,
    viewer: Viewer,
    homework_id: uuid.UUID,
    occurrence: int,
    kind: DrawingKind,
    content: str,
    now: dt.datetime,
) -> None:
    desk = _desk(session, viewer, homework_id, occurrence, now)
    row = row_of(session, homework_id, occurrence)
    if row is None:
        row = Drawing(homework_id=homework_id, patient_id=desk.homework.patient_id, occurrence=occurrence)
    row.kind, row.saved_at = kind, now
    seal_into(session, row, "content", content)
    session.add(row)
    note(session, viewer, desk.homework, "keep_drawing", now, occurrence=occurrence)
    session.flush()


def _desk(
    session: Session, viewer: Viewer, homework_id: uuid.UUID, occurrence: int, now: dt.datetime
) -> Desk:
    if viewer.role is not Role.PATIENT:
        raise NotAllowedError("A drawing is the patient's own.")
    desk = open_desk(session, viewer, homework_id, occurrence, now)
    if desk.item.kind is not HomeworkKind.READING:
        raise NotFoundError
    if desk.entry is not None and desk.entry.status is EntryStatus.DONE:
        raise ConflictError("This was sent before. Take it back first to change it.", code="sent_before")
    return desk
