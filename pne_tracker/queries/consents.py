"""What patients agreed to, and how they can be reached."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.models import Consent, ContactPoint


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The latest answer of one kind: email, sms, push or portal."""

    granted: bool
    at: dt.datetime
    source: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a patient."""

    system: str
    use: str | None
    value: str


def latest_consents(
    session: Session, patient_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, dict[str, ConsentGiven]]:
    """The latest consent of each kind, by patient. One query."""
    found: dict[uuid.UUID, dict[str, ConsentGiven]] = {}
    rows = session.scalars(
        select(Consent).where(Consent.patient_id.in_(list(patient_ids))).order_by(Consent.at, Consent.id)
    )
    for row in rows:
        given = ConsentGiven(row.granted, row.at, row.source)
        found.setdefault(row.patient_id, {})[row.kind.value] = given
    return found


def contacts_of(session: Session, patient_id: uuid.UUID) -> tuple[Contact, ...]:
    """A patient's contact points, the one to try first leading."""
    rows = session.scalars(
        select(ContactPoint)
        .where(ContactPoint.patient_id == patient_id)
        .order_by(ContactPoint.system, ContactPoint.rank, ContactPoint.id)
    )
    return tuple(Contact(row.system, row.use, row.value) for row in rows)
