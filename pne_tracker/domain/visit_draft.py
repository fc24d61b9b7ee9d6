"""A visit as it is being written: shapes free of any database, and what keeps it from being signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from pne_tracker.domain.billing import CODES, PNE, SEPARATE, CodeTable, Finding, Level
from pne_tracker.domain.billing import Treatment as BilledTreatment
from pne_tracker.domain.billing.gates import UNKNOWN_RULE
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.home_load import MAX_INSIST, MOST_TIMES, why_more
from pne_tracker.domain.outcome_draft import ScoreDraft, refuse_impossible_score, scored
from pne_tracker.domain.progress import TeachBackResult

MAX_TREATMENTS = 20
MAX_REMARKS = 8000
MAX_NOTE = 20000
MAX_MESSAGE = 300
MAX_IMPAIRMENT = 200
MINUTES_OF_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class TreatmentDraft:
    """One activity: "pne" or a code.

    Minutes are whole, 0 while nothing is written; `pne` and `assistant` lie within `minutes`. `decision` is
    None, "separate" or "combined" with the code in `combined_with`, on a "pne" row alone.
    """

    activity: str
    minutes: int = 0
    pne: int = 0
    assistant: int = 0
    decision: str | None = None
    combined_with: str | None = None
    impairment: str = ""

    @property
    def choice(self) -> str | None:
        """The decision as the billing engine takes it: None, "separate", or the code."""
        return self.combined_with if self.decision == "combined" else self.decision

    def billed(self) -> BilledTreatment:
        """For the billing engine."""
        return BilledTreatment(
            self.activity,
            self.minutes,
            0 if self.activity == PNE else self.pne,
            self.assistant,
            self.choice,
            self.impairment or None,
        )


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """A section taught, with its teach-back where one was asked for."""

    number: int
    teach_back: str | None = None


@dataclass(frozen=True, slots=True)
class HomeworkDraft:
    """An item to take along, by its key in the pack; `times` is how many entries, None as the pack proposes."""

    template_key: str
    due_on: dt.date
    required: bool = True
    message: str = ""
    times: int | None = None


@dataclass(frozen=True, slots=True)
class DraftInput:
    """Everything a person writes in a visit. `minutes` is how long it lasted, None while nobody said.

    `note` is the note as somebody wrote over it, "" while it is the one made from the record; `note_basis` is
    the digest of the one they started from. `insist` is why more than three items of homework go home.
    """

    on_date: dt.date
    minutes: int | None = None
    treatments: tuple[TreatmentDraft, ...] = ()
    sections: tuple[SectionDraft, ...] = ()
    homework: tuple[HomeworkDraft, ...] = ()
    remarks: str = ""
    kx_attested: bool = False
    scores: tuple[ScoreDraft, ...] = ()
    note: str = ""
    note_basis: str = ""
    insist: str = ""

    @property
    def treatment_minutes(self) -> int:
        """Minutes of all treatments together."""
        return sum(row.minutes for row in self.treatments)

    @property
    def pne_minutes(self) -> int:
        """Stand-alone PNE minutes and those within other treatments (product.md: PNE minutes)."""
        return sum(row.minutes if row.activity == PNE else row.pne for row in self.treatments)

    @property
    def assistant_minutes(self) -> int:
        """Minutes an assistant gave alone."""
        return sum(row.assistant for row in self.treatments)


def settled(draft: DraftInput, codes: CodeTable = CODES) -> DraftInput:
    """The draft without decisions that no longer fit: on other rows than PNE, or for a code that is gone."""
    given = {row.activity for row in draft.treatments if row.minutes and row.activity != PNE}
    rows = tuple(_settled_row(row, given, codes) for row in draft.treatments)
    return replace(draft, treatments=rows)


def _settled_row(row: TreatmentDraft, given: set[str], codes: CodeTable) -> TreatmentDraft:
    fits = row.activity == PNE and (
        row.decision == SEPARATE
        or (row.decision == "combined" and row.combined_with in given and codes[row.combined_with].timed)
    )
    if fits:
        return row if row.decision == "combined" else replace(row, combined_with=None)
    return replace(row, decision=None, combined_with=None)


def refuse_impossible(
    draft: DraftInput, *, sections: Iterable[int], templates: Iterable[str], codes: CodeTable = CODES
) -> None:
    """Raise BadInputError for what could not be kept: unknown codes, sections or items, minutes out of range.

    `at` is the place, such as `treatments.0.minutes`. What is merely missing is left to `open_points`.
    """
    if draft.minutes is not None and not 1 <= draft.minutes <= MINUTES_OF_A_DAY:
        raise BadInputError("Write how many minutes the visit lasted, from 1 to 1440.", at="minutes")
    if len(draft.treatments) > MAX_TREATMENTS:
        raise BadInputError(f"A visit has at most {MAX_TREATMENTS} treatments.", at="treatments")
    for index, row in enumerate(draft.treatments):
        _refuse_row(row, f"treatments.{index}", codes)
    if draft.treatment_minutes > MINUTES_OF_A_DAY:
        raise BadInputError("The treatments last longer than a day. Correct their minutes.", at="treatments")
    _refuse_sections(draft.sections, set(sections))
    _refuse_homework(draft, set(templates))
    if len(draft.remarks) > MAX_REMARKS:
        raise BadInputError(f"Shorten the remarks to {MAX_REMARKS} characters.", at="remarks")
    if len(draft.note) > MAX_NOTE:
        raise BadInputError(f"Shorten the note to {MAX_NOTE} characters.", at="note")
    if len({one.measure for one in draft.scores}) != len(draft.scores):
        raise BadInputError("A measure is listed twice. Remove one of them.", at="new_measure")
    for one in draft.scores:
        refuse_impossible_score(one)


def _refuse_row(row: TreatmentDraft, at: str, codes: CodeTable) -> None:
    if row.activity != PNE and row.activity not in codes:
        raise BadInputError("Choose a treatment from the list.", at=f"{at}.activity")
    if not 0 <= row.minutes <= MINUTES_OF_A_DAY:
        raise BadInputError("Minutes are a whole number from 0 to 1440.", at=f"{at}.minutes")
    for value, name, what in (
        (row.pne, "pne_minutes", "PNE"),
        (row.assistant, "assistant_minutes", "assistant"),
    ):
        if not 0 <= value <= row.minutes:
            raise BadInputError(
                f"The {what} minutes are part of this treatment's {row.minutes} and cannot be more.",
                at=f"{at}.{name}",
            )
    if row.pne and row.activity != PNE and not codes[row.activity].timed:
        raise BadInputError(
            f"{row.activity} is not timed: write its PNE as a row of its own.", at=f"{at}.pne_minutes"
        )
    if len(row.impairment) > MAX_IMPAIRMENT:
        raise BadInputError(f"Shorten this to {MAX_IMPAIRMENT} characters.", at=f"{at}.impairment")


def _refuse_sections(sections: Sequence[SectionDraft], known: set[int]) -> None:
    numbers = [one.number for one in sections]
    if len(set(numbers)) != len(numbers):
        raise BadInputError("A section is listed twice. Remove one of them.", at="sections")
    for one in sections:
        if one.number not in known:
            raise BadInputError(
                "This curriculum has no such section. Choose one from the list.", at="sections"
            )
        if one.teach_back is not None and one.teach_back not in set(TeachBackResult):
            raise BadInputError(
                "Choose what came out of the teach-back.", at=f"sections.{one.number}.teach_back"
            )


def _refuse_homework(draft: DraftInput, known: set[str]) -> None:
    keys = [item.template_key for item in draft.homework]
    if len(set(keys)) != len(keys):
        raise BadInputError("An item of homework is listed twice. Remove one of them.", at="homework")
    for item in draft.homework:
        at = f"homework.{item.template_key}"
        if item.template_key not in known:
            raise BadInputError("This curriculum has no such homework. Choose from the list.", at="homework")
        if item.due_on < draft.on_date:
            raise BadInputError("Homework is due on the day of the visit or later.", at=f"{at}.due_on")
        if len(item.message) > MAX_MESSAGE:
            raise BadInputError(f"Shorten the message to {MAX_MESSAGE} characters.", at=f"{at}.message")
        if item.times is not None and not 1 <= item.times <= MOST_TIMES:
            raise BadInputError(f"Ask for 1 to {MOST_TIMES} entries.", at=f"{at}.times")
    if len(draft.insist.strip()) > MAX_INSIST:
        raise BadInputError(f"Shorten the reason to {MAX_INSIST} characters.", at="insist")


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One thing that is to be done before signing: a sentence, and where on the page."""

    message: str
    at: str
    code: str = field(default="incomplete")


