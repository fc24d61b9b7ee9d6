"""The words and rows of the visit pages, ready for the macros."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from pne_tracker.blueprints.visits.forms import TypedTreatment, TypedVisit
from pne_tracker.blueprints.visits.gate_links import FindingShown, shown
from pne_tracker.blueprints.visits.history_view import StepShown, history_view
from pne_tracker.blueprints.visits.homework_rows import HomeworkRow, homework_row
from pne_tracker.blueprints.visits.score_view import ScoresView, scores_view
from pne_tracker.blueprints.visits.typed_treatment import activities
from pne_tracker.blueprints.visits.words import activity_words, facts, heading, moment, record_url
from pne_tracker.domain.billing import PNE, SEPARATE, Level
from pne_tracker.domain.billing.codes import RETRAINING
from pne_tracker.domain.seal import digest_of
from pne_tracker.domain.visit_bill import DecisionAsked
from pne_tracker.queries.visit_choices import SectionShown
from pne_tracker.queries.visits import DraftPage
from pne_tracker.web.display import count_text

TEACH_BACK = (("explains", "Explains"), ("prompted", "With prompts"), ("not_yet", "Not yet"))
Option = tuple[str, str] | tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class TreatmentRow:
    """One row of the table, as typed; `links` says that it asks for the impairment it treats."""

    place: int
    label: str
    typed: TypedTreatment
    whole_pne: bool
    links: bool
    errors: dict[str, str]

    @property
    def impairment_name(self) -> str:
        """The name of that field."""
        return f"treatments-{self.place}-impairment"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision to make or to change: title, sentence, the radio options, what is chosen."""

    name: str
    level: str
    title: str
    text: str
    options: tuple[Option, ...]
    chosen: str | None


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section taught today, with its teach-back."""

    section: SectionShown
    value: str


@dataclass(frozen=True)
class EditView:
    """Everything `visits/edit.html` and its live parts show."""

    page: DraftPage
    typed: TypedVisit
    zone: str
    may_sign: bool
    errors: Mapping[str, str] = field(default_factory=dict)
    conflict: tuple[tuple[str, str, str], ...] = ()
    conflict_text: str = ""
    unsaved: bool = False

    @property
    def heading(self) -> str:
        """ "Visit, Monday, 23 November 2026"."""
        return heading(self.page.head)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Facts under the heading."""
        return facts(self.page.head)

    @property
    def record_url(self) -> str:
        """Back to the patient."""
        return record_url(self.page.head.patient_id)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """What is wrong, each with the place that it leads to."""
        return list(dict.fromkeys((place, message) for place, message in self.errors.items()))

    @property
    def treatments(self) -> list[TreatmentRow]:
        """The treatments as typed."""
        return [
            TreatmentRow(
                place,
                activity_words(row.activity, self.page.codes),
                row,
                row.activity == PNE,
                row.activity == RETRAINING or (row.activity == PNE and row.choice in {"", SEPARATE}),
                _row_errors(self.errors, place),
            )
            for place, row in enumerate(self.typed.treatments)
        ]

    @property
    def totals(self) -> dict[str, int]:
        """Minutes of all rows together."""
        draft = self.page.draft
        return {
            "minutes": draft.treatment_minutes,
            "pne_minutes": draft.pne_minutes,
            "assistant_minutes": draft.assistant_minutes,
        }

    @property
    def activities(self) -> list[tuple[str, str]]:
        """What can be added, as (what to type, its words)."""
        return activities(self.page.offered)

    @property
    def decisions(self) -> list[Decision]:
        """Decisions on stand-alone PNE, each with the lines that every choice gives."""
        return [self._decision(one) for one in self.page.preview.decisions]

    def _decision(self, one: DecisionAsked) -> Decision:
        options = tuple((choice.value, choice.text, choice.outcome) for choice in one.choices)
        name = f"decision-{one.index}"
        chosen = one.chosen if one.chosen in {choice.value for choice in one.choices} else None
        if chosen is None:
            beside = " and ".join(self.page.codes[code].label for code in one.companions)
            return Decision(
                name,
                "decide",
                f"{one.minutes} PNE minutes need your decision before you sign",
                f"They stand alone beside {beside}. The same minutes are never billed twice, so say where "
                "they belong.",
                options,
                None,
            )
        words = {choice.value: choice.text for choice in one.choices}[chosen]
        by, at = self.page.decided.get(one.index, ("", None))
        who = f"Decided by {by}, {self.moment(at)}." if at else "Your name and the time are kept with it."
        return Decision(name, "good", f"{one.minutes} PNE minutes: {words.lower()}", who, options, chosen)

    @property
    def sections(self) -> list[SectionRow]:
        """Sections taught today."""
        known = {one.number: one for one in self.page.sections}
        return [SectionRow(known[number], value) for number, value in self.typed.sections if number in known]

    @property
    def other_sections(self) -> list[Option]:
        """Sections to add, with their state now."""
        taken = {number for number, _ in self.typed.sections}
        return [
            (str(one.number), f"{one.number}, {one.title} ({one.state.replace('_', ' ')})")
            for one in self.page.sections
            if one.number not in taken
        ]

    @property
    def homework(self) -> list[HomeworkRow]:
        """Homework that fits the sections taught, and what was chosen besides."""
        texts = {item.key: item for item in self.typed.homework}
        return [homework_row(item, texts.get(item.key), self.errors) for item in self.page.proposals]

    @property
    def homework_meta(self) -> str:
        """ "2 tasks at home now. Up to three at a time are followed best."."""
        at_home = count_text(self.page.preview.open_tasks, "task")
        return f"{at_home} at home now. Up to three at a time are followed best."

    @property
    def crowded(self) -> bool:
        """Whether more than three would be at home."""
        return self.page.preview.crowded

    @property
    def findings(self) -> list[FindingShown]:
        """What no decision on the page answers, each with where it is put right."""
        at = next((row.impairment_name for row in self.treatments if row.links), "")
        return shown(self.page.preview.other_findings, self.page.head.episode_id, impairment_at=at)

    @property
    def scores(self) -> ScoresView:
        """The outcome ratings."""
        return scores_view(self.typed.scores, self.page.preview.scores, self.errors)

    @property
    def note_value(self) -> str:
        """The note as it stands: as typed, or as the record makes it."""
        return self.typed.note if self.typed.own_note else self.page.preview.written

    @property
    def note_basis(self) -> str:
        """The digest of the note that the one shown was made from."""
        return self.typed.note_basis if self.typed.own_note else digest_of(self.page.preview.written)

    @property
    def note_says(self) -> str:
        """Where the note comes from."""
        if self.typed.own_note:
            return "Written over by hand. It stays as you wrote it when the record changes."
        return (
            "Written from the record above, and written again while it changes. Write over it where needed."
        )

    @property
    def history(self) -> list[StepShown]:
        """What happened to the draft, oldest first."""
        return history_view(self.page.history, self.zone)

    @property
    def handover(self) -> str:
        """Who prepared the visit and when, once it waits for the signature."""
        head = self.page.head
        return f"Prepared by {head.ready_by}, {self.moment(head.ready_at)}" if head.ready_at else ""

    @property
    def sign_act(self) -> dict[str, str]:
        """What the filled button does for this person."""
        if self.may_sign:
            return {"value": "sign", "sign_text": "Sign visit", "ready_text": "Ready to sign."}
        who = self.page.head.therapist
        if self.page.head.ready_at:
            return {
                "value": "give_back",
                "sign_text": "Take it back",
                "ready_text": f"Waits for the signature of {who}.",
            }
        return {"value": "ready", "sign_text": "Ready for signature", "ready_text": f"{who} signs."}

    @property
    def saved_text(self) -> str:
        """When the draft was kept; nothing when it was not."""
        if self.unsaved:
            return ""
        return f"Draft saved {self.moment(self.page.head.saved_at)}"

    @property
    def open_count(self) -> int:
        """Open decisions, when they alone are open."""
        return 0 if self.reason or not self.may_sign else self.page.preview.open_decisions

    @property
    def held_count(self) -> int:
        """What would hold the bill of the visit if it were signed like this."""
        return sum(one.level is Level.BLOCKING for one in self.page.preview.other_findings)

    @property
    def reason(self) -> str:
        """What keeps the visit from being signed, decisions apart."""
        if self.conflict_text:
            return "Not saved: keep what you typed, or take what was saved."
        if self.errors:
            things = f"{count_text(len(self.errors), 'thing')} to fix"
            return f"Not saved: {things} first." if self.unsaved else f"{things} before you can sign."
        if not self.may_sign:
            return ""
        for point in self.page.preview.open:
            if point.code != "pne_needs_decision":
                return point.message
        return ""

    def moment(self, at: dt.datetime | None) -> str:
        """The time of day at the clinic, with the date when that is not the day of the visit."""
        return moment(at, self.zone, self.page.head.on_date)


def _row_errors(errors: Mapping[str, str], place: int) -> dict[str, str]:
    start = f"treatments-{place}-"
    return {key.removeprefix(start): text for key, text in errors.items() if key.startswith(start)}
