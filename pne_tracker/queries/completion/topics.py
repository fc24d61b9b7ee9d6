"""The topics of completion beside the first screen: each a few reports under the same filter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.report import Report
from pne_tracker.domain.survival import Step
from pne_tracker.queries.completion import homework, results, timing, understanding
from pne_tracker.queries.completion.behind import Behind, Number, Opens, by_name
from pne_tracker.queries.completion.clinics import behind_clinic, clinic_report
from pne_tracker.queries.completion.filters import CompletionFilter, pack_titles
from pne_tracker.queries.completion.funnel import behind_funnel, funnel_report
from pne_tracker.queries.completion.lines import line_report
from pne_tracker.queries.completion.received import behind_received, received_report
from pne_tracker.queries.completion.reminding import behind_reminders, reminder_reports
from pne_tracker.queries.completion.suggestions import behind_suggestions, choice_reports
from pne_tracker.queries.completion.window import Window, window_of
from pne_tracker.queries.curricula import leading_pack


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a topic shows: its reports, and the estimate by day where it has one."""

    reports: tuple[Report, ...]
    window: Window | None = None
    steps: tuple[Step, ...] = ()
    longest: int = 0


Build = Callable[[Session, Viewer, CompletionFilter, dt.date], Sheet]


@dataclass(frozen=True, slots=True)
class Topic:
    """One page: its name on the tab, what it is about, and who is behind its numbers."""

    name: str
    title: str
    build: Build
    behind: Opens = by_name


def _sections(session: Session, viewer: Viewer, chosen: CompletionFilter, _today: dt.date) -> Sheet:
    return Sheet((funnel_report(session, viewer, chosen, pack_titles(session, viewer.clinic_ids)),))


def _time(session: Session, viewer: Viewer, chosen: CompletionFilter, today: dt.date) -> Sheet:
    whole = timing.time_to_complete(session, viewer, chosen, today)
    between = timing.between_sections(session, viewer, chosen, pack_titles(session, viewer.clinic_ids))
    return Sheet((whole.report, between), steps=whole.steps, longest=whole.longest)


def _homework(session: Session, viewer: Viewer, chosen: CompletionFilter, today: dt.date) -> Sheet:
    window = window_of(chosen, today)
    reports = homework.adherence_reports(
        session, viewer, chosen, window, pack_titles(session, viewer.clinic_ids)
    )
    return Sheet((*reports, homework.barrier_report(session, viewer, chosen, window)), window)


def _understanding(session: Session, viewer: Viewer, chosen: CompletionFilter, today: dt.date) -> Sheet:
    window = window_of(chosen, today)
    pack = leading_pack(session, viewer.clinic_ids)
    return Sheet(
        (
            received_report(session, viewer, chosen, window),
            understanding.gap_report(session, viewer, chosen, window, pack),
        ),
        window,
    )


def _behind_understanding(
    session: Session, chosen: CompletionFilter, today: dt.date, number: Number
) -> Behind:
    if number.report.key == "received":
        return behind_received(chosen, today, number)
    return understanding.behind_gap(session, chosen, today, number)


def _results(session: Session, viewer: Viewer, chosen: CompletionFilter, today: dt.date) -> Sheet:
    window = window_of(chosen, today)
    return Sheet(
        (
            results.outcome_report(session, viewer, chosen, window),
            line_report(session, viewer, chosen, window),
        ),
        window,
    )


def _suggestions(session: Session, viewer: Viewer, chosen: CompletionFilter, today: dt.date) -> Sheet:
    window = window_of(chosen, today)
    titles = pack_titles(session, viewer.clinic_ids)
    return Sheet(choice_reports(session, viewer, chosen, window, titles), window)


def _reminders(session: Session, viewer: Viewer, chosen: CompletionFilter, today: dt.date) -> Sheet:
    window = window_of(chosen, today)
    return Sheet(tuple(reminder_reports(session, viewer, chosen, window)), window)


def _clinics(session: Session, viewer: Viewer, chosen: CompletionFilter, today: dt.date) -> Sheet:
    return Sheet(
        (clinic_report(session, viewer, chosen, len(pack_titles(session, viewer.clinic_ids)), today),)
    )


TOPICS: Final[Mapping[str, Topic]] = {
    "sections": Topic("Sections", "Section by section", _sections, behind_funnel),
    "time": Topic("Time", "How long the way takes", _time, timing.behind_time),
    "homework": Topic("Homework", "What comes back from home", _homework, homework.behind_homework),
    "understanding": Topic(
        "Understanding", "What was received and understood", _understanding, _behind_understanding
    ),
    "results": Topic("Results", "What came of it", _results, results.behind_results),
    "suggestions": Topic(
        "Suggestions", "What became of the planner's suggestions", _suggestions, behind_suggestions
    ),
    "reminders": Topic("Reminders", "Reminders that worked", _reminders, behind_reminders),
    "clinics": Topic("Clinics", "Clinics side by side", _clinics, behind_clinic),
}
