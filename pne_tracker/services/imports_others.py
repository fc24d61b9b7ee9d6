"""Organisations, practitioners and conditions of an import: created or changed by the id of the export."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import select

from pne_tracker.domain.exchange import ConditionRecord, OrganisationRecord, PractitionerRecord
from pne_tracker.models import Condition, ExternalOrganisation, ExternalProvider, Patient, new_id
from pne_tracker.services.imports_report import Found
from pne_tracker.services.imports_run import ImportRun, change, known

Values = dict[str, Any]
T = TypeVar("T", ExternalOrganisation, ExternalProvider, Condition)


def keep_organisations(run: ImportRun, batch: list[Found[OrganisationRecord]]) -> None:
    """Where patients come from: name, telephone number, city and state."""
    wanted: dict[str, Values] = {}
    for one in (found.record for found in batch):
        wanted[one.source_id] = {
            "name": one.name,
            "phone": one.phone,
            "city": one.address.city,
            "state": one.address.state,
        }
    _keep(run, "Organization", ExternalOrganisation, wanted)


def keep_practitioners(run: ImportRun, batch: list[Found[PractitionerRecord]]) -> None:
    """Who refers patients here."""
    wanted: dict[str, Values] = {}
    for one in (found.record for found in batch):
        wanted[one.source_id] = {
            "npi": one.npi,
            "given_name": one.given,
            "family_name": one.family,
            "email": one.email,
            "phone": one.phone,
            "active": one.active,
        }
    _keep(run, "Practitioner", ExternalProvider, wanted)


def keep_conditions(run: ImportRun, batch: list[Found[ConditionRecord]]) -> None:
    """The conditions of patients who are known here. One entered in error is kept as such, not deleted."""
    ids = {found.record.patient_source_id for found in batch}
    rows = run.session.execute(
        select(Patient.source_id, Patient.id).where(
            Patient.organisation_id == run.target.organisation_id, Patient.source_id.in_(ids)
        )
    )
    patients = {row[0]: row[1] for row in rows}
    wanted: dict[str, Values] = {}
    for found in batch:
        one = found.record
        patient_id = patients.get(one.patient_source_id)
        if patient_id is None:
            run.report.reject(
                "Condition",
                found,
                "The patient of this condition is not known here; bring the patient in first.",
            )
            continue
        wanted[one.source_id] = {
            "patient_id": patient_id,
            "system": one.system,
            "code": one.code,
            "label": one.display,
            "clinical_status": one.clinical_status,
            "verification_status": one.verification_status,
            "onset_on": one.onset,
            "abated_on": one.abatement,
            "recorded_on": one.recorded,
        }
    for source_id, before in _keep(run, "Condition", Condition, wanted).items():
        for patient_id in {wanted[source_id]["patient_id"], before.get("patient_id")} - {None}:
            run.touch(patient_id, ["conditions"])


def _keep(run: ImportRun, kind: str, model: type[T], wanted: dict[str, Values]) -> dict[str, Values]:
    """Create or change the rows of these ids. Returns what changed, by id: the values that stood there before."""
    rows = run.session.scalars(
        select(model).where(
            model.organisation_id == run.target.organisation_id, model.source_id.in_(list(wanted))
        )
    )
    stored = {row.source_id: row for row in rows}
    counts = run.report.resources[kind]
    fresh: list[Values] = []
    touched: dict[str, Values] = {}
    for source_id, values in wanted.items():
        row = stored.get(source_id)
        if row is None:
            key = {"id": new_id(), "organisation_id": run.target.organisation_id, "source_id": source_id}
            fresh.append(key | values)
            counts.created += 1
            touched[source_id] = {}
        elif before := change(row, known(values)):
            counts.updated += 1
            touched[source_id] = before
        else:
            counts.unchanged += 1
    run.insert(model, fresh)
    return touched