RULE_FIRST = "Wait to sign until the biller has set how this payer counts units: signing freezes the lines."


def open_points(
    draft: DraftInput, findings: Iterable[Finding], *, today: dt.date, at_home: int = 0
) -> tuple[OpenPoint, ...]:
    """What keeps the draft from being signed, in the order of the page; empty when it is ready.

    `at_home` is how many items of homework the patient has and has not finished.
    """
    return tuple(_open_points(draft, findings, today, at_home))


def _open_points(
    draft: DraftInput, findings: Iterable[Finding], today: dt.date, at_home: int
) -> Iterator[OpenPoint]:
    if draft.on_date > today:
        yield OpenPoint(
            "The date of the visit lies ahead. Sign it on that day or correct the date.", "on_date"
        )
    if draft.minutes is None:
        yield OpenPoint("Write how many minutes the visit lasted.", "minutes")
    if not draft.treatments and not draft.sections:
        yield OpenPoint("Add a treatment or a section that was taught.", "add-treatment")
    for index, row in enumerate(draft.treatments):
        if not row.minutes:
            name = "PNE on its own" if row.activity == PNE else row.activity
            yield OpenPoint(f"Write the minutes of {name}, or remove it.", f"treatments-{index}-minutes")
    yield from _refusals(partial(why_more, at_home, len(draft.homework), draft.insist))
    for one in draft.scores:
        yield from _refusals(partial(scored, one))
    for finding in findings:
        if finding.level is Level.NEEDS_DECISION:
            yield OpenPoint(finding.message, "decision", finding.code)
        elif finding.code == UNKNOWN_RULE.code:
            yield OpenPoint(RULE_FIRST, "bill", finding.code)


def _refusals(check: Callable[[], object]) -> Iterator[OpenPoint]:
    try:
        check()
    except BadInputError as error:
        yield OpenPoint(error.message, error.at.replace(".", "-"))
