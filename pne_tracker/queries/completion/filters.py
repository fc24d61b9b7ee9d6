"""One filter for every completion screen, list and export, and the episodes that it selects."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, Uuid, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.billing.visit import Discipline
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.diagnosis_groups import prefixes
from pne_tracker.models import (
    Account,
    AccountClinic,
    Clinic,
    Diagnosis,
    Episode,
    EpisodeStanding,
    Patient,
    Payer,
    built_once,
    common,
)
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.curricula import leading_pack

MOST_THERAPISTS = 60
QUESTIONS = 32
"""How many statements of a kind are kept: the same question comes again and again, and making one costs more
than running it (ADR 85)."""


@dataclass(frozen=True, slots=True)
class CompletionFilter:
    """What the screens are about. None means all; open episodes unless asked.

    `since` and `until` select episodes that were under treatment on any day of the period, both days included.
    """

    clinic_id: uuid.UUID | None = None
    therapist_id: uuid.UUID | None = None
    payer_id: uuid.UUID | None = None
    status: EpisodeStatus | None = EpisodeStatus.OPEN
    discipline: Discipline | None = None
    diagnosis: str | None = None
    language: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def is_counted(self) -> bool:
        """Whether the counts are kept by all that is chosen; the rest is added up from standings."""
        rest = (self.discipline, self.diagnosis, self.language, self.since, self.until)
        return all(one is None for one in rest)

    def with_status(self, status: EpisodeStatus | None) -> CompletionFilter:
        """The same for episodes of another status."""
        return replace(self, status=status)


def selected(viewer: Viewer, chosen: CompletionFilter) -> list[ColumnElement[bool]]:
    """Conditions on EpisodeStanding: the episodes of the filter that the viewer may see."""
    conditions = [*_reach(viewer), *_of_episode(chosen)]
    if chosen.clinic_id is not None:
        conditions.append(EpisodeStanding.clinic_id == chosen.clinic_id)
    if chosen.therapist_id is not None:
        conditions.append(EpisodeStanding.therapist_id == chosen.therapist_id)
    if chosen.payer_id is not None:
        conditions.append(EpisodeStanding.payer_id == chosen.payer_id)
    if chosen.status is not None:
        conditions.append(EpisodeStanding.status == chosen.status)
    if chosen.until is not None:
        conditions.append(common(EpisodeStanding.opened_on <= chosen.until))
    if chosen.since is not None:
        closed = EpisodeStanding.closed_on
        conditions.append(or_(closed.is_(None), closed >= chosen.since))
    return conditions


def clinics_of(viewer: Viewer, chosen: CompletionFilter) -> frozenset[uuid.UUID]:
    """The viewer's clinics that the filter leaves in."""
    return viewer.clinic_ids if chosen.clinic_id is None else viewer.clinic_ids & {chosen.clinic_id}


def _reach(viewer: Viewer) -> list[ColumnElement[bool]]:
    if viewer.role is Role.LEAD:
        return [EpisodeStanding.clinic_id.in_(viewer.clinic_ids)]
    within = select(Patient.id).where(Patient.id == EpisodeStanding.patient_id, reachable_patients(viewer))
    return [within.correlate(EpisodeStanding).exists()]


def _of_episode(chosen: CompletionFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.discipline is not None:
        same = select(Episode.id).where(
            Episode.id == EpisodeStanding.episode_id, Episode.discipline == chosen.discipline
        )
        conditions.append(same.correlate(EpisodeStanding).exists())
    if chosen.diagnosis is not None:
        plain = func.replace(Diagnosis.code, ".", "")
        fits = or_(*(plain.startswith(one, autoescape=True) for one in prefixes(chosen.diagnosis)))
        first = select(Diagnosis.id).where(
            Diagnosis.episode_id == EpisodeStanding.episode_id, Diagnosis.rank == 1, fits
        )
        conditions.append(first.correlate(EpisodeStanding).exists())
    if chosen.language is not None:
        speaks = select(Patient.id).where(
            Patient.id == EpisodeStanding.patient_id,
            Patient.language.startswith(chosen.language, autoescape=True),
        )
        conditions.append(speaks.correlate(EpisodeStanding).exists())
    return conditions


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: (id, label) pairs. `therapists` is none where there are too many for a list."""

    clinics: list[tuple[str, str]]
    therapists: list[tuple[str, str]] | None
    payers: list[tuple[str, str]]
    therapist: str = ""


def choices(session: Session, viewer: Viewer, chosen: CompletionFilter) -> Choices:
    """The viewer's clinics, their therapists, the organisation's payers, and who is chosen. One query."""
    found: dict[str, list[tuple[str, str]]] = {"clinic": [], "payer": [], "therapist": [], "chosen": []}
    for kind, key, label in session.execute(_offered(viewer), {"chosen": chosen.therapist_id}):
        found[kind].append((str(key), label))
    therapists = found["therapist"]
    if len(therapists) <= MOST_THERAPISTS:
        return Choices(found["clinic"], therapists, found["payer"])
    name = found["chosen"][0][1] if found["chosen"] else ""
    return Choices(found["clinic"], None, found["payer"], name)


@lru_cache(maxsize=QUESTIONS)
def _offered(viewer: Viewer) -> Select[str, uuid.UUID, str]:
    some = _therapists(viewer).limit(MOST_THERAPISTS + 1).subquery()
    parts = union_all(
        select(literal("clinic"), Clinic.id, Clinic.name).where(Clinic.id.in_(viewer.clinic_ids)),
        select(literal("payer"), Payer.id, Payer.name),
        select(literal("therapist"), some.c.id, some.c.name),
        select(literal("chosen"), Account.id, Account.name).where(
            Account.id == bindparam("chosen", type_=Uuid())
        ),
    ).subquery()
    return built_once(select(parts).order_by(parts.c[2], parts.c[1]))


def _therapists(viewer: Viewer) -> Select[uuid.UUID, str]:
    works = select(AccountClinic.id).where(
        AccountClinic.account_id == Account.id, AccountClinic.clinic_id.in_(viewer.clinic_ids)
    )
    return (
        select(Account.id, Account.name)
        .where(Account.role == Role.THERAPIST, works.correlate(Account).exists())
        .order_by(Account.name, Account.id)
    )


def therapist_named(session: Session, viewer: Viewer, name: str) -> uuid.UUID | None:
    """The first therapist of the viewer's clinics whose name holds that text, or None."""
    found = session.execute(
        _therapists(viewer).where(Account.name.icontains(name.strip(), autoescape=True)).limit(1)
    ).first()
    return found[0] if found else None


def pack_titles(session: Session, clinic_ids: frozenset[uuid.UUID]) -> list[str]:
    """The section titles of the leading pack, in order."""
    return [section.title for section in leading_pack(session, clinic_ids).sections]
