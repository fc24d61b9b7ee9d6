"""Opening a record outside the care team, to read, for an hour; and a lead who looks at each time it was done."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Permission, Viewer
from pne_tracker.domain.break_glass import LASTS, Identifiers, check_identifiers, check_reason
from pne_tracker.domain.errors import BadInputError, NotAllowedError
from pne_tracker.models import BreakGlass, Patient, new_id
from pne_tracker.queries import break_glass as glass
from pne_tracker.queries.access import load, reachable_patients
from pne_tracker.queries.break_glass import Opening
from pne_tracker.services import audit

NOBODY = "Nobody of your clinics is recorded like this. Compare the number, the spelling and the birth date."
SEVERAL = "More than one patient fits. Give the record number too."


def open_outside(
    session: Session, viewer: Viewer, known: Identifiers, *, reason: str, words: str, now: dt.datetime
) -> uuid.UUID:
    """Let the viewer read one record of the own clinics for an hour, and leave a row for the lead. Gives the patient.

    Somebody who reaches the patient anyhow needs no row and gets none. The caller has asked again who it is.
    Raises BadInputError for what is missing or fits nobody.
    """
    if not viewer.may(Permission.BREAK_GLASS):
        raise NotAllowedError("Therapists and assistants open records in an emergency.")
    check_identifiers(known)
    chosen, said = check_reason(reason, words)
    found = glass.meant_by(session, viewer, known)
    if len(found) != 1:
        raise BadInputError(SEVERAL if found else NOBODY, at="mrn")
    patient = found[0]
    in_reach = select(Patient.id).where(Patient.id == patient.id, reachable_patients(viewer))
    if session.scalar(in_reach) is not None:
        return patient.id
    row = BreakGlass(
        id=new_id(),
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        account_id=viewer.account_id,
        reason=chosen,
        words=said,
        opened_at=now,
        until=now + LASTS,
    )
    session.add(row)
    audit.record(
        session,
        viewer,
        "break_glass",
        "patient",
        subject_id=row.id,
        patient_id=patient.id,
        now=now,
        reason=chosen.value,
        break_glass=True,
    )
    session.flush()
    return patient.id


def open_openings(session: Session, viewer: Viewer, *, now: dt.datetime) -> tuple[Opening, ...]:
    """What was opened in the lead's clinics; each patient is told who looked at the list."""
    found = glass.openings(session, viewer)
    audit.record_list(session, viewer, "break_glass", (one.patient_id for one in found), now=now)
    return found


def see(session: Session, viewer: Viewer, break_glass_id: uuid.UUID, *, now: dt.datetime) -> None:
    """A lead has looked at it. Seen already: nothing more happens. Raises NotFoundError out of reach."""
    row = load(session, viewer, BreakGlass, break_glass_id, Access.EDIT)
    if row.seen_at is not None:
        return
    row.seen_at, row.seen_by = now, viewer.account_id
    audit.record(session, viewer, "see", "break_glass", subject_id=row.id, patient_id=row.patient_id, now=now)
    session.flush()
