"""What came of it: outcome change with its measurement error."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.outcomes import MEASURES, Measure, hundredths, is_better
from pne_tracker.domain.report import Group, Report, Value, middle
from pne_tracker.queries.completion.behind import Behind, Listed, Number, by_name, listed, people_of
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.lines import behind_lines
from pne_tracker.queries.completion.told import changes, few_of_any, of_one, tells
from pne_tracker.queries.completion.window import Window, episode_ids
from pne_tracker.queries.told import changes_until, each_change

DIRECTIONS: Final = {2: True, 3: None, 4: False}
"""By place: changes for the better, within the error, and for the worse."""


def outcome_report(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Report:
    """The change by each built-in measure, for episodes whose scores until the window's end tell one.

    For a window that ends before today, and for it alone, the scores are read. One query, two where few were scored.
    """
    groups, people = (
        _then(session, viewer, chosen, window) if window.is_past else _now(session, viewer, chosen)
    )
    return Report(
        "outcomes",
        "Outcome change",
        "outcome_change",
        ("Measure", "Episodes", "Median change", "Better", "Within error", "Worse", "Measurement error"),
        groups,
        "A change within the measurement error is no clear change.",
        people=people,
    )


def _now(session: Session, viewer: Viewer, chosen: CompletionFilter) -> tuple[tuple[Group, ...], int]:
    found = changes(session, viewer, chosen)
    groups = tuple(_counted(one, found[one.id]) for one in MEASURES.values() if one.id in found)
    people = {one.key: one.people for one in groups}
    return groups, few_of_any(session, viewer, chosen, each_change, people)


def _counted(measure: Measure, points: Counter[int]) -> Group:
    directions: Counter[bool | None] = Counter()
    for change, n in points.items():
        directions[is_better(measure, change / 100)] += n
    parts = {place: directions[direction] for place, direction in DIRECTIONS.items()}
    return Group(measure.id, _label(measure), _values(measure, points, parts), points.total(), parts=parts)


def _then(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window
) -> tuple[tuple[Group, ...], int]:
    found = changes_until(session, episode_ids(viewer, chosen), window.until)
    by_measure = ((one, of_one(found, one.id)) for one in MEASURES.values())
    groups = tuple(_named(one, points) for one, points in by_measure if points)
    return groups, people_of(groups)


def _named(measure: Measure, points: Mapping[uuid.UUID, int]) -> Listed:
    parts = {
        place: {
            episode for episode, change in points.items() if is_better(measure, change / 100) is direction
        }
        for place, direction in DIRECTIONS.items()
    }
    values = _values(measure, Counter(points.values()), {place: len(ids) for place, ids in parts.items()})
    return listed(measure.id, _label(measure), values, points, parts=parts)


def _label(measure: Measure) -> str:
    return f"{measure.name} ({measure.short})"


def _values(measure: Measure, points: Counter[int], parts: Mapping[int, int]) -> tuple[Value, ...]:
    error = f"{measure.error:g} points" if measure.error is not None else "not known"
    return (points.total(), (middle(points) or 0) / 100, *parts.values(), error)


def behind_results(session: Session, chosen: CompletionFilter, today: dt.date, number: Number) -> Behind:
    """Episodes with such a change, or with a line of such a code."""
    if number.report.key == "lines":
        return behind_lines(chosen, today, number)
    if isinstance(number.group, Listed):
        return by_name(session, chosen, today, number)
    measure = MEASURES[number.group.key]
    each, cell = each_change(session)
    gain = cell["days"] * (-1 if measure.lower_is_better else 1)
    least = hundredths(measure.clear_from)
    said = {2: gain >= least, 3: gain.between(1 - least, least - 1), 4: gain <= -least}
    wanted = [] if number.place is None else [said[number.place]]
    return Behind(chosen, (tells(each, cell["what"] == measure.id, *wanted),))
