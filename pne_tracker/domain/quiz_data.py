"""Check questions that may lack a concept or an explanation, as plain data and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pne_tracker.domain.curriculum import Question
from pne_tracker.domain.pack_data import question_data
from pne_tracker.domain.pack_reader import Node, PackError, Problem
from pne_tracker.domain.packs import loose_question


def loose_question_data(question: Question) -> dict[str, object]:
    """The question with the keys of a quiz file; what it lacks is left out."""
    data = question_data(question)
    del data["set"]
    if not question.concept:
        del data["concept"]
    if not question.explanation.en:
        del data["explanation"]
    if not question.options:
        del data["options"]
    return data


def kept_questions(questions: Iterable[Question]) -> list[dict[str, object]]:
    """The questions for a JSON column: options are pairs, since a database may reorder a mapping's keys."""
    made = []
    for one in questions:
        data = loose_question_data(one)
        if one.options:
            data["options"] = [[key, {"en": text.en, "es": text.es}] for key, text in one.options]
        made.append(data)
    return made


def questions_kept(data: object) -> tuple[Question, ...]:
    """The questions that `kept_questions` wrote. PackError when one is something else."""
    problems: list[Problem] = []
    found = tuple(loose_question(item) for item in Node(_with_mappings(data), "questions", problems).items())
    if problems:
        raise PackError(problems)
    return found


def _with_mappings(data: object) -> list[Any]:
    listed = list(data) if isinstance(data, list) else []
    return [{**one, "options": dict(one["options"])} if one.get("options") else one for one in listed]
