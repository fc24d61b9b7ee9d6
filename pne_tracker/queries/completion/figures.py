"""The first screen as tables: its figures, and those who stall longest."""

from __future__ import annotations

from collections.abc import Sequence

from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.completion import LONG_STALLED_DAYS, STALLED_DAYS
from pne_tracker.domain.report import Group, Report, Value
from pne_tracker.queries.completion.counts import Overview
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.rows import StalledRow


def figure_report(view: Overview, chosen: CompletionFilter) -> Report:
    """The figures on top, each beside what it is counted of."""
    people, open_ = view.episodes(chosen.status), view.by_status[EpisodeStatus.OPEN]
    sections, adherence = view.sections, view.adherence
    taught = sum(one.taught for one in sections)

    def row(key: str, label: str, value: Value, of: Value, stands_on: int | None = None) -> Group:
        parts = {} if stands_on is None else {0: stands_on}
        return Group(key, label, (value, of), people, parts=parts)

    groups = (
        row("episodes", "Episodes", people, ""),
        row(
            "complete",
            "Sections complete",
            sum(one.complete for one in sections),
            sum(one.counted for one in sections),
        ),
        row("understood", "Sections understood", sum(one.understood for one in sections), taught),
        row("revisit", "Sections to revisit", sum(one.revisit for one in sections), taught),
        row("skipped", "Sections left out", sum(one.skipped for one in sections), ""),
        row("stalled", f"Stalled {STALLED_DAYS} days", view.stalled, open_, view.stalled),
        row("long", f"Stalled {LONG_STALLED_DAYS} days", view.long_stalled, open_, view.long_stalled),
        row("done", "Homework entries in, last 28 days", adherence.done, adherence.expected),
        row("late", "Of these late", adherence.late, adherence.done),
    )
    return Report("figures", "Figures", "completion", ("Figure", "Number", "Of"), groups, people=people)


def longest_report(rows: Sequence[StalledRow]) -> Report:
    """Who stalls longest, by name: for the clinic alone."""
    groups = tuple(
        Group(
            str(one.row.episode_id),
            one.row.name,
            (one.row.therapist, one.row.active_on.isoformat(), one.days),
            1,
        )
        for one in rows
    )
    heads = ("Patient", "With", "Last activity", "Days")
    return Report("longest", "Stalled longest", "stalled", heads, groups, people=len(groups))
