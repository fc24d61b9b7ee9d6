"""Scoring check questions: one score for the section, one for each concept (curriculum.md 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pne_tracker.domain.curriculum import Question, QuestionKind
from pne_tracker.domain.errors import BadInputError

NOT_SURE: Final = "not_sure"


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with the answer given and whether it was right."""

    question: Question
    answer: str
    right: bool


@dataclass(frozen=True, slots=True)
class QuizResult:
    """Scores from 0 to 1.

    `score` is over the section's own questions; `concepts` also counts baseline items, and `asked` is the
    number of questions behind each concept. A question about none of the concepts counts in the score alone.
    """

    score: float
    right: int
    questions: int
    concepts: dict[str, float]
    asked: dict[str, int]
    answered: tuple[Answered, ...]


def answers_of(question: Question) -> tuple[str, ...]:
    """Every answer a question takes, "not_sure" last."""
    if question.kind is QuestionKind.TRUE_FALSE:
        return ("true", "false", NOT_SURE)
    return (*(key for key, _ in question.options), NOT_SURE)


def unanswered(questions: Sequence[Question], answers: Mapping[str, str]) -> tuple[str, ...]:
    """Ids of the questions still without one of their answers."""
    return tuple(one.id for one in questions if answers.get(one.id) not in answers_of(one))


def score_quiz(
    questions: Sequence[Question], answers: Mapping[str, str], baseline: Sequence[Question] = ()
) -> QuizResult:
    """The result of a fully answered quiz; "not_sure" is an answer that scores 0.

    `baseline` items are asked beside section 1's and count toward concepts only, or newcomers would start
    in *revisit*. Raises BadInputError `no_questions`, `unknown_question` or `unanswered`; `at` is the id.
    """
    every = (*questions, *baseline)
    if not questions:
        raise BadInputError(
            "There are no questions to score. Choose a section that has some.", code="no_questions"
        )
    unknown = sorted(answers.keys() - {one.id for one in every})
    if unknown:
        raise BadInputError(
            "This quiz has no such question. Remove it.", at=unknown[0], code="unknown_question"
        )
    missing = unanswered(every, answers)
    if missing:
        raise BadInputError("Answer every question; not sure counts.", at=missing[0], code="unanswered")
    answered = tuple(Answered(one, answers[one.id], answers[one.id] == one.answer) for one in every)
    right = sum(one.right for one in answered[: len(questions)])
    asked: dict[str, int] = {}
    rights: dict[str, int] = {}
    for one in answered:
        concept = one.question.concept
        if not concept:
            continue
        asked[concept] = asked.get(concept, 0) + 1
        rights[concept] = rights.get(concept, 0) + one.right
    concepts = {concept: _share(rights[concept], count) for concept, count in asked.items()}
    return QuizResult(_share(right, len(questions)), right, len(questions), concepts, asked, answered)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4)
