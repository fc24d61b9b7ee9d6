"""What a claim needs before it goes out, and four checks that a validator of the format does not make.

Each is a finding that blocks, with a sentence that says what to do and where.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from pne_tracker.domain.billing.claim import (
    MOST_DIAGNOSES,
    MOST_LINES,
    MOST_POINTERS,
    Address,
    ClaimFacts,
    Person,
)
from pne_tracker.domain.billing.claim_states import FIRST
from pne_tracker.domain.billing.findings import Finding, Level
from pne_tracker.domain.billing.identifiers import long_zip_problem
from pne_tracker.domain.billing.money import decimal_text
from pne_tracker.domain.billing.npi import npi_is_valid

MODIFIERS = frozenset({"GP", "GO", "CQ", "CO", "KX", "59", "XE", "XS", "XP", "XU"})
"""The modifiers that this product puts onto lines, or a person may."""


def claim_gates(claim: ClaimFacts) -> tuple[Finding, ...]:
    """What is missing on the claim itself; the gates of the visit are in `gates`. Nothing for a payer who gets none."""
    found = [*_lines(claim)]
    if claim.payer.filing_code:
        for gate in (_payer, _billing, _rendering, _insured):
            found.extend(gate(claim))
    return tuple(found)


def _block(code: str, message: str) -> Finding:
    return Finding(code, Level.BLOCKING, message)


def _lines(claim: ClaimFacts) -> Iterator[Finding]:
    without = sorted({line.code for line in claim.lines if line.cents is None})
    if without:
        yield _block(
            "no_fee",
            f"{', '.join(without)} has no fee with {claim.payer.name} on that day. Add it to the fee schedule.",
        )


def _payer(claim: ClaimFacts) -> Iterator[Finding]:
    payer = claim.payer
    named = {"payer id": payer.number, "submitter id": payer.submitter_id, "receiver id": payer.receiver_id}
    missing = [words for words, value in named.items() if not value]
    if missing:
        yield _block(
            "payer_incomplete", f"Add the {_joined(missing)} of {payer.name} under Payers and claims."
        )


def _billing(claim: ClaimFacts) -> Iterator[Finding]:
    clinic = claim.billing
    named = {"NPI": clinic.npi, "tax id": clinic.tax_id, "taxonomy": clinic.taxonomy, "phone": clinic.phone}
    missing = [words for words, value in named.items() if not value]
    if not clinic.address.whole:
        missing.append("address")
    if missing:
        yield _block("clinic_incomplete", f"Add the clinic's {_joined(missing)} under Payers and claims.")
    elif long_zip_problem(clinic.address.postal_code):
        yield _block("clinic_zip", "Write all nine digits of the clinic's ZIP code under Payers and claims.")


def _rendering(claim: ClaimFacts) -> Iterator[Finding]:
    if not claim.rendering.taxonomy:
        yield _block(
            "taxonomy_missing",
            f"Add the taxonomy code of {claim.rendering.given} {claim.rendering.family} under Payers and claims.",
        )


def _insured(claim: ClaimFacts) -> Iterator[Finding]:
    insured = claim.insured
    if insured is None or not insured.member_id:
        yield _block("insurance_missing", "Add the member id and who is insured, as the card says.")
        return
    yield from _person(claim.patient, "patient")
    if insured.subscriber is not None:
        yield from _person(insured.subscriber, "subscriber")


def _person(person: Person, who: str) -> Iterator[Finding]:
    if person.birth_date is None:
        where = "to the patient's record" if who == "patient" else "under Insurance"
        yield _block(f"{who}_birth_date", f"Add the {who}'s birth date {where}.")
    if not _usable(person.address):
        where = (
            "to the record, or of a self-insured patient under Insurance"
            if who == "patient"
            else "under Insurance"
        )
        yield _block(f"{who}_address", f"Add the {who}'s whole address {where}. The state has two letters.")


def _usable(address: Address) -> bool:
    return address.whole and len(address.state) == 2


def claim_checks(claim: ClaimFacts, codes: Container[str]) -> tuple[Finding, ...]:
    """The four checks beyond the format: NPI check digits, codes and modifiers, the total, diagnosis pointers."""
    return (*_check_digits(claim), *_check_codes(claim, codes), *_check_total(claim), *_check_pointers(claim))


def _check_digits(claim: ClaimFacts) -> Iterator[Finding]:
    who = {"clinic": claim.billing, "therapist": claim.rendering, "referring provider": claim.referring}
    for words, provider in who.items():
        if provider is not None and not npi_is_valid(provider.npi):
            yield _block(
                "claim_npi", f"The NPI of the {words} has a wrong digit. Compare it with the registry."
            )


def _check_codes(claim: ClaimFacts, codes: Container[str]) -> Iterator[Finding]:
    for line in claim.lines:
        if line.code not in codes:
            yield _block("claim_code", f"{line.code} is not a code of this clinic. Add it under Codes.")
        unknown = [one for one in line.modifiers if one not in MODIFIERS]
        if unknown or len(line.modifiers) > 4 or len(set(line.modifiers)) < len(line.modifiers):
            said = ", ".join(unknown or line.modifiers)
            yield _block("claim_modifier", f"{line.code} carries modifiers that a claim cannot: {said}.")


def _check_total(claim: ClaimFacts) -> Iterator[Finding]:
    if any(line.cents is None for line in claim.lines):
        return
    added = sum(line.cents or 0 for line in claim.lines)
    if claim.total != added:
        said = decimal_text(claim.total or 0)
        yield _block("claim_total", f"The claim says ${said} and its lines add up to ${decimal_text(added)}.")
    if not claim.lines or len(claim.lines) > MOST_LINES:
        yield _block("claim_lines", f"A claim has 1 to {MOST_LINES} lines, not {len(claim.lines)}.")


def _check_pointers(claim: ClaimFacts) -> Iterator[Finding]:
    known = range(1, min(len(claim.diagnoses), MOST_DIAGNOSES) + 1)
    for line in claim.lines:
        if not 1 <= len(line.pointers) <= MOST_POINTERS or any(one not in known for one in line.pointers):
            yield _block(
                "claim_pointer",
                f"{line.code} points to a diagnosis that the claim does not have. Add a diagnosis.",
            )
    if len(claim.diagnoses) > MOST_DIAGNOSES:
        yield _block(
            "claim_diagnoses", f"A claim holds {MOST_DIAGNOSES} diagnoses, not {len(claim.diagnoses)}."
        )
    if claim.frequency != FIRST and not claim.reference:
        yield _block("claim_reference", "Write the payer's number of the claim that this one refers to.")


def _joined(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
