"""A claim as the payer gets it: who, where, what, for how much. Frozen shapes; money in cents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

SELF = "18"
RELATIONSHIPS = {SELF: "self", "01": "spouse", "19": "child", "20": "employee", "G8": "other"}
"""The patient's relationship to the subscriber, as the 837P codes it."""
MOST_POINTERS = 4
MOST_DIAGNOSES = 12
MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address of the United States; empty parts are not known."""

    line: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""

    @property
    def whole(self) -> bool:
        """Whether every part is there."""
        return all((self.line, self.city, self.state, self.postal_code))


@dataclass(frozen=True, slots=True)
class Person:
    """A patient or subscriber. `sex` as in the record: female, male, other, unknown."""

    family: str
    given: str
    birth_date: date | None
    sex: str
    address: Address


@dataclass(frozen=True, slots=True)
class Provider:
    """Who bills (a clinic: `family` is its name, `given` empty), who treats, or who referred."""

    family: str
    given: str = ""
    npi: str = ""
    taxonomy: str = ""
    tax_id: str = ""
    phone: str = ""
    address: Address = Address()


@dataclass(frozen=True, slots=True)
class ClaimPayer:
    """Who gets the claim and by which way. `filing_code` empty: gets no claims."""

    name: str
    number: str = ""
    filing_code: str = ""
    submitter_id: str = ""
    receiver_id: str = ""
    receiver_name: str = ""
    address: Address = Address()


@dataclass(frozen=True, slots=True)
class Insured:
    """The card: `subscriber` is None where the patient is the subscriber."""

    member_id: str
    relationship: str = SELF
    group_number: str = ""
    authorisation: str = ""
    subscriber: Person | None = None


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One line. `key` names it to us; `cents` None: no fee; `pointers` are places among the diagnoses, from 1."""

    key: str
    code: str
    modifiers: tuple[str, ...]
    units: int
    cents: int | None
    pointers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """All that a claim says. `number` is ours, empty before it goes out; `reference` the payer's number of the
    claim that this one replaces or voids."""

    day: date
    payer: ClaimPayer
    billing: Provider
    rendering: Provider
    patient: Person
    insured: Insured | None
    place_of_service: str
    diagnoses: tuple[str, ...]
    lines: tuple[ServiceLine, ...]
    number: str = ""
    total: int | None = None
    frequency: str = "1"
    reference: str = ""
    referring: Provider | None = None


@dataclass(frozen=True, slots=True)
class Interchange:
    """One file: claims of one payer, made on one day. `stamp` is year, month, day, hour, minute, UTC."""

    control_number: int
    stamp: tuple[int, int, int, int, int]
    submitter: Provider
    payer: ClaimPayer
    claims: tuple[ClaimFacts, ...] = field(default=())


def pointers_of(count: int) -> tuple[int, ...]:
    """The pointers of a line: the first diagnoses of the claim, up to four."""
    return tuple(range(1, min(count, MOST_POINTERS) + 1))
