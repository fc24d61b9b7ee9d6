"""What stands above the fields of a form, by kind: the pacer, the guide of a ladder step, the drawing, the cup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from pne_tracker.blueprints.portal.practice_models import SHOWN_FIRST, Drawn
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.entry_parse import Raw
from pne_tracker.domain.ladder import Step
from pne_tracker.domain.laterality import Part
from pne_tracker.domain.plan_review import PlanSums, Sums
from pne_tracker.queries.drawings import DrawnPage
from pne_tracker.services.portal_reading import HomeworkPage
from pne_tracker.web.limb_drawings import LIMBS, Limb
from pne_tracker.web.log_pictures import Picture, cup_picture

RATES: Final = range(4, 9)
INWARD: Final = 0.42
"""The share of a breath that goes in; the style sheet's circle turns there."""
WITH_PACER: Final = frozenset({HomeworkKind.BREATHING, HomeworkKind.PRACTICE})


@dataclass(frozen=True, slots=True)
class Guide:
    """How one step of the ladder is practised."""

    title: str
    steps: list[str]
    drawn: Drawn | None
    limbs: list[tuple[str, Limb]]


@dataclass(frozen=True, slots=True)
class Tools:
    """What the template `portal/_tools.html` draws; parts that do not apply are empty."""

    rates: list[tuple[int, str]] = field(default_factory=list)
    pacer_open: bool = True
    guide: Guide | None = None
    draws: bool = False
    drawing: DrawnPage | None = None
    cup: Picture | None = None

    @property
    def any(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.rates or self.guide or self.draws or self.cup)


def tools_of(page: HomeworkPage, occurrence: int) -> Tools:
    """The tools of one form."""
    kind = page.item.kind
    if kind in WITH_PACER:
        rates = [(rate, _seconds(rate)) for rate in RATES]
        return Tools(rates=rates, pacer_open=kind is HomeworkKind.BREATHING)
    if kind is HomeworkKind.IMAGERY:
        return Tools(guide=_guide(page.extras.step, page.extras.part))
    if kind is HomeworkKind.READING:
        return Tools(draws=True, drawing=page.extras.drawings.get(occurrence))
    cups = [one for one in page.item.handed_in if one.values.get("how-full") is not None]
    return Tools(cup=cup_picture(cups, "before")) if cups else Tools()


def _seconds(rate: int) -> str:
    """How long to breathe in and out at that many breaths a minute, as the pacer's circle does."""
    breath = 60 / rate
    inward = round(breath * INWARD)
    return str(_("In for %(n)s seconds, out for %(m)s.", n=inward, m=round(breath) - inward))


def with_drawing(page: HomeworkPage, occurrence: int, typed: Mapping[str, Raw]) -> Mapping[str, Raw]:
    """The fields of a reading whose drawing is there: it says so where nothing was written yet."""
    if page.extras.drawings.get(occurrence) is None:
        return typed
    said = {"way": "drew", "show": _("I drew it. My drawing is here.")}
    return {**typed, **{name: typed.get(name) or value for name, value in said.items()}}


def is_locked(page: HomeworkPage) -> bool:
    """Whether the therapist has not opened this step of the ladder yet."""
    return page.item.kind is HomeworkKind.IMAGERY and page.extras.step is Step.LEFT_RIGHT


def _guide(step: Step, part: Part | None) -> Guide:
    stop = _("Stop if pain or swelling climbs. If it lasts more than a day, tell us.")
    texts = {
        Step.IMAGINE: (
            _("Move it in your mind"),
            [
                _("Sit at ease. Let your breath go out."),
                _("Look at the picture. Let your own part rest."),
                _("Think that your part moves that way, soft and slow. Do not move it."),
                _("Do five to ten moves. Rest in between."),
                stop,
            ],
        ),
        Step.MIRROR: (
            _("Move with a mirror"),
            [
                _("Put a mirror so that it hides your sore side."),
                _("Look at your other side in the mirror."),
                _("Move the side you see, soft and slow. It looks like both move."),
                _("Let the hidden side rest. Do five to ten moves."),
                _("For your back or neck: sit in front of the mirror and turn a little."),
                stop,
            ],
        ),
        Step.FUNCTION: (
            _("Use it in daily life"),
            [
                _("Pick one small thing you would like to do."),
                _("Do it soft and slow, in a small way."),
                _("Use the part as if it felt fine. Look at it while you do."),
                _("Do a little more each time it goes well."),
                stop,
            ],
        ),
    }
    title, steps = texts.get(step, texts[Step.IMAGINE])
    if step is Step.FUNCTION:
        return Guide(title, steps, None, [])
    name = SHOWN_FIRST[part or Part.HAND]
    return Guide(title, steps, Drawn(name, False, 0), [(name, LIMBS[name])])


def plan_hints(sums: PlanSums | None) -> dict[str, str]:
    """What the logs say, by the name of the plan's field."""
    if sums is None:
        return {}
    return {
        "relaxation": _ease_line(sums.relaxation),
        "breathing": _breathing_line(sums.breathing),
        "goals": _("Your goal: %(goal)s", goal=sums.goal) if sums.goal else "",
        "exercise-log": _exercise_line(sums.exercise),
        "sleep-log": _sleep_line(sums.sleep),
    }


def _times(sums: Sums) -> str:
    """How many entries there are from the last four weeks."""
    if not sums.entries:
        return str(_("No entry in the last four weeks."))
    return str(
        ngettext(
            "%(num)d time in four weeks.",
            "%(num)d times in four weeks.",
            sums.entries,
        )
    )


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _ease_line(sums: Sums) -> str:
    change = sums.change
    more = _("You felt more at ease by %(n)s on average.", n=f"{change:g}") if change and change > 0 else ""
    return _joined(_times(sums), more)


def _breathing_line(sums: Sums) -> str:
    change = sums.change
    less = _("You were less tense by %(n)s on average.", n=f"{-change:g}") if change and change < 0 else ""
    return _joined(_times(sums), less)


def _exercise_line(sums: Sums) -> str:
    minutes = sums.minutes
    each = _("About %(n)s minutes each time.", n=f"{minutes:g}") if minutes is not None else ""
    return _joined(_times(sums), each)


def _sleep_line(sums: Sums) -> str:
    share = sums.share
    slept = _("You slept %(n)s percent of your time in bed.", n=round(share)) if share is not None else ""
    return _joined(_times(sums), slept)
