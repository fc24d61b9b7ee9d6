"""What got in the way of homework: answers of one item, of episodes, and counts over a clinic's patients."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.barriers import BarrierCount, BarrierReason
from pne_tracker.models import Barrier, Episode, Homework, Patient
from pne_tracker.queries.access import reachable_patients


def reasons_of(session: Session, homework_id: uuid.UUID) -> tuple[BarrierReason, ...]:
    """The reasons named for an item that was loaded before, first named first."""
    rows = session.scalars(
        select(Barrier.reason).where(Barrier.homework_id == homework_id).order_by(Barrier.at, Barrier.id)
    )
    return tuple(rows)


def barrier_counts(
    session: Session,
    viewer: Viewer,
    start: dt.date,
    end: dt.date,
    *,
    clinic_ids: Collection[uuid.UUID] | None = None,
    therapist_id: uuid.UUID | None = None,
    section: int | None = None,
    kind: str | None = None,
) -> tuple[BarrierCount, ...]:
    """Answers from `start` to `end`, both included, of the patients the viewer reaches.

    One row for each clinic, therapist, section, kind, day and reason: fold them with `domain.barriers`.
    Items that were withdrawn are left out. One query.
    """
    keys = (
        Episode.clinic_id,
        Episode.therapist_id,
        Homework.section,
        Homework.kind,
        Barrier.on_date,
        Barrier.reason,
    )
    chosen: list[ColumnElement[bool]] = []
    if clinic_ids is not None:
        chosen.append(Episode.clinic_id.in_(list(clinic_ids)))
    if therapist_id is not None:
        chosen.append(Episode.therapist_id == therapist_id)
    if section is not None:
        chosen.append(Homework.section == section)
    if kind is not None:
        chosen.append(Homework.kind == kind)
    rows = session.execute(
        select(*keys, func.count())
        .join(Homework, Homework.id == Barrier.homework_id)
        .join(Episode, Episode.id == Homework.episode_id)
        .join(Patient, Patient.id == Barrier.patient_id)
        .where(
            reachable_patients(viewer),
            Barrier.on_date.between(start, end),
            Homework.closed_as.is_distinct_from("withdrawn"),
            *chosen,
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    return tuple(BarrierCount(row[0], row[1], row[2], row[3].value, row[4], row[5], row[6]) for row in rows)
