"""What FHIR clients read and find, each patient with an audit event by the token that looked."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.services import audit


def note(
    session: Session,
    viewer: Viewer,
    kind: str,
    patient_ids: Iterable[uuid.UUID],
    *,
    one: uuid.UUID | None,
    now: dt.datetime,
) -> None:
    """The events of a search, or of a read of the resource `one`."""
    subject = f"fhir_{kind}"
    if one is None:
        audit.record_list(session, viewer, subject, patient_ids, now=now)
        return
    for patient_id in patient_ids:
        audit.record(session, viewer, "read", subject, subject_id=one, patient_id=patient_id, now=now)
