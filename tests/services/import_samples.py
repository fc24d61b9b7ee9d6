"""Records and exports for the tests of imports."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pne_tracker.db import transaction
from pne_tracker.domain.access import Viewer
from pne_tracker.domain.exchange import (
    AddressRecord,
    ConditionRecord,
    ContactRecord,
    OrganisationRecord,
    PatientRecord,
    PractitionerRecord,
)
from pne_tracker.services.imports import ImportReport, ImportTarget, import_records
from tests.people import House

HOME = AddressRecord("12 Elm Street", "Wichita", "KS", "67202")


def phone(value: str = "+13168662000", rank: int = 1, system: str = "phone") -> ContactRecord:
    """A way to reach somebody."""
    return ContactRecord(system, "home", value, rank)


def person(source_id: str | None = "p1", **changes: Any) -> PatientRecord:
    """A living patient of an export."""
    facts: dict[str, Any] = {
        "mrn": f"MR-{source_id}",
        "given": "Ada",
        "middle": "Bea",
        "family": "Sample",
        "birth_date": dt.date(1949, 11, 14),
        "sex": "female",
        "language": "es",
        "deceased": False,
        "deceased_at": None,
        "active": True,
        "contact_points": (phone(),),
        "address": HOME,
    }
    return PatientRecord(source_id=source_id, **(facts | changes))


def row(mrn: str, **changes: Any) -> PatientRecord:
    """A row of a CSV file that says no more than it must."""
    bare: dict[str, Any] = {
        "mrn": mrn,
        "middle": None,
        "sex": "unknown",
        "language": None,
        "contact_points": (),
        "address": AddressRecord(),
    }
    return person(None, **(bare | changes))


def condition(source_id: str = "c1", patient: str = "p1", **changes: Any) -> ConditionRecord:
    """An active condition."""
    facts: dict[str, Any] = {
        "system": "http://snomed.info/sct",
        "code": "161891005",
        "display": "Backache",
        "clinical_status": "active",
        "verification_status": "confirmed",
        "onset": dt.date(2020, 1, 2),
        "abatement": None,
        "recorded": dt.date(2020, 1, 3),
    }
    return ConditionRecord(source_id=source_id, patient_source_id=patient, **(facts | changes))


def practitioner(source_id: str = "d1", **changes: Any) -> PractitionerRecord:
    """A practitioner who refers patients."""
    facts: dict[str, Any] = {
        "npi": "1234567893",
        "given": "Ruth",
        "family": "Doe",
        "email": "ruth@example.org",
        "phone": None,
        "active": True,
    }
    return PractitionerRecord(source_id=source_id, **(facts | changes))


def organisation(source_id: str = "o1", **changes: Any) -> OrganisationRecord:
    """An organisation that patients come from."""
    facts: dict[str, Any] = {
        "name": "Elm Hospital",
        "npi": None,
        "phone": "+13165550100",
        "address": HOME,
        "active": True,
    }
    return OrganisationRecord(source_id=source_id, **(facts | changes))


def target(house: House, viewer: Viewer | None = None) -> ImportTarget:
    """The clinic of the house."""
    return ImportTarget((viewer or house.therapist).organisation_id, house.clinic_id)


def bring_in(house: House, *items: Any, dry_run: bool = False, actor: Viewer | None = None) -> ImportReport:
    """One import in a transaction of its own."""
    with transaction(house.therapist) as session:
        return import_records(
            session, clinic=target(house), records=items, actor=actor, now=house.now, dry_run=dry_run
        )


def counts(report: ImportReport, kind: str = "Patient") -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    one = report.resources[kind]
    return one.created, one.updated, one.unchanged, len(one.rejected)
