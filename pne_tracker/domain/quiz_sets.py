"""Which check questions one quiz asks: the two parallel sets in turn, so that a retest has new questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pne_tracker.domain.curriculum import Pack, Question, Section
from pne_tracker.domain.progress import Check, CheckKind, SectionEvidence

FIRST_SECTION = 1


@dataclass(frozen=True, slots=True)
class QuizQuestions:
    """The questions of one quiz: the section's own, which make its score, and the baseline items."""

    own: tuple[Question, ...]
    baseline: tuple[Question, ...] = ()

    @property
    def every(self) -> tuple[Question, ...]:
        """All questions, in the order they are asked."""
        return (*self.own, *self.baseline)


def questions_for(pack: Pack, section: int, earlier: int) -> QuizQuestions:
    """The questions of the quiz that follows `earlier` quizzes of the same section in the same episode.

    Sets a and b take turns; a section with one set repeats it. The first quiz of section 1 also asks the
    baseline items (curriculum.md 6). A section the pack does not know has no questions.
    """
    known = pack.by_number.get(section)
    if known is None:
        return QuizQuestions(())
    baseline = pack.baseline if section == FIRST_SECTION and earlier == 0 else ()
    return QuizQuestions(_set(known, "ab"[earlier % 2]), baseline)


def _set(section: Section, name: str) -> tuple[Question, ...]:
    chosen = tuple(one for one in section.questions if one.parallel_set == name)
    return chosen or section.questions


def asked_in(pack: Pack, section: int, earlier: int) -> dict[str, int]:
    """How many questions on each concept the quiz asked that followed `earlier` ones of its section."""
    return dict(Counter(one.concept for one in questions_for(pack, section, earlier).every))


def with_asked(pack: Pack, sections: Mapping[int, SectionEvidence]) -> dict[int, SectionEvidence]:
    """The evidence with the number of questions behind each score of a concept: "2 of 4" instead of a share.

    A check that knows what it asked keeps it.
    Checks of a section come in the order in which they were taken. A recall question is one question.
    """
    return {
        number: replace(one, checks=_counted(pack, number, one.checks)) for number, one in sections.items()
    }


def _counted(pack: Pack, number: int, checks: tuple[Check, ...]) -> tuple[Check, ...]:
    counted, quizzes = [], 0
    for check in checks:
        asked: Mapping[str, int] = check.asked
        if check.kind is CheckKind.QUIZ:
            asked = check.asked or asked_in(pack, number, quizzes)
            quizzes += 1
        elif check.kind is CheckKind.RECALL:
            asked = dict.fromkeys(check.concepts, 1)
        counted.append(replace(check, asked={key: asked[key] for key in check.concepts if key in asked}))
    return tuple(counted)
