"""The key under which a patient's private writing is sealed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pne_tracker.models.base import Base, Ref, TenantOwned, fk, owned
from pne_tracker.models.sealing import Sealed


class PatientKey(TenantOwned, Base):
    """One data key a patient, itself sealed under the installation's keys."""

    __tablename__ = "patient_key"
    __table_args__ = owned(
        fk("patient_id", "patient"),
        UniqueConstraint("organisation_id", "patient_id"),
        Index("ix_patient_key_patient", "patient_id"),
    )

    patient_id: Mapped[Ref]
    wrapped: Mapped[Sealed]
    created_at: Mapped[dt.datetime]
