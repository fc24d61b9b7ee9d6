"""What clinics want to reach, and their figures month by month."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.domain.goals import Measure
from pne_tracker.models.base import Base, Ref, TenantOwned, enum_of, fk, owned


class ClinicGoal(TenantOwned, Base):
    """A goal of a clinic in per cent (domain.goals); none: taken back.

    Never changed: the newest row of a measure counts, and all of them are its history. Whoever writes a row holds
    the clinic's row locked, so that ids are in the order of the changes.
    """

    __tablename__ = "clinic_goal"
    __table_args__ = owned(
        fk("clinic_id", "clinic"),
        fk("set_by", "account"),
        CheckConstraint("target BETWEEN 1 AND 100", name="target"),
        Index("ix_clinic_goal_clinic", "clinic_id", "id"),
    )

    clinic_id: Mapped[Ref]
    measure: Mapped[Measure] = mapped_column(enum_of(Measure))
    target: Mapped[int | None]
    set_at: Mapped[dt.datetime]
    set_by: Mapped[Ref]


class CompletionMonth(TenantOwned, Base):
    """The figures of a clinic's open episodes at the end of a month, as the screen showed them on `kept_on`.

    `month` is its first day. Kept once by the beat and never changed.
    """

    __tablename__ = "completion_month"
    __table_args__ = owned(fk("clinic_id", "clinic"), UniqueConstraint("clinic_id", "month"))

    clinic_id: Mapped[Ref]
    month: Mapped[dt.date]
    kept_on: Mapped[dt.date]
    open: Mapped[int]
    taught: Mapped[int]
    understood: Mapped[int]
    complete: Mapped[int]
    counted: Mapped[int]
    stalled: Mapped[int]
    expected: Mapped[int]
    done: Mapped[int]
