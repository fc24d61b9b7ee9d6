"""What the page of a homework item shows beside its form, by kind: the ladder's step, drawings, the plan's averages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.ladder import Step
from pne_tracker.domain.laterality import Part
from pne_tracker.domain.plan_review import Handed, PlanSums, sums_of
from pne_tracker.models import Episode
from pne_tracker.queries import portal
from pne_tracker.queries.drawings import DrawnPage, drawing_of
from pne_tracker.queries.ladder import step_of
from pne_tracker.queries.portal_item import Item
from pne_tracker.queries.portal_place import Place


@dataclass(frozen=True, slots=True)
class Extras:
    """Only what the item's kind needs is read; `part` is the body part last practised, if it is drawn."""

    step: Step = Step.LEFT_RIGHT
    part: Part | None = None
    drawings: Mapping[int, DrawnPage] = field(default_factory=dict)
    sums: PlanSums | None = None


def extras_for(session: Session, viewer: Viewer, item: Item, place: Place, today: dt.date) -> Extras:
    """The extras of one of the viewing patient's own items."""
    if item.kind is HomeworkKind.READING:
        found = (drawing_of(session, viewer, item.id, number) for number in range(1, item.expected + 1))
        return Extras(drawings={one.occurrence: one for one in found if one})
    if item.kind is HomeworkKind.IMAGERY:
        everything = portal.items(session, viewer, place, today)
        return Extras(step=step_of(session, item.episode_id), part=_part_of(everything))
    if item.kind is HomeworkKind.REVIEW:
        everything = portal.items(session, viewer, place, today)
        goal = session.get(Episode, item.episode_id)
        return Extras(sums=sums_of(handed_of(everything), today, goal.goal if goal else ""))
    return Extras()


def handed_of(items: Iterable[Item]) -> list[Handed]:
    """All that was handed in for these items."""
    return [
        Handed(item.kind, entry.for_date, entry.values, entry.derived)
        for item in items
        for entry in item.handed_in
    ]


def _part_of(items: Iterable[Item]) -> Part | None:
    practised = [one for one in handed_of(items) if one.kind is HomeworkKind.LATERALITY]
    if not practised:
        return None
    latest = str(max(practised, key=lambda one: one.for_date).values["body_part"])
    return Part(latest) if latest in set(Part) else None
