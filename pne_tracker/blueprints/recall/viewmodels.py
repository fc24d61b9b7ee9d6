"""The recall page as its template shows it: a question, its explanation, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from pne_tracker.domain.curriculum import Question, QuestionKind, Text
from pne_tracker.domain.quiz import NOT_SURE
from pne_tracker.services.recall import RecallPage
from pne_tracker.web.portal_context import language


@dataclass(frozen=True, slots=True)
class QuestionModel:
    """One question: open, or with the answer `picked`, whether it was right, and why."""

    card_id: str
    id: str
    text: str
    options: list[tuple[str, str]]
    right: str
    picked: str = ""
    heading: str = ""
    explanation: str = ""
    extra: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class RecallModel:
    """The page: a question or, without one, `quiet` says why. `can_switch` when the clinic asks at all."""

    question: QuestionModel | None
    quiet: tuple[str, str]
    can_switch: bool
    on: bool


def recall_model(page: RecallPage, error: str = "") -> RecallModel:
    """What was answered today, else the question that waits, else a kind word."""
    question = None
    if page.answered is not None:
        question = _answered(str(page.answered.card_id), page.answered.question, page.answered.answer)
    elif page.due is not None:
        question = _open(str(page.due.card_id), page.due.question, error)
    return RecallModel(question, _quiet(page), page.switches.clinic, page.switches.patient)


def _quiet(page: RecallPage) -> tuple[str, str]:
    if page.switches.on or not page.switches.clinic or page.switches.patient:
        return str(_("No question for you now")), str(_("We will ask when it is time."))
    return str(_("The questions are off.")), str(_("You can turn them on again at any time."))


def _open(card_id: str, question: Question, error: str) -> QuestionModel:
    return QuestionModel(
        card_id, question.id, _say(question.question), _options(question), question.answer, error=error
    )


def _answered(card_id: str, question: Question, picked: str) -> QuestionModel:
    right = picked == question.answer
    return QuestionModel(
        card_id,
        question.id,
        _say(question.question),
        _options(question),
        question.answer,
        picked=picked,
        heading=_heading(right, picked),
        explanation=_say(question.explanation),
        extra=str(
            _("We will ask again in a while.") if right else _("We will look at this again at your visit.")
        ),
    )


def _options(question: Question) -> list[tuple[str, str]]:
    if question.kind is QuestionKind.TRUE_FALSE:
        given = [("true", str(_("True"))), ("false", str(_("Not true")))]
    else:
        given = [(key, _say(text)) for key, text in question.options]
    return [*given, (NOT_SURE, str(_("Not sure")))]


def _heading(right: bool, picked: str) -> str:
    if right:
        return str(_("Yes, that is so."))
    if picked == NOT_SURE:
        return str(_("Not sure is fine. Here is how it works."))
    return str(_("Not quite. Here is why."))


def _say(text: Text) -> str:
    return text.in_language(language())
