"""What the filter of the biller's queue offers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import STAFF, Viewer
from pne_tracker.models import Account, Claim, Clinic, Payer


@dataclass(frozen=True, slots=True)
class Choices:
    """(id, label) pairs of each filter."""

    clinics: list[tuple[str, str]]
    payers: list[tuple[str, str]]
    therapists: list[tuple[str, str]]


def choices(session: Session, viewer: Viewer) -> Choices:
    """Clinics of the viewer; payers of the organisation; therapists who have signed there."""
    clinics = session.execute(
        select(Clinic.id, Clinic.name).where(Clinic.id.in_(viewer.clinic_ids)).order_by(Clinic.name)
    )
    payers = session.execute(select(Payer.id, Payer.name).order_by(Payer.name))
    signed = select(Claim.id).where(Claim.therapist_id == Account.id, Claim.clinic_id.in_(viewer.clinic_ids))
    therapists = session.execute(
        select(Account.id, Account.name)
        .where(Account.role.in_(STAFF), signed.correlate(Account).exists())
        .order_by(Account.name)
    )
    return Choices(*([(str(row[0]), row[1]) for row in found] for found in (clinics, payers, therapists)))
