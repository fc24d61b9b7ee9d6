"""What was understood: belief gaps that opened and closed."""

from __future__ import annotations

import uuid
from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.report import Report, largest
from pne_tracker.models import Check
from pne_tracker.queries.completion.behind import Listed, listed, people_of
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.window import Window, episode_ids


def gap_report(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window, pack: Pack
) -> Report:
    """For each idea of the pack: episodes that missed it at first, gaps closed since, and gaps open now.

    Checks up to the window's end count, so that a period shows how things stood then.
    """
    scores: dict[tuple[str, uuid.UUID], list[float]] = defaultdict(list)
    for episode_id, concepts in session.execute(
        select(Check.episode_id, Check.concepts)
        .where(Check.episode_id.in_(episode_ids(viewer, chosen)), Check.on_date <= window.until)
        .order_by(Check.on_date, Check.at, Check.id)
    ):
        for concept, score in concepts.items():
            scores[concept, episode_id].append(float(score))
    groups = tuple(
        _group(concept.id, concept.idea.en, scores, pack.pass_mark)
        for concept in pack.concepts
        if any(key == concept.id for key, _ in scores)
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
        people=people_of(groups),
    )


def _group(
    concept: str, idea: str, scores: dict[tuple[str, uuid.UUID], list[float]], pass_mark: float
) -> Listed:
    mine = {episode: found for (key, episode), found in scores.items() if key == concept}
    missed = {episode for episode, found in mine.items() if found[0] < pass_mark}
    open_now = {episode for episode, found in mine.items() if found[-1] < pass_mark}
    once = {episode for episode, found in mine.items() if min(found) < pass_mark}
    return listed(
        concept,
        idea,
        (len(mine), len(missed), len(once - open_now), len(open_now)),
        mine,
        parts={1: missed, 2: once - open_now, 3: open_now},
    )
