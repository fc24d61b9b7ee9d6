"""Entries of one homework item as pictures, for the patient and for the care team, in the reader's language.

Each picture carries its sentence and its figures; nothing in it is a grade.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, Protocol

from flask_babel import format_date
from flask_babel import gettext as _

from pne_tracker.domain.cup import layers_of
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.entry_derived import hold_exercise, mean
from pne_tracker.domain.ladder import ACCURACY, target_ms
from pne_tracker.web.charts import line_chart
from pne_tracker.web.cup_drawing import cup_drawing
from pne_tracker.web.pairs_chart import Pair, pairs_chart
from pne_tracker.web.sides_chart import sides_chart

MOST_ROWS: Final = 10
WEEK: Final = dt.timedelta(days=7)
FLARE_DAYS: Final = 28
STRESSORS: Final = 5


class Shown(Protocol):
    """An entry whose content the reader may see."""

    @property
    def for_date(self) -> dt.date: ...
    @property
    def values(self) -> Mapping[str, Any]: ...
    @property
    def derived(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: `form` is the macro that draws it (pairs, line, cup, sizes), `line` a sentence beside it."""

    form: str
    drawn: Any
    caption: str = ""
    line: str = ""


def pictures_of(kind: HomeworkKind, entries: Sequence[Shown], chart_id: str) -> list[Picture]:
    """Pictures of the entries of one item, in any order; none when there is nothing to draw.

    Ids of the drawings begin with `chart_id`, which is unique on the page.
    """
    known = sorted((one for one in entries if one.values), key=lambda one: one.for_date)
    worker = _WORKERS.get(kind)
    return worker(known, chart_id) if worker and known else []


def _day(day: dt.date) -> str:
    return str(format_date(day, "d MMM"))


def _pairs(entries: Sequence[Shown], before: str, after: str, title: str, chart_id: str) -> list[Picture]:
    """The latest days on which both were given."""
    rows = [
        Pair(_day(one.for_date), one.values[before], one.values[after])
        for one in entries
        if one.values.get(before) is not None and one.values.get(after) is not None
    ][-MOST_ROWS:]
    if not rows:
        return []
    last = rows[-1]
    finding = _(
        "%(day)s: %(before)s before, %(after)s after.", day=last.label, before=last.before, after=last.after
    )
    chart = pairs_chart(
        rows,
        title=title,
        finding=finding,
        words=(_("Day"), _("Before"), _("After")),
        chart_id=f"{chart_id}-pairs",
    )
    key = _("Hollow: before. Full: after.")
    return [Picture("pairs", chart, f"{title}. {key}")]


def _exercise(entries: Sequence[Shown], chart_id: str) -> list[Picture]:
    minutes: dict[dt.date, int] = {}
    for one in entries:
        minutes[one.for_date] = minutes.get(one.for_date, 0) + one.values["done_minutes"]
    most = max(minutes.values())
    chart = line_chart(
        list(minutes.items()),
        title=_("How long you moved"),
        finding=_("From %(low)s to %(high)s minutes a day.", low=min(minutes.values()), high=most),
        high=ceil(most / 10) * 10,
        chart_id=f"{chart_id}-minutes",
        date_head=_("Day"),
        value_head=_("Minutes"),
        day_text=_day,
    )
    held = hold_exercise([one.derived.get("settled") for one in entries], minutes.values())
    line = (
        _("Keep to the same amount for now. Your days were uneven, or pain took long to settle.")
        if held
        else _("Even days build you up. Keep to your plan.")
    )
    pain = _pairs(entries, "pain_before", "pain_after", _("Pain before and after"), chart_id)
    return [Picture("line", chart, _("How long you moved"), line), *pain]


def _stress(entries: Sequence[Shown], chart_id: str) -> list[Picture]:
    pictures = _pairs(entries, "stress_before", "stress_after", _("Stress at first and after"), chart_id)
    last = entries[-1].for_date
    relief = mean(one.derived["relief"] for one in entries if last - one.for_date < WEEK)
    line = ""
    if relief and relief > 0:
        line = _("In the last seven days your stress went down by %(n)s on average.", n=f"{relief:g}")
    return [Picture(one.form, one.drawn, one.caption, line) for one in pictures]


def _flare(entries: Sequence[Shown], chart_id: str) -> list[Picture]:
    pictures = _pairs(
        entries, "usual_pain", "peak_pain", _("Usual pain and the worst of the flare"), chart_id
    )
    last = entries[-1].for_date
    count = sum((last - one.for_date).days < FLARE_DAYS for one in entries)
    line = _("Flares in 28 days: %(n)s.", n=count)
    return [
        Picture(one.form, one.drawn, _("Usual pain (hollow) and the worst pain (full)"), line)
        for one in pictures
    ]


