"""What the addresses answer. The document's schemas are made from these classes."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from pne_tracker.domain.progress import State


@dataclass(frozen=True, slots=True)
class PatientItem:
    """A person in care."""

    id: uuid.UUID
    clinic_id: uuid.UUID
    mrn: str
    given_name: str
    family_name: str
    birth_date: dt.date | None
    sex: str
    language: str
    deceased: bool
    active: bool
    entered_at: dt.datetime


@dataclass(frozen=True, slots=True)
class PatientList:
    """A page of patients, in the order in which they were entered."""

    items: tuple[PatientItem, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class EpisodeItem:
    """One course of treatment of a patient."""

    id: uuid.UUID
    discipline: str
    reason: str
    status: str
    opened_on: dt.date
    closed_on: dt.date | None


@dataclass(frozen=True, slots=True)
class PatientAnswer:
    """A patient with the episodes, those that run first."""

    patient: PatientItem
    episodes: tuple[EpisodeItem, ...]


@dataclass(frozen=True, slots=True)
class TaughtItem:
    """A signed visit that taught a section; `minutes` is the section's share of the visit's PNE minutes."""

    visit_id: uuid.UUID
    on: dt.date
    by: str
    minutes: float
    teach_back: str | None


@dataclass(frozen=True, slots=True)
class SectionItem:
    """One section with the evidence behind its state. Shares are 0 to 1; null is not known.

    `homework_done` of `homework_required` items are done or waived; `recall` is estimated for today.
    """

    number: int
    title: str
    state: State
    taught: tuple[TaughtItem, ...]
    teach_back: str | None
    quiz: float | None
    homework_required: int
    homework_done: int
    recall: float | None
    skipped_because: str


@dataclass(frozen=True, slots=True)
class EpisodeAnswer:
    """An episode with its sections; `pne_minutes` are those of signed visits."""

    id: uuid.UUID
    patient_id: uuid.UUID
    clinic_id: uuid.UUID
    discipline: str
    status: str
    reason: str
    goal: str
    opened_on: dt.date
    closed_on: dt.date | None
    therapist: str
    payer: str
    diagnoses: tuple[str, ...]
    flags: tuple[str, ...]
    visits_authorised: int | None
    visits_signed: int
    pne_minutes: int
    pack: str
    pack_version: str
    sections: tuple[SectionItem, ...]


@dataclass(frozen=True, slots=True)
class HomeworkItem:
    """One item assigned; `handed_in` of `expected` entries. What is written in them is not given out here."""

    id: uuid.UUID
    section: int
    kind: str
    title: str
    status: str
    required: bool
    due_on: dt.date
    expected: int
    handed_in: int
    reviewed: bool


@dataclass(frozen=True, slots=True)
class HomeworkAnswer:
    """All homework of an episode, the latest first."""

    items: tuple[HomeworkItem, ...]


@dataclass(frozen=True, slots=True)
class VisitItem:
    """A visit once signed; `status` is `entered_in_error` when it was taken back."""

    id: uuid.UUID
    patient_id: uuid.UUID
    episode_id: uuid.UUID
    clinic_id: uuid.UUID
    on: dt.date
    status: str
    minutes: int | None
    sections: tuple[int, ...]
    signed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class VisitList:
    """A page of visits, in the order in which they were signed."""

    items: tuple[VisitItem, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class LineItem:
    """A billing line as it was frozen at signing; `charge` is null where the payer's schedule has no fee."""

    code: str
    units: int
    minutes: int
    pne_minutes: int
    modifiers: tuple[str, ...]
    diagnoses: tuple[str, ...]
    charge: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BilledVisit:
    """A visit once signed, with its lines."""

    visit: VisitItem
    payer: str
    lines: tuple[LineItem, ...]


@dataclass(frozen=True, slots=True)
class BilledVisitList:
    """A page of visits with their lines, in the order in which they were signed."""

    items: tuple[BilledVisit, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class FindingItem:
    """What a check of the claim found."""

    code: str
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class ClaimItem:
    """The current claim of a visit. `net` is what it asks for, null while a line has no fee."""

    id: uuid.UUID
    visit_id: uuid.UUID
    patient_id: uuid.UUID
    on: dt.date
    status: str
    frequency: str
    number: str | None
    payer: str
    units: int
    net: str | None
    paid: str | None
    answered_on: dt.date | None
    exported_at: dt.datetime | None
    findings: tuple[FindingItem, ...]


@dataclass(frozen=True, slots=True)
class ClaimList:
    """A page of claims, the oldest visit first."""

    items: tuple[ClaimItem, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class SectionFigures:
    """Episodes by what they reached in one section. `understood` includes the complete ones."""

    number: int
    title: str
    episodes: int
    taught: int
    understood: int
    complete: int
    revisit: int
    skipped: int


@dataclass(frozen=True, slots=True)
class AdherenceFigures:
    """Expected entries of the last 28 days, how many were handed in, and how many of those late."""

    expected: int
    done: int
    late: int


@dataclass(frozen=True, slots=True)
class CompletionAnswer:
    """The figures of the completion screen. `by_status` counts what the filter selects but for its status."""

    sections: tuple[SectionFigures, ...]
    by_status: dict[str, int]
    stalled: int
    long_stalled: int
    adherence: AdherenceFigures
