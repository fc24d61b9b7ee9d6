"""Drawings as they are shown: strokes as numbers, photos as bytes."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.drawings import DrawingKind, Strokes, strokes_of
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.models import Drawing, Entry, EntryStatus, Homework, unsealed
from pne_tracker.queries.access import load

MIME = {DrawingKind.JPEG: "image/jpeg", DrawingKind.PNG: "image/png"}


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """One drawing. A photo has no strokes, and strokes have no bytes."""

    occurrence: int
    kind: DrawingKind
    saved_at: dt.datetime
    patient_id: uuid.UUID
    homework_id: uuid.UUID
    strokes: Strokes = ()
    photo: bytes = b""

    @property
    def is_photo(self) -> bool:
        """Whether it is a photo, served by its own address."""
        return self.kind is not DrawingKind.STROKES


def row_of(session: Session, homework_id: uuid.UUID, occurrence: int) -> Drawing | None:
    """The stored drawing. The caller has checked that the viewer reaches the item."""
    return session.scalars(
        select(Drawing).where(Drawing.homework_id == homework_id, Drawing.occurrence == occurrence)
    ).one_or_none()


def drawing_of(session: Session, viewer: Viewer, homework_id: uuid.UUID, occurrence: int) -> DrawnPage | None:
    """The drawing of one occurrence, or None. Staff see those that were sent; NotFoundError out of reach."""
    load(session, viewer, Homework, homework_id)
    row = row_of(session, homework_id, occurrence)
    if row is None or not (row.patient_id == viewer.patient_id or _sent(session, row)):
        return None
    content = unsealed(row, "content") or ""
    if row.kind is DrawingKind.STROKES:
        return DrawnPage(
            occurrence, row.kind, row.saved_at, row.patient_id, homework_id, strokes=strokes_of(content)
        )
    photo = base64.b64decode(content)
    return DrawnPage(occurrence, row.kind, row.saved_at, row.patient_id, homework_id, photo=photo)


def photo_of(session: Session, viewer: Viewer, homework_id: uuid.UUID, occurrence: int) -> DrawnPage:
    """The same where it is a photo. NotFoundError when it is none."""
    found = drawing_of(session, viewer, homework_id, occurrence)
    if found is None or not found.is_photo:
        raise NotFoundError
    return found


def _sent(session: Session, row: Drawing) -> bool:
    return (
        session.scalar(
            select(Entry.id).where(
                Entry.homework_id == row.homework_id,
                Entry.occurrence == row.occurrence,
                Entry.status == EntryStatus.DONE,
            )
        )
        is not None
    )
