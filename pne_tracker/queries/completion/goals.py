"""Goals of the viewer's clinics: what counts now, who set it, the figures today and at the ends of months."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.goals import WORDS, Figures, Measure
from pne_tracker.domain.report import Group, Report
from pne_tracker.models import Account, Clinic, ClinicGoal, CompletionMonth, EpisodeStatus
from pne_tracker.queries.completion.counts import overview
from pne_tracker.queries.completion.filters import CompletionFilter, pack_titles

MONTHS = 12
EXPORTED = 6
SHOWN = 50


@dataclass(frozen=True, slots=True)
class SetGoal:
    """One row of the history: what was set, or taken back where `target` is none."""

    clinic: str
    measure: Measure
    target: int | None
    at: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class ClinicGoals:
    """One clinic: its goals by measure, its figures today, and those of kept months by first day, oldest first."""

    clinic_id: uuid.UUID
    clinic: str
    goals: dict[Measure, int]
    now: Figures
    months: tuple[tuple[dt.date, Figures], ...]


@dataclass(frozen=True, slots=True)
class Goals:
    """The page: every clinic of the viewer, and the latest changes, newest first."""

    clinics: tuple[ClinicGoals, ...]
    history: tuple[SetGoal, ...]


def figures_today(
    session: Session, viewer: Viewer, clinic_ids: frozenset[uuid.UUID], sections: int, today: dt.date
) -> Figures:
    """The figures of these clinics together, from the kept counts."""
    chosen = CompletionFilter()
    mine = Viewer(viewer.account_id, viewer.organisation_id, viewer.role, viewer.name, clinic_ids)
    view = overview(session, mine, chosen, sections=sections, today=today)
    return Figures(
        open=view.by_status[EpisodeStatus.OPEN],
        taught=sum(one.taught for one in view.sections),
        understood=sum(one.understood for one in view.sections),
        complete=sum(one.complete for one in view.sections),
        counted=sum(one.counted for one in view.sections),
        stalled=view.stalled,
        expected=view.adherence.expected,
        done=view.adherence.done,
    )


def goals_of(session: Session, viewer: Viewer, today: dt.date) -> Goals:
    """Goals, figures and history of the viewer's clinics."""
    sections = len(pack_titles(session, viewer.clinic_ids))
    rows = session.execute(
        select(ClinicGoal, Account.name, Clinic.name)
        .join(Account, Account.id == ClinicGoal.set_by)
        .join(Clinic, Clinic.id == ClinicGoal.clinic_id)
        .where(ClinicGoal.clinic_id.in_(viewer.clinic_ids))
        .order_by(ClinicGoal.id)
    ).all()
    goals: dict[uuid.UUID, dict[Measure, int]] = defaultdict(dict)
    for goal, _by, _clinic in rows:
        if goal.target is None:
            goals[goal.clinic_id].pop(goal.measure, None)
        else:
            goals[goal.clinic_id][goal.measure] = goal.target
    months = _months(session, viewer)
    clinics = session.execute(
        select(Clinic.id, Clinic.name).where(Clinic.id.in_(viewer.clinic_ids)).order_by(Clinic.name)
    ).all()
    return Goals(
        tuple(
            ClinicGoals(
                clinic_id,
                name,
                {one: goals[clinic_id][one] for one in Measure if one in goals[clinic_id]},
                figures_today(session, viewer, frozenset({clinic_id}), sections, today),
                tuple(months[clinic_id]),
            )
            for clinic_id, name in clinics
        ),
        tuple(SetGoal(clinic, one.measure, one.target, one.set_at, by) for one, by, clinic in rows[::-1])[
            :SHOWN
        ],
    )


def _months(session: Session, viewer: Viewer) -> dict[uuid.UUID, list[tuple[dt.date, Figures]]]:
    """The latest kept months of each clinic, oldest first; months without an open episode are left out."""
    found: dict[uuid.UUID, list[tuple[dt.date, Figures]]] = defaultdict(list)
    for row in session.scalars(
        select(CompletionMonth)
        .where(CompletionMonth.clinic_id.in_(viewer.clinic_ids), CompletionMonth.open > 0)
        .order_by(CompletionMonth.month)
    ):
        kept = Figures(
            row.open,
            row.taught,
            row.understood,
            row.complete,
            row.counted,
            row.stalled,
            row.expected,
            row.done,
        )
        found[row.clinic_id].append((row.month, kept))
    return defaultdict(list, {clinic: some[-MONTHS:] for clinic, some in found.items()})


def goal_reports(found: Goals, month_words: Sequence[str], months: Sequence[dt.date]) -> list[Report]:
    """The goals as tables, one for each clinic that has any: the goal, today, and the months named."""
    return [
        Report(
            f"goals-{one.clinic_id}",
            one.clinic,
            "goals",
            ("Measure", "Goal", "Today", *month_words),
            tuple(_group(one, measure, target, months) for measure, target in one.goals.items()),
            shares=frozenset(range(2 + len(months))),
        )
        for one in found.clinics
        if one.goals
    ]


def _group(one: ClinicGoals, measure: Measure, target: int, months: Sequence[dt.date]) -> Group:
    kept = dict(one.months)
    then = (kept[month].share_of(measure) if month in kept else None for month in months)
    people = [one.now.open, *(kept[month].open for month in months if month in kept)]
    return Group(
        measure.value,
        WORDS[measure],
        (target / 100, one.now.share_of(measure), *then),
        rests_on=min(people),
    )
