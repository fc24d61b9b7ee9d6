"""FHIR R4 resources of what is here, for other programs to read. Only what is known is said; nothing is guessed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, Final

from pne_tracker.domain.care import EpisodeStatus, VisitStatus
from pne_tracker.domain.homework import HomeworkStatus

Resource = dict[str, Any]
SEXES: Final = frozenset({"male", "female", "other", "unknown"})
ICD: Final = "http://hl7.org/fhir/sid/icd-10-cm"
CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/condition-category"
ENDED: Final = frozenset({"inactive", "remission", "resolved"})
CLINICAL_CODES: Final = ENDED | {"active", "recurrence", "relapse"}
VERIFICATION_CODES: Final = frozenset(
    {"unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"}
)
EPISODES: Final = {
    EpisodeStatus.OPEN: "active",
    EpisodeStatus.ON_HOLD: "onhold",
    EpisodeStatus.DISCHARGED: "finished",
}
TASKS: Final = {
    HomeworkStatus.ASSIGNED: "requested",
    HomeworkStatus.STARTED: "in-progress",
    HomeworkStatus.DONE: "completed",
    HomeworkStatus.DONE_LATE: "completed",
    HomeworkStatus.MISSED: "failed",
    HomeworkStatus.WAIVED: "cancelled",
    HomeworkStatus.WITHDRAWN: "cancelled",
}


def patient(row: Any) -> Resource:
    """A Patient."""
    given = [one for one in (row.given_name, row.middle_name) if one]
    name = {"use": "official", "family": row.family_name, "given": given}
    kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}
    return {
        "resourceType": "Patient",
        "id": str(row.id),
        "identifier": [{"use": "usual", "type": kind, "value": row.mrn}],
        "active": row.active,
        "name": [_known(name)],
        "gender": row.sex if row.sex in SEXES else "unknown",
        **_known({"birthDate": _day(row.birth_date)}),
        **_deceased(row),
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": row.language}]}}],
    }


def _deceased(row: Any) -> Resource:
    if row.deceased and row.deceased_at is not None:
        return {"deceasedDateTime": row.deceased_at.date().isoformat()}
    return {"deceasedBoolean": row.deceased}


def episode_of_care(row: Any, diagnoses: Iterable[Any]) -> Resource:
    """An EpisodeOfCare; its diagnoses by rank, `rank` 1 billed first."""
    listed = [
        {"condition": {"reference": f"Condition/{one.id}"}, "rank": one.rank}
        for one in diagnoses
        if one.rank > 0
    ]
    return {
        "resourceType": "EpisodeOfCare",
        "id": str(row.id),
        "status": EPISODES[row.status],
        **_known({"diagnosis": listed}),
        "patient": _of("Patient", row.patient_id),
        "period": _known({"start": _day(row.opened_on), "end": _day(row.closed_on)}),
    }


def condition(row: Any) -> Resource:
    """A Condition that another system sent, as it coded and named it."""
    coding = _known({"system": row.system, "code": row.code, "display": row.label}) if row.code else None
    clinical = row.clinical_status if row.clinical_status in CLINICAL_CODES else None
    verified = row.verification_status if row.verification_status in VERIFICATION_CODES else None
    if verified == "entered-in-error":
        clinical = None
    code = {"coding": [coding] if coding else None, "text": row.label}
    return {
        "resourceType": "Condition",
        "id": str(row.id),
        **_known(
            {
                "clinicalStatus": _coded(CLINICAL, clinical),
                "verificationStatus": _coded(VERIFICATION, verified),
            }
        ),
        "code": _known(code),
        "subject": _of("Patient", row.patient_id),
        **_known(
            {
                "onsetDateTime": _day(row.onset_on),
                "abatementDateTime": _day(row.abated_on) if clinical in ENDED else None,
                "recordedDate": _day(row.recorded_on),
            }
        ),
    }


def diagnosis(row: Any, patient_id: uuid.UUID) -> Resource:
    """A Condition that an episode is treated and billed for."""
    return {
        "resourceType": "Condition",
        "id": str(row.id),
        "category": [_coded(CATEGORY, "encounter-diagnosis")],
        "code": {"coding": [{"system": ICD, "code": row.code}]},
        "subject": _of("Patient", patient_id),
    }


def encounter(row: Any, changed_at: dt.datetime) -> Resource:
    """An Encounter: a visit once signed. Drafts are none."""
    mistaken = row.status is VisitStatus.ENTERED_IN_ERROR
    length = {"value": row.minutes, "unit": "min", "system": "http://unitsofmeasure.org", "code": "min"}
    return {
        "resourceType": "Encounter",
        "id": str(row.id),
        "meta": {"lastUpdated": instant(changed_at)},
        "status": "entered-in-error" if mistaken else "finished",
        "class": {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
            "code": "AMB",
            "display": "ambulatory",
        },
        "subject": _of("Patient", row.patient_id),
        "episodeOfCare": [_of("EpisodeOfCare", row.episode_id)],
        "period": {"start": _day(row.on_date), "end": _day(row.on_date)},
        **({"length": length} if row.minutes else {}),
    }


def task(row: Any, status: HomeworkStatus, title: str) -> Resource:
    """A Task: one item of homework. What is written in it is not given out."""
    return {
        "resourceType": "Task",
        "id": str(row.id),
        "status": TASKS[status],
        "businessStatus": {"text": status.value},
        "intent": "order",
        "code": {"text": row.kind.value},
        **_known({"description": title}),
        "for": _of("Patient", row.patient_id),
        **({"encounter": _of("Encounter", row.visit_id)} if row.visit_id else {}),
        "authoredOn": _day(row.assigned_on),
        "restriction": {"period": {"end": _day(row.due_on)}},
    }


def searchset(base: str, resources: list[Resource], self_url: str, next_url: str | None) -> Resource:
    """A Bundle of what a search found, with the way to the next page."""
    links = [{"relation": "self", "url": self_url}]
    if next_url is not None:
        links.append({"relation": "next", "url": next_url})
    entries = [
        {
            "fullUrl": f"{base}/{one['resourceType']}/{one['id']}",
            "resource": one,
            "search": {"mode": "match"},
        }
        for one in resources
    ]
    return {"resourceType": "Bundle", "type": "searchset", "link": links, **_known({"entry": entries})}


def instant(value: dt.datetime) -> str:
    """An instant in UTC."""
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _of(kind: str, key: uuid.UUID) -> Resource:
    return {"reference": f"{kind}/{key}"}


def _coded(system: str, code: str | None) -> Resource | None:
    return {"coding": [{"system": system, "code": code}]} if code else None


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _known(values: Resource) -> Resource:
    """Without what is empty: FHIR forbids null and empty lists."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}
