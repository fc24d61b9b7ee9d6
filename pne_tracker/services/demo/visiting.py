"""A visit of the demo from start to signature, and the scores asked for at it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from pne_tracker.domain.home_load import is_crowded
from pne_tracker.domain.homework import due_date
from pne_tracker.domain.outcomes import Scored, score_groc, score_nprs, score_psfs
from pne_tracker.domain.progress import State
from pne_tracker.domain.visit_draft import DraftInput, HomeworkDraft, SectionDraft, TreatmentDraft
from pne_tracker.models import Visit
from pne_tracker.queries.progress import section_rows
from pne_tracker.queries.visit_facts import read_draft
from pne_tracker.services import episodes
from pne_tracker.services.assigning import active_count
from pne_tracker.services.demo import at_home, words
from pne_tracker.services.demo.agenda import Act
from pne_tracker.services.demo.booking import visit_hour
from pne_tracker.services.demo.conditions import first_treatments, treatments
from pne_tracker.services.demo.course import Course
from pne_tracker.services.demo.people import Extra, Stage
from pne_tracker.services.outcomes import record_score
from pne_tracker.services.signing import sign_visit
from pne_tracker.services.visit_drafts import save_draft
from pne_tracker.services.visit_handover import mark_ready
from pne_tracker.services.visits import start_visit

FIRST_PNE, LATER_PNE = 15, 30
OPTIONAL = {5: "s05-breathing", 12: "s12-imagery"}
OPTIONAL_TAKEN = 0.6
TOLD = 0.3
OTHER_AT = 4
AT_HOME = (
    (5, "patient_asked", "sleep is what bothers most this week"),
    (9, "came_up", "stress is what bothers most this week"),
)
ASIDE_EVERY = 6
# One story in six takes another section than suggested once: at which visit, why, and the note.
ASIDE = (
    (2, "patient_asked", "wants to know why the pain moves"),
    (4, "no_time", ""),
    (5, "known", "explained it unasked"),
)


def plan_visits(course: Course) -> None:
    """Put every signed visit on the agenda."""
    for nth, day in enumerate(course.days):
        when = course.at(day, visit_hour(course, nth), 30 * (course.number % 2))
        course.world.agenda.at(when, _attending(course, nth, day))


def _attending(course: Course, nth: int, day: dt.date) -> Act:
    return lambda when: _attend(course, nth, day, when)


def _attend(course: Course, nth: int, day: dt.date, when: dt.datetime) -> None:
    session, therapist = course.session, course.therapist
    if nth:
        at_home.review(course, day, when)
        episodes.mark_reviewed(session, therapist, course.episode_id, now=when)
    visit = start(course, nth, day, when)
    draft, _ = read_draft(session, visit)
    end = when + dt.timedelta(minutes=46)
    save_draft(session, therapist, visit.id, written(course, draft, nth), visit.version, end)
    sign_visit(session, viewer=therapist, visit_id=visit.id, version=visit.version, today=day, now=end)
    score(course, nth, day, end)
    at_home.take_home(course, visit.id)


def start(course: Course, nth: int, day: dt.date, when: dt.datetime) -> Visit:
    """The draft from the plan, or with the section that the therapist chose over it."""
    section, why, reason = _chosen(course, nth)
    return start_visit(
        course.session,
        course.therapist,
        course.episode_id,
        on_date=day,
        now=when,
        plan_minutes=LATER_PNE if nth else FIRST_PNE,
        section=section,
        why=why,
        reason=reason,
    )


def _chosen(course: Course, nth: int) -> tuple[int | None, str, str]:
    match course.story.extra:
        case Extra.OTHER_SECTION if nth == OTHER_AT:
            return 9, "came_up", "a hard week at work, stress comes first"
        case Extra.AT_HOME if nth == len(course.days) - 1:
            return AT_HOME[course.number % 2]
    at, why, note = ASIDE[course.number // ASIDE_EVERY % len(ASIDE)]
    if course.number % ASIDE_EVERY == ASIDE_EVERY - 1 and nth == at:
        return _untaught(course), why, note
    return None, "", ""


def _untaught(course: Course) -> int | None:
    """The last but one of the sections that are not taught yet."""
    rows = section_rows(course.session, [course.episode_id])[course.episode_id]
    left = [row.number for row in rows if row.state is State.NOT_STARTED]
    return left[-2] if len(left) > 1 else None


def written(course: Course, draft: DraftInput, nth: int) -> DraftInput:
    """The draft as the therapist completes it at visit `nth`, from 0."""
    rows = first_treatments(course.discipline) if not nth else _later(course, nth)
    total = sum(row.minutes for row in rows)
    remarks = draft.remarks or course.rng.choice(words.REMARKS)
    homework = _homework(course, draft)
    active = active_count(course.session, course.episode_id, draft.on_date)
    return replace(
        draft,
        minutes=total + course.rng.choice((0, 2, 3, 5)),
        treatments=rows,
        sections=tuple(
            SectionDraft(one.number, _teach_back(course, nth, place))
            for place, one in enumerate(draft.sections)
        ),
        homework=homework,
        insist=words.INSIST if is_crowded(active, len(homework)) else "",
        remarks=remarks,
    )


def _later(course: Course, nth: int) -> tuple[TreatmentDraft, ...]:
    return treatments(
        course.discipline,
        course.number + nth,
        course.problem.impairment,
        assisted=course.assistant is not None,
    )


def _teach_back(course: Course, nth: int, place: int) -> str:
    story, rng = course.story, course.rng
    if story.stage is Stage.REVISIT and nth == len(course.days) - 1 and not place:
        return "not_yet"
    if rng.random() < story.grasp:
        return "explains"
    return "prompted" if rng.random() < 0.65 else "not_yet"


def _homework(course: Course, draft: DraftInput) -> tuple[HomeworkDraft, ...]:
    rng, messages = course.rng, words.MESSAGES[course.story.language]
    items = [
        replace(item, message=rng.choice(messages) if rng.random() < TOLD else "") for item in draft.homework
    ]
    templates = course.world.pack.templates
    for number in {templates[item.template_key][0].number for item in items} & OPTIONAL.keys():
        key = OPTIONAL[number]
        if key in templates and rng.random() < OPTIONAL_TAKEN:
            due = due_date(templates[key][1].schedule, draft.on_date)
            items.append(HomeworkDraft(key, due, required=False))
    return tuple(items)


def score(course: Course, nth: int, day: dt.date, when: dt.datetime) -> None:
    """Record pain at every visit, activities at every fourth, the rated change at every third."""
    pain, rng = course.pain_on(day), course.rng
    scores: dict[str, Scored] = {
        "nprs": score_nprs(now=max(0, pain - 2), least=max(0, pain - 3 - rng.randint(0, 1)), worst=pain)
    }
    if nth % 4 == 0:
        named: tuple[str, ...] = course.problem.activities
        if course.story.language == "es":
            named = tuple(words.OWN_ACTIVITIES_ES[one] for one in named)
        able = [max(0, min(10, 10 - pain + rng.randint(-1, 1))) for _ in named]
        scores["psfs"] = score_psfs(tuple(zip(named, able, strict=True)))
    if nth % 3 == 2:
        scores["groc"] = score_groc(max(-7, min(7, course.story.pain[0] - pain + rng.randint(0, 2))))
    for measure, scored in scores.items():
        record_score(
            course.session,
            course.therapist,
            course.episode_id,
            measure,
            scored,
            on_date=day,
            today=day,
            now=when,
        )


def leave_draft(course: Course, when: dt.datetime) -> uuid.UUID:
    """A visit of today that is being written: its treatments are in, a decision or a teach-back is not."""
    nth = len(course.days)
    visit = start(course, nth, course.world.today, when)
    draft, _ = read_draft(course.session, visit)
    rows = first_treatments(course.discipline) if not nth else _later(course, 0)
    rows = tuple(replace(row, decision=None, combined_with=None) for row in rows)
    save_draft(
        course.session, course.therapist, visit.id, replace(draft, treatments=rows), visit.version, when
    )
    if course.assistant is not None:
        mark_ready(course.session, course.assistant, visit.id, now=when)
    return visit.id
