"""The progress report: a period in objective figures, what remains, and why treatment goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pne_tracker.adapters.pdf_blocks import (
    Block,
    Cell,
    Charts,
    Facts,
    Head,
    Heading,
    Pair,
    Paper,
    Quiet,
    Table,
    Text,
)
from pne_tracker.blueprints.papers.parts import (
    HOW_READ,
    UNDERSTOOD,
    activities,
    adherence_text,
    clinic_lines,
    diagnoses,
    section_table,
    signature,
    whose,
)
from pne_tracker.domain.billing.gates import CERTIFY_WITHIN, PLAN_LASTS
from pne_tracker.domain.homework import Adherence
from pne_tracker.domain.plan_words import short_title
from pne_tracker.domain.progress import State
from pne_tracker.domain.reports import Period
from pne_tracker.queries.course import Course, CourseVisit
from pne_tracker.queries.outcomes import ScoreLine
from pne_tracker.web.display import count_text, long_date, number_text
from pne_tracker.web.outcome_views import outcome_views
from pne_tracker.web.paper_charts import outcome_chart

SKILL = (
    "A therapist's skill is needed to choose what is taught next from what the patient explains back, and to raise "
    "activity step by step as the patient responds."
)


def report(course: Course, period: Period, in_period: Adherence, justification: str, issued: str) -> Paper:
    """The paper of one period; `in_period` is the homework rate within it."""
    head = course.head
    said = f"{long_date(period.since, year=True)} to {long_date(period.until, year=True)}"
    return Paper(
        title="Progress report",
        clinic=head.clinic,
        clinic_lines=clinic_lines(head),
        issued=issued,
        running=head.running,
        foot=f"Progress report, {said}",
        blocks=(
            *_opening(course, period, said),
            *_measures(course),
            *_goals(course),
            *_education(course, period),
            Heading("Homework in this period", adherence_text(in_period)),
            *_remains(course),
            *((Heading("Why treatment goes on"), Text(justification)) if justification else ()),
            signature(head),
        ),
    )


def _opening(course: Course, period: Period, said: str) -> tuple[Block, ...]:
    head = course.head
    seen = _visits(course, period)
    days = len({visit.on for visit in seen})
    items = whose(head)
    items += [("Period", said), ("Treatment days", f"{days} in the period, {course.days} in all")]
    items.append(("PNE minutes", f"{sum(visit.pne_minutes for visit in seen)} in the period"))
    items += _plan_of_care(course)
    blocks: list[Block] = [Facts(tuple(items))]
    if found := diagnoses(head):
        blocks.append(Facts(tuple(found), columns=1))
    return tuple(blocks)


def _visits(course: Course, period: Period) -> tuple[CourseVisit, ...]:
    return tuple(visit for visit in course.visits if period.holds(visit.on))


def _plan_of_care(course: Course) -> list[Pair]:
    head = course.head
    items: list[Pair] = []
    if head.visits_authorised is not None:
        items.append(("Visits authorised", f"{head.visits_authorised}, {len(course.visits)} used"))
    if head.plan_of_care_from is None:
        return items
    start, certified = head.plan_of_care_from, head.plan_of_care_certified_on
    due = start + dt.timedelta(days=CERTIFY_WITHIN)
    ends = start + dt.timedelta(days=PLAN_LASTS)
    said = (
        f"certified {long_date(certified, year=True)}"
        if certified
        else f"to certify by {long_date(due, year=True)}"
    )
    items.append(("Plan of care", f"from {long_date(start, year=True)}, {said}"))
    items.append(("Certify again by", long_date(ends, year=True)))
    return items


def _measures(course: Course) -> tuple[Block, ...]:
    if not course.scores:
        return (Heading("Objective measures"), Text("No outcome was scored."))
    heads = (
        Head("Measure", "3"),
        Head("First", "2"),
        Head("Latest", "2"),
        Head("Change since the first", "3"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"{line.measure.name} ({line.measure.short}, {line.measure.low} to {line.measure.high})",
            f"{number_text(line.first.value)} on {long_date(line.first.on)}",
            f"{number_text(line.latest.value)} on {long_date(line.latest.on)}",
            (_change(line), line.measure.source),
        )
        for line in course.scores
    )
    drawn = outcome_views([line for line in course.scores if line.measure.error is not None])
    charts = (Charts(tuple(outcome_chart(view) for view in drawn)), Quiet(HOW_READ)) if drawn else ()
    return (Heading("Objective measures"), Table(heads, rows), *charts)


def _change(line: ScoreLine) -> str:
    return line.latest.change.words if line.latest.change else "first score"


def _goals(course: Course) -> tuple[Block, ...]:
    rated = activities(course)
    goal = (Text(course.head.goal),) if course.head.goal else ()
    return (Heading("Functional goals"), *goal, *rated) if goal or rated else ()


def _education(course: Course, period: Period) -> tuple[Block, ...]:
    counted = course.tally
    said = (
        f"{counted.taught} of {counted.denominator} sections taught so far, {counted.understood} understood."
    )
    taught = tuple(one for one in course.sections if any(period.holds(day) for day in one.taught_on))
    if not taught:
        return (Heading("Education in this period", said), Text("No section was taught in this period."))
    return (Heading("Education in this period", said), section_table(taught), Quiet(UNDERSTOOD))


def _remains(course: Course) -> tuple[Block, ...]:
    return (Heading("What remains"), Text(" ".join(_left(course))))


def _left(course: Course) -> Iterator[str]:
    counted = course.tally
    to_teach = [one.section.number for one in course.sections if one.progress.state is State.NOT_STARTED]
    again = [one.section.number for one in course.sections if one.progress.state is State.REVISIT]
    if to_teach:
        titles = "; ".join(short_title(course.pack, number) for number in to_teach)
        yield f"{count_text(counted.left_to_teach, 'section')} to teach: {titles}."
    if again:
        yield f"To revisit: {'; '.join(short_title(course.pack, number) for number in again)}."
    if not to_teach and not again:
        yield "Every section is taught, and none is to be revisited."
    left = course.head.visits_authorised
    if left is not None:
        yield f"{count_text(max(left - len(course.visits), 0), 'visit')} of the authorisation left."


def proposal(course: Course, period: Period) -> str:
    """The justification as the record supports it, for the therapist to change."""
    seen = _visits(course, period)
    days = count_text(len({visit.on for visit in seen}), "treatment day")
    minutes = sum(visit.pne_minutes for visit in seen)
    counted = course.tally
    parts = [
        f"Seen on {days} from {long_date(period.since, year=True)} to {long_date(period.until, year=True)}, with "
        f"{minutes} minutes of pain neuroscience education.",
        *(_moved(line) for line in course.scores if line.latest.change),
        *(
            f"{one.name}: {number_text(one.first)} at first, {number_text(one.latest)} of 10 now."
            for one in course.plan.activities
            if one.latest is not None
        ),
        f"{counted.taught} of {counted.denominator} sections are taught and {counted.understood} understood.",
        *_left(course),
        SKILL,
    ]
    return " ".join(parts)


def _moved(line: ScoreLine) -> str:
    first, latest = number_text(line.first.value), number_text(line.latest.value)
    if line.measure.is_change:
        return f"{line.measure.name}: {latest}, {_change(line)}."
    return f"{line.measure.name}: from {first} to {latest}, {_change(line)}."
