"""Patients of an import: found again by the export's id or the medical record number, created or changed.

The other system leads for what it states; what it leaves out stays as it is. Nobody becomes living or active
again by an import, a patient keeps the clinic, and a contact point that the export lacks moves behind its own.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from sqlalchemy import or_, select

from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.exchange import AddressRecord, ContactRecord, PatientRecord
from pne_tracker.domain.people import folded, full_name, search_text
from pne_tracker.models import ContactPoint, Patient, new_id
from pne_tracker.services.imports_report import Found
from pne_tracker.services.imports_run import ImportRun, change, known

Values = dict[str, Any]
TAKEN: Final = (
    "Another patient here has this medical record number; compare the two and correct one of the numbers."
)
UNLIKE: Final = (
    "The patient with this medical record number here has another name and another birth date; "
    "compare the two and correct one of the numbers."
)


def keep_patients(run: ImportRun, batch: list[Found[PatientRecord]]) -> None:
    """Create or change the patients of a batch in which no id and no record number occurs twice."""
    stored = _Stored(run, [found.record for found in batch])
    counts = run.report.resources["Patient"]
    fresh: list[Values] = []
    for found in batch:
        record = found.record
        try:
            patient = stored.match(record)
        except RefusedError as error:
            run.report.reject("Patient", found, error.message)
            continue
        run.report.took(record)
        if patient is None:
            fresh.append(_new(run, record))
            run.created[fresh[-1]["id"]] = None
            stored.add_contacts(fresh[-1]["id"], record.contact_points)
            counts.created += 1
        elif fields := stored.update(patient, record):
            run.touch(patient.id, fields)
            counts.updated += 1
        else:
            counts.unchanged += 1
    run.insert(Patient, fresh)
    run.insert(ContactPoint, stored.new_contacts)


class _Stored:
    """The stored patients whom a batch may mean, and their contact points."""

    def __init__(self, run: ImportRun, records: list[PatientRecord]) -> None:
        self._run = run
        sources = [one.source_id for one in records if one.source_id is not None]
        found = run.session.scalars(
            select(Patient).where(
                Patient.organisation_id == run.target.organisation_id,
                or_(Patient.source_id.in_(sources), Patient.mrn.in_([one.mrn for one in records])),
            )
        ).all()
        self._by_source = {one.source_id: one for one in found if one.source_id is not None}
        self._by_mrn = {one.mrn: one for one in found}
        self._contacts: dict[uuid.UUID, list[ContactPoint]] = {one.id: [] for one in found}
        self.new_contacts: list[Values] = []
        self._added: set[tuple[uuid.UUID, str, str]] = set()
        if found:
            for point in run.session.scalars(
                select(ContactPoint)
                .where(ContactPoint.patient_id.in_(list(self._contacts)))
                .order_by(ContactPoint.rank, ContactPoint.id)
            ):
                self._contacts[point.patient_id].append(point)

    def match(self, record: PatientRecord) -> Patient | None:
        """The stored patient whom the record means, None for a new one; RefusedError when the number is another's."""
        holder = self._by_mrn.get(record.mrn)
        patient = self._by_source.get(record.source_id) if record.source_id else None
        if patient is not None:
            if holder not in {None, patient} and _states_mrn(record):
                raise RefusedError(TAKEN)
            return patient
        if holder is None:
            return None
        if record.source_id is not None and holder.source_id is not None:
            raise RefusedError(TAKEN)
        if not _alike(holder, record):
            raise RefusedError(UNLIKE)
        return holder

    def update(self, patient: Patient, record: PatientRecord) -> set[str]:
        """Change what differs; returns the names of the fields, "contact_points" among them."""
        fields = set(change(patient, _stated(record) | _address(patient, record.address)))
        if fields & {"given_name", "family_name", "mrn"}:
            patient.search_text = search_text(patient.given_name, patient.family_name, patient.mrn)
        if "mrn" in fields:
            self._by_mrn = {one.mrn: one for one in self._by_mrn.values()}
            # Numbers may move from one patient to the next, so the order of writing counts.
            self._run.session.flush()
        if self._merge_contacts(patient.id, record.contact_points):
            fields.add("contact_points")
        return fields

    def add_contacts(self, patient_id: uuid.UUID, sent: tuple[ContactRecord, ...]) -> None:
        """New contact points of a patient."""
        self._added.update((patient_id, one.system, one.value) for one in sent)
        self.new_contacts += [
            {
                "id": new_id(),
                "organisation_id": self._run.target.organisation_id,
                "patient_id": patient_id,
                "system": one.system,
                "use": one.use,
                "value": one.value,
                "rank": one.rank,
            }
            for one in sent
        ]

    def _merge_contacts(self, patient_id: uuid.UUID, sent: tuple[ContactRecord, ...]) -> bool:
        stored = {(one.system, one.value): one for one in self._contacts[patient_id]}
        wanted = {(one.system, one.value): one for one in sent}
        missing = tuple(
            one for key, one in wanted.items() if key not in stored and (patient_id, *key) not in self._added
        )
        self.add_contacts(patient_id, missing)
        changed = bool(missing)
        last: dict[str, int] = {}
        for key, one in wanted.items():
            last[one.system] = max(last.get(one.system, 0), one.rank)
            if key in stored:
                changed |= bool(change(stored[key], known({"use": one.use, "rank": one.rank})))
        for key, point in stored.items():
            if key not in wanted and point.system in last:
                changed |= bool(change(point, {"rank": max(point.rank, last[point.system] + 1)}))
                last[point.system] = point.rank
        return changed


