"""A clinic's own quiz as a file: every mistake with its line, checked by the command that checks packs."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pne_tracker.adapters.packs import SHIPPED, PackFileError, load_shipped, quiz_from_yaml
from pne_tracker.cli.curriculum import curriculum
from pne_tracker.domain.homework_item import item_from_dict, item_to_dict
from pne_tracker.domain.own_quiz import (
    QuizUse,
    quiz_from_json,
    quiz_to_json,
    template_of,
    with_own_quizzes,
)
from pne_tracker.domain.quiz import score_quiz
from tests.domain.own_quiz_file import OWN_QUIZ


def mistakes(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(PackFileError) as caught:
        quiz_from_yaml(text, load_shipped())
    return [(one.line, one.path, one.message) for one in caught.value.mistakes]


def test_a_quiz_is_read_and_kept_as_it_was_written() -> None:
    quiz = quiz_from_yaml(OWN_QUIZ, load_shipped())
    assert [one.concept for one in quiz.questions] == ["hurt-is-not-harm", "small-steps", ""]
    assert quiz_from_json(quiz_to_json(quiz)) == quiz
    item = template_of(QuizUse(quiz, homework=True), load_shipped())
    assert item_from_dict(item_to_dict(item)).questions == item.questions


def test_mistakes_of_shape_come_with_their_lines() -> None:
    text = OWN_QUIZ.replace("Nuestra primera revisión", "''").replace("kind: choose_one", "kind: essay")
    assert mistakes(text + "score: 7\n") == [
        (2, "title.es", "Write some text here."),
        (11, "items[1].kind", "Use one of: true_false, choose_one."),
        (22, "score", "Remove the unknown key 'score'; known: id, title, items, instructions, section."),
    ]


def test_an_answer_an_id_and_a_concept_that_do_not_fit_come_with_their_lines() -> None:
    text = (
        OWN_QUIZ.replace("answer: bit", "answer: much")
        .replace("id: ask", "id: sore")
        .replace("concept: small-steps", "concept: big-steps")
        .replace("items:", "section: yoga\nitems:")
    )
    assert [(line, path) for line, path, _ in mistakes(text)] == [
        (3, "section"),
        (13, "items[1].concept"),
        (18, "items[1].answer"),
        (19, "items[2].id"),
    ]


def test_the_command_that_checks_packs_checks_quizzes(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(OWN_QUIZ, "utf-8")
    good = CliRunner().invoke(curriculum, ["check", str(file), "--pack", str(SHIPPED)])
    assert (good.exit_code, good.output) == (
        0,
        "our-first-check is fine.\nitems: 3, 2 of them tied to a concept\n",
    )
    file.write_text(OWN_QUIZ.replace("small-steps", "big-steps"), "utf-8")
    bad = CliRunner().invoke(curriculum, ["check", str(file)])
    assert (bad.exit_code, bad.stderr.startswith("line 12: Name a concept of why-you-hurt")) == (1, True)


def test_items_about_no_idea_count_in_the_score_alone() -> None:
    pack = with_own_quizzes(
        load_shipped(), [QuizUse(quiz_from_yaml(OWN_QUIZ, load_shipped()), first_visit=True)]
    )
    assert [one.id for one in pack.baseline] == ["own-sore", "own-steps", "own-ask"]
    assert pack.templates["s01-quiz"][1].first_visit == pack.baseline
    scored = score_quiz(pack.baseline, {"own-sore": "false", "own-steps": "not_sure", "own-ask": "true"})
    assert (scored.right, scored.questions) == (2, 3)
    assert scored.concepts == {"hurt-is-not-harm": 1.0, "small-steps": 0.0}