def _breathing(entries: Sequence[Shown], chart_id: str) -> list[Picture]:
    return _pairs(entries, "tension_before", "tension_after", _("How tense before and after"), chart_id)


def _practice(entries: Sequence[Shown], chart_id: str) -> list[Picture]:
    return _pairs(entries, "ease-before", "ease-after", _("How at ease before and after"), chart_id)


def _imagery(entries: Sequence[Shown], chart_id: str) -> list[Picture]:
    return _pairs(entries, "pain-before", "pain-after", _("Pain before and after"), chart_id)


def _laterality(entries: Sequence[Shown], chart_id: str) -> list[Picture]:
    words = (_("Day"), _("Left"), _("Right"))
    shares = [
        [(one.for_date, one.derived[f"{side}_accuracy"]) for one in entries] for side in ("left", "right")
    ]
    times = [
        [(one.for_date, one.values[f"{side}_ms"] / 1000) for one in entries if one.values.get(f"{side}_ms")]
        for side in ("left", "right")
    ]
    latest = entries[-1]
    accuracy = sides_chart(
        *shares,
        title=_("Right answers in percent"),
        finding=_(
            "Last time: left %(left)s, right %(right)s percent.",
            left=round(latest.derived["left_accuracy"]),
            right=round(latest.derived["right_accuracy"]),
        ),
        words=words,
        high=100,
        guide=ACCURACY,
        guide_text=_("guide: %(n)s", n=80),
        day_text=_day,
        chart_id=f"{chart_id}-share",
    )
    pictures = [Picture("line", accuracy, _("Right answers in percent. Left: full line. Right: dashed."))]
    if any(times):
        most = max(value for side in times for _when, value in side)
        target = target_ms(str(latest.values["body_part"])) / 1000
        speed = sides_chart(
            *times,
            title=_("Seconds for a right answer"),
            finding=_("A guide is about %(n)s seconds.", n=f"{target:.1f}"),
            words=words,
            high=max(ceil(most), 3),
            guide=target,
            guide_text=_("guide: %(n)s", n=f"{target:.1f}"),
            day_text=_day,
            chart_id=f"{chart_id}-speed",
        )
        pictures.append(Picture("line", speed, _("Seconds for a right answer. Less is faster.")))
    return pictures


def _journal(entries: Sequence[Shown], chart_id: str) -> list[Picture]:
    """The cup of section 14, or the sizes of section 8; other journals are words alone."""
    cups = [one for one in entries if one.values.get("how-full") is not None]
    if cups:
        return [cup_picture(cups, chart_id)]
    sized = entries[-1].values
    sizes = [
        (str(sized[f"stressor-{n}"]), sized.get(f"size-{n}"))
        for n in range(1, STRESSORS + 1)
        if sized.get(f"stressor-{n}") and sized.get(f"size-{n}") is not None
    ]
    return [Picture("sizes", sizes, _("What weighs on you, from 0 to 10"))] if sizes else []


def cup_picture(cups: Sequence[Shown], chart_id: str) -> Picture:
    """The latest cup, with the level of the one before it."""
    latest, before = cups[-1].values, cups[-2].values["how-full"] if len(cups) > 1 else None
    level = latest["how-full"]
    line = _("Your cup is %(n)s of 10 full.", n=level)
    if before is not None and before != level:
        earlier = _("The dashed line shows %(n)s, the time before.", n=before)
        line = f"{line} {earlier}"
    drawn = cup_drawing(
        level,
        layers_of(str(latest.get("in-the-cup", ""))),
        title=_("Your cup"),
        finding=line,
        before=before,
        cup_id=f"{chart_id}-cup",
    )
    return Picture("cup", drawn, "", line)


_WORKERS: Final[Mapping[HomeworkKind, Callable[[Sequence[Shown], str], list[Picture]]]] = {
    HomeworkKind.EXERCISE_LOG: _exercise,
    HomeworkKind.STRESS_LOG: _stress,
    HomeworkKind.FLARE_LOG: _flare,
    HomeworkKind.BREATHING: _breathing,
    HomeworkKind.PRACTICE: _practice,
    HomeworkKind.IMAGERY: _imagery,
    HomeworkKind.LATERALITY: _laterality,
    HomeworkKind.JOURNAL: _journal,
}
