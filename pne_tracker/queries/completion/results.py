"""What came of it: outcome change with its measurement error."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.outcomes import MEASURES, change_over
from pne_tracker.domain.report import Report
from pne_tracker.models import OutcomeScore
from pne_tracker.queries.completion.behind import Behind, Number, by_name, listed, people_of
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.lines import behind_lines
from pne_tracker.queries.completion.window import Window, episode_ids
from pne_tracker.queries.raw_ids import id_of, raw


def outcome_report(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Report:
    """The change by each built-in measure, for episodes whose scores until the window's end tell one."""
    scores: dict[tuple[str, uuid.UUID], list[float]] = defaultdict(list)
    for name, episode_id, score in session.execute(
        select(OutcomeScore.measure, raw(OutcomeScore.episode_id), OutcomeScore.score)
        .where(
            OutcomeScore.episode_id.in_(episode_ids(viewer, chosen)),
            OutcomeScore.on_date <= window.until,
            OutcomeScore.measure.in_(list(MEASURES)),
        )
        .order_by(OutcomeScore.on_date, OutcomeScore.id)
    ):
        scores[name, id_of(episode_id)].append(score)
    groups = []
    for measure in MEASURES.values():
        found = {
            episode: change
            for (key, episode), points in scores.items()
            if key == measure.id and (change := change_over(measure, points)) is not None
        }
        if not found:
            continue
        better, worse, within = (
            frozenset(episode for episode, change in found.items() if change.better is direction)
            for direction in (True, False, None)
        )
        groups.append(
            listed(
                measure.id,
                f"{measure.name} ({measure.short})",
                (
                    len(found),
                    median(change.points for change in found.values()),
                    len(better),
                    len(within),
                    len(worse),
                    f"{measure.error:g} points" if measure.error is not None else "not known",
                ),
                found,
                parts={2: better, 3: within, 4: worse},
            )
        )
    return Report(
        "outcomes",
        "Outcome change",
        "outcome_change",
        ("Measure", "Episodes", "Median change", "Better", "Within error", "Worse", "Measurement error"),
        tuple(groups),
        "A change within the measurement error is no clear change.",
        people=people_of(groups),
    )


def behind_results(session: Session, chosen: CompletionFilter, today: dt.date, number: Number) -> Behind:
    """Episodes with such a change, or with a line of such a code."""
    if number.report.key == "lines":
        return behind_lines(chosen, today, number)
    return by_name(session, chosen, today, number)
