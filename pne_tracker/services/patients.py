"""Adding patients by hand and changing what is known of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.errors import BadInputError, ConflictError
from pne_tracker.domain.exchange import SEXES
from pne_tracker.domain.people import FIRST_MRN, number_after, search_text
from pne_tracker.models import Claim, Clinic, Consent, ConsentKind, ContactPoint, Patient, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.consents import latest_consents
from pne_tracker.services import audit, claims

OLDEST_YEARS = 150
_FACTS = ("mrn", "given_name", "family_name", "birth_date", "sex", "language", "clinic_id", "active")
_ADDRESS = ("address_line", "city", "state", "postal_code")


@dataclass(frozen=True, slots=True)
class PatientDraft:
    """What staff know of a patient. Empty text is none; `deceased_on` only with `deceased`.

    `phone` and `email` come in their normal form. `consents` maps kinds ("email", "sms", "push", "portal") to a
    yes or no, `consent_source` says how it was given; only answers that differ from the latest are kept.
    """

    clinic_id: uuid.UUID
    mrn: str
    given_name: str
    family_name: str
    birth_date: dt.date | None = None
    sex: str = "unknown"
    language: str = "en"
    phone: str = ""
    email: str = ""
    address_line: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    active: bool = True
    deceased: bool = False
    deceased_on: dt.date | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)
    consent_source: str = ""


def add_patient(
    session: Session, viewer: Viewer, draft: PatientDraft, *, today: dt.date, now: dt.datetime
) -> uuid.UUID:
    """A new patient of one of the viewer's clinics; returns the id.

    Raises BadInputError at the field: an MRN that is taken, no name, an impossible day.
    """
    _check(draft, today)
    clinic = load(session, viewer, Clinic, draft.clinic_id)
    patient = Patient(
        id=new_id(), organisation_id=clinic.organisation_id, created_at=now, preferred_channel="portal"
    )
    _write(patient, draft)
    session.add(patient)
    _flush(session)
    session.add_all(
        _contact(patient, system, value)
        for system, value in (("phone", draft.phone), ("email", draft.email))
        if value
    )
    _keep_consents(session, viewer, patient, draft, now)
    audit.record(session, viewer, "create", "patient", subject_id=patient.id, patient_id=patient.id, now=now)
    session.flush()
    return patient.id


def change_patient(
    session: Session,
    viewer: Viewer,
    patient_id: uuid.UUID,
    draft: PatientDraft,
    *,
    version: int,
    today: dt.date,
    now: dt.datetime,
) -> None:
    """Keep changed facts. Raises ConflictError when `version` is not the one that is stored."""
    patient = load(session, viewer, Patient, patient_id, Access.EDIT)
    if patient.version != version:
        raise ConflictError("Somebody else changed this patient first. Compare, then keep your changes.")
    _check(draft, today)
    load(session, viewer, Clinic, draft.clinic_id)
    before = {name: getattr(patient, name) for name in (*_FACTS, *_ADDRESS, "deceased")}
    _write(patient, draft)
    _flush(session)
    changed = [name for name, value in before.items() if getattr(patient, name) != value]
    changed += [
        name
        for name, value in (("phone", draft.phone), ("email", draft.email))
        if _keep_contact(session, patient, name, value)
    ]
    changed += [f"consent_{kind}" for kind in _keep_consents(session, viewer, patient, draft, now)]
    audit.record(
        session,
        viewer,
        "change",
        "patient",
        subject_id=patient.id,
        patient_id=patient.id,
        now=now,
        fields=changed,
    )
    session.flush()
    claims.check_where(session, viewer, Claim.patient_id == patient.id, now=now)


def next_mrn(session: Session) -> str:
    """The next free record number after that of the patient added by hand last. A proposal, not a reservation."""
    last = session.scalar(
        select(Patient.mrn).where(Patient.source_id.is_(None)).order_by(Patient.id.desc()).limit(1)
    )
    proposed = number_after(last) if last else FIRST_MRN
    while session.scalar(select(Patient.id).where(Patient.mrn == proposed)):
        proposed = number_after(proposed)
    return proposed


def _check(draft: PatientDraft, today: dt.date) -> None:
    if not draft.mrn.strip():
        raise BadInputError("Write the medical record number.", at="mrn")
    if not (draft.given_name.strip() or draft.family_name.strip()):
        raise BadInputError("Write the family name or the given name.", at="family_name")
    if draft.sex not in SEXES:
        raise BadInputError("Choose one of the answers.", at="sex")
    _check_days(draft, today)


def _check_days(draft: PatientDraft, today: dt.date) -> None:
    birth, death = draft.birth_date, draft.deceased_on
    if birth is not None and birth > today:
        raise BadInputError("The birth date lies in the future. Correct it.", at="birth_date")
    if birth is not None and today.year - birth.year > OLDEST_YEARS:
        raise BadInputError(
            f"The birth date lies over {OLDEST_YEARS} years back. Correct it.", at="birth_date"
        )
    if death is not None and not draft.deceased:
        raise BadInputError("Mark the patient as deceased, or take the day away.", at="deceased_on")
    if death is not None and (death > today or (birth is not None and death < birth)):
        raise BadInputError("The day of death must lie between birth and today.", at="deceased_on")


def _write(patient: Patient, draft: PatientDraft) -> None:
    patient.clinic_id = draft.clinic_id
    patient.mrn = draft.mrn.strip()
    patient.given_name = draft.given_name.strip()
    patient.family_name = draft.family_name.strip()
    patient.search_text = search_text(patient.given_name, patient.family_name, patient.mrn)
    patient.birth_date = draft.birth_date
    patient.sex = draft.sex
    patient.language = draft.language
    patient.active = draft.active
    for name in _ADDRESS:
        setattr(patient, name, getattr(draft, name).strip() or None)
    patient.deceased = draft.deceased
    if not draft.deceased:
        patient.deceased_at = None
    elif draft.deceased_on is not None and draft.deceased_on != _day(patient.deceased_at):
        patient.deceased_at = dt.datetime.combine(draft.deceased_on, dt.time(12), dt.UTC)


def _day(instant: dt.datetime | None) -> dt.date | None:
    return instant.date() if instant else None


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        if "mrn" not in str(error.orig):
            raise
        raise BadInputError(
            "Another patient has this medical record number. Search for it, or use another.", at="mrn"
        ) from None


def _keep_contact(session: Session, patient: Patient, system: str, value: str) -> bool:
    """Make `value` the first contact point of its system; an empty one takes the first away. Says if it changed."""
    points = session.scalars(
        select(ContactPoint)
        .where(ContactPoint.patient_id == patient.id, ContactPoint.system == system)
        .order_by(ContactPoint.rank, ContactPoint.id)
    ).all()
    first = points[0] if points else None
    if (first.value if first else "") == value:
        return False
    if not value:
        session.delete(first)
    elif same := next((one for one in points if one.value == value), None):
        same.rank = min(one.rank for one in points) - 1
    elif first is not None:
        first.value = value
    else:
        session.add(_contact(patient, system, value))
    return True


def _contact(patient: Patient, system: str, value: str) -> ContactPoint:
    return ContactPoint(
        organisation_id=patient.organisation_id, patient_id=patient.id, system=system, value=value
    )


def _keep_consents(
    session: Session, viewer: Viewer, patient: Patient, draft: PatientDraft, now: dt.datetime
) -> list[str]:
    if not draft.consents:
        return []
    known = {
        kind: one.granted for kind, one in latest_consents(session, [patient.id]).get(patient.id, {}).items()
    }
    changed = [kind for kind, granted in draft.consents.items() if known.get(kind, False) != granted]
    if changed and not draft.consent_source.strip():
        raise BadInputError("Say how the patient gave this answer.", at="consent_source")
    for kind in changed:
        session.add(
            Consent(
                organisation_id=patient.organisation_id,
                patient_id=patient.id,
                kind=ConsentKind(kind),
                granted=draft.consents[kind],
                at=now,
                recorded_by=viewer.account_id,
                source=draft.consent_source.strip(),
            )
        )
    return changed
