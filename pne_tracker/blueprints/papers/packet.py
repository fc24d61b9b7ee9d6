"""The discharge packet: a whole course in one paper, for the patient, the referrer and the payer."""

from __future__ import annotations

from pne_tracker.adapters.pdf_blocks import (
    Block,
    Callout,
    Cell,
    Facts,
    Figures,
    Head,
    Heading,
    Paper,
    Points,
    Quiet,
    Subheading,
    Table,
    Text,
)
from pne_tracker.blueprints.papers.parts import (
    ADHERENCE,
    UNDERSTOOD,
    activities,
    adherence_text,
    clinic_lines,
    diagnoses,
    dose_text,
    outcomes,
    section_table,
    signature,
    whose,
)
from pne_tracker.domain.entry_fields import NEW_SIGNS
from pne_tracker.queries.course import Course, CourseLine, CourseVisit
from pne_tracker.web.display import count_text, long_date, percent_text, short_date

STATUS_WORDS = {
    "assigned": "open",
    "started": "begun",
    "done": "done",
    "done_late": "done late",
    "missed": "missed",
    "waived": "let go",
    "withdrawn": "withdrawn",
}
CPT_NOTICE = (
    "Lines as signed. Codes are numbers of CPT, a registered trademark of the American Medical Association, with "
    "this clinic's own labels."
)
NO_PLAN = "The patient has not gone through a plan of their own in the portal."


def packet(course: Course, issued: str) -> Paper:
    """The paper of an episode, discharged or about to be."""
    head = course.head
    return Paper(
        title="Discharge packet",
        clinic=head.clinic,
        clinic_lines=clinic_lines(head),
        issued=issued,
        running=head.running,
        foot="Discharge packet",
        blocks=(
            *_opening(course),
            *_sections(course),
            *outcomes(course),
            *activities(course),
            *_hard_days(course),
            *_homework(course),
            *_billing(course),
            signature(head),
        ),
    )


def _opening(course: Course) -> tuple[Block, ...]:
    head, counted = course.head, course.tally
    items = whose(head)
    items.append(("Discharged", long_date(head.closed_on, year=True) if head.closed_on else "not yet"))
    if head.end_reason:
        items += [("Why it ended", head.end_reason), ("Goals", head.end_result)]
    share = course.adherence.share
    blocks: list[Block] = [Facts(tuple(items))]
    if found := diagnoses(head):
        blocks.append(Facts(tuple(found), columns=1))
    if head.goal:
        blocks.append(Facts((("Goal of the episode", head.goal),), columns=1))
    if head.end_words:
        blocks.append(Text(head.end_words))
    blocks.append(
        Figures(
            (
                (f"{counted.taught}/{counted.denominator}", "sections taught"),
                (str(counted.understood), "understood"),
                (str(course.pne_minutes), f"PNE minutes, {count_text(len(course.visits), 'visit')}"),
                ("–" if share is None else percent_text(share), "of homework handed in"),
            )
        )
    )
    return tuple(blocks)


def _sections(course: Course) -> tuple[Block, ...]:
    skipped = count_text(course.tally.skipped, "section")
    said = f"{skipped} skipped, not counted" if course.tally.skipped else ""
    return (
        Heading("What was taught, and what was understood", said),
        section_table(course.sections),
        Quiet(UNDERSTOOD),
        Text(dose_text(course)),
    )


def _hard_days(course: Course) -> tuple[Block, ...]:
    plan = course.plan
    blocks: list[Block] = [
        Heading("Plan for flare-ups", "In the patient's own words, as shared with the clinic.")
    ]
    if plan.items and plan.written_on:
        heads = (Head("The patient's plan", "3"), Head(f"Written {long_date(plan.written_on)}", "4"))
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (one.label.en, long_date(one.day, year=True) if one.day else one.answer.en) for one in plan.items
        )
        blocks.append(Table(heads, rows))
    else:
        blocks.append(Text(NO_PLAN))
    if plan.helpers:
        blocks += [Subheading("What helped on hard days"), Points(plan.helpers)]
    signs = ", ".join(text.en.lower() for key, text in NEW_SIGNS if key != "none")
    phone = f" Clinic: {course.head.clinic_phone}." if course.head.clinic_phone else ""
    blocks.append(Callout("Care the same day", f"When any of these is new: {signs}.{phone} Emergency: 911."))
    return tuple(blocks)


def _homework(course: Course) -> tuple[Block, ...]:
    blocks: list[Block] = [Heading("Homework", adherence_text(course.adherence))]
    if not course.homework:
        return (*blocks, Text("Nothing was assigned."))
    heads = (
        Head("Item", "5"),
        Head("Section", "auto", end=True),
        Head("Due", "auto"),
        Head("Entries", "auto", end=True),
        Head("Status", "auto"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.title if one.required else f"{one.title} (optional)",
            str(one.section),
            short_date(one.due_on),
            f"{one.handed_in} of {one.expected}",
            STATUS_WORDS.get(one.status, one.status),
        )
        for one in course.homework
    )
    return (*blocks, Table(heads, rows), Quiet(ADHERENCE))


def _billing(course: Course) -> tuple[Block, ...]:
    if not course.visits:
        return (Heading("Visits and billing"), Text("No visit was signed."))
    heads = (
        Head("Visit", "auto"),
        Head("Sections", "auto"),
        Head("PNE", "auto", end=True),
        Head("Lines and why", "6"),
    )
    return (
        Heading("Visits and billing", "PNE in minutes, those within other treatments included."),
        Table(heads, tuple(_visit(one) for one in course.visits)),
        Quiet(CPT_NOTICE),
    )


def _visit(one: CourseVisit) -> tuple[Cell, ...]:
    lines = ", ".join(_line(line) for line in one.lines) or "nothing billed"
    why = " ".join(dict.fromkeys(reason for line in one.lines for reason in line.reasons))
    return (
        f"{short_date(one.on)} {one.on.year}",
        ", ".join(map(str, one.sections)) or "none",
        str(one.pne_minutes),
        (lines, " ".join(part for part in (why, *one.unbilled) if part)),
    )


def _line(line: CourseLine) -> str:
    modifiers = f" {' '.join(line.modifiers)}" if line.modifiers else ""
    return f"{line.code}{modifiers} × {line.units}"
