"""What came of it: outcome change with its measurement error, visits and billing lines by code."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median

from sqlalchemy import case, distinct, func, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing.codes import CODES
from pne_tracker.domain.outcomes import MEASURES, change_over
from pne_tracker.domain.report import Report
from pne_tracker.models import BillingLine, OutcomeScore, Visit, VisitStatus
from pne_tracker.queries.completion.behind import listed, people_of
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.window import Window, episode_ids
from pne_tracker.queries.raw_ids import id_of, raw

PNE_ALONE = "97112"


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


@dataclass(slots=True)
class _Lines:
    """Billing lines of one code, the visits they are of, and the episodes they are of and told about pain in."""

    visits: int = 0
    lines: int = 0
    with_pne: int = 0
    units: int = 0
    minutes: int = 0
    pne_minutes: int = 0
    told: set[uuid.UUID] = field(default_factory=set)
    episodes: set[uuid.UUID] = field(default_factory=set)


def line_report(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Report:
    """Lines of visits signed within the window by code, PNE on its own beside its companions."""
    codes: dict[str, _Lines] = defaultdict(_Lines)
    line = BillingLine
    for code, given, visits, lines, with_pne, units, minutes, pne_minutes in session.execute(
        select(
            line.code,
            raw(Visit.episode_id),
            func.count(distinct(line.visit_id)),
            func.count(),
            func.sum(case((line.pne_minutes > 0, 1), else_=0)),
            func.sum(line.units),
            func.sum(line.minutes),
            func.sum(line.pne_minutes),
        )
        .join(Visit, Visit.id == line.visit_id)
        .where(
            Visit.status == VisitStatus.SIGNED,
            Visit.on_date.between(window.since, window.until),
            Visit.episode_id.in_(episode_ids(viewer, chosen)),
        )
        .group_by(line.code, Visit.episode_id)
    ):
        one, episode_id = codes[code], id_of(given)
        one.visits, one.lines, one.with_pne = one.visits + visits, one.lines + lines, one.with_pne + with_pne
        one.units, one.minutes = one.units + units, one.minutes + minutes
        one.pne_minutes += pne_minutes
        one.told.update([episode_id] if pne_minutes else [])
        one.episodes.add(episode_id)
    groups = tuple(
        listed(
            code,
            f"{code}, {CODES[code].label}" if code in CODES else code,
            (one.visits, one.lines, one.units, one.minutes, one.pne_minutes),
            one.episodes,
            parts={4: one.told},
        )
        for code, one in sorted(codes.items())
    )
    return Report(
        "lines",
        "Visits and lines by code",
        "lines",
        ("Code", "Visits", "Lines", "Units", "Minutes", "Minutes with PNE"),
        groups,
        _finding(codes),
        people=people_of(groups),
    )


def _finding(codes: dict[str, _Lines]) -> str:
    if not codes:
        return ""
    alone = codes[PNE_ALONE].lines if PNE_ALONE in codes else 0
    companions = sum(one.with_pne for code, one in codes.items() if code != PNE_ALONE)
    return f"PNE on its own: {alone} lines of {PNE_ALONE}; with PNE inside a companion: {companions} lines."
