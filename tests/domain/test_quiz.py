"""Scores of check questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.curriculum import Question, QuestionKind, Text
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.quiz import NOT_SURE, answers_of, score_quiz, unanswered

SAME = Text("text", "texto")
OPTIONS = (("a", SAME), ("b", SAME), ("c", SAME))


def true_false(name: str, concept: str, answer: str = "true") -> Question:
    return Question(name, concept, QuestionKind.TRUE_FALSE, SAME, answer, SAME)


def choose(name: str, concept: str, answer: str = "b") -> Question:
    return Question(name, concept, QuestionKind.CHOOSE_ONE, SAME, answer, SAME, OPTIONS)


QUIZ = (
    true_false("q1", "alarm"),
    choose("q2", "alarm"),
    true_false("q3", "map", "false"),
    choose("q4", "map"),
)
RIGHT = {"q1": "true", "q2": "b", "q3": "false", "q4": "b"}


def test_a_quiz_is_scored_over_its_questions_and_for_each_concept() -> None:
    result = score_quiz(QUIZ, RIGHT | {"q4": "a"})
    assert (result.score, result.right, result.questions) == (0.75, 3, 4)
    assert result.concepts == {"alarm": 1.0, "map": 0.5}
    assert result.asked == {"alarm": 2, "map": 2}
    assert [one.right for one in result.answered] == [True, True, True, False]


def test_not_sure_is_an_answer_that_scores_nothing() -> None:
    result = score_quiz(QUIZ, dict.fromkeys(RIGHT, NOT_SURE))
    assert result.score == 0
    assert result.concepts == {"alarm": 0.0, "map": 0.0}


def test_baseline_items_feed_concepts_and_never_the_score() -> None:
    baseline = (true_false("b1", "map"), true_false("b2", "stress"))
    result = score_quiz(QUIZ, RIGHT | {"b1": NOT_SURE, "b2": "false"}, baseline)
    assert result.score == 1
    assert result.concepts == {"alarm": 1.0, "map": 0.6667, "stress": 0.0}


def test_every_question_must_be_answered() -> None:
    given_ = {"q1": "true", "q2": "", "q3": "maybe"}
    assert unanswered(QUIZ, given_) == ("q2", "q3", "q4")
    with pytest.raises(BadInputError) as caught:
        score_quiz(QUIZ, given_)
    assert (caught.value.code, caught.value.at) == ("unanswered", "q2")


def test_a_foreign_question_is_refused() -> None:
    with pytest.raises(BadInputError, match="no such question"):
        score_quiz(QUIZ, RIGHT | {"q9": "true"})
    with pytest.raises(BadInputError, match="no questions"):
        score_quiz((), {})


@given(st.fixed_dictionaries({one.id: st.sampled_from(answers_of(one)) for one in QUIZ}))
def test_a_score_is_the_share_of_right_answers(answers: dict[str, str]) -> None:
    result = score_quiz(QUIZ, answers)
    assert result.score == sum(answers[key] == RIGHT[key] for key in RIGHT) / 4
    assert all(0 <= score <= 1 for score in result.concepts.values())
