"""Why a section is suggested: one reason a rule of curriculum.md 4, each with weight, sentence, evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

from pne_tracker.domain.curriculum import Section
from pne_tracker.domain.homework import HANDED_IN, OPEN, HomeworkFact, HomeworkStatus
from pne_tracker.domain.planner_facts import Facts, Gap, oldest_first
from pne_tracker.domain.planner_shapes import Action, Evidence, Reason
from pne_tracker.domain.planner_text import count, spoken, written
from pne_tracker.domain.progress import Check, CheckKind, SectionProgress, State

FIRST_SECTION = 1
HALF = 0.5
MORE_GAPS = 2


def action_for(facts: Facts, number: int) -> Action:
    """What to do about a section that is neither complete nor skipped."""
    state = facts.progress[number].state
    if state is State.NOT_STARTED:
        return Action.TEACH
    if state is State.REVISIT:
        return Action.REVISIT
    return Action.REVIEW_HOMEWORK if facts.waiting.get(number) else Action.CLOSE


def reasons_for(facts: Facts, section: Section, action: Action) -> tuple[Reason, ...]:
    """Every reason that counts for this section, in a fixed order."""
    reasons = list(_OWN[action](facts, section))
    if action is not Action.TEACH:
        reasons.extend(_weeks(facts, section.number))
    reasons.extend(_flags(facts, section.number))
    gaps = facts.gaps.keys()
    if not (gaps.isdisjoint(section.primary) and gaps.isdisjoint(section.secondary)):
        reasons.extend(_gaps(facts, section))
    return tuple(reasons)


def _teach(facts: Facts, section: Section) -> Iterator[Reason]:
    weights, places = facts.weights, len(facts.pack.sections)
    number = section.number
    yield _order(number, places, weights["order_step"])
    if number == FIRST_SECTION:
        text = "The other sections build on this one"
        yield Reason("start_here", weights["start_here"], text, Evidence("section", number))
    for code, needed in (("prerequisite_hard", section.hard), ("prerequisite_soft", section.soft)):
        for need in needed:
            if need in facts.untaught:
                yield _unmet(code, weights[code], need, facts.pack.by_number[need].title)
    if facts.revisits_first:
        text = f"{facts.revisits} sections wait to be revisited"
        yield Reason("revisits_first", weights["revisits_first"], text)


# The same few reasons come up in every plan, so they are made once.
@lru_cache(maxsize=1024)
def _order(number: int, places: int, step: int) -> Reason:
    text = f"Place {number} of {places}"
    return Reason("order", step * (places + 1 - number), text, Evidence("section", number))


@lru_cache(maxsize=4096)
def _unmet(code: str, weight: int, need: int, title: str) -> Reason:
    text = f"Teach {title} first" if code == "prerequisite_hard" else f"Easier after {title}"
    return Reason(code, weight, text, Evidence("section", need))


def _review(facts: Facts, section: Section) -> Iterator[Reason]:
    weights = facts.weights
    waiting = facts.waiting[section.number]
    first = waiting[0]
    text = f"{_named(first)}: {spoken(first.status)}, due {written(first.due)}"
    yield Reason("homework_due", weights["homework_due"], text, _homework(section, first))
    undone = [item for item in waiting if item.status not in HANDED_IN]
    if undone:
        days = (facts.given.today - undone[0].due).days
        points = min(days * weights["homework_overdue_per_day"], weights["homework_overdue_max"])
        if points:
            text = f"{count(days, 'day')} past due"
            yield Reason("homework_overdue", points, text, _homework(section, undone[0]))
    missed = [item for item in undone if item.status is HomeworkStatus.MISSED]
    if missed:
        text = "Ask what got in the way"
        yield Reason("homework_missed", weights["homework_missed"], text, _homework(section, missed[0]))


def _revisit(facts: Facts, section: Section) -> Iterator[Reason]:
    number = section.number
    text, evidence = _why_revisit(facts.progress[number], number)
    yield Reason("revisit_due", facts.weights["revisit_due"], text, evidence)
    waiting = facts.waiting.get(number)
    if waiting:
        weight = facts.weights["homework_too"]
        yield Reason("homework_too", weight, "Its homework waits too", _homework(section, waiting[0]))


def _close(facts: Facts, section: Section) -> Iterator[Reason]:
    number = section.number
    one = facts.progress[number]
    if one.state is State.TAUGHT:
        evidence = Evidence("taught", number, one.last_taught_on)
        yield Reason("check_needed", facts.weights["check_needed"], "Ask for a teach-back", evidence)
        return
    unsettled = [
        item
        for item in facts.evidence[number].homework
        if item.required and (item.status in OPEN or item.status is HomeworkStatus.MISSED)
    ]
    item = min(unsettled, key=oldest_first)
    text = f"Waits for {item.label or spoken(item.kind)}, due {written(item.due)}"
    yield Reason("waiting", 0, text, _homework(section, item))


_OWN = {
    Action.TEACH: _teach,
    Action.REVIEW_HOMEWORK: _review,
    Action.REVISIT: _revisit,
    Action.CLOSE: _close,
}


def _weeks(facts: Facts, number: int) -> Iterator[Reason]:
    last = facts.progress[number].last_taught_on
    weeks = (facts.given.today - last).days // 7 if last else 0
    weights = facts.weights
    points = min(weeks * weights["weeks_since_taught_per_week"], weights["weeks_since_taught_max"])
    if points:
        text = f"Last taught {count(weeks, 'week')} ago"
        yield Reason("weeks_since_taught", points, text, Evidence("taught", number, last))


def _flags(facts: Facts, number: int) -> Iterator[Reason]:
    for flag, recorded in facts.flags.get(number, ()):
        yield _flag(flag.id, flag.label, flag.weight, recorded)


@lru_cache(maxsize=4096)
def _flag(flag_id: str, label: str, weight: int, recorded: dt.date | None) -> Reason:
    text = f"{label}, recorded {written(recorded)}" if recorded else f"{label}, recorded"
    return Reason("flag", weight, text, Evidence("flag", None, recorded, flag_id))


def _gaps(facts: Facts, section: Section) -> Iterator[Reason]:
    found = [
        (-_gap_weight(facts, gap, name), gap.score, gap)
        for name, concepts in (("primary", section.primary), ("secondary", section.secondary))
        for concept in concepts
        if (gap := facts.gaps.get(concept)) is not None
    ]
    found.sort(key=lambda one: one[:2])
    for nth, (minus, _, gap) in enumerate(found[: MORE_GAPS + 1]):
        evidence = Evidence("check", gap.section, gap.check.on, gap.check.ref)
        idea = f"*{gap.concept.replace('-', ' ')}*"
        if nth == 0:
            yield Reason("concept_gap", -minus, f"Missed {_missed(gap)} on {idea}", evidence)
        else:
            weight = facts.weights["concept_gap_more"]
            yield Reason("concept_gap_more", weight, f"Also unsure about {idea}", evidence)


def _gap_weight(facts: Facts, gap: Gap, name: str) -> int:
    partial = "partial_" if gap.score > HALF else ""
    return facts.weights[f"concept_gap_{partial}{name}"]


def _missed(gap: Gap) -> str:
    asked = gap.check.asked.get(gap.concept)
    if asked:
        return f"{asked - round(gap.score * asked)} of {asked}"
    return f"{100 - round(gap.score * 100)} %"


def _why_revisit(one: SectionProgress, number: int) -> tuple[str, Evidence]:
    if one.flagged_on is not None or one.deciding is None:
        on = one.flagged_on or dt.date.min
        return f"Flagged on {written(on)}: to revisit", Evidence("flagged", number, on)
    check = one.deciding
    text = f"{_CHECKS[check.kind]} on {written(check.on)}: {_result(check)}"
    return text, Evidence("check", number, check.on, check.ref)


_CHECKS = {
    CheckKind.TEACH_BACK: "Teach-back",
    CheckKind.QUIZ: "Quiz",
    CheckKind.RECALL: "Recall question",
}


def _result(check: Check) -> str:
    if check.result is not None:
        return spoken(check.result)
    if check.kind is CheckKind.RECALL:
        return "missed"
    return f"{round((check.score or 0.0) * 100)} %"


def _named(item: HomeworkFact) -> str:
    return item.label or spoken(item.kind).capitalize()


def _homework(section: Section, item: HomeworkFact) -> Evidence:
    return Evidence("homework", section.number, item.due, item.ref)
