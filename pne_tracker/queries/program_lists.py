"""Lists for programs, a page at a time by key: patients in the order they came, signed visits as they were signed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.models import BillingLine, Patient, Payer, Visit, VisitSection, VisitStatus
from pne_tracker.queries.access import load, patients, visits_within
from pne_tracker.queries.claim_records import lines_of


def patients_after(
    session: Session, viewer: Viewer, *, after: uuid.UUID | None, since: dt.datetime | None, limit: int
) -> list[Patient]:
    """Patients in reach by id, which follows the order in which they were entered; one more than `limit`."""
    statement = patients(viewer).order_by(Patient.id).limit(limit + 1)
    if after is not None:
        statement = statement.where(Patient.id > after)
    if since is not None:
        statement = statement.where(Patient.created_at >= since)
    return list(session.scalars(statement))


@dataclass(frozen=True, slots=True)
class SignedVisit:
    """A signed visit, or one entered in error, with the sections taught and, for billers, its frozen lines."""

    visit: Visit
    payer: str
    sections: tuple[int, ...]
    lines: tuple[BillingLine, ...]


def signed_visits_after(
    session: Session,
    viewer: Viewer,
    *,
    access: Access,
    patient_id: uuid.UUID | None = None,
    after: uuid.UUID | None = None,
    signed_since: dt.datetime | None = None,
    limit: int,
) -> list[SignedVisit]:
    """Visits once signed, by when they were; one more than `limit`. `after` is the last of the page before.

    Raises NotFoundError where that one is out of reach. Lines come along for Access.BILL alone.
    """
    statement = (
        select(Visit)
        .where(
            visits_within(viewer, access),
            Visit.status.in_((VisitStatus.SIGNED, VisitStatus.ENTERED_IN_ERROR)),
        )
        .order_by(Visit.signed_at, Visit.id)
        .limit(limit + 1)
    )
    if patient_id is not None:
        statement = statement.where(Visit.patient_id == patient_id)
    if signed_since is not None:
        statement = statement.where(Visit.signed_at >= signed_since)
    if after is not None:
        statement = _after(statement, load(session, viewer, Visit, after, access))
    return _with_parts(session, list(session.scalars(statement)), access)


def _after(statement: Select[Visit], last: Visit) -> Select[Visit]:
    return statement.where(tuple_(Visit.signed_at, Visit.id) > (last.signed_at, last.id))


def _with_parts(session: Session, visits: list[Visit], access: Access) -> list[SignedVisit]:
    ids = [one.id for one in visits]
    sections: dict[uuid.UUID, list[int]] = {}
    for visit_id, number in session.execute(
        select(VisitSection.visit_id, VisitSection.section)
        .where(VisitSection.visit_id.in_(ids))
        .order_by(VisitSection.section)
    ):
        sections.setdefault(visit_id, []).append(number)
    lines = lines_of(session, ids) if access is Access.BILL else {}
    payer_ids = {one.payer_id for found in lines.values() for one in found}
    named = session.execute(select(Payer.id, Payer.name).where(Payer.id.in_(payer_ids))).all()
    payers = {row[0]: row[1] for row in named}
    return [
        SignedVisit(
            visit=one,
            payer=payers[lines[one.id][0].payer_id] if lines.get(one.id) else "",
            sections=tuple(sections.get(one.id, ())),
            lines=tuple(lines.get(one.id, ())),
        )
        for one in visits
    ]
