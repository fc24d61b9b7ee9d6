"""The patient's own summary, in plain words and the patient's language: a page of the portal and a paper."""

from __future__ import annotations

import datetime as dt
import re

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from pne_tracker.adapters.pdf_blocks import Block, Callout, Facts, Heading, Pair, Paper, Points, Text
from pne_tracker.blueprints.papers.parts import phone_line
from pne_tracker.domain.curriculum import HomeworkKind, Section
from pne_tracker.domain.entry_fields import NEW_SIGNS
from pne_tracker.domain.entry_texts import CALL_NOW
from pne_tracker.domain.outcomes import NPRS
from pne_tracker.queries.course import Course
from pne_tracker.queries.own_plan import Activity
from pne_tracker.web.display import number_text
from pne_tracker.web.portal_context import full_date

GOAL, GOAL_DATE, KEEP = "goal", "goal-date", "keep"
SENTENCE = re.compile(r"(?<=[.!?])\s+")


def summary(course: Course, today: dt.date, language: str) -> Paper:
    """The paper in English or Spanish. Needs an application context."""
    with force_locale(language):
        return Paper(
            title=_("My summary"),
            clinic=course.head.clinic,
            clinic_lines=phone_line(course.head),
            language=language,
            issued=full_date(today),
            running=course.head.patient,
            foot=_("My summary"),
            large=True,
            blocks=(
                *_opening(course),
                *_talked(course, language),
                *_did(course),
                *_changes(course),
                *_helps(course),
                *_hard_day(),
                _when_to_call(course, language),
            ),
        )


def _opening(course: Course) -> tuple[Block, ...]:
    head = course.head
    return (
        Facts(
            (
                (_("Name"), head.patient),
                (_("Therapist"), head.therapist),
                (_("Since"), full_date(head.opened_on)),
            )
        ),
        Text(_("This is what you and your team did. Keep it. Show it to those who help you.")),
    )


def _talked(course: Course, language: str) -> tuple[Block, ...]:
    taught = [one for one in course.sections if one.progress.taught]
    if not taught:
        return (
            Heading(_("What we talked about")),
            Text(_("You will start with part one at your first visit.")),
        )
    clear = tuple(_in_short(one.section, language) for one in taught if one.progress.understood)
    rest = [one for one in taught if not one.progress.understood]
    counted = course.tally
    said = ngettext(
        "You have talked about %(num)d of %(all)s parts.",
        "You have talked about %(num)d of %(all)s parts.",
        counted.taught,
        all=counted.denominator,
    )
    blocks: list[Block] = [Heading(_("What we talked about")), Text(said)]
    if rest:
        titles = tuple(one.section.patient_title.in_language(language) for one in rest)
        blocks += [Text(_("We will look at these again:")), Points(titles)]
    if clear:
        blocks += [Heading(_("What makes sense to you")), Points(clear)]
    return tuple(blocks)


def _in_short(section: Section, language: str) -> Pair:
    """The title and the first two sentences of the pack's own summary."""
    title = section.patient_title.in_language(language)
    said = SENTENCE.split(" ".join(section.summary.in_language(language).split()))
    return (title if title.endswith("?") else f"{title}.", " ".join(said[:2]))


def _did(course: Course) -> tuple[Block, ...]:
    given = course.handed_in
    nights, moves = given.get(HomeworkKind.SLEEP_LOG, 0), given.get(HomeworkKind.EXERCISE_LOG, 0)
    breaths, visits = given.get(HomeworkKind.BREATHING, 0), len(course.visits)
    sent = sum(given.values())
    said = (
        ngettext("You came to %(num)d visit.", "You came to %(num)d visits.", visits) if visits else "",
        ngettext("You sent in %(num)d task.", "You sent in %(num)d tasks.", sent) if sent else "",
        ngettext("You wrote down %(num)d night.", "You wrote down %(num)d nights.", nights) if nights else "",
        ngettext("You logged your moves %(num)d time.", "You logged your moves %(num)d times.", moves)
        if moves
        else "",
        ngettext(
            "You did your slow breaths %(num)d time.", "You did your slow breaths %(num)d times.", breaths
        )
        if breaths
        else "",
    )
    done = tuple(str(one) for one in said if one)
    return (Heading(_("What you did")), Points(done)) if done else ()


def _changes(course: Course) -> tuple[Block, ...]:
    said = [*_pain(course), *(_activity(one) for one in course.plan.activities if one.latest is not None)]
    return (Heading(_("What has changed")), Points(tuple(said))) if said else ()


def _pain(course: Course) -> list[str]:
    line = next((one for one in course.scores if one.measure is NPRS), None)
    if line is None or line.latest.change is None:
        return []
    first, latest = number_text(line.first.value), number_text(line.latest.value)
    moved = _("Your worst pain in a day: %(n)s of 10 at first, %(all)s of 10 now.", n=first, all=latest)
    better = line.latest.change.better
    if better is None:
        return [_together(moved, _("That step is too small to be sure."))]
    return [_together(moved, _("That is a real change.")) if better else str(moved)]


def _together(*sentences: str) -> str:
    return " ".join(str(one) for one in sentences)


def _activity(one: Activity) -> str:
    first, latest = number_text(one.first), number_text(one.latest or 0)
    return str(
        _(
            "%(title)s: %(n)s of 10 at first, %(all)s of 10 now. More is better.",
            title=one.name,
            n=first,
            all=latest,
        )
    )


def _helps(course: Course) -> tuple[Block, ...]:
    plan = course.plan
    tools = {
        "relaxation": _("Time to relax"),
        "breathing": _("Slow belly breaths"),
        "goals": _("Small goals"),
        "exercise-log": _("My exercise log"),
        "sleep-log": _("My sleep log"),
    }
    kept = [tools[one.name] for one in plan.items if one.value == KEEP and one.name in tools]
    helps = (*(str(one) for one in kept), *plan.helpers)
    said = {one.name: one for one in plan.items}
    blocks: list[Block] = [Heading(_("What helps you")), Points(helps)] if helps else []
    if GOAL in said:
        day = said[GOAL_DATE].day if GOAL_DATE in said else None
        by = f" ({full_date(day)})" if day else ""
        blocks.append(Callout(_("Your next small goal"), f"{said[GOAL].value}{by}"))
    return tuple(blocks)


def _hard_day() -> tuple[Block, ...]:
    steps = (
        _("A hard day need not mean new harm. Your alarm is loud, and it will calm down."),
        _("Stop for a bit. Take ten slow breaths."),
        _("Do one thing that helped you before."),
        _("Do a bit less than you had in mind, but do not stop all."),
        _("Go back to your plan the next day."),
    )
    return (Heading(_("What to do on a hard day")), Points(tuple(str(one) for one in steps)))


def _when_to_call(course: Course, language: str) -> Callout:
    signs = "\n".join(f"– {text.in_language(language)}" for key, text in NEW_SIGNS if key != "none")
    asked = _("Is one of these new?")
    phone = course.head.clinic_phone
    number = _("Our number: %(n)s.", n=phone) if phone else ""
    call = _together(CALL_NOW.text.in_language(language), number).strip()
    return Callout(_("When to call"), f"{asked}\n{signs}\n\n{call}")
