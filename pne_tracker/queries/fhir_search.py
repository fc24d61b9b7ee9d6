"""What FHIR searches find: rows in reach, a page at a time in the order of their ids, which is that of their making."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.homework import HomeworkStatus, status_of
from pne_tracker.models import (
    Addendum,
    Condition,
    Diagnosis,
    Episode,
    Homework,
    Patient,
    Visit,
    VisitStatus,
)
from pne_tracker.queries.access import reachable
from pne_tracker.queries.assigned_items import begun_homework, title_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search. `ids` None means any; `changed`: (comparison, instant) pairs; `limit` rows and one more."""

    ids: tuple[uuid.UUID, ...] | None = None
    patient_id: uuid.UUID | None = None
    after: uuid.UUID | None = None
    changed: tuple[tuple[str, dt.datetime], ...] = ()
    limit: int = 50


def patients(session: Session, viewer: Viewer, wanted: Wanted) -> list[Patient]:
    """Patients in reach."""
    return list(session.scalars(_narrow(reachable(Patient, viewer), Patient.id, Patient.id, wanted)))


def episodes(session: Session, viewer: Viewer, wanted: Wanted) -> list[tuple[Episode, tuple[Diagnosis, ...]]]:
    """Episodes in reach with their diagnoses by rank."""
    statement = _narrow(reachable(Episode, viewer), Episode.id, Episode.patient_id, wanted)
    rows = list(session.scalars(statement))
    found: dict[uuid.UUID, list[Diagnosis]] = {}
    for one in session.scalars(
        select(Diagnosis)
        .where(Diagnosis.episode_id.in_([row.id for row in rows]))
        .order_by(Diagnosis.rank, Diagnosis.id)
    ):
        found.setdefault(one.episode_id, []).append(one)
    return [(row, tuple(found.get(row.id, ()))) for row in rows]


def conditions(
    session: Session, viewer: Viewer, wanted: Wanted
) -> tuple[list[Condition], list[tuple[Diagnosis, uuid.UUID]]]:
    """Conditions that other systems sent, and diagnoses of episodes with their patient: a page of each."""
    sent = session.scalars(_narrow(reachable(Condition, viewer), Condition.id, Condition.patient_id, wanted))
    joined: Any = (
        reachable(Episode, viewer)
        .join(Diagnosis, Diagnosis.episode_id == Episode.id)
        .with_only_columns(Diagnosis, Episode.patient_id)
    )
    treated = session.execute(_narrow(joined, Diagnosis.id, Episode.patient_id, wanted)).all()
    return list(sent), [(row[0], row[1]) for row in treated]


def visits(session: Session, viewer: Viewer, wanted: Wanted) -> list[tuple[Visit, dt.datetime]]:
    """Visits once signed, each with when it was signed or last added to."""
    added = (
        select(func.max(Addendum.written_at))
        .where(Addendum.visit_id == Visit.id)
        .correlate(Visit)
        .scalar_subquery()
    )
    changed_at = func.coalesce(added, Visit.signed_at)
    statement = _narrow(
        reachable(Visit, viewer).where(Visit.status.in_((VisitStatus.SIGNED, VisitStatus.ENTERED_IN_ERROR))),
        Visit.id,
        Visit.patient_id,
        wanted,
    )
    for comparison, at in wanted.changed:
        statement = statement.where(_compared(changed_at, comparison, at))
    return [(row[0], row[1]) for row in session.execute(statement.add_columns(changed_at))]


def homework(
    session: Session, viewer: Viewer, wanted: Wanted, today: dt.date
) -> list[tuple[Homework, HomeworkStatus, str]]:
    """Items of homework, each with its state today and its title."""
    statement = _narrow(reachable(Homework, viewer), Homework.id, Homework.patient_id, wanted)
    rows = list(session.scalars(statement))
    begun = begun_homework(session, Homework.id.in_([row.id for row in rows]))
    return [(row, status_of(row, begun=row.id in begun, today=today), title_of(row.template)) for row in rows]


def _compared(column: Any, comparison: str, at: dt.datetime) -> ColumnElement[bool]:
    found: ColumnElement[bool] = {
        "gt": column > at,
        "ge": column >= at,
        "lt": column < at,
        "le": column <= at,
    }[comparison]
    return found


def _narrow(
    statement: Any,
    key: InstrumentedAttribute[uuid.UUID],
    patient: InstrumentedAttribute[uuid.UUID],
    wanted: Wanted,
) -> Any:
    conditions: Sequence[ColumnElement[bool] | None] = (
        key.in_(wanted.ids) if wanted.ids is not None else None,
        patient == wanted.patient_id if wanted.patient_id is not None else None,
        key > wanted.after if wanted.after is not None else None,
    )
    narrowed = statement.where(*(one for one in conditions if one is not None))
    return narrowed.order_by(key).limit(wanted.limit + 1)
