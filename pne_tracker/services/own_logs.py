"""Logging what nobody assigned, such as a flare: checked like homework, taken back on the same day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.entries import EntryResult, validate
from pne_tracker.domain.entry_fields import fields_of
from pne_tracker.domain.entry_parse import Raw
from pne_tracker.domain.entry_raw import day_of
from pne_tracker.domain.errors import NotAllowedError, NotFoundError
from pne_tracker.models import OwnLog, new_id
from pne_tracker.queries import portal_place
from pne_tracker.services import audit

OPEN_TO_ALL = frozenset({HomeworkKind.FLARE_LOG})


def log(
    session: Session,
    viewer: Viewer,
    kind: HomeworkKind,
    raw: Mapping[str, Raw],
    *,
    log_id: uuid.UUID,
    sure: bool,
    now: dt.datetime,
) -> EntryResult:
    """Keep one log; nothing is kept while errors or unanswered warnings are left.

    `log_id` is the form's own: the same form sent again has no second effect. NotAllowedError for anybody but
    a patient, NotFoundError for a kind that has to be assigned.
    """
    if viewer.role is not Role.PATIENT or viewer.patient_id is None:
        raise NotAllowedError("Such a log is the patient's own.")
    if kind not in OPEN_TO_ALL:
        raise NotFoundError
    place = portal_place.place_of(session, viewer)
    today = place.today(now)
    result = validate(kind, None, raw, today=today, zone=place.zone)
    if not result.ok or (result.warnings and not sure):
        return result
    if session.scalar(select(OwnLog.id).where(OwnLog.id == log_id)) is None:
        session.add(
            OwnLog(
                id=log_id,
                patient_id=viewer.patient_id,
                episode_id=place.episode_id,
                kind=kind,
                for_date=day_of(fields_of(kind, None), raw) or today,
                values=result.values,
                derived=result.derived,
                logged_at=now,
                logged_by=viewer.account_id,
            )
        )
        _note(session, viewer, log_id, "log", now)
    return EntryResult(result.values, result.derived, notices=result.notices)


def take_back(session: Session, viewer: Viewer, log_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Take a log of today back. NotFoundError for another's, and for one of an earlier day."""
    place = portal_place.place_of(session, viewer)
    row = session.scalars(
        select(OwnLog).where(OwnLog.id == log_id, OwnLog.patient_id == viewer.patient_id).with_for_update()
    ).one_or_none()
    if row is None or viewer.role is not Role.PATIENT or place.today(row.logged_at) != place.today(now):
        raise NotFoundError
    if row.taken_back_at is None:
        row.taken_back_at = now
        _note(session, viewer, log_id, "take_back", now)


def fresh_id() -> uuid.UUID:
    """An id for a new form."""
    return new_id()


def _note(session: Session, viewer: Viewer, log_id: uuid.UUID, action: str, now: dt.datetime) -> None:
    audit.record(session, viewer, action, "own_log", subject_id=log_id, patient_id=viewer.patient_id, now=now)
    session.flush()
