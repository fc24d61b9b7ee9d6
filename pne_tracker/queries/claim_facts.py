"""A claim as the payer gets it, made of the rows around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pne_tracker.domain.billing.claim import (
    MOST_DIAGNOSES,
    SELF,
    Address,
    ClaimFacts,
    ClaimPayer,
    Insured,
    Person,
    Provider,
    ServiceLine,
    pointers_of,
)
from pne_tracker.domain.billing.codes import CodeTable
from pne_tracker.domain.billing.dated import Tables
from pne_tracker.domain.billing.npi import npi_is_valid
from pne_tracker.domain.people import family_of
from pne_tracker.models import (
    Account,
    BillingLine,
    Claim,
    Clinic,
    Coverage,
    Episode,
    ExternalProvider,
    Patient,
    Payer,
    Visit,
)


@dataclass(frozen=True, slots=True)
class Around:
    """The rows around one claim."""

    claim: Claim
    visit: Visit
    episode: Episode
    patient: Patient
    clinic: Clinic
    payer: Payer
    signer: Account
    coverage: Coverage | None
    referring: ExternalProvider | None
    lines: Sequence[BillingLine]
    diagnoses: Sequence[str]
    fees: dict[str, int]
    visits_used: int
    treatment_days: int
    code_table: CodeTable
    tables: Tables


def facts_of(around: Around) -> ClaimFacts:
    """The claim made of the rows around it."""
    claim, clinic, payer = around.claim, around.clinic, around.payer
    signed = next((tuple(line.diagnoses) for line in around.lines if line.diagnoses), ())
    diagnoses = (signed or tuple(around.diagnoses))[:MOST_DIAGNOSES]
    lines = tuple(
        ServiceLine(
            str(line.id),
            line.code,
            tuple(line.modifiers),
            line.units,
            line_cents(line, around.fees),
            pointers_of(len(diagnoses)),
        )
        for line in around.lines
    )
    charges = [line.cents for line in lines]
    family, given = family_of(around.signer.name, around.signer.family_name)
    return ClaimFacts(
        day=claim.on_date,
        payer=payer_facts(payer),
        billing=clinic_facts(clinic),
        rendering=Provider(family, given, around.signer.npi or "", around.signer.taxonomy or ""),
        patient=_patient(around),
        insured=_insured(around.coverage),
        place_of_service=clinic.place_of_service,
        diagnoses=diagnoses,
        lines=lines,
        number=claim.number or "",
        total=None if None in charges else sum(one or 0 for one in charges),
        frequency=claim.frequency,
        reference=claim.reference or "",
        referring=_referring(around.referring),
    )


def line_cents(line: BillingLine, fees: dict[str, int]) -> int | None:
    """What a claim asks for a line: the charge it was signed with; without one, the schedule's of its day."""
    if line.charge_cents is not None:
        return line.charge_cents
    fee = fees.get(line.code)
    return None if fee is None else fee * line.units


def payer_facts(payer: Payer) -> ClaimPayer:
    """The payer as claims name it."""
    return ClaimPayer(
        payer.name,
        payer.payer_number or "",
        payer.filing_code or "",
        payer.submitter_id or "",
        payer.receiver_id or "",
        payer.receiver_name or "",
        _address(payer),
    )


def clinic_facts(clinic: Clinic) -> Provider:
    """The clinic as the billing provider."""
    return Provider(
        clinic.name,
        npi=clinic.npi or "",
        taxonomy=clinic.taxonomy or "",
        tax_id=clinic.tax_id or "",
        phone=clinic.phone or "",
        address=_address(clinic),
    )


def _address(row: Any) -> Address:
    return Address(row.address_line or "", row.city or "", row.state or "", row.postal_code or "")


def _patient(around: Around) -> Person:
    """The patient of the record. Where the card of a patient who is the subscriber has an address, that one counts."""
    patient, coverage = around.patient, around.coverage
    own = coverage is not None and coverage.relationship == SELF and coverage.address_line
    return Person(
        patient.family_name,
        patient.given_name,
        patient.birth_date,
        patient.sex,
        _address(coverage if own else patient),
    )


def _insured(coverage: Coverage | None) -> Insured | None:
    if coverage is None:
        return None
    subscriber = None
    if coverage.relationship != SELF:
        subscriber = Person(
            coverage.family_name or "",
            coverage.given_name or "",
            coverage.birth_date,
            coverage.sex or "unknown",
            _address(coverage),
        )
    return Insured(
        coverage.member_id,
        coverage.relationship,
        coverage.group_number or "",
        coverage.authorisation or "",
        subscriber,
    )


def _referring(row: ExternalProvider | None) -> Provider | None:
    """Who referred the patient, where claims can name them: by a name and an NPI that checks."""
    if row is None or not row.family_name or not npi_is_valid(row.npi or ""):
        return None
    return Provider(row.family_name, row.given_name, row.npi or "")
