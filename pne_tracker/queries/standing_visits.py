"""The lines of signed visits as completion counts them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.standing import Billed
from pne_tracker.models import BillingLine, Visit, VisitStatus

BILLED = (
    func.count().label("lines"),
    func.sum(case((BillingLine.pne_minutes > 0, 1), else_=0)).label("with_pne"),
    func.sum(BillingLine.units).label("units"),
    func.sum(BillingLine.minutes).label("minutes"),
    func.sum(BillingLine.pne_minutes).label("pne_minutes"),
)
"""What lines of a code come to, in the order of `Billed`."""


@dataclass(frozen=True, slots=True)
class BilledVisit:
    """The lines of one code of a visit that is or was signed."""

    organisation_id: uuid.UUID
    episode_id: uuid.UUID
    visit_id: uuid.UUID
    is_signed: bool
    billed: Billed


def billed_visits(
    session: Session, visit_ids: Collection[uuid.UUID], episode_ids: Collection[uuid.UUID]
) -> list[BilledVisit]:
    """These visits, and all signed ones of these episodes, by billing code. One query."""
    wanted: ColumnElement[bool] = Visit.id.in_(list(visit_ids))
    if episode_ids:
        wanted |= Visit.episode_id.in_(list(episode_ids)) & (Visit.status == VisitStatus.SIGNED)
    visit = (Visit.organisation_id, Visit.episode_id, Visit.id, Visit.status, Visit.on_date)
    rows = session.execute(
        select(*visit, BillingLine.code, *BILLED)
        .join(BillingLine, BillingLine.visit_id == Visit.id)
        .where(wanted)
        .group_by(*visit, BillingLine.code)
    )
    return [
        BilledVisit(organisation_id, episode_id, visit_id, status is VisitStatus.SIGNED, Billed(*billed))
        for organisation_id, episode_id, visit_id, status, *billed in rows
    ]
