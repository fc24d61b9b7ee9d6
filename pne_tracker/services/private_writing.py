"""Storing what was written: shared entries plain, private ones and drafts of journals under the patient's own key.

A private entry leaves no plain copy: its row holds the token alone, and where plain words stood before the
database is told to forget the old page.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any, Final

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.sealing import Sealer
from pne_tracker.models import Entry, EntryStatus, Patient, PatientKey, forget_old_pages, keys_of, place_of
from pne_tracker.queries.access import lock
from pne_tracker.queries.private import sealer_of

MAY_BE_PRIVATE: Final = frozenset({HomeworkKind.JOURNAL})


def may_keep_private(viewer: Viewer, kind: HomeworkKind) -> bool:
    """Whether the viewer may keep entries of that kind to themselves: patients their journals."""
    return viewer.role is Role.PATIENT and kind in MAY_BE_PRIVATE


def put(
    session: Session,
    viewer: Viewer,
    entry: Entry,
    kind: HomeworkKind,
    *,
    values: dict[str, Any],
    derived: dict[str, Any],
    shared: bool,
    now: dt.datetime,
) -> None:
    """Store the content of an entry whose status is set: who may read it follows from the switch and the status."""
    private = may_keep_private(viewer, kind)
    entry.shared = shared or not private
    if private and not (entry.shared and entry.status is EntryStatus.DONE):
        if entry.values:
            forget_old_pages(session)
        content = json.dumps({"values": values, "derived": derived})
        with session.no_autoflush:
            sealer = _sealer(session, entry.patient_id, now)
        entry.sealed = sealer.seal(content, place_of(session, entry, "sealed"))
        entry.values, entry.derived, entry.sealed_by = {}, {}, viewer.account_id
    else:
        entry.values, entry.derived, entry.sealed, entry.sealed_by = values, derived, None, None


def _sealer(session: Session, patient_id: uuid.UUID, now: dt.datetime) -> Sealer:
    """The sealer under the patient's key, which is made with the first private words; the patient is locked."""
    known = sealer_of(session, patient_id)
    if known is not None:
        return known
    lock(session, Patient, patient_id)
    known = sealer_of(session, patient_id)
    if known is not None:
        return known
    row = PatientKey(patient_id=patient_id, created_at=now)
    bound = place_of(session, row, "wrapped")
    row.wrapped = keys_of(session).new_data_key(bound)
    session.add(row)
    return keys_of(session).with_data_key(row.wrapped, bound)
