"""A month in short: the figures kept when it ended, beside those of the month before and the goals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from pne_tracker.domain.completion import is_few
from pne_tracker.domain.goals import LOW_IS_GOOD, WORDS, Figures, Measure, is_reached, month_before
from pne_tracker.domain.summaries import month_text
from pne_tracker.queries.completion.goals import ClinicGoals, Goals
from pne_tracker.web.display import MONTHS, count_text, long_date, percent_text

NONE, NO_GOAL = "none", "no goal"
Row = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class MonthClinic:
    """One clinic's month. `rows`: measure, this month, the month before, and the goal with how it stands."""

    name: str
    finding: str
    few: str
    rows: tuple[Row, ...]
    url: str
    stalled_url: str


def month_words(month: dt.date) -> str:
    """ "November 2026"."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def month_clinics(found: Goals, month: dt.date) -> list[MonthClinic]:
    """The clinics that have figures of that month."""
    return [
        _clinic(one, dict(one.months), month)
        for one in found.clinics
        if month in {at for at, _ in one.months}
    ]


def _clinic(one: ClinicGoals, kept: dict[dt.date, Figures], month: dt.date) -> MonthClinic:
    then, before = kept[month], kept.get(month_before(month))
    counts = [
        ("Open episodes", str(then.open), str(before.open) if before else NONE, NO_GOAL),
        ("Stalled 14 days", str(then.stalled), str(before.stalled) if before else NONE, NO_GOAL),
    ]
    shares = [_share(measure, then, before, one.goals.get(measure)) for measure in Measure]
    end = long_date(_last(month), year=True)
    return MonthClinic(
        one.clinic,
        f"{count_text(then.open, 'open episode')} on {end}, {then.stalled} of them stalled for 14 days or more.",
        f"Only {count_text(then.open, 'open episode')}: read with care." if is_few(then.open) else "",
        (*counts, *shares),
        url_for("completion.index", clinic=one.clinic_id),
        url_for("completion.stalled", clinic=one.clinic_id),
    )


def _share(measure: Measure, then: Figures, before: Figures | None, target: int | None) -> Row:
    share = then.share_of(measure)
    words = NO_GOAL
    if target is not None:
        stands = {True: ", reached", False: ", not yet", None: ""}[is_reached(measure, target, share)]
        words = f"{'at most' if measure in LOW_IS_GOOD else 'at least'} {percent_text(target / 100)}{stands}"
    return (
        WORDS[measure],
        _percent(share),
        _percent(before.share_of(measure) if before else None),
        words,
    )


def _percent(share: float | None) -> str:
    return percent_text(share) if share is not None else NONE


def _last(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def kept_months(found: Goals) -> list[dt.date]:
    """The months that have figures of any clinic, newest first."""
    return sorted({month for one in found.clinics for month, _ in one.months}, reverse=True)


def month_links(months: Sequence[dt.date]) -> list[tuple[str, str]]:
    """Each month with the address of its page."""
    return [(month_words(one), url_for("completion.month_in_short", month=month_text(one))) for one in months]
