"""FHIR R4 Patient, Practitioner and Organization to records: only the fields named here are read."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from pne_tracker.adapters.fhir_shape import (
    Json,
    address_of,
    contacts_of,
    first_contact,
    flag,
    instant_of,
    needed_id,
    npi_of,
    objects,
    part,
    text,
    texts,
    when,
)
from pne_tracker.adapters.import_text import birth_day, language, sex
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.exchange import OrganisationRecord, PatientRecord, PractitionerRecord

BIRTH_NOTE: Final = "The birth date is known to the month or year only and was left empty."
_NAME_ORDER: Final = ("official", "usual", None, "temp", "nickname")
_PARTIAL: Final = re.compile(r"[0-9]{4}(-[0-9]{2})?")


@dataclass(frozen=True, slots=True, repr=False)
class _Name:
    given: str
    middle: str | None
    family: str


def patient_record(resource: Json, today: dt.date) -> PatientRecord:
    """The record of a Patient; BadInputError (reason without values) when it cannot be taken over."""
    source_id = needed_id(resource)
    name = _name_of(resource)
    birth_date, birth_notes = _birth_of(resource, today)
    contacts, contact_notes = contacts_of(resource)
    deceased, deceased_at = _death_of(resource, birth_date, today)
    return PatientRecord(
        source_id=source_id,
        mrn=_mrn_of(resource) or source_id,
        given=name.given,
        middle=name.middle,
        family=name.family,
        birth_date=birth_date,
        sex=sex(text(resource.get("gender"), "sex")),
        language=_language_of(resource),
        deceased=deceased,
        deceased_at=deceased_at,
        active=flag(resource.get("active"), "active flag", absent=True),
        contact_points=contacts,
        address=address_of(resource),
        notes=birth_notes + contact_notes,
    )


def practitioner_record(resource: Json, _today: dt.date) -> PractitionerRecord:
    """The record of a Practitioner; BadInputError when it has no id or no name."""
    source_id, name = needed_id(resource), _name_of(resource)
    contacts, _ = contacts_of(resource)
    return PractitionerRecord(
        source_id=source_id,
        npi=npi_of(resource),
        given=name.given,
        family=name.family,
        email=first_contact(contacts, "email"),
        phone=first_contact(contacts, "phone"),
        active=flag(resource.get("active"), "active flag", absent=True),
    )


def organisation_record(resource: Json, _today: dt.date) -> OrganisationRecord:
    """The record of an Organization; BadInputError when it has no id or no name."""
    source_id = needed_id(resource)
    name = text(resource.get("name"), "name")
    if name is None:
        raise BadInputError("The organisation has no name; export it with its name.")
    return OrganisationRecord(
        source_id=source_id,
        name=name,
        npi=npi_of(resource),
        phone=first_contact(contacts_of(resource)[0], "phone"),
        address=address_of(resource),
        active=flag(resource.get("active"), "active flag", absent=True),
    )


def _name_of(resource: Json) -> _Name:
    """The name of record: official, usual, unmarked, temporary, then nickname; never an old or maiden one."""
    names = objects(resource.get("name"), "name")
    by_use: dict[str | None, Json] = {}
    for one in names:
        if any(one.get(key) for key in ("family", "given", "text")):
            by_use.setdefault(text(one.get("use"), "name use"), one)
    chosen = next((by_use[use] for use in _NAME_ORDER if use in by_use), None)
    if chosen is None:
        raise BadInputError("The resource has no current name; export it with a family or given name.")
    given = texts(chosen.get("given"), "given name")
    family = text(chosen.get("family"), "family name")
    if not given and family is None:
        family = text(chosen.get("text"), "name")
    if not given and family is None:
        raise BadInputError("The resource has no current name; export it with a family or given name.")
    return _Name(
        given=given[0] if given else "",
        middle=text(" ".join(given[1:]), "middle names"),
        family=family or "",
    )


def _mrn_of(resource: Json) -> str | None:
    """The value of the first current identifier typed MR (HL7 table 0203); no other identifier is read."""
    for one in objects(resource.get("identifier"), "identifier"):
        codings = objects(part(one.get("type"), "identifier type").get("coding"), "identifier type")
        if one.get("use") != "old" and any(coding.get("code") == "MR" for coding in codings):
            return text(one.get("value"), "medical record number", 80)
    return None


def _birth_of(resource: Json, today: dt.date) -> tuple[dt.date | None, tuple[str, ...]]:
    """The day of birth. A partial one (FHIR allows it) stays unknown: no day is made up."""
    found = when(resource.get("birthDate"), "birth date")
    if found is None:
        return None, ()
    if _PARTIAL.fullmatch(found):
        birth_day((found + "-01-01")[:10], today)
        return None, (BIRTH_NOTE,)
    return birth_day(found, today), ()


def _death_of(resource: Json, born: dt.date | None, today: dt.date) -> tuple[bool, dt.datetime | None]:
    sent = resource.get("deceasedDateTime")
    if sent is None:
        return flag(resource.get("deceasedBoolean"), "deceased flag", absent=False), None
    died = instant_of(sent, "date of death")
    # The day may be tomorrow's where the other system's zone is ahead of this one.
    latest = today + dt.timedelta(days=1)
    if died.date() > latest if died else int(str(sent)[:4]) > latest.year:
        raise BadInputError("The date of death lies in the future; correct it.")
    if died is not None and born is not None and died.date() < born:
        raise BadInputError("The date of death lies before the birth date; correct one of them.")
    return True, died


def _language_of(resource: Json) -> str | None:
    """The BCP 47 tag of the preferred language, else of the first one named."""
    spoken = objects(resource.get("communication"), "communication")
    for one in sorted(spoken, key=lambda item: item.get("preferred") is not True):
        codings = objects(part(one.get("language"), "language").get("coding"), "language")
        for coding in codings:
            if tag := language(text(coding.get("code"), "language", 80)):
                return tag
    return None
