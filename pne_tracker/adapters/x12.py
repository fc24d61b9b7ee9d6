"""X12 837P, 005010X222A1: an interchange of claims as text. The same interchange gives the same text, to the byte.

Text is folded to capital letters without accents, which every receiver takes; the four delimiters never occur
inside an element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from pne_tracker.domain.billing.claim import Address, ClaimFacts, Insured, Interchange, Person, Provider
from pne_tracker.domain.billing.money import decimal_text
from pne_tracker.domain.people import folded

VERSION = "005010X222A1"
_NOT_BASIC = re.compile(r"[^A-Z0-9 !\"&'()+,\-./;?=%@#$_]")
_SEX = {"female": "F", "male": "M"}


@dataclass(slots=True)
class _File:
    """The segments so far, and the number of the last hierarchical level."""

    segments: list[str] = field(default_factory=list)
    level: int = 0

    def add(self, *elements: str) -> None:
        """One segment; empty elements at its end are left out."""
        kept = list(elements)
        while kept and not kept[-1]:
            kept.pop()
        self.segments.append("*".join(kept))

    def next_level(self, parent: str, code: str, child: str) -> str:
        """Begin a hierarchical level; returns its number."""
        self.level += 1
        self.add("HL", str(self.level), parent, code, child)
        return str(self.level)


def write_837p(interchange: Interchange) -> str:
    """The file of an interchange, one segment a line."""
    year, month, day, hour, minute = interchange.stamp
    date, time = f"{year:04}{month:02}{day:02}", f"{hour:02}{minute:02}"
    control = f"{interchange.control_number:09}"
    payer, out = interchange.payer, _File()
    sender, receiver = _plain(payer.submitter_id, 15), _plain(payer.receiver_id, 15)
    envelope = ("00", " " * 10, "00", " " * 10, "ZZ", sender.ljust(15), "ZZ", receiver.ljust(15))
    out.add("ISA", *envelope, date[2:], time, "^", "00501", control, "0", "P", ":")
    out.add("GS", "HC", sender, receiver, date, time, str(interchange.control_number), "X", VERSION)
    start = len(out.segments)
    out.add("ST", "837", "0001", VERSION)
    out.add("BHT", "0019", "00", control, date, time, "CH")
    _ends(out, interchange, sender, receiver)
    for _, of_clinic in groupby(interchange.claims, key=lambda one: one.billing):
        _clinic(out, list(of_clinic))
    out.add("SE", str(len(out.segments) - start + 1), "0001")
    out.add("GE", "1", str(interchange.control_number))
    out.add("IEA", "1", control)
    return "".join(f"{segment}~\n" for segment in out.segments)


def _ends(out: _File, interchange: Interchange, sender: str, receiver: str) -> None:
    clinic, payer = interchange.submitter, interchange.payer
    out.add("NM1", "41", "2", _plain(clinic.family, 60), "", "", "", "", "46", sender)
    out.add("PER", "IC", "BILLING", "TE", _digits(clinic.phone)[-10:])
    out.add("NM1", "40", "2", _plain(payer.receiver_name or payer.name, 60), "", "", "", "", "46", receiver)


def _clinic(out: _File, claims: Sequence[ClaimFacts]) -> None:
    clinic = claims[0].billing
    parent = out.next_level("", "20", "1")
    out.add("PRV", "BI", "PXC", clinic.taxonomy)
    out.add("NM1", "85", "2", _plain(clinic.family, 60), "", "", "", "", "XX", clinic.npi)
    _address(out, clinic.address)
    out.add("REF", "EI", _digits(clinic.tax_id))
    for _, of_card in groupby(claims, key=lambda one: (one.patient, one.insured)):
        _insured(out, parent, list(of_card))


def _insured(out: _File, parent: str, claims: Sequence[ClaimFacts]) -> None:
    first = claims[0]
    insured = first.insured
    if insured is None:
        raise ValueError("a claim without insurance cannot be written")
    other = insured.subscriber is not None
    level = out.next_level(parent, "22", "1" if other else "0")
    relation = "" if other else "18"
    out.add(
        "SBR", "P", relation, _plain(insured.group_number, 50), "", "", "", "", "", first.payer.filing_code
    )
    _subscriber(out, insured.subscriber or first.patient, insured)
    out.add(
        "NM1", "PR", "2", _plain(first.payer.name, 60), "", "", "", "", "PI", _plain(first.payer.number, 80)
    )
    if first.payer.address.whole:
        _address(out, first.payer.address)
    if other:
        out.next_level(level, "23", "0")
        out.add("PAT", insured.relationship)
        out.add("NM1", "QC", "1", _plain(first.patient.family, 60), _plain(first.patient.given, 35))
        _address(out, first.patient.address)
        _birth(out, first.patient)
    for claim in claims:
        _claim(out, claim)


def _subscriber(out: _File, person: Person, insured: Insured) -> None:
    member = _plain(insured.member_id, 80)
    out.add("NM1", "IL", "1", _plain(person.family, 60), _plain(person.given, 35), "", "", "", "MI", member)
    _address(out, person.address)
    _birth(out, person)


def _birth(out: _File, person: Person) -> None:
    born = person.birth_date
    out.add("DMG", "D8", f"{born:%Y%m%d}" if born else "", _SEX.get(person.sex, "U"))


def _claim(out: _File, claim: ClaimFacts) -> None:
    place = f"{claim.place_of_service}:B:{claim.frequency}"
    out.add("CLM", claim.number, _money(claim.total), "", "", place, "Y", "A", "Y", "Y")
    if claim.insured is not None and claim.insured.authorisation:
        out.add("REF", "G1", _plain(claim.insured.authorisation, 50))
    if claim.reference:
        out.add("REF", "F8", _plain(claim.reference, 50))
    codes = [code.replace(".", "") for code in claim.diagnoses]
    out.add("HI", *(f"{'ABF' if place else 'ABK'}:{code}" for place, code in enumerate(codes)))
    if claim.referring is not None:
        out.add("NM1", "DN", *_named(claim.referring))
    out.add("NM1", "82", *_named(claim.rendering))
    out.add("PRV", "PE", "PXC", claim.rendering.taxonomy)
    for number, line in enumerate(claim.lines, start=1):
        out.add("LX", str(number))
        service = ":".join(("HC", line.code, *line.modifiers))
        pointers = ":".join(str(one) for one in line.pointers)
        out.add("SV1", service, _money(line.cents), "UN", str(line.units), "", "", pointers)
        out.add("DTP", "472", "D8", f"{claim.day:%Y%m%d}")
        out.add("REF", "6R", line.key.replace("-", "")[:30].upper())


def _named(provider: Provider) -> Iterator[str]:
    yield from ("1", _plain(provider.family, 60), _plain(provider.given, 35), "", "", "", "XX", provider.npi)


def _address(out: _File, address: Address) -> None:
    out.add("N3", _plain(address.line, 55))
    out.add("N4", _plain(address.city, 30), address.state, address.postal_code.replace("-", ""))


def _money(cents: int | None) -> str:
    """Cents as an 837P amount: no needless zeros or point."""
    text = decimal_text(cents or 0)
    return text.rstrip("0").rstrip(".")


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())


def _plain(text: str, longest: int) -> str:
    """Capital letters, digits and marks of the basic set; accents fall away, anything else becomes a blank."""
    return " ".join(_NOT_BASIC.sub(" ", folded(text).upper()).split())[:longest].strip()
