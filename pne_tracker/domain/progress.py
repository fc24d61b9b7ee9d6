"""The state of each section, derived from evidence and never set by hand (domain.md: section states).

The latest check of any kind decides; of several on one day the worst counts (product.md, curriculum.md 4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from pne_tracker.domain.homework import SETTLED, HomeworkFact, HomeworkStatus

PASS_MARK: Final = 0.75


class State(StrEnum):
    """Where one section stands in an episode."""

    NOT_STARTED = "not_started"
    TAUGHT = "taught"
    UNDERSTOOD = "understood"
    COMPLETE = "complete"
    REVISIT = "revisit"
    SKIPPED = "skipped"


class CheckKind(StrEnum):
    """How understanding was checked."""

    TEACH_BACK = "teach_back"
    QUIZ = "quiz"
    RECALL = "recall"


class TeachBackResult(StrEnum):
    """What the patient could say in own words (curriculum.md 5)."""

    EXPLAINS = "explains"
    PROMPTED = "prompted"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a section.

    A teach-back has a `result`; a quiz or a recall question has a `score` from 0 to 1. `concepts` are scores
    from 0 to 1 by concept id; `asked` is the number of questions behind each, where known. `ref` is an id
    for links.
    """

    kind: CheckKind
    on: dt.date
    result: TeachBackResult | None = None
    score: float | None = None
    concepts: Mapping[str, float] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """A section left out by a therapist; an empty reason and no date when the source tells none."""

    reason: str = ""
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SectionEvidence:
    """All that is known of one section of an episode.

    `taught` are the dates of signed visits that taught it, `flagged` the dates a therapist flagged it to be
    revisited. Leave out visits entered in error.
    """

    taught: tuple[dt.date, ...] = ()
    checks: tuple[Check, ...] = ()
    homework: tuple[HomeworkFact, ...] = ()
    flagged: tuple[dt.date, ...] = ()
    skip: Skip | None = None


NO_EVIDENCE: Final = SectionEvidence()


def with_visit(
    known: Mapping[int, SectionEvidence],
    on: dt.date,
    teach_backs: Mapping[int, str | None],
    homework: Iterable[tuple[int, HomeworkFact]],
) -> dict[int, SectionEvidence]:
    """The evidence by section once a visit of that day is signed.

    `teach_backs` are the sections it teaches with what each teach-back found; `homework` goes out with it, by section.
    """
    found = dict(known)
    for section, result in teach_backs.items():
        one = found.get(section, NO_EVIDENCE)
        check = (Check(CheckKind.TEACH_BACK, on, TeachBackResult(result)),) if result is not None else ()
        found[section] = replace(one, taught=(*one.taught, on), checks=(*one.checks, *check))
    for section, item in homework:
        one = found.get(section, NO_EVIDENCE)
        found[section] = replace(one, homework=(*one.homework, item))
    return found


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """What the evidence of one section amounts to.

    `taught` and `understood` are the facts that summaries count (a skipped section counts in neither);
    `deciding` is the check that decided, `flagged_on` the flag that outweighs it, if one does.
    """

    state: State
    taught: bool
    understood: bool
    first_taught_on: dt.date | None
    last_taught_on: dt.date | None
    deciding: Check | None
    flagged_on: dt.date | None


NOT_STARTED: Final = SectionProgress(State.NOT_STARTED, False, False, None, None, None, None)


def standing_of(check: Check, pass_mark: float = PASS_MARK) -> State:
    """What one check alone says of a taught section: understood, taught or revisit."""
    if check.kind is CheckKind.TEACH_BACK:
        return _TEACH_BACK_SAYS[check.result or TeachBackResult.NOT_YET]
    return State.UNDERSTOOD if (check.score or 0.0) >= pass_mark else State.REVISIT


_TEACH_BACK_SAYS: Final = {
    TeachBackResult.EXPLAINS: State.UNDERSTOOD,
    TeachBackResult.PROMPTED: State.TAUGHT,
    TeachBackResult.NOT_YET: State.REVISIT,
}
_GOODNESS: Final = {State.REVISIT: 0, State.TAUGHT: 1, State.UNDERSTOOD: 2}


def deciding_check(checks: Iterable[Check], pass_mark: float = PASS_MARK) -> Check | None:
    """The check that decides: the latest; of several on that day the worst. Their order does not matter."""
    given = tuple(checks)
    if len(given) == 1:
        return given[0]
    return min(
        given,
        key=lambda one: (
            -one.on.toordinal(),
            _GOODNESS[standing_of(one, pass_mark)],
            one.kind,
            one.score or 0.0,
            one.ref,
        ),
        default=None,
    )


