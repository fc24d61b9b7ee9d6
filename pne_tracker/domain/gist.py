"""The gist of an episode's evidence: as much of it as lists need, small enough to be kept in one row.

Nothing in it depends on the day it is read, on anybody's zone or on a clinic's weights, so it stays right until
the evidence changes. Homework, entries and messages are not in it: they change most often and are read as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pne_tracker.domain.homework import HomeworkFact
from pne_tracker.domain.planner_facts import gaps_of
from pne_tracker.domain.progress import (
    NO_EVIDENCE,
    Check,
    CheckKind,
    SectionEvidence,
    Skip,
    TeachBackResult,
    deciding_check,
)

_LEFT_OUT: Final = Skip()
_FIRST_ZONE: Final = dt.timedelta(hours=14)
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class QuizScore:
    """One quiz: right answers of those asked, and the section."""

    section: int
    right: int
    asked: int


@dataclass(frozen=True, slots=True)
class Gist:
    """What the evidence of an episode comes to.

    `visits` are the days of its signed visits, in order, one for each; `sections` the evidence that decides
    (`telling`), without homework; `flags` the yellow flags that hold, with the day each was recorded; `pain` the
    first and the latest score of the worst pain, with their days; `quiz` the latest quiz with its day.
    """

    visits: tuple[dt.date, ...] = ()
    sections: Mapping[int, SectionEvidence] = field(default_factory=dict)
    flags: Mapping[str, dt.date] = field(default_factory=dict)
    pain: tuple[tuple[dt.date, float], ...] = ()
    quiz: tuple[dt.date, QuizScore] | None = None

    @property
    def visited_on(self) -> dt.date | None:
        """The day of the last signed visit."""
        return self.visits[-1] if self.visits else None

    @property
    def news_from(self) -> dt.datetime | None:
        """The instant at which that day begins where it begins first: what came before it came before the visit."""
        day = self.visited_on
        return dt.datetime.combine(day, dt.time(), dt.UTC) - _FIRST_ZONE if day else None

    def days_since(self, reported_on: dt.date | None) -> int:
        """Treatment days after the last progress report, or all of them."""
        return len({day for day in self.visits if reported_on is None or day > reported_on})

    def with_homework(self, items: Iterable[tuple[int, HomeworkFact]]) -> dict[int, SectionEvidence]:
        """The evidence with the homework of these sections, as the planner takes it."""
        by_section: dict[int, list[HomeworkFact]] = {}
        for section, item in items:
            by_section.setdefault(section, []).append(item)
        found = dict(self.sections)
        for section, facts in by_section.items():
            found[section] = replace(found.get(section, NO_EVIDENCE), homework=tuple(facts))
        return found


def telling(evidence: Mapping[int, SectionEvidence], pass_mark: float) -> dict[int, SectionEvidence]:
    """The part of an episode's evidence that section states and the order of suggestions rest on.

    Of the days taught the first and the last, of the flags the last, of the checks the one that decides and those
    that left a concept under the pass mark. No homework, no texts, nothing that only names a piece of evidence.
    """
    gaps: dict[int, dict[str, float]] = {}
    for gap in gaps_of(evidence, pass_mark).values():
        gaps.setdefault(id(gap.check), {})[gap.concept] = gap.score
    found = {}
    for number, one in sorted(evidence.items()):
        deciding = deciding_check(one.checks, pass_mark)
        kept = SectionEvidence(
            taught=tuple(sorted({min(one.taught), max(one.taught)})) if one.taught else (),
            checks=tuple(
                sorted(
                    (
                        Check(check.kind, check.on, check.result, check.score, gaps.get(id(check), {}))
                        for check in one.checks
                        if check is deciding or id(check) in gaps
                    ),
                    key=lambda check: (check.on, check.kind, check.result or "", check.score or 0.0),
                )
            ),
            flagged=(max(one.flagged),) if one.flagged else (),
            skip=_LEFT_OUT if one.skip else None,
        )
        if kept != NO_EVIDENCE:
            found[number] = kept
    return found


def as_plain(gist: Gist) -> Plain:
    """The gist as plain data, for a column of JSON."""
    return {
        "visits": [day.isoformat() for day in gist.visits],
        "sections": {str(number): _section_as_plain(one) for number, one in gist.sections.items()},
        "flags": {flag: day.isoformat() for flag, day in gist.flags.items()},
        "pain": [[day.isoformat(), score] for day, score in gist.pain],
        "quiz": _quiz_as_plain(*gist.quiz) if gist.quiz else None,
    }


def _quiz_as_plain(on: dt.date, quiz: QuizScore) -> list[str | int]:
    return [on.isoformat(), quiz.section, quiz.right, quiz.asked]


def _section_as_plain(one: SectionEvidence) -> Plain:
    found: Plain = {"taught": [day.isoformat() for day in one.taught]}
    if one.checks:
        found["checks"] = [_check_as_plain(check) for check in one.checks]
    if one.flagged:
        found["flagged"] = [day.isoformat() for day in one.flagged]
    if one.skip:
        found["skipped"] = True
    return found


def _check_as_plain(check: Check) -> list[object]:
    said: object = check.result.value if check.result else check.score
    return [check.kind.value, check.on.isoformat(), said, *([dict(check.concepts)] if check.concepts else [])]


_day = dt.date.fromisoformat
_KINDS: Final = {one.value: one for one in CheckKind}
_RESULTS: Final = {one.value: one for one in TeachBackResult}


def from_plain(given: Mapping[str, Any]) -> Gist:
    """The gist of plain data that `as_plain` made."""
    quiz = given["quiz"]
    return Gist(
        visits=tuple([_day(one) for one in given["visits"]]),
        sections={int(number): _section_of(one) for number, one in given["sections"].items()},
        flags={flag: _day(one) for flag, one in given["flags"].items()},
        pain=tuple([(_day(on), score) for on, score in given["pain"]]),
        quiz=(_day(quiz[0]), QuizScore(*quiz[1:])) if quiz else None,
    )


def _section_of(given: Mapping[str, Any]) -> SectionEvidence:
    return SectionEvidence(
        taught=tuple([_day(one) for one in given["taught"]]),
        checks=tuple([_check_of(*one) for one in given.get("checks", ())]),
        flagged=tuple([_day(one) for one in given.get("flagged", ())]),
        skip=_LEFT_OUT if "skipped" in given else None,
    )


def _check_of(kind: str, on: str, said: Any, concepts: Mapping[str, float] | None = None) -> Check:
    result = _RESULTS.get(said) if isinstance(said, str) else None
    return Check(_KINDS[kind], _day(on), result, None if result else said, concepts or {})
