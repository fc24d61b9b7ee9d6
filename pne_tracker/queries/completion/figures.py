"""The first screen as tables: its figures, and those who stall longest."""

from __future__ import annotations

from collections.abc import Sequence

from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.completion import LONG_STALLED_DAYS, STALLED_DAYS, WINDOW_DAYS
from pne_tracker.domain.report import Group, Report
from pne_tracker.queries.completion.counts import Overview
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.rows import StalledRow


def figure_report(view: Overview, chosen: CompletionFilter) -> Report:
    """The figures on top, each beside what it is counted of.

    A figure of sections or entries rests on as many episodes as it counts at the most.
    """
    people, open_ = view.episodes(chosen.status), view.by_status[EpisodeStatus.OPEN]
    sections, adherence = view.sections, view.adherence
    taught = sum(one.taught for one in sections)
    figures: list[tuple[str, int, int | str]] = [
        ("Episodes", people, ""),
        (
            "Sections complete",
            sum(one.complete for one in sections),
            sum(one.counted for one in sections),
        ),
        ("Sections understood", sum(one.understood for one in sections), taught),
        ("Sections to revisit", sum(one.revisit for one in sections), taught),
        ("Sections skipped", sum(one.skipped for one in sections), ""),
        (f"Stalled {STALLED_DAYS} days", view.stalled, open_),
        (f"Stalled {LONG_STALLED_DAYS} days", view.long_stalled, open_),
        (f"Homework entries in, last {WINDOW_DAYS} days", adherence.done, adherence.expected),
        ("Of these late", adherence.late, adherence.done),
    ]
    groups = tuple(
        Group(label, label, (value, of), people, parts={0: min(value, people)})
        for label, value, of in figures
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
    return Report(
        "longest", "Stalled longest", "stalled", heads, groups, people=len(groups), days=frozenset({1})
    )
