"""What the planner works out once for all sections, before it weighs any of them (curriculum.md 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from pne_tracker.domain.curriculum import Flag, Pack
from pne_tracker.domain.homework import HomeworkFact, waits_for_review
from pne_tracker.domain.planner_shapes import DEFAULT_WEIGHTS, PlannerInput
from pne_tracker.domain.progress import (
    NO_EVIDENCE,
    Check,
    SectionEvidence,
    SectionProgress,
    State,
    progress_of,
)

MAX_REVISITS_BESIDE_NEW = 1


@dataclass(frozen=True, slots=True)
class Gap:
    """The latest score of a concept when it is under the pass mark, and the check that gave it."""

    concept: str
    score: float
    check: Check
    section: int


@dataclass(frozen=True, slots=True)
class Facts:
    """One episode as the planner sees it.

    `waiting` holds each section's homework to review, oldest first; `untaught` the sections neither taught
    nor skipped.
    """

    pack: Pack
    given: PlannerInput
    weights: Mapping[str, int]
    evidence: dict[int, SectionEvidence]
    progress: dict[int, SectionProgress]
    waiting: dict[int, tuple[HomeworkFact, ...]]
    gaps: dict[str, Gap]
    flags: dict[int, list[tuple[Flag, dt.date | None]]]
    untaught: frozenset[int]
    revisits: int

    @property
    def revisits_first(self) -> bool:
        """Whether new teaching stops because two or more sections wait to be revisited."""
        return self.revisits > MAX_REVISITS_BESIDE_NEW and not self.given.allow_new_with_revisits


def facts_of(pack: Pack, given: PlannerInput) -> Facts:
    """All facts of one episode; sections outside the pack are ignored."""
    evidence = {section.number: given.sections.get(section.number, NO_EVIDENCE) for section in pack.sections}
    progress = {number: progress_of(one, pack.pass_mark) for number, one in evidence.items()}
    states = [one.state for one in progress.values()]
    return Facts(
        pack=pack,
        given=given,
        weights={**DEFAULT_WEIGHTS, **pack.weights},
        evidence=evidence,
        progress=progress,
        waiting={number: _waiting(one, given.today) for number, one in evidence.items() if one.homework},
        gaps=gaps_of(evidence, pack.pass_mark),
        flags=_flags(pack, given),
        untaught=frozenset(
            number for number, state in zip(progress, states, strict=True) if state is State.NOT_STARTED
        ),
        revisits=states.count(State.REVISIT),
    )


def _waiting(evidence: SectionEvidence, today: dt.date) -> tuple[HomeworkFact, ...]:
    active = (*evidence.taught, *(check.on for check in evidence.checks))
    last = max(active, default=None)
    found = [item for item in evidence.homework if waits_for_review(item, last, today)]
    return tuple(sorted(found, key=oldest_first))


def oldest_first(item: HomeworkFact) -> tuple[dt.date, str, str, str]:
    """Sort key of homework that does not depend on the order given."""
    return item.due, item.kind, item.status, item.ref


def gaps_of(evidence: Mapping[int, SectionEvidence], pass_mark: float) -> dict[str, Gap]:
    """The concepts whose latest score, whatever the section, is under the pass mark."""
    latest: dict[str, Gap] = {}
    for number, one in evidence.items():
        for check in one.checks:
            for concept, score in check.concepts.items():
                found = latest.get(concept)
                if found is None or _supersedes(check.on, score, found):
                    latest[concept] = Gap(concept, score, check, number)
    return {concept: gap for concept, gap in latest.items() if gap.score < pass_mark}


def _supersedes(on: dt.date, score: float, found: Gap) -> bool:
    return on > found.check.on or (on == found.check.on and score < found.score)


def _flags(pack: Pack, given: PlannerInput) -> dict[int, list[tuple[Flag, dt.date | None]]]:
    recorded = {flag.id: flag.recorded_on for flag in given.flags}
    by_section: dict[int, list[tuple[Flag, dt.date | None]]] = {}
    for flag in pack.flags:
        if flag.id in recorded:
            for number in flag.sections:
                by_section.setdefault(number, []).append((flag, recorded[flag.id]))
    return by_section
