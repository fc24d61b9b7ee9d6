"""Handing a draft over: kept notes, drafts that wait for the therapist's signature, and drafts taken back."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.seal import digest_of
from pne_tracker.models import Visit
from pne_tracker.queries.visit_facts import facts_of
from pne_tracker.queries.visit_preview import preview_of
from pne_tracker.services import audit
from pne_tracker.services.visit_drafts import editable


def keep_note(
    session: Session, viewer: Viewer, visit_id: uuid.UUID, *, today: dt.date, now: dt.datetime
) -> None:
    """Say that the note somebody wrote over still stands, though the record changed since."""
    visit, _ = editable(session, viewer, visit_id)
    session.flush()
    facts = facts_of(session, visit, today)
    preview = preview_of(facts, facts.draft, today)
    if preview.note_stale:
        visit.note_basis = digest_of(preview.written)
        visit.saved_at, visit.saved_by = now, viewer.account_id
        _audit(session, viewer, visit, "save", now)


def mark_ready(session: Session, viewer: Viewer, visit_id: uuid.UUID, *, now: dt.datetime) -> Visit:
    """Put a draft on its therapist's Today for the signature; the same again changes nothing."""
    visit, _ = editable(session, viewer, visit_id)
    if visit.ready_at is None:
        visit.ready_at, visit.ready_by = now, viewer.account_id
        _audit(session, viewer, visit, "ready", now)
    return visit


def give_back(session: Session, viewer: Viewer, visit_id: uuid.UUID, *, now: dt.datetime) -> Visit:
    """Take a draft back from there; one that does not wait stays as it is."""
    visit, _ = editable(session, viewer, visit_id)
    if visit.ready_at is not None:
        visit.ready_at = visit.ready_by = None
        _audit(session, viewer, visit, "give_back", now)
    return visit


def _audit(session: Session, viewer: Viewer, visit: Visit, action: str, now: dt.datetime) -> None:
    audit.record(session, viewer, action, "visit", subject_id=visit.id, patient_id=visit.patient_id, now=now)
    session.flush()
