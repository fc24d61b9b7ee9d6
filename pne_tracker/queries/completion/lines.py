"""Visits and billing lines by code, from kept counts where the filter allows, else added up by the database."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, cast, distinct, func, literal, select, union_all
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.billing.codes import CODES
from pne_tracker.domain.completion import FEW
from pne_tracker.domain.report import Group, Report
from pne_tracker.domain.standing import BILLED, Measured
from pne_tracker.models import BillingLine, EpisodeStanding, Visit, VisitStatus
from pne_tracker.queries.completion.behind import Behind, Number
from pne_tracker.queries.completion.filters import CompletionFilter, clinics_of, selected
from pne_tracker.queries.completion.kept import is_kept_of_clinics, kept_sums
from pne_tracker.queries.completion.window import Window, episode_ids, window_of
from pne_tracker.queries.standing_visits import BILLED as SUMS

PNE_ALONE = "97112"


@dataclass(slots=True)
class Lines:
    """Billing lines of one code and the visits they are of; the episodes these are of, and told about pain in."""

    visits: int = 0
    lines: int = 0
    with_pne: int = 0
    units: int = 0
    minutes: int = 0
    pne_minutes: int = 0
    people: int = 0
    told: int = 0


def line_report(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> Report:
    """Lines of visits signed within the window by code, PNE on its own beside its companions."""
    if is_kept_of_clinics(viewer, chosen):
        codes, people = _kept(session, viewer, chosen, window)
    else:
        codes, people = _added_up(session, viewer, chosen, window)
    return Report(
        "lines",
        "Visits and lines by code",
        "lines",
        ("Code", "Visits", "Lines", "Units", "Minutes", "Minutes with PNE"),
        tuple(_group(code, one) for code, one in sorted(codes.items())),
        _finding(codes),
        people=people,
    )


def _group(code: str, one: Lines) -> Group:
    return Group(
        code,
        f"{code}, {CODES[code].label}" if code in CODES else code,
        (one.visits, one.lines, one.units, one.minutes, one.pne_minutes),
        one.people,
        parts={4: one.told},
    )


def _finding(codes: Mapping[str, Lines]) -> str:
    if not codes:
        return ""
    alone = codes[PNE_ALONE].lines if PNE_ALONE in codes else 0
    companions = sum(one.with_pne for code, one in codes.items() if code != PNE_ALONE)
    return f"PNE on its own: {alone} lines of {PNE_ALONE}; with PNE inside a companion: {companions} lines."


def _kept(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window
) -> tuple[dict[str, Lines], int]:
    """From the counts; of the episodes it is only asked whether there are few. Three queries."""
    codes: dict[str, Lines] = defaultdict(Lines)
    for measured, code, n, done, _late in kept_sums(
        session, viewer, chosen, window, *sorted(BILLED), by=("measured", "what")
    ):
        one = codes[code]
        match measured:
            case Measured.VISIT:
                one.visits = n
            case Measured.LINE:
                one.lines, one.with_pne = n, done
            case Measured.UNIT:
                one.units = n
            case Measured.MINUTE:
                one.minutes, one.pne_minutes = n, done
    shown = {code: one for code, one in codes.items() if one.lines}
    if not shown:
        return {}, 0
    groups = union_all(
        *(
            select(literal(code).label("code"), literal(one.pne_minutes).label("told"))
            for code, one in shown.items()
        )
    ).cte("groups")

    def few(*conditions: ColumnElement[bool]) -> Any:
        found = _first(viewer, chosen, window, BillingLine.code == groups.c.code, *conditions).subquery()
        return select(func.count()).select_from(found).scalar_subquery()

    told = case((groups.c.told > 0, few(BillingLine.pne_minutes > 0)), else_=0)
    for code, people, with_pne in session.execute(select(groups.c.code, few(), told)):
        shown[code].people, shown[code].told = people, with_pne
    most = max(one.people for one in shown.values())
    if most < FEW:
        everybody = _first(viewer, chosen, window, BillingLine.code.in_(list(shown))).subquery()
        most = session.scalar(select(func.count()).select_from(everybody)) or 0
    return shown, most


def _first(
    viewer: Viewer, chosen: CompletionFilter, window: Window, *conditions: ColumnElement[bool]
) -> Select[Any]:
    """The first episodes with such a line, along the clinic's index of codes."""
    mine = select(EpisodeStanding.id).where(
        EpisodeStanding.episode_id == Visit.episode_id, *selected(viewer, chosen)
    )
    return (
        select(Visit.episode_id)
        .select_from(BillingLine)
        .join(Visit, Visit.id == BillingLine.visit_id)
        .where(
            BillingLine.clinic_id.in_(clinics_of(viewer, chosen)),
            BillingLine.on_date.between(window.since, window.until),
            Visit.status == VisitStatus.SIGNED,
            *conditions,
            mine.correlate_except(EpisodeStanding).exists(),
        )
        .correlate_except(BillingLine, Visit)
        .distinct()
        .limit(FEW)
    )


def _added_up(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window
) -> tuple[dict[str, Lines], int]:
    """By code and episode first, so that each episode is counted once. One query."""
    visits = func.count(distinct(BillingLine.visit_id)).label("visits")
    one = (
        select(BillingLine.code.label("code"), Visit.episode_id.label("episode"), visits, *SUMS)
        .join(Visit, Visit.id == BillingLine.visit_id)
        .where(
            Visit.status == VisitStatus.SIGNED,
            Visit.on_date.between(window.since, window.until),
            Visit.episode_id.in_(episode_ids(viewer, chosen)),
        )
        .group_by(BillingLine.code, Visit.episode_id)
        .cte("one")
        .prefix_with("MATERIALIZED")
    ).c
    names = ("visits", "lines", "with_pne", "units", "minutes", "pne_minutes")
    told = func.sum(cast(one.pne_minutes > 0, Integer))
    sums = [*(func.sum(one[name]) for name in names), func.count(), told]
    everybody = func.count(distinct(one.episode))
    rows: Iterable[Any] = session.execute(
        union_all(
            select(one.code, *sums).group_by(one.code),
            select(literal(""), everybody, *(literal(0) for _ in sums[1:])),
        )
    )
    found = {code: Lines(*(int(amount) for amount in amounts)) for code, *amounts in rows}
    return found, found.pop("").visits


def behind_lines(chosen: CompletionFilter, today: dt.date, number: Number) -> Behind:
    """Episodes with a signed visit that has a line of the code, with PNE in it where that was asked."""
    window = window_of(chosen, today)
    told = [] if number.place is None else [BillingLine.pne_minutes > 0]
    has = (
        select(Visit.id)
        .join(BillingLine, BillingLine.visit_id == Visit.id)
        .where(
            Visit.episode_id == EpisodeStanding.episode_id,
            Visit.status == VisitStatus.SIGNED,
            Visit.on_date.between(window.since, window.until),
            BillingLine.code == number.group.key,
            *told,
        )
    )
    return Behind(chosen, (has.correlate(EpisodeStanding).exists(),))
