"""Left or right practice, as its templates show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from pne_tracker.domain.entry_fields import BODY_PARTS
from pne_tracker.domain.ladder import ACCURACY, MOST_GAP_MS, TOLERANCE_MS, target_ms
from pne_tracker.domain.laterality import FEWEST, MOST, USUAL, Part, Picture, Side, SideResult
from pne_tracker.queries.practice import Run
from pne_tracker.services.portal_reading import HomeworkPage
from pne_tracker.web.limb_drawings import LIMBS, Limb
from pne_tracker.web.portal_context import language

SHOWN_FIRST = {
    Part.HAND: "hand-palm",
    Part.FOOT: "foot-top",
    Part.NECK: "neck-front",
    Part.BACK: "back-behind",
}
COUNTS = range(FEWEST, MOST + 1, 10)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture as the macro `limb` draws it."""

    name: str
    mirrored: bool
    turn: int


@dataclass(frozen=True, slots=True)
class StartModel:
    """What to choose before a practice."""

    title: str
    intro: list[str]
    message: str
    parts: list[tuple[str, str, Drawn]]
    part: str
    counts: list[tuple[str, str]]
    count: str
    pain: str
    limbs: list[tuple[str, Limb]]
    errors: list[tuple[str, str]] = field(default_factory=list)

    def error_of(self, name: str) -> str:
        """The message of that field, or nothing."""
        return dict(self.errors).get(name, "")


@dataclass(frozen=True, slots=True)
class RunModel:
    """A practice under way: the picture to judge now and those that follow."""

    at: int
    of: int
    place: str
    pictures: list[Drawn]
    limbs: list[tuple[str, Limb]]
    label: str
    side_note: str


@dataclass(frozen=True, slots=True)
class ResultModel:
    """What a practice amounts to, before it is sent."""

    lines: list[str]
    guide: str
    verdict: str
    measured: bool


def start_model(
    page: HomeworkPage, typed: Mapping[str, str], errors: list[tuple[str, str]] | None = None
) -> StartModel:
    """The choices, with what was chosen last time filled in."""
    names = {key: text.in_language(language()) for key, text in BODY_PARTS}
    last = page.item.handed_in[-1].values if page.item.handed_in else {}
    usual = str(last.get("body_part", ""))
    return StartModel(
        title=page.item.template.title.in_language(language()),
        intro=[
            part for part in page.item.template.instructions.in_language(language()).split("\n\n") if part
        ],
        message=page.item.message,
        parts=[(part.value, names[part.value], Drawn(SHOWN_FIRST[part], False, 0)) for part in Part],
        part=typed.get("body_part", usual if usual in set(Part) else ""),
        counts=[(str(count), _("%(n)s pictures", n=count)) for count in COUNTS],
        count=typed.get("pictures", str(USUAL)),
        pain=typed.get("pain_before", ""),
        limbs=[(name, LIMBS[name]) for name in SHOWN_FIRST.values()],
        errors=errors or [],
    )


def run_model(run: Run) -> RunModel:
    """The page of the picture that comes next."""
    names = {key: text.in_language(language()) for key, text in BODY_PARTS}
    left = run.pictures[run.at :]
    trunk = run.part in {Part.NECK, Part.BACK}
    return RunModel(
        at=run.at,
        of=len(run.pictures),
        place=_("Picture %(n)s of %(all)s", n=run.at + 1, all=len(run.pictures)),
        pictures=[_drawn(one) for one in left],
        limbs=[(name, limb) for name, limb in LIMBS.items() if name.startswith(f"{run.part.value}-")],
        label=_("A picture: %(part)s", part=names[run.part.value].lower()),
        side_note=_("Which way does this person turn or bend, as they feel it?")
        if trunk
        else _("Is it a left or a right one?"),
    )


def _drawn(picture: Picture) -> Drawn:
    return Drawn(f"{picture.part.value}-{picture.view}", picture.side is Side.RIGHT, picture.turn)


def result_model(run: Run) -> ResultModel:
    """Both sides in words, and how they stand to the guide; never a grade."""
    result = run.result
    return ResultModel(
        lines=[_side_line(_("Left"), result.left), _side_line(_("Right"), result.right)],
        guide=guide_line(run.part.value),
        verdict=_verdict(run),
        measured=result.left.ms is not None or result.right.ms is not None,
    )


def _side_line(name: str, side: SideResult) -> str:
    counted = _("%(side)s: %(n)s of %(all)s right", side=name, n=side.correct, all=side.shown)
    if side.ms is None:
        return f"{counted}."
    return f"{counted}, {seconds_text(side.ms)}."


def seconds_text(ms: int) -> str:
    """ "1.9 seconds" of milliseconds."""
    return str(_("%(n)s seconds", n=f"{ms / 1000:.1f}"))


def guide_line(part: str) -> str:
    """The guide in plain words."""
    return str(
        _(
            "A guide: 80 percent right on both sides, in about %(time)s. Both sides alike, for a week.",
            time=seconds_text(target_ms(part)),
        )
    )


def _verdict(run: Run) -> str:
    left, right = run.result.left, run.result.right
    if min(left.accuracy, right.accuracy) < ACCURACY:
        return str(_("Not there yet, and that is fine. It comes with practice."))
    if left.ms is None or right.ms is None:
        return str(_("Both sides are at 80 percent or more. Your speed was not measured."))
    if max(left.ms, right.ms) > target_ms(run.part.value) + TOLERANCE_MS:
        return str(_("Both sides are at 80 percent or more. Speed comes next, with time."))
    if abs(left.ms - right.ms) > MOST_GAP_MS:
        return str(_("One side takes you longer. That is what practice evens out."))
    return str(_("You are there today. Stay there for a week."))
