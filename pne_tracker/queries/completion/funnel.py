"""The fourteen sections as a table: what was taught beside what was understood, and what is lost between them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.report import Group, Report, largest
from pne_tracker.models import EpisodeStanding
from pne_tracker.queries.completion.filters import CompletionFilter, selected
from pne_tracker.queries.completion.rows import MEASURES

HEADS = ("Section", "Episodes", "Taught", "Understood", "Lost between", "Complete", "To revisit", "Left out")
ORDER = ("taught", "understood", "gap", "complete", "revisit", "skipped")


def funnel_report(
    session: Session, viewer: Viewer, chosen: CompletionFilter, titles: Sequence[str]
) -> Report:
    """One row for each section of the leading pack, with the episodes behind each number. One query."""
    paths = {
        row[0]: row[1]
        for row in session.execute(
            select(EpisodeStanding.episode_id, EpisodeStanding.path).where(*selected(viewer, chosen))
        )
    }
    groups = tuple(_group(number, title, paths) for number, title in enumerate(titles, start=1))
    widest = largest(groups, lambda one: float(one.values[3] or 0))
    return Report(
        "funnel",
        "Taught and understood",
        "funnel",
        HEADS,
        groups if paths else (),
        f"Most is lost in {widest.label}: {widest.values[3]} of {widest.values[1]} taught." if widest else "",
    )


def _group(number: int, title: str, paths: Mapping[uuid.UUID, str]) -> Group:
    behind = [
        frozenset(key for key, path in paths.items() if path[number - 1 : number] in MEASURES[measure])
        for measure in ORDER
    ]
    return Group(
        str(number),
        f"{number}, {title}",
        (len(paths), *(len(one) for one in behind)),
        frozenset(paths),
        parts=dict(enumerate(behind, start=1)),
    )
