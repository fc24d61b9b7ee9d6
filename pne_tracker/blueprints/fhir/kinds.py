"""The resource types: which scope each needs, which parameters it takes, and how its rows become resources."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pne_tracker.adapters import fhir_resources as fhir
from pne_tracker.domain.access import Viewer
from pne_tracker.domain.scopes import ApiScope
from pne_tracker.queries import fhir_search as search
from pne_tracker.queries.fhir_search import Wanted

Found = tuple[fhir.Resource, uuid.UUID]
"""A resource with its patient."""
Search = Callable[[Session, Viewer, Wanted, dt.date], list[Found]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A resource type. `place` names its id in an address; `dated`: it can be searched by `_lastUpdated`."""

    name: str
    place: str
    scope: ApiScope
    about: str
    search: Search
    of_patient: bool = True
    dated: bool = False


def _patients(session: Session, viewer: Viewer, wanted: Wanted, _today: dt.date) -> list[Found]:
    return [(fhir.patient(row), row.id) for row in search.patients(session, viewer, wanted)]


def _episodes(session: Session, viewer: Viewer, wanted: Wanted, _today: dt.date) -> list[Found]:
    rows = search.episodes(session, viewer, wanted)
    return [(fhir.episode_of_care(row, diagnoses), row.patient_id) for row, diagnoses in rows]


def _conditions(session: Session, viewer: Viewer, wanted: Wanted, _today: dt.date) -> list[Found]:
    sent, treated = search.conditions(session, viewer, wanted)
    keyed = [(row.id, fhir.condition(row), row.patient_id) for row in sent]
    keyed += [(row.id, fhir.diagnosis(row, patient_id), patient_id) for row, patient_id in treated]
    ordered = sorted(keyed, key=lambda one: one[0])[: wanted.limit + 1]
    return [(resource, patient_id) for _, resource, patient_id in ordered]


def _visits(session: Session, viewer: Viewer, wanted: Wanted, _today: dt.date) -> list[Found]:
    rows = search.visits(session, viewer, wanted)
    return [(fhir.encounter(row, changed_at), row.patient_id) for row, changed_at in rows]


def _homework(session: Session, viewer: Viewer, wanted: Wanted, today: dt.date) -> list[Found]:
    rows = search.homework(session, viewer, wanted, today)
    return [(fhir.task(row, status, title), row.patient_id) for row, status, title in rows]


KINDS: tuple[Kind, ...] = (
    Kind("Patient", "patient_id", ApiScope.PATIENTS, "People in care", _patients, of_patient=False),
    Kind("EpisodeOfCare", "episode_id", ApiScope.PATIENTS, "Courses of treatment", _episodes),
    Kind(
        "Condition",
        "condition_id",
        ApiScope.PATIENTS,
        "Diagnoses of episodes, and conditions that other systems sent",
        _conditions,
    ),
    Kind("Encounter", "visit_id", ApiScope.VISITS, "Visits once signed", _visits, dated=True),
    Kind("Task", "homework_id", ApiScope.HOMEWORK, "Items of homework with their state", _homework),
)
