"""A plan in the words of the next-section card: what to do, why, what fits today, and the forecast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.planner_shapes import Action, Evidence, Forecast, Plan, Reason, Step, Suggestion
from pne_tracker.domain.planner_text import MONTHS, count
from pne_tracker.domain.progress import State

SHOWN = 3


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One reason with its weight in points, and the evidence behind it where there is some."""

    code: str
    text: str
    weight: int
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class SuggestionCard:
    """One suggestion. `state` is that of the section now; `text` joins the reasons into one line."""

    section: int
    action: str
    state: str
    title: str
    score: int
    reasons: tuple[ReasonLine, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """One step of today's plan."""

    action: str
    section: int
    minutes: int
    text: str
    homework: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanCard:
    """The card: up to three suggestions, today's steps within `minutes`, a last word, the forecast."""

    suggestions: tuple[SuggestionCard, ...]
    blocks: tuple[Block, ...]
    minutes: int
    summary: str
    forecast: str


def card(
    pack: Pack,
    plan: Plan,
    states: Mapping[int, State],
    *,
    today: dt.date,
    minutes: int,
    visits_left: int | None,
) -> PlanCard:
    """The card of a plan made on `today` for `minutes`; `states` are the sections' states now."""
    return PlanCard(
        suggestions=tuple(_suggestion(pack, one, states, today) for one in plan.ranked[:SHOWN]),
        blocks=tuple(_block(pack, step) for step in plan.today),
        minutes=minutes,
        summary=_summary(plan),
        forecast=forecast_text(plan.forecast, visits_left, today),
    )


def short_title(pack: Pack, number: int) -> str:
    """A section's title without what stands in brackets: "Nosy Neighbors"."""
    return pack.by_number[number].title.split(" (")[0]


_DO = {
    Action.TEACH: "Teach {}",
    Action.REVISIT: "Go back to {}",
    Action.REVIEW_HOMEWORK: "Review the homework of {}",
}


def title_of(pack: Pack, one: Suggestion, states: Mapping[int, State], today: dt.date) -> str:
    """What a suggestion asks for: "Go back to 9, Lions and Stress".

    A section that is understood and not complete waits for homework: the title says whether its day has passed.
    """
    return _words(one, states.get(one.section), today).format(
        f"{one.section}, {short_title(pack, one.section)}"
    )


def _words(one: Suggestion, state: State | None, today: dt.date) -> str:
    if one.action is not Action.CLOSE:
        return _DO[one.action]
    if state is State.TAUGHT:
        return "Ask for a teach-back of {}"
    due = next((r.evidence.on for r in one.reasons if r.code == "waiting" and r.evidence), None)
    return "Settle the homework of {}" if due is not None and due < today else "Wait for the homework of {}"


def reason_lines(reasons: tuple[Reason, ...]) -> tuple[ReasonLine, ...]:
    """Reasons as lines of plain text, in the planner's order."""
    return tuple(
        ReasonLine(reason.code, reason.text.replace("*", ""), reason.weight, reason.evidence)
        for reason in reasons
    )


def _suggestion(pack: Pack, one: Suggestion, states: Mapping[int, State], today: dt.date) -> SuggestionCard:
    reasons = reason_lines(one.reasons)
    return SuggestionCard(
        section=one.section,
        action=one.action.value,
        state=states.get(one.section, State.NOT_STARTED).value,
        title=title_of(pack, one, states, today),
        score=one.score,
        reasons=reasons,
        text="; ".join(f"{reason.text} ({reason.weight:+d})" for reason in reasons) + ".",
    )


def _block(pack: Pack, step: Step) -> Block:
    number = step.section
    title = short_title(pack, number)
    text = {
        Action.TEACH: f"Teach {number}, {title}, and ask for it in the patient's own words",
        Action.REVISIT: f"Revisit {number}, then ask for it in the patient's own words",
        Action.REVIEW_HOMEWORK: f"Review the homework of {number}: ask first what got in the way",
        Action.CLOSE: f"Ask for a teach-back of {number}, {title}",
    }[step.action]
    return Block(step.action.value, number, step.minutes, text, step.homework)


def _summary(plan: Plan) -> str:
    revisits = sum(one.action is Action.REVISIT for one in plan.ranked)
    new = [step for step in plan.today if step.action is Action.TEACH]
    if new:
        items = sum(len(step.homework) for step in new)
        taught = count(len(new), "new section")
        return f"{taught}, {count(items, 'task')} to take home." if items else f"{taught} today."
    if revisits > 1:
        return f"Nothing new today: {revisits} sections wait to be revisited."
    if plan.today:
        return "Nothing new fits into these minutes."
    return "Nothing fits into these minutes." if plan.ranked else "Every section is complete or skipped."


def forecast_text(forecast: Forecast, visits_left: int | None, today: dt.date) -> str:
    """ "7 sections left to teach, 6 visits authorised: 1.17 a visit to finish by 14 December."

    The day is that on which the last section is taught at one a visit; its year is written when it is another.
    """
    left = forecast.sections_left
    if not left:
        return "Every section is taught or skipped."
    text = f"{count(left, 'section')} left to teach"
    day = _day(forecast.finish_on, today) if forecast.finish_on else ""
    if visits_left and forecast.per_visit is not None:
        text += f", {count(visits_left, 'visit')} authorised: {forecast.per_visit:g} a visit"
        return f"{text} to finish by {day}." if day else f"{text}."
    if visits_left == 0:
        text += ", and none of the authorised visits is left"
    return f"{text}. One a visit ends on {day}." if day else f"{text}."


def _day(day: dt.date, today: dt.date) -> str:
    text = f"{day.day} {MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year}"
