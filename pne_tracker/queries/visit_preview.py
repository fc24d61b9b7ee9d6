"""What a draft would become if it were signed now: lines, decisions, note, progress, and what is open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from pne_tracker.domain.billing import Bill, Discipline, Finding, Level, UnitRule
from pne_tracker.domain.billing.money import decimal_text
from pne_tracker.domain.billing.visit import UNKNOWN_UNITS
from pne_tracker.domain.home_load import is_crowded
from pne_tracker.domain.note import (
    NoteFacts,
    NoteHomework,
    NoteSection,
    Part,
    note_parts,
    note_text,
    parts_of,
)
from pne_tracker.domain.outcome_draft import ScoreRead, read_scores
from pne_tracker.domain.planner_text import count
from pne_tracker.domain.progress import (
    NO_EVIDENCE,
    Check,
    CheckKind,
    SectionEvidence,
    SectionProgress,
    TeachBackResult,
    progress_of,
    tally,
    tally_sentence,
)
from pne_tracker.domain.seal import digest_of
from pne_tracker.domain.visit_bill import (
    BillingRules,
    DecisionAsked,
    RecordFacts,
    bill_of,
    decisions_of,
    findings_of,
)
from pne_tracker.domain.visit_draft import DraftInput, OpenPoint, open_points, settled
from pne_tracker.queries.visit_choices import open_homework
from pne_tracker.queries.visit_facts import VisitFacts

STALE = OpenPoint(
    "The record changed after the note was written over. Write it again from the record, or keep yours.",
    "note",
)


@dataclass(frozen=True, slots=True)
class LineShown:
    """A billing line with its charge as Decimal text, None where the code has no fee."""

    code: str
    minutes: int
    units: int
    modifiers: tuple[str, ...]
    charge: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """All that follows from a draft. `open` is what keeps it from being signed; empty when it is ready.

    `note` is the note as it would be signed; `written` the text made from the record. `note_stale` says that
    somebody wrote over the note and the record changed since.
    """

    bill: Bill
    lines: tuple[LineShown, ...]
    total: str | None
    rule: str
    findings: tuple[Finding, ...]
    decisions: tuple[DecisionAsked, ...]
    note: tuple[Part, ...]
    note_text: str
    written: str
    note_stale: bool
    scores: tuple[ScoreRead, ...]
    open: tuple[OpenPoint, ...]
    after_signing: str
    open_tasks: int
    crowded: bool
    asks_for_kx: bool

    @property
    def open_decisions(self) -> int:
        """How many decisions are still to be made."""
        return sum(one.chosen is None for one in self.decisions)

    @property
    def other_findings(self) -> tuple[Finding, ...]:
        """Findings that no decision on the page answers."""
        return tuple(one for one in self.findings if one.level is not Level.NEEDS_DECISION)


def preview_of(facts: VisitFacts, draft: DraftInput, today: dt.date) -> Preview:
    """The preview of a draft that passed `refuse_impossible`."""
    draft = settled(draft, facts.codes)
    rules = rules_of(facts)
    made = bill_of(draft, rules)
    findings = findings_of(draft, made, record_of(facts))
    at_home = len(open_homework(facts.evidence))
    scores = read_scores(draft.scores, facts.first_scores)
    note = note_of(facts, draft, made, scores)
    written = note_text(note)
    stale = bool(draft.note) and draft.note_basis != digest_of(written)
    points = open_points(draft, findings, today=today, at_home=at_home)
    return Preview(
        bill=made,
        lines=tuple(
            LineShown(
                line.code,
                line.minutes,
                line.units,
                line.modifiers,
                None if line.charge is None else decimal_text(line.charge),
                line.reasons,
            )
            for line in made.lines
        ),
        total=None if made.total_charge is None else decimal_text(made.total_charge),
        rule=_rule(facts, made),
        findings=findings,
        decisions=decisions_of(draft, rules),
        note=parts_of(draft.note) if draft.note else note,
        note_text=draft.note or written,
        written=written,
        note_stale=stale,
        scores=scores,
        open=(*points, STALE) if stale else points,
        after_signing=_after_signing(facts, draft),
        open_tasks=at_home,
        crowded=is_crowded(at_home, len(draft.homework)),
        asks_for_kx=draft.kx_attested or any(one.code == "kx_threshold" for one in findings),
    )


def rules_of(facts: VisitFacts) -> BillingRules:
    """What payer, clinic and year say about this visit's billing."""
    return BillingRules(
        discipline=Discipline(facts.episode.discipline.value),
        unit_rule=_unit_rule(facts),
        fees=facts.fees,
        separate_pne_allowed=facts.clinic.separate_pne_allowed and facts.payer.separate_pne_allowed,
        max_timed_units=facts.payer.max_timed_units_per_day,
        ytd_cents=facts.ytd_cents,
        codes=facts.codes,
        tables=facts.tables,
    )


