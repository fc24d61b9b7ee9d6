"""How the planner's suggestions fared in a clinic: followed, overridden, and why."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.choices import REASONS
from pne_tracker.domain.people import full_name
from pne_tracker.domain.plan_words import short_title
from pne_tracker.models import Episode, Patient, SectionChoice, Visit, VisitStatus
from pne_tracker.queries.access import reachable_patients
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.patients import account_labels

SHOWN = 200


@dataclass(frozen=True, slots=True)
class ChoicesFilter:
    """Which choices: of the last so many days, and of one account or all."""

    days: int = 90
    by: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """How many visits of one person began with the suggestion, of how many."""

    by: uuid.UUID
    name: str
    followed: int
    of: int


@dataclass(frozen=True, slots=True)
class Overridden:
    """A visit that began with another section than suggested."""

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    name: str
    on: dt.date
    suggested: str
    taken: str
    why: str
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class ChoicesReport:
    """The whole report. `reasons` counts by code, the most frequent first; `overridden` the latest first."""

    followed: int
    of: int
    reasons: tuple[tuple[str, int], ...]
    people: tuple[Followed, ...]
    passed_over: tuple[tuple[str, int], ...]
    overridden: tuple[Overridden, ...]


def choices_report(
    session: Session, viewer: Viewer, clinic_id: uuid.UUID, chosen: ChoicesFilter, today: dt.date
) -> ChoicesReport:
    """The choices of a clinic that led to a signed visit, over patients in reach. Six queries.

    Visits without any suggestion, drafts, and visits entered in error do not count.
    """
    counted = _counted(viewer, clinic_id, chosen, today)
    people = session.execute(
        select(
            SectionChoice.chosen_by,
            func.sum(case((SectionChoice.followed.is_(True), 1), else_=0)),
            func.count(),
        )
        .join(Visit, Visit.id == SectionChoice.visit_id)
        .join(Patient, Patient.id == SectionChoice.patient_id)
        .where(*counted)
        .group_by(SectionChoice.chosen_by)
    ).all()
    passed_over = _passed_over(counted)
    groups = session.execute(
        passed_over.with_only_columns(
            SectionChoice.why, Episode.pack_version_id, SectionChoice.suggested, func.count()
        )
        .group_by(SectionChoice.why, Episode.pack_version_id, SectionChoice.suggested)
        .order_by(SectionChoice.suggested)
    ).all()
    rows = session.execute(
        passed_over.order_by(SectionChoice.on_date.desc(), SectionChoice.id.desc()).limit(SHOWN)
    ).all()
    names = account_labels(session, {row[0] for row in people})
    reasons: Counter[str] = Counter()
    suggested: Counter[str] = Counter()
    for why, version_id, number, count in groups:
        reasons[why] += count
        suggested[_titled(session, version_id, number)] += count
    order = {code: place for place, code in enumerate(REASONS)}
    return ChoicesReport(
        followed=sum(int(row[1]) for row in people),
        of=sum(row[2] for row in people),
        reasons=tuple(sorted(reasons.items(), key=lambda one: (-one[1], order.get(one[0], len(order))))),
        people=tuple(
            sorted(
                (Followed(by, names.get(by, ""), int(followed), of) for by, followed, of in people),
                key=lambda one: one.name,
            )
        ),
        passed_over=tuple(suggested.most_common(5)),
        overridden=tuple(
            _overridden(
                session, choice, version_id, full_name(given, family), names.get(choice.chosen_by, "")
            )
            for choice, version_id, given, family in rows
        ),
    )


def _passed_over(counted: list[ColumnElement[bool]]) -> Select[SectionChoice, uuid.UUID, str, str]:
    """The choices of another section than suggested, each with the episode's curriculum and the patient's name."""
    return (
        select(SectionChoice, Episode.pack_version_id, Patient.given_name, Patient.family_name)
        .join(Visit, Visit.id == SectionChoice.visit_id)
        .join(Episode, Episode.id == SectionChoice.episode_id)
        .join(Patient, Patient.id == SectionChoice.patient_id)
        .where(*counted, SectionChoice.followed.is_(False))
    )


def _counted(
    viewer: Viewer, clinic_id: uuid.UUID, chosen: ChoicesFilter, today: dt.date
) -> list[ColumnElement[bool]]:
    found = [
        SectionChoice.clinic_id == clinic_id,
        SectionChoice.on_date > today - dt.timedelta(days=chosen.days),
        SectionChoice.suggested.is_not(None),
        Visit.status == VisitStatus.SIGNED,
        reachable_patients(viewer),
    ]
    return [*found, SectionChoice.chosen_by == chosen.by] if chosen.by else found


def _titled(session: Session, pack_version_id: uuid.UUID, number: int | None) -> str:
    """A section as the report names it; nothing for one that this curriculum lacks."""
    pack = pack_of(session, pack_version_id)
    known = number is not None and number in pack.by_number
    return f"{number}, {short_title(pack, number or 0)}" if known else ""


def _overridden(
    session: Session, row: SectionChoice, pack_version_id: uuid.UUID, name: str, by: str
) -> Overridden:
    return Overridden(
        patient_id=row.patient_id,
        episode_id=row.episode_id,
        name=name,
        on=row.on_date,
        suggested=_titled(session, pack_version_id, row.suggested),
        taken=_titled(session, pack_version_id, row.taken),
        why=row.why,
        note=row.note,
        by=by,
    )
