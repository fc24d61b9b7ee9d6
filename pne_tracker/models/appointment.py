"""Appointments: when a patient is expected, and by whom."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.appointments import AppointmentStatus
from pne_tracker.models.base import Base, Ref, TenantOwned, enum_of, fk, owned


class Appointment(TenantOwned, Base):
    """One planned visit. `visit_id` names the signed visit that kept it; `reason` says why it was cancelled."""

    __tablename__ = "appointment"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("patient_id", "patient"),
        fk("episode_id", "episode"),
        fk("therapist_id", "account"),
        fk("visit_id", "visit"),
        CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes"),
        CheckConstraint("(status = 'kept') = (visit_id IS NOT NULL)", name="kept"),
        CheckConstraint("status <> 'cancelled' OR reason <> ''", name="reason"),
        Index("ix_appointment_therapist", "therapist_id", "starts_at"),
        Index("ix_appointment_patient", "patient_id", "starts_at"),
        Index("ix_appointment_episode", "episode_id", "starts_at"),
        Index("ix_appointment_due", "status", "starts_at"),
    )

    clinic_id: Mapped[Ref]
    patient_id: Mapped[Ref]
    episode_id: Mapped[Ref]
    therapist_id: Mapped[Ref]
    starts_at: Mapped[dt.datetime]
    minutes: Mapped[int]
    status: Mapped[AppointmentStatus] = mapped_column(enum_of(AppointmentStatus))
    reason: Mapped[str] = mapped_column(String(200), default="")
    visit_id: Mapped[uuid.UUID | None]
    booked_at: Mapped[dt.datetime]
    booked_by: Mapped[Ref]
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[Ref]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