def record_of(facts: VisitFacts) -> RecordFacts:
    """The record around this visit, for the gates."""
    episode = facts.episode
    return RecordFacts(
        diagnoses=facts.diagnoses,
        rendering_npi=facts.therapist.npi,
        treatment_days=facts.treatment_days,
        visits_used=facts.visits_before + 1,
        visits_authorised=episode.visits_authorised,
        plan_of_care_from=episode.plan_of_care_from,
        plan_of_care_certified_on=episode.plan_of_care_certified_on,
    )


_RULE_NAMES = {UnitRule.CMS_8MIN: "CMS 8-minute rule", UnitRule.AMA_MIDPOINT: "Midpoint rule"}


def _unit_rule(facts: VisitFacts) -> UnitRule | None:
    rule = facts.payer.unit_rule
    return None if rule == UNKNOWN_UNITS else UnitRule(rule)


def _rule(facts: VisitFacts, made: Bill) -> str:
    rule = _unit_rule(facts)
    if rule is None:
        return f"{facts.payer.name}, rule not set yet: {made.timed_minutes} timed minutes"
    name = _RULE_NAMES[rule]
    units = count(made.total_timed_units, "unit")
    return f"{facts.payer.name}, {name}: {made.timed_minutes} timed minutes, {units}"


def note_of(
    facts: VisitFacts, draft: DraftInput, made: Bill, scores: tuple[ScoreRead, ...]
) -> tuple[Part, ...]:
    """The note that the record makes, in parts."""
    titles = {key: item.title.en for key, (_, item) in facts.pack.templates.items()}
    return note_parts(
        NoteFacts(
            minutes=draft.minutes,
            timed_minutes=made.timed_minutes,
            treatments=draft.treatments,
            sections=tuple(
                NoteSection(
                    one.number,
                    facts.pack.by_number[one.number].title,
                    facts.pack.by_number[one.number].education,
                    bool(facts.evidence.get(one.number, NO_EVIDENCE).taught),
                    one.teach_back,
                )
                for one in draft.sections
            ),
            homework=tuple(
                NoteHomework(titles[item.template_key], item.due_on, item.required) for item in draft.homework
            ),
            remarks=draft.remarks,
            codes=facts.codes,
            scores=tuple(one.sentence for one in scores),
        )
    )


def _after_signing(facts: VisitFacts, draft: DraftInput) -> str:
    found: list[SectionProgress] = []
    taught = {one.number: one for one in draft.sections}
    for section in facts.pack.sections:
        known = facts.evidence.get(section.number, NO_EVIDENCE)
        one = taught.get(section.number)
        found.append(progress_of(_with_today(known, draft, one.teach_back) if one else known))
    return tally_sentence(tally(found))


def _with_today(known: SectionEvidence, draft: DraftInput, teach_back: str | None) -> SectionEvidence:
    checks = known.checks
    if teach_back is not None:
        checks = (*checks, Check(CheckKind.TEACH_BACK, draft.on_date, TeachBackResult(teach_back)))
    return replace(known, taught=(*known.taught, draft.on_date), checks=checks)