def _states_mrn(record: PatientRecord) -> bool:
    """Whether the number is the patient's own and not the id that stands in for it."""
    return record.mrn != record.source_id


def _alike(patient: Patient, record: PatientRecord) -> bool:
    """Whether a record number may be trusted: the birth date or the whole name agrees."""
    if record.birth_date is not None and record.birth_date == patient.birth_date:
        return True
    name = full_name(patient.given_name, patient.family_name)
    return folded(name) == folded(full_name(record.given, record.family))


def _stated(record: PatientRecord) -> Values:
    """What the record says of a patient who is known already; the address apart."""
    values = {
        "source_id": record.source_id,
        "mrn": record.mrn if _states_mrn(record) else None,
        "given_name": record.given,
        "middle_name": record.middle,
        "family_name": record.family,
        "birth_date": record.birth_date,
        "sex": record.sex if record.sex != "unknown" else None,
        "language": record.language,
        "deceased": True if record.deceased else None,
        "deceased_at": record.deceased_at,
        # True also stands for an export that does not say.
        "active": None if record.active else False,
    }
    return known(values)


def _address(patient: Patient, sent: AddressRecord) -> Values:
    """The address to keep: parts that were sent complete the same address, or replace another one whole."""
    pairs = {
        "address_line": (sent.line, patient.address_line),
        "city": (sent.city, patient.city),
        "state": (sent.state, patient.state),
        "postal_code": (sent.postal_code, patient.postal_code),
    }
    place = (pairs["address_line"], pairs["city"], pairs["state"])
    if any(new and old and new != old for new, old in place):
        return {name: new for name, (new, _) in pairs.items()}
    return known({name: new for name, (new, _) in pairs.items()})


def _new(run: ImportRun, record: PatientRecord) -> Values:
    return {
        "id": new_id(),
        "organisation_id": run.target.organisation_id,
        "clinic_id": run.target.clinic_id,
        "mrn": record.mrn,
        "source_id": record.source_id,
        "given_name": record.given,
        "middle_name": record.middle,
        "family_name": record.family,
        "search_text": search_text(record.given, record.family, record.mrn),
        "birth_date": record.birth_date,
        "sex": record.sex,
        "language": record.language or "en",
        "address_line": record.address.line,
        "city": record.address.city,
        "state": record.address.state,
        "postal_code": record.address.postal_code,
        "deceased": record.deceased,
        "deceased_at": record.deceased_at,
        "active": record.active,
        "created_at": run.now,
        "version": 1,
    }
