"""FHIR R4 Condition to a record: the best coding, the states and the days; no notes, no encounter."""

from __future__ import annotations

import datetime as dt
from typing import Final

from pne_tracker.adapters.fhir_shape import Json, day_of, needed_id, objects, part, referenced_id, text
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.exchange import ConditionRecord

ICD_10_CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED_CT: Final = "http://snomed.info/sct"
_CLINICAL: Final = frozenset({"active", "recurrence", "relapse", "inactive", "remission", "resolved"})
_VERIFICATION: Final = frozenset(
    {"unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"}
)


def condition_record(resource: Json, _today: dt.date) -> ConditionRecord:
    """The record of a Condition; BadInputError when it names no patient or no condition."""
    source_id = needed_id(resource)
    patient = referenced_id(resource.get("subject"), "Patient", "subject")
    if patient is None:
        raise BadInputError("The condition names no patient; export it with its subject.")
    system, code, display = _coded(part(resource.get("code"), "code"))
    return ConditionRecord(
        source_id=source_id,
        patient_source_id=patient,
        system=system,
        code=code,
        display=display,
        clinical_status=_state(resource.get("clinicalStatus"), _CLINICAL, "clinical status"),
        verification_status=_state(resource.get("verificationStatus"), _VERIFICATION, "verification status"),
        onset=_edge(resource, "onset", "start"),
        abatement=_edge(resource, "abatement", "end"),
        recorded=day_of(resource.get("recordedDate"), "recorded date"),
    )


def _coded(concept: Json) -> tuple[str, str, str]:
    """System, code and words of the coding that serves best: ICD-10-CM, then SNOMED CT, then the first."""
    codings = [one for one in objects(concept.get("coding"), "code") if one.get("code") is not None]
    order = (ICD_10_CM, SNOMED_CT)
    codings.sort(
        key=lambda one: next((at for at, system in enumerate(order) if one.get("system") == system), 2)
    )
    best = codings[0] if codings else {}
    system = text(best.get("system"), "code system") or ""
    code = text(best.get("code"), "code", 40) or ""
    words = text(best.get("display"), "words of the code", 300) or text(concept.get("text"), "words", 300)
    if not code and words is None:
        raise BadInputError("The condition has neither a code nor words; export it with its code.")
    return system, code, words or code


def _state(value: object, known: frozenset[str], what: str) -> str | None:
    for coding in objects(part(value, what).get("coding"), what):
        code = text(coding.get("code"), what)
        if code is not None:
            if code not in known:
                raise BadInputError(f"The {what} is not one that FHIR R4 knows; correct it.")
            return code
    return None


def _edge(resource: Json, name: str, end: str) -> dt.date | None:
    """The day of `<name>DateTime`, else the start or end of `<name>Period`."""
    what = f"{name} date"
    period = part(resource.get(f"{name}Period"), what)
    return day_of(resource.get(f"{name}DateTime") or period.get(end), what)