def progress_of(evidence: SectionEvidence, pass_mark: float = PASS_MARK) -> SectionProgress:
    """The state of one section, with the facts behind it. Pure: the order of the evidence does not matter."""
    if evidence is NO_EVIDENCE:
        return NOT_STARTED
    deciding = deciding_check(evidence.checks, pass_mark)
    flagged = max(evidence.flagged, default=None)
    if flagged is not None and deciding is not None and deciding.on > flagged:
        flagged = None
    first = min(evidence.taught, default=None)
    last = max(evidence.taught, default=None)
    if evidence.skip is not None:
        state = State.SKIPPED
    elif last is None:
        state = State.NOT_STARTED
    elif flagged is not None:
        state = State.REVISIT
    elif deciding is None:
        state = State.TAUGHT
    else:
        state = standing_of(deciding, pass_mark)
    if state is State.UNDERSTOOD and homework_settled(evidence.homework):
        state = State.COMPLETE
    taught = not (state is State.SKIPPED or state is State.NOT_STARTED)
    understood = state is State.UNDERSTOOD or state is State.COMPLETE
    return SectionProgress(state, taught, understood, first, last, deciding, flagged)


def known_since(evidence: SectionEvidence, pass_mark: float = PASS_MARK) -> dt.date | None:
    """The day from which a section that is understood was so without a break, or was left out; None for others.

    A check that is right again changes nothing; one that was missed, or a flag, begins the count anew.
    """
    if evidence.skip is not None:
        return evidence.skip.on
    if not progress_of(evidence, pass_mark).understood:
        return None
    verdicts: dict[dt.date, bool] = {}
    for check in evidence.checks:
        said = standing_of(check, pass_mark) is State.UNDERSTOOD
        verdicts[check.on] = verdicts.get(check.on, True) and said
    broken = max(
        (*evidence.flagged, *(day for day, good in verdicts.items() if not good)), default=dt.date.min
    )
    return max(min(evidence.taught), min(day for day in verdicts if day > broken))


def homework_settled(items: Iterable[HomeworkFact]) -> bool:
    """Whether every required item is done, done late or waived; withdrawn items do not count."""
    return all(
        item.status in SETTLED
        for item in items
        if item.required and item.status is not HomeworkStatus.WITHDRAWN
    )


def homework_decides(state: State | str | None) -> bool:
    """Whether homework can move a section in that state: only one that is understood becomes complete, and back."""
    return state is None or state in {State.UNDERSTOOD, State.COMPLETE}


@dataclass(frozen=True, slots=True)
class Tally:
    """How far an episode got, in counted sections. `understood` includes the complete ones."""

    sections: int
    taught: int
    understood: int
    complete: int
    revisit: int
    skipped: int

    @property
    def denominator(self) -> int:
        """Sections that count: all but the skipped ones."""
        return self.sections - self.skipped

    @property
    def left_to_teach(self) -> int:
        """Sections neither taught nor skipped."""
        return self.denominator - self.taught

    @property
    def completion(self) -> float | None:
        """complete / (sections - skipped), 0 to 1; None when every section is skipped."""
        return self.complete / self.denominator if self.denominator else None


def tally(progress: Iterable[SectionProgress]) -> Tally:
    """The counts over one episode's sections; give every section of the pack, started or not."""
    given = tuple(progress)
    return Tally(
        sections=len(given),
        taught=sum(one.taught for one in given),
        understood=sum(one.understood for one in given),
        complete=sum(one.state is State.COMPLETE for one in given),
        revisit=sum(one.state is State.REVISIT for one in given),
        skipped=sum(one.state is State.SKIPPED for one in given),
    )


def tally_parts(counted: Tally) -> tuple[str, ...]:
    """The header's parts for staff: "7/13 taught", "5 understood", "2 to revisit", "1 skipped".

    Revisit and skipped appear only when there are any.
    """
    parts = [f"{counted.taught}/{counted.denominator} taught", f"{counted.understood} understood"]
    if counted.revisit:
        parts.append(f"{counted.revisit} to revisit")
    if counted.skipped:
        parts.append(f"{counted.skipped} skipped")
    return tuple(parts)


def tally_sentence(counted: Tally) -> str:
    """The header's parts in one line."""
    return ", ".join(tally_parts(counted))
