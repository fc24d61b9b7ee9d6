"""The fourteen sections as a table: what was taught beside what was understood, and what is lost between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.report import Group, Report, largest
from pne_tracker.domain.standing import SectionCount
from pne_tracker.models import EpisodeStanding
from pne_tracker.queries.completion.behind import Behind, Number
from pne_tracker.queries.completion.counts import section_figures
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.rows import MEASURES

HEADS = ("Section", "Episodes", "Taught", "Understood", "Lost between", "Complete", "To revisit", "Skipped")
ORDER = ("taught", "understood", "gap", "complete", "revisit", "skipped")


def funnel_report(
    session: Session, viewer: Viewer, chosen: CompletionFilter, titles: Sequence[str]
) -> Report:
    """One row for each section of the leading pack. One query."""
    figures = section_figures(session, viewer, chosen, len(titles))
    people = figures[0].episodes if figures else 0
    groups = tuple(_group(one, title) for one, title in zip(figures, titles, strict=True))
    widest = largest(groups, lambda one: float(one.values[3] or 0))
    return Report(
        "funnel",
        "Taught and understood",
        "funnel",
        HEADS,
        groups if people else (),
        f"Most is lost in {widest.label}: {widest.values[3]} of {widest.values[1]} taught." if widest else "",
        people=people,
    )


def _group(one: SectionCount, title: str) -> Group:
    lost = one.taught - one.understood
    numbers = (one.taught, one.understood, lost, one.complete, one.revisit, one.skipped)
    return Group(
        str(one.section),
        f"{one.section}, {title}",
        (one.episodes, *numbers),
        one.episodes,
        parts=dict(enumerate(numbers, start=1)),
    )


def behind_funnel(_session: Session, chosen: CompletionFilter, _today: dt.date, number: Number) -> Behind:
    """Everybody of the filter, or those whose section reached what the value counts."""
    if number.place is None:
        return Behind(chosen)
    letter = func.substr(EpisodeStanding.path, int(number.group.key), 1)
    return Behind(chosen, (letter.in_(sorted(MEASURES[ORDER[number.place - 1]])),))
