"""The clinic's own quizzes, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import Pack, Question, QuestionKind, Text
from pne_tracker.domain.errors import BadInputError
from pne_tracker.services.own_quizzes import Edition, QuizzesPage
from pne_tracker.web.display import count_text, long_date


@dataclass(frozen=True, slots=True)
class QuizRow:
    """One edition of the list."""

    title: str
    url: str
    holds: str
    loaded: str
    use: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item as it will be asked, in both languages; `options` say which answer counts as right."""

    number: int
    text: Text
    options: list[tuple[str, str, bool]]
    idea: str
    explanation: Text


@dataclass(frozen=True, slots=True)
class QuizView:
    """Everything `curriculum/quiz.html` shows."""

    clinic_id: UUID
    quiz_id: UUID
    title: str
    facts: list[tuple[str, str]]
    items: list[ItemView]
    section: str
    first_visit: bool
    homework: bool
    attested: bool
    errors: list[tuple[str, str]]

    def error_of(self, field: str) -> str:
        """The message of that field, or nothing."""
        return dict(self.errors).get(field, "")


def list_rows(page: QuizzesPage, viewer: Viewer) -> list[QuizRow]:
    """The editions, by quiz and newest first."""
    return [
        QuizRow(
            title=one.quiz.title.en,
            url=url_for("curriculum.quiz", clinic_id=page.clinic_id, clinic_quiz_id=one.id),
            holds=_holds(one),
            loaded=_when(one.loaded_at.astimezone(ZoneInfo(viewer.timezone)), one.loaded_by),
            use=use_of(one),
        )
        for one in page.editions
    ]


def use_of(edition: Edition) -> str:
    """What an edition is used for; nothing when it is not."""
    used = [
        words
        for words, on in (("first-visit check", edition.first_visit), ("homework", edition.homework))
        if on
    ]
    return " and ".join(used)


def in_use(editions: Iterable[Edition]) -> int:
    """How many quizzes patients can be asked."""
    return sum(bool(use_of(one)) for one in editions)


def _holds(edition: Edition) -> str:
    items = edition.quiz.questions
    ideas = len({one.concept for one in items if one.concept})
    return f"{count_text(len(items), 'item')}, {count_text(ideas, 'idea')}"


def _when(day: object, who: str) -> str:
    shown = long_date(day, year=True)  # type: ignore[arg-type]
    return f"{shown}, {who}" if who else f"{shown}, by the command line"


def quiz_view(
    page: QuizzesPage, edition: Edition, viewer: Viewer, refused: BadInputError | None = None
) -> QuizView:
    """One edition: its items as patients meet them, and what it is used for."""
    zone = ZoneInfo(viewer.timezone)
    facts = [
        ("Clinic", page.clinic),
        ("Loaded", _when(edition.loaded_at.astimezone(zone), edition.loaded_by)),
        ("Holds", _holds(edition)),
    ]
    if edition.changed_at is not None:
        used = use_of(edition) or "no longer in use"
        decided = _when(edition.changed_at.astimezone(zone), edition.changed_by)
        facts.append(("Use", f"{used}; {decided}"))
    section = edition.section
    return QuizView(
        clinic_id=page.clinic_id,
        quiz_id=edition.id,
        title=edition.quiz.title.en,
        facts=facts,
        items=[_item(number, one, page.pack) for number, one in enumerate(edition.quiz.questions, start=1)],
        section=f"{section.number} {section.title}" if section else "",
        first_visit=edition.first_visit,
        homework=edition.homework,
        attested=bool(use_of(edition)),
        errors=[(refused.at or "attested", refused.message)] if refused else [],
    )


def _item(number: int, question: Question, pack: Pack) -> ItemView:
    ideas = {concept.id: concept.idea.en for concept in pack.concepts}
    return ItemView(
        number=number,
        text=question.question,
        options=_options(question),
        idea=ideas.get(question.concept, ""),
        explanation=question.explanation,
    )


def _options(question: Question) -> list[tuple[str, str, bool]]:
    if question.kind is QuestionKind.TRUE_FALSE:
        given = [("true", "True", "Verdadero"), ("false", "Not true", "No es verdad")]
    else:
        given = [(key, text.en, text.es) for key, text in question.options]
    return [
        *((english, spanish, key == question.answer) for key, english, spanish in given),
        ("Not sure", "No sé", False),
    ]
