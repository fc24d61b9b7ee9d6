"""What was understood: belief gaps that opened and closed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import Concept, Pack
from pne_tracker.domain.ideas import CLOSED_SINCE, MISSED_AT_FIRST, OPEN_NOW, Idea
from pne_tracker.domain.report import Group, Report, largest
from pne_tracker.queries.completion.behind import Behind, Listed, Number, by_name, listed, people_of
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.told import few_of_any, ideas, of_one, tells
from pne_tracker.queries.completion.window import Window, episode_ids
from pne_tracker.queries.told import each_idea, ideas_until

PARTS: Final = {1: MISSED_AT_FIRST, 2: CLOSED_SINCE, 3: OPEN_NOW}


def gap_report(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window, pack: Pack
) -> Report:
    """For each idea of the pack: episodes that missed it at first, gaps closed since, and gaps open now.

    An idea is missed by the pass mark of the episode's own pack. A window that ends before today shows how things
    stood then: for it alone the checks are read. One query, two where few were checked.
    """
    groups, people = (
        _then(session, viewer, chosen, window, pack)
        if window.is_past
        else _now(session, viewer, chosen, pack)
    )
    widest = largest(groups, lambda one: float(one.values[3] or 0))
    finding = (
        f"Most often still open: {widest.label.rstrip('.')} ({widest.values[3]} episodes)." if widest else ""
    )
    return Report(
        "gaps",
        "Belief gaps",
        "gaps",
        ("Idea", "Checked", "Missed at first", "Closed since", "Open now"),
        groups,
        finding,
        people=people,
    )


def _now(
    session: Session, viewer: Viewer, chosen: CompletionFilter, pack: Pack
) -> tuple[tuple[Group, ...], int]:
    found = ideas(session, viewer, chosen)
    groups = tuple(_counted(one, found[one.id]) for one in pack.concepts if one.id in found)
    people = {one.key: one.people for one in groups}
    return groups, few_of_any(session, viewer, chosen, each_idea, people)


def _counted(concept: Concept, letters: Counter[Idea]) -> Group:
    people = letters.total()
    parts = {place: sum(letters[one] for one in part) for place, part in PARTS.items()}
    return Group(concept.id, concept.idea.en, (people, *parts.values()), people, parts=parts)


def _then(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window, pack: Pack
) -> tuple[tuple[Group, ...], int]:
    found = ideas_until(session, episode_ids(viewer, chosen), window.until)
    by_concept = ((one, of_one(found, one.id)) for one in pack.concepts)
    groups = tuple(_named(one, letters) for one, letters in by_concept if letters)
    return groups, people_of(groups)


def _named(concept: Concept, letters: Mapping[uuid.UUID, str]) -> Listed:
    parts = {
        place: {episode for episode, letter in letters.items() if letter in part}
        for place, part in PARTS.items()
    }
    values = (len(letters), *(len(ids) for ids in parts.values()))
    return listed(concept.id, concept.idea.en, values, letters, parts=parts)


def behind_gap(session: Session, chosen: CompletionFilter, today: dt.date, number: Number) -> Behind:
    """Whose checks say so of the idea; or who is known by name."""
    if isinstance(number.group, Listed):
        return by_name(session, chosen, today, number)
    each, cell = each_idea(session)
    said = [] if number.place is None else [cell["letter"].in_(sorted(PARTS[number.place]))]
    return Behind(chosen, (tells(each, cell["what"] == number.group.key, *said),))
