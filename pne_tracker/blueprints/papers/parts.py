"""What several papers share: the clinic's line, outcomes with their error, homework with its definition."""

from __future__ import annotations

import datetime as dt

from pne_tracker.adapters.contact_points import phone_text
from pne_tracker.adapters.pdf_blocks import (
    Block,
    Cell,
    Charts,
    Head,
    Heading,
    Pair,
    Quiet,
    Signature,
    Table,
    Text,
)
from pne_tracker.domain.homework import Adherence
from pne_tracker.domain.icd10 import look_up
from pne_tracker.domain.progress import Check, CheckKind, State, TeachBackResult
from pne_tracker.queries.course import Course, CourseSection
from pne_tracker.queries.papers import PaperHead
from pne_tracker.web.display import count_text, long_date, number_text, percent_text, short_date
from pne_tracker.web.outcome_views import outcome_views
from pne_tracker.web.paper_charts import outcome_chart

DOSE = "Trials of pain neuroscience education used 40 to 720 minutes."
HOW_READ = (
    "The pale band is the measurement error around the first score. A change inside it reads “within measurement "
    "error” and is not counted as better or worse."
)
ADHERENCE = (
    "Rate: entries handed in of the entries expected so far, late ones included; waived and withdrawn items are "
    "left out."
)
UNDERSTOOD = (
    "Taught: at least one signed visit taught it. Understood: the latest check is “explains”, or a quiz at or above "
    "the pass mark; of two checks on one day the worse counts. Complete: understood, with its homework done. "
    "To revisit: missed in the latest check, which may be a recall question, or marked so by the therapist."
)
STATE_WORDS = {
    State.NOT_STARTED: "not started",
    State.TAUGHT: "taught",
    State.UNDERSTOOD: "understood",
    State.COMPLETE: "complete",
    State.REVISIT: "to revisit",
    State.SKIPPED: "skipped",
}
TEACH_BACK_WORDS = {
    TeachBackResult.EXPLAINS: "explains",
    TeachBackResult.PROMPTED: "with prompts",
    TeachBackResult.NOT_YET: "not yet",
}


def clinic_lines(head: PaperHead) -> tuple[str, ...]:
    """The address, then telephone, NPI and tax id in one line, as far as they are known."""
    known = (("", phone_text(head.clinic_phone)), ("NPI ", head.clinic_npi), ("Tax ID ", head.tax_id))
    numbers = "   ".join(f"{name}{value}" for name, value in known if value)
    return tuple(line for line in (head.clinic_address, numbers) if line)


def phone_line(head: PaperHead) -> tuple[str, ...]:
    """Address and telephone, for papers that no payer reads."""
    line = "   ".join(part for part in (head.clinic_address, phone_text(head.clinic_phone)) if part)
    return (line,) if line else ()


def signature(head: PaperHead) -> Signature:
    """Where the therapist signs."""
    return Signature(
        ((head.therapist, f"NPI {head.therapist_npi}" if head.therapist_npi else ""), ("Date", ""))
    )


def whose(head: PaperHead) -> list[Pair]:
    """Patient and episode as terms and values."""
    items: list[Pair] = [("Patient", head.patient), ("MRN", head.mrn)]
    if head.birth_date:
        items.append(("Born", long_date(head.birth_date, year=True)))
    since = f"{head.discipline}, since {long_date(head.opened_on, year=True)}"
    items += [("Therapist", head.therapist), ("Treatment", since)]
    if head.reason:
        items.append(("For", head.reason))
    items.append(("Payer", head.payer))
    if head.referred_by:
        items.append(("Referred by", head.referred_by))
    return items


def diagnoses(head: PaperHead) -> list[Pair]:
    """The ICD-10-CM codes with what they mean, as one fact."""
    if not head.codes:
        return []
    return [("Diagnoses", "; ".join(f"{code} {look_up(code).meaning}".strip() for code in head.codes))]


def outcomes(course: Course) -> tuple[Block, ...]:
    """Each measure as a chart with its error band, and how changes are read."""
    views = outcome_views(course.scores)
    if not views:
        return (Heading("Outcomes"), Text("No outcome was scored."))
    return (Heading("Outcomes"), Charts(tuple(outcome_chart(view) for view in views)), Quiet(HOW_READ))


def activities(course: Course) -> tuple[Block, ...]:
    """The patient's own activities with their first and latest rating; nothing when none was rated."""
    if not course.plan.activities:
        return ()
    heads = (
        Head("Own activity, 0 unable to 10 as before", "5"),
        Head("First", "auto", end=True),
        Head("Latest", "auto", end=True),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.name, number_text(one.first), "" if one.latest is None else number_text(one.latest))
        for one in course.plan.activities
    )
    return (Table(heads, rows),)


def adherence_text(found: Adherence) -> str:
    """The homework rate in one sentence."""
    if found.share is None:
        return "No homework was expected."
    late = f", {found.late} of them late" if found.late else ""
    return (
        f"{percent_text(found.share)} of homework: {found.done} of {found.expected} expected entries{late}."
    )


def dose_text(course: Course) -> str:
    """PNE minutes with what trials used."""
    visits = count_text(len(course.visits), "visit")
    return f"{course.pne_minutes} minutes of pain neuroscience education over {visits}. {DOSE}"


def section_table(sections: tuple[CourseSection, ...]) -> Table:
    """Sections with the days they were taught, their latest checks, and where they stand."""
    heads = (
        Head("No", "auto", end=True),
        Head("Section", "4"),
        Head("Taught", "2"),
        Head("Teach-back", "2"),
        Head("Quiz", "auto", end=True),
        Head("Stands at", "2"),
    )
    return Table(heads, tuple(_section(one) for one in sections))


def _section(one: CourseSection) -> tuple[Cell, ...]:
    state = STATE_WORDS[one.progress.state]
    flagged = ", flagged" if one.progress.flagged_on else ""
    return (
        str(one.section.number),
        one.section.title,
        days_text(one.taught_on),
        _latest(one.checks, CheckKind.TEACH_BACK),
        _latest(one.checks, CheckKind.QUIZ),
        f"{state}{flagged}",
    )


def _latest(checks: tuple[Check, ...], kind: CheckKind) -> str:
    found = [check for check in checks if check.kind is kind]
    if not found:
        return ""
    last = found[-1]
    if last.result is not None:
        return f"{TEACH_BACK_WORDS[last.result]}, {short_date(last.on)}"
    return percent_text(last.score or 0.0)


def days_text(days: tuple[dt.date, ...]) -> str:
    """ "12 Oct" or "12 Oct, 16 Nov"."""
    return ", ".join(short_date(day) for day in days)
