"""What a visit page offers to choose from: the sections with their states, and the homework that fits them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pne_tracker.domain.curriculum import HomeworkTemplate, Pack, Section
from pne_tracker.domain.home_load import ONCE_ONLY
from pne_tracker.domain.homework import OPEN, HomeworkFact, due_date
from pne_tracker.domain.progress import NO_EVIDENCE, SectionEvidence, progress_of
from pne_tracker.domain.visit_draft import DraftInput, HomeworkDraft
from pne_tracker.queries.progress import EpisodeEvidence
from pne_tracker.queries.visit_facts import VisitFacts


@dataclass(frozen=True, slots=True)
class SectionShown:
    """A section of the curriculum as the visit page needs it."""

    number: int
    title: str
    state: str
    detail: str
    ask: str
    listen_for: str
    talking_points: tuple[str, ...]
    education: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item of homework that fits the sections taught; `open_already` when the patient has it at home."""

    key: str
    section: int
    title: str
    kind: str
    minutes: int
    chosen: bool
    required: bool
    due_on: dt.date
    message: str
    times: int | None
    entries: int
    once_only: bool
    open_already: bool
    unlocked_by_therapist: bool


def sections_shown(facts: VisitFacts) -> tuple[SectionShown, ...]:
    """Every section of the curriculum with its state now."""
    return tuple(_section_shown(facts, section) for section in facts.pack.sections)


def _section_shown(facts: VisitFacts, section: Section) -> SectionShown:
    known = facts.evidence.get(section.number, NO_EVIDENCE)
    ask = section.teach_back
    return SectionShown(
        number=section.number,
        title=section.title,
        state=progress_of(known, facts.pack.pass_mark).state.value,
        detail=_times(known),
        ask=ask.ask.en if ask else "",
        listen_for=ask.listen_for if ask else "",
        talking_points=section.talking_points,
        education=section.education,
    )


_TIMES = ("First", "Second", "Third", "Fourth", "Fifth")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _times(known: SectionEvidence) -> str:
    before = len(known.taught)
    if not before:
        return "First time."
    last = max(known.taught)
    nth = _TIMES[before] if before < len(_TIMES) else f"{before + 1}th"
    return f"{nth} time, last on {last.day} {_MONTHS[last.month - 1]}."


def proposals_of(facts: VisitFacts, draft: DraftInput, next_visit: dt.date | None) -> tuple[Proposal, ...]:
    """The homework of the sections taught, and whatever else was chosen, each once, in order of the pack."""
    taught = {one.number for one in draft.sections}
    chosen = {item.template_key: item for item in draft.homework}
    home = at_home(facts.evidence)
    return tuple(
        _proposal(
            section,
            item,
            chosen.get(key),
            due_date(item.schedule, draft.on_date, next_visit),
            open_already=item.title.en in home,
        )
        for key, (section, item) in facts.pack.templates.items()
        if (section.number in taught and item.offered) or key in chosen
    )


def _proposal(
    section: Section,
    item: HomeworkTemplate,
    chosen: HomeworkDraft | None,
    due: dt.date,
    *,
    open_already: bool,
) -> Proposal:
    return Proposal(
        key=item.key,
        section=section.number,
        title=item.title.en,
        kind=item.kind.value,
        minutes=item.minutes,
        chosen=chosen is not None,
        required=chosen.required if chosen else item.required,
        due_on=chosen.due_on if chosen else due,
        message=chosen.message if chosen else "",
        times=chosen.times if chosen else None,
        entries=item.schedule.entries,
        once_only=item.kind in ONCE_ONLY,
        open_already=open_already,
        unlocked_by_therapist=item.unlocked_by_therapist,
    )


def default_homework(
    pack: Pack, evidence: EpisodeEvidence, number: int, on_date: dt.date, next_visit: dt.date | None
) -> tuple[HomeworkDraft, ...]:
    """What is proposed for a section of the episode's pack: its required items that are not at home already.

    Optional items and those a therapist has to unlock wait to be chosen.
    """
    home = at_home(evidence)
    return tuple(
        HomeworkDraft(item.key, due_date(item.schedule, on_date, next_visit), required=True)
        for item in pack.by_number[number].homework
        if item.required and not item.unlocked_by_therapist and item.title.en not in home
    )


def at_home(evidence: EpisodeEvidence) -> frozenset[str]:
    """Titles of the homework that the patient has and has not finished."""
    return frozenset(item.label for item in open_homework(evidence))


def open_homework(evidence: EpisodeEvidence) -> list[HomeworkFact]:
    """The homework that the patient has and has not finished, past due left out."""
    return [item for known in evidence.values() for item in known.homework if item.status in OPEN]
