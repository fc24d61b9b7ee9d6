"""One section of an episode, and the ranking of all, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import url_for

from pne_tracker.blueprints.patients.card_models import ReasonView, reason_views
from pne_tracker.blueprints.patients.task_models import task_of
from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.plan_words import reason_lines
from pne_tracker.domain.progress import Check, CheckKind, State, TeachBackResult
from pne_tracker.queries.section_record import EpisodeHead, MarkLine, SectionRecord
from pne_tracker.web.display import joined, long_date, percent_text

RESULTS = {
    TeachBackResult.EXPLAINS: "explains",
    TeachBackResult.PROMPTED: "explains with prompts",
    TeachBackResult.NOT_YET: "not yet",
}
KINDS = {CheckKind.TEACH_BACK: "Teach-back", CheckKind.QUIZ: "Quiz", CheckKind.RECALL: "Recall question"}
MARKS = {"skip": "Skipped", "unskip": "Taken back in", "revisit": "Flagged to revisit"}


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One piece of evidence. `anchor` is where reasons lead; `url` opens the visit or the homework behind it."""

    anchor: str
    day: dt.date
    what: str
    result: str
    url: str = ""

    @property
    def when(self) -> str:
        """The day written out."""
        return long_date(self.day, year=True)


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section as its page draws it. `marks` are those that can be set now, with the word on their button."""

    head: EpisodeHead
    number: int
    title: str
    state: str
    facts: list[tuple[str, str]]
    evidence: list[EvidenceRow]
    homework: list[dict[str, Any]]
    education: str
    ask: str
    listen_for: str
    ideas: tuple[str, ...]
    reasons: list[ReasonView]
    suggested: str
    score: int | None
    marks: list[tuple[str, str]]
    previous: int | None
    following: int | None
    can_start: bool
    has_handout: bool


def section_view(record: SectionRecord, viewer: Viewer) -> SectionView:
    """The page of one section for this viewer."""
    section, head, state = record.section, record.head, record.progress.state
    suggestion = record.suggestion
    lines = reason_lines(suggestion.reasons) if suggestion else ()
    return SectionView(
        head=head,
        number=section.number,
        title=section.title,
        state=state.value,
        facts=_facts(record),
        evidence=_evidence(record, viewer),
        homework=[task_of(line) for line in record.homework],
        education=section.education,
        ask=section.teach_back.ask.en if section.teach_back else "",
        listen_for=section.teach_back.listen_for if section.teach_back else "",
        ideas=record.ideas,
        reasons=reason_views(lines, head.patient_id, head.episode_id),
        suggested=record.title,
        score=suggestion.score if suggestion else None,
        marks=_marks(state) if head.status != "discharged" else [],
        previous=section.number - 1 if section.number > 1 else None,
        following=section.number + 1 if section.number < record.sections else None,
        has_handout=section.handout is not None,
        can_start=head.status == "open" and not head.deceased and state is not State.SKIPPED,
    )


def _facts(record: SectionRecord) -> list[tuple[str, str]]:
    progress = record.progress
    facts = []
    if progress.last_taught_on:
        facts.append(("Last taught", long_date(progress.last_taught_on, weekday=True)))
    if progress.first_taught_on and progress.first_taught_on != progress.last_taught_on:
        facts.append(("First taught", long_date(progress.first_taught_on)))
    facts.append(("Minutes to teach", f"{record.section.minutes.low} to {record.section.minutes.high}"))
    return facts


def _evidence(record: SectionRecord, viewer: Viewer) -> list[EvidenceRow]:
    """Everything known of the section, the latest first."""
    opens = viewer.may(Permission.DOCUMENT_VISITS)
    rows = [
        EvidenceRow(
            f"e-{line.visit_id}",
            line.on,
            f"Taught for {round(line.minutes)} minutes by {line.by}",
            f"Teach-back: {RESULTS[TeachBackResult(line.teach_back)]}" if line.teach_back else "",
            url_for("visits.show", visit_id=line.visit_id) if opens else "",
        )
        for line in record.taught
    ]
    rows += [
        _check(check, record) for check in record.evidence.checks if check.kind is not CheckKind.TEACH_BACK
    ]
    rows += [
        EvidenceRow(f"m-{place}", mark.on, MARKS[mark.kind], _mark(mark))
        for place, mark in enumerate(record.marks)
    ]
    return sorted(rows, key=lambda row: row.day, reverse=True)


def _check(check: Check, record: SectionRecord) -> EvidenceRow:
    homework_id = record.quizzes.get(check.ref)
    return EvidenceRow(
        f"e-{check.ref}",
        check.on,
        KINDS[check.kind],
        _result(check, record.pass_mark),
        url_for("homework.show", homework_id=homework_id) if homework_id else "",
    )


def _result(check: Check, pass_mark: float) -> str:
    if check.kind is CheckKind.RECALL:
        return "recalled" if (check.score or 0) >= pass_mark else "missed"
    missed = [_missed(check, concept) for concept, share in check.concepts.items() if share < pass_mark]
    text = f"{percent_text(check.score or 0)} right"
    return f"{text}; not sure yet: {joined(missed)}" if missed else text


def _missed(check: Check, concept: str) -> str:
    asked = check.asked.get(concept, 0)
    counts = f" ({round(check.concepts[concept] * asked)} of {asked})" if asked > 1 else ""
    return f"{concept.replace('-', ' ')}{counts}"


def _mark(mark: MarkLine) -> str:
    return ", ".join(part for part in (mark.reason, mark.by) if part)


def _marks(state: State) -> list[tuple[str, str]]:
    if state is State.SKIPPED:
        return [("unskip", "Take it back in")]
    marks = [("skip", "Skip it")]
    if state is not State.NOT_STARTED:
        marks.insert(0, ("revisit", "Flag to revisit"))
    return marks
