"""A clinic's own quiz: a questionnaire it may use, read from plain data, and put beside what its pack asks.

The data has the shape of a pack's check questions, in `items`; a concept and an explanation may be left out.
The words stay the clinic's: nothing here is shipped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pne_tracker.domain.curriculum import (
    HomeworkKind,
    HomeworkTemplate,
    Pack,
    Question,
    Rhythm,
    Schedule,
    Section,
    Text,
)
from pne_tracker.domain.pack_reader import Node, PackError, Problem
from pne_tracker.domain.pack_rules import answer_rules
from pne_tracker.domain.packs import loose_question
from pne_tracker.domain.quiz_data import loose_question_data
from pne_tracker.domain.quiz_sets import FIRST_SECTION

KEY_PREFIX: Final = "own-quiz-"
ID_PREFIX: Final = "own-"
LONGEST_ID: Final = 40
MOST_ITEMS: Final = 60
DAYS: Final = 7
MINUTES_AN_ITEM: Final = 0.5
INSTRUCTIONS: Final = Text(
    "Some questions from your clinic. No answer is bad. You can stop and go on later.",
    "Unas preguntas de su clínica. Ninguna respuesta es mala. Puede parar y seguir después.",
)


@dataclass(frozen=True, slots=True)
class OwnQuiz:
    """One edition of a quiz. As homework it belongs to the section of that slug, the pack's first without one."""

    id: str
    title: Text
    questions: tuple[Question, ...]
    instructions: Text = INSTRUCTIONS
    slug: str = ""


@dataclass(frozen=True, slots=True)
class QuizUse:
    """What a clinic uses an edition for; for neither, it stays readable where it was chosen before."""

    quiz: OwnQuiz
    first_visit: bool = False
    homework: bool = False


def looks_like_quiz(data: object) -> bool:
    """Whether a file means to be a quiz and not a pack."""
    return isinstance(data, Mapping) and "items" in data and "sections" not in data


def quiz_from_dict(data: Mapping[str, object], pack: Pack | None = None) -> OwnQuiz:
    """The quiz described by `data`; PackError naming every problem when it is not one.

    With a pack its concepts and its section are looked for there. As with packs, rules are looked at once the
    shape holds.
    """
    problems: list[Problem] = []
    quiz = _quiz(Node(data, "", problems))
    if not problems:
        problems.extend(_broken_rules(quiz, pack))
    if problems:
        raise PackError(problems)
    return quiz


def _quiz(node: Node) -> OwnQuiz:
    named = node.fields(("id", "title", "items"), ("instructions", "section"))
    section = named["section"]
    return OwnQuiz(
        id=named["id"].slug(),
        title=named["title"].text(),
        questions=tuple(loose_question(item) for item in named["items"].items()),
        instructions=named["instructions"].optional_text() or INSTRUCTIONS,
        slug="" if section.absent or section.value is None else section.slug(),
    )


def _broken_rules(quiz: OwnQuiz, pack: Pack | None) -> Iterator[Problem]:
    if len(quiz.id) > LONGEST_ID:
        yield Problem("id", f"Shorten the id to {LONGEST_ID} characters.")
    if pack and quiz.slug and quiz.slug not in {section.slug for section in pack.sections}:
        yield Problem("section", f"Name a section of {pack.id} by its slug: {quiz.slug!r} is none.")
    if not 1 <= len(quiz.questions) <= MOST_ITEMS:
        yield Problem("items", f"Write 1 to {MOST_ITEMS} items.")
    seen: set[str] = set()
    for at, one in enumerate(quiz.questions):
        if len(one.id) > LONGEST_ID:
            yield Problem(f"items[{at}].id", f"Shorten the id to {LONGEST_ID} characters.")
        if one.id in seen:
            yield Problem(f"items[{at}].id", f"Use another id: {one.id!r} is taken.")
        seen.add(one.id)
        if pack and one.concept and one.concept not in pack.concept_ids:
            yield Problem(
                f"items[{at}].concept",
                f"Name a concept of {pack.id}, or leave it out: {one.concept!r} is none.",
            )
        yield from answer_rules(one, f"items[{at}]")


def quiz_to_json(quiz: OwnQuiz) -> str:
    """The quiz as one text to store; equal quizzes give equal texts."""
    data = {
        "id": quiz.id,
        "title": {"en": quiz.title.en, "es": quiz.title.es},
        "instructions": {"en": quiz.instructions.en, "es": quiz.instructions.es},
        "section": quiz.slug or None,
        "items": [loose_question_data(one) for one in quiz.questions],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def quiz_from_json(text: str) -> OwnQuiz:
    """The quiz that `quiz_to_json` wrote."""
    return quiz_from_dict(json.loads(text))


def quiz_hash(text: str) -> str:
    """SHA-256, as 64 hexadecimal digits, of a quiz's JSON text."""
    return hashlib.sha256(text.encode()).hexdigest()


def asked_with(quiz: OwnQuiz, pack: Pack) -> tuple[Question, ...]:
    """The items as they are asked beside the pack's: under ids of their own, without concepts it lacks."""
    return tuple(
        replace(
            one,
            id=f"{ID_PREFIX}{one.id}",
            concept=one.concept if one.concept in pack.concept_ids else "",
        )
        for one in quiz.questions
    )


def section_of(quiz: OwnQuiz, pack: Pack) -> Section | None:
    """The section it is homework of; None when this version of the pack has no such section."""
    if not quiz.slug:
        return pack.by_number.get(FIRST_SECTION)
    return next((one for one in pack.sections if one.slug == quiz.slug), None)


def template_of(use: QuizUse, pack: Pack) -> HomeworkTemplate:
    """The quiz as an item of homework."""
    quiz = use.quiz
    return HomeworkTemplate(
        key=f"{KEY_PREFIX}{quiz.id}",
        kind=HomeworkKind.QUIZ,
        title=quiz.title,
        instructions=quiz.instructions,
        schedule=Schedule(Rhythm.ONCE, 1, DAYS, 1),
        required=False,
        minutes=max(1, round(len(quiz.questions) * MINUTES_AN_ITEM)),
        offered=use.homework,
        questions=asked_with(quiz, pack),
    )


def with_own_quizzes(pack: Pack, uses: Iterable[QuizUse]) -> Pack:
    """The pack with the clinic's quizzes: as homework behind its own, and in place of its first-visit questions.

    What is assigned takes a copy of the questions along, so that it stays as it was assigned.
    """
    given = tuple(uses)
    by_number: dict[int, list[HomeworkTemplate]] = {}
    for use in given:
        section = section_of(use.quiz, pack)
        if section is not None:
            by_number.setdefault(section.number, []).append(template_of(use, pack))
    first = next((asked_with(use.quiz, pack) for use in given if use.first_visit), ())
    if not by_number and not first:
        return pack
    sections = tuple(
        replace(one, homework=(*_asking(one, first), *by_number.get(one.number, ()))) for one in pack.sections
    )
    return replace(pack, sections=sections, baseline=first or pack.baseline)


def _asking(section: Section, first: tuple[Question, ...]) -> tuple[HomeworkTemplate, ...]:
    """The section's own homework; the quizzes of the first one ask `first` beside its questions."""
    if section.number != FIRST_SECTION or not first:
        return section.homework
    return tuple(
        replace(item, first_visit=first) if item.kind is HomeworkKind.QUIZ else item
        for item in section.homework
    )
