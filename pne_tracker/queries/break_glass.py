"""Records opened outside the care team: which are open now, who is meant, and what leads and the record show."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.break_glass import GlassReason, Identifiers
from pne_tracker.domain.people import listed_name
from pne_tracker.models import BreakGlass, Patient, built_once
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.patients import account_labels

MOST = 100


@dataclass(frozen=True, slots=True)
class Opening:
    """One record that somebody outside the care team opened; `seen_by` once a lead has looked at it."""

    id: uuid.UUID
    patient_id: uuid.UUID
    patient: str
    who: str
    reason: GlassReason
    words: str
    opened_at: dt.datetime
    until: dt.datetime
    seen_at: dt.datetime | None
    seen_by: str


def open_now(session: Session, viewer: Viewer, *, now: dt.datetime) -> frozenset[uuid.UUID]:
    """The patients whose record the viewer has opened and not reaches otherwise. Past its time it is none of them."""
    found = session.scalars(
        select(BreakGlass.patient_id)
        .join(Patient, Patient.id == BreakGlass.patient_id)
        .where(
            BreakGlass.account_id == viewer.account_id,
            BreakGlass.opened_at <= now,
            BreakGlass.until > now,
            ~reachable_patients(viewer),
        )
    )
    return frozenset(found)


def ends_at(
    session: Session, viewer: Viewer, patient_id: uuid.UUID, *, now: dt.datetime
) -> dt.datetime | None:
    """Until when the viewer has this record open from outside, or None."""
    return session.scalar(
        select(func.max(BreakGlass.until)).where(
            BreakGlass.account_id == viewer.account_id,
            BreakGlass.patient_id == patient_id,
            BreakGlass.until > now,
        )
    )


def meant_by(session: Session, viewer: Viewer, known: Identifiers) -> list[Patient]:
    """The patients of the viewer's clinics to whom all of it applies, in the care team's reach or not."""
    statement = select(Patient).where(Patient.clinic_id.in_(viewer.clinic_ids))
    if known.mrn:
        statement = statement.where(func.lower(Patient.mrn) == known.mrn.lower())
    if known.birth_date is not None:
        statement = statement.where(Patient.birth_date == known.birth_date)
    return [
        one
        for one in session.scalars(statement.order_by(Patient.id).limit(MOST))
        if known.fit(mrn=one.mrn, given=one.given_name, family=one.family_name, birth_date=one.birth_date)
    ]


def openings(session: Session, viewer: Viewer) -> tuple[Opening, ...]:
    """What was opened in the clinics of a lead: those nobody has seen first, then the latest."""
    return _openings(session, _of_lead(viewer))


def openings_of(session: Session, patient_id: uuid.UUID) -> tuple[Opening, ...]:
    """Every time the record of a patient in reach was opened from outside, latest first."""
    return _openings(session, BreakGlass.patient_id == patient_id)


def unseen(session: Session, viewer: Viewer) -> int:
    """How many openings wait for a lead to look at them."""
    return session.scalar(_unseen(viewer)) or 0


@lru_cache(maxsize=32)
def _unseen(viewer: Viewer) -> Select[int]:
    wanted = (_of_lead(viewer), BreakGlass.seen_at.is_(None))
    return built_once(select(func.count()).select_from(BreakGlass).where(*wanted))


def _of_lead(viewer: Viewer) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = BreakGlass.clinic_id.in_(viewer.clinic_ids)
    return wanted if viewer.may(Permission.STEER_CARE) else BreakGlass.id.is_(None)


def _openings(session: Session, wanted: ColumnElement[bool]) -> tuple[Opening, ...]:
    rows = session.execute(
        select(BreakGlass, Patient.given_name, Patient.family_name)
        .join(Patient, Patient.id == BreakGlass.patient_id)
        .where(wanted)
        .order_by(BreakGlass.seen_at.is_not(None), BreakGlass.opened_at.desc(), BreakGlass.id)
        .limit(MOST)
    ).all()
    people = {row[0].account_id for row in rows} | {row[0].seen_by for row in rows if row[0].seen_by}
    names = account_labels(session, people) if people else {}
    return tuple(
        Opening(
            one.id,
            one.patient_id,
            listed_name(given, family),
            names.get(one.account_id, ""),
            one.reason,
            one.words,
            one.opened_at,
            one.until,
            one.seen_at,
            names.get(one.seen_by, "") if one.seen_by else "",
        )
        for one, given, family in rows
    )
