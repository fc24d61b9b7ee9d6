"""What signed visits add to the figures of completion: their lines by code, and how they began."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case, distinct, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.standing import Cells, Measured
from pne_tracker.domain.visit_counts import Billed, Choice
from pne_tracker.models import BillingLine, EpisodeStanding, SectionChoice, Visit, VisitStatus
from pne_tracker.queries.standing_cells import (
    PLACE,
    Columns,
    cell_columns,
    columns,
    counting,
    hex_of,
    in_scope,
    put,
)

BILLED = (
    func.count().label("lines"),
    func.sum(case((BillingLine.pne_minutes > 0, 1), else_=0)).label("with_pne"),
    func.sum(BillingLine.units).label("units"),
    func.sum(BillingLine.minutes).label("minutes"),
    func.sum(BillingLine.pne_minutes).label("pne_minutes"),
)
"""What lines of a code come to, in the order of `Billed`."""
FOLLOWED = case((SectionChoice.followed.is_(True), 1), else_=0)
"""1 where a visit began with what was suggested."""
CHOICE = (
    SectionChoice.chosen_by,
    SectionChoice.suggested,
    SectionChoice.followed,
    SectionChoice.why,
    SectionChoice.on_date,
)
"""How a visit began, in the order of `Choice`."""


@dataclass(frozen=True, slots=True)
class CountedVisit:
    """A visit that is or was signed, and what it adds."""

    organisation_id: uuid.UUID
    episode_id: uuid.UUID
    visit_id: uuid.UUID
    is_signed: bool
    cells: Cells


def counted_visits(
    session: Session, visit_ids: Collection[uuid.UUID], episode_ids: Collection[uuid.UUID]
) -> list[CountedVisit]:
    """These visits, and all signed ones of these episodes, each in as many parts as it has codes. One query."""
    wanted: ColumnElement[bool] = Visit.id.in_(list(visit_ids))
    if episode_ids:
        wanted |= Visit.episode_id.in_(list(episode_ids)) & (Visit.status == VisitStatus.SIGNED)
    visit = (Visit.organisation_id, Visit.episode_id, Visit.id, Visit.status, Visit.on_date)
    began = (SectionChoice.visit_id == Visit.id) & SectionChoice.suggested.is_not(None)
    rows = session.execute(
        select(*visit, *CHOICE, BillingLine.code, *BILLED)
        .outerjoin(BillingLine, BillingLine.visit_id == Visit.id)
        .outerjoin(SectionChoice, began)
        .where(wanted)
        .group_by(*visit, *CHOICE, BillingLine.code)
    )
    found: dict[uuid.UUID, CountedVisit] = {}
    for organisation_id, episode_id, visit_id, status, on_date, *rest in rows:
        choice, (code, *sums) = rest[: len(CHOICE)], rest[len(CHOICE) :]
        is_signed = status is VisitStatus.SIGNED
        one = found.setdefault(
            visit_id, CountedVisit(organisation_id, episode_id, visit_id, is_signed, _began(choice))
        )
        if code is not None:
            one.cells.update(Billed(on_date, code, *sums).cells())
    return list(found.values())


def _began(choice: list[Any]) -> Cells:
    return {} if choice[0] is None else Choice(*choice).cells()


def visit_sums(session: Session) -> list[Select[Any]]:
    """All that signed visits add up to, of each therapist."""
    return [*_lines(session), *_choices(session)]


def _lines(session: Session) -> list[Select[Any]]:
    """Lines of signed visits by code and day, measured in each way."""
    place = columns(EpisodeStanding, (*PLACE, "therapist_id"))
    days = (
        select(
            *place,
            BillingLine.code.label("what"),
            Visit.on_date.label("day"),
            func.count(distinct(Visit.id)).label("visits"),
            *BILLED,
        )
        .select_from(Visit)
        .join(BillingLine, BillingLine.visit_id == Visit.id)
        .join(EpisodeStanding, EpisodeStanding.episode_id == Visit.episode_id)
        .where(in_scope(session, Visit), Visit.status == VisitStatus.SIGNED)
        .group_by(*place, BillingLine.code, Visit.on_date)
        .cte("lines")
    )
    one = days.c
    amounts = {
        Measured.VISIT: counting(one.visits),
        Measured.LINE: counting(one.lines, one.with_pne),
        Measured.UNIT: counting(one.units),
        Measured.MINUTE: counting(one.minutes, one.pne_minutes),
    }
    where = [one[name] for name in (*PLACE, "therapist_id")]
    return [
        select(*where, *put(cell_columns(measured), what=one.what, day=one.day), *sums)
        for measured, sums in amounts.items()
    ]


def _choices(session: Session) -> list[Select[Any]]:
    """Visits that began with a suggestion: by who chose, by section, and by why another was taken."""
    one = SectionChoice
    place = columns(EpisodeStanding, (*PLACE, "therapist_id"))

    def by(key: SQLColumnExpression[Any], cell: Columns, amounts: Columns) -> Select[Any]:
        return (
            select(*place, *put(cell, day=one.on_date), *amounts)
            .select_from(one)
            .join(Visit, Visit.id == one.visit_id)
            .join(EpisodeStanding, EpisodeStanding.episode_id == one.episode_id)
            .where(in_scope(session, one), Visit.status == VisitStatus.SIGNED, one.suggested.is_not(None))
            .group_by(*place, one.on_date, key)
        )

    followed = counting(func.count(), func.sum(FOLLOWED))
    by_clinician = put(cell_columns(Measured.CHOICE), what=hex_of(one.chosen_by))
    by_section = put(cell_columns(Measured.SUGGESTED), section=one.suggested)
    by_reason = put(cell_columns(Measured.PASSED), what=one.why)
    return [
        by(one.chosen_by, by_clinician, followed),
        by(one.suggested, by_section, followed),
        by(one.why, by_reason, counting(func.count())).where(one.followed.is_(False)),
    ]
