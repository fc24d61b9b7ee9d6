"""A quiz, one question a screen, and how it went once every question is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import url_for
from flask_babel import gettext as _

from pne_tracker.blueprints.portal.form_models import say
from pne_tracker.blueprints.portal.sent_models import read_text
from pne_tracker.domain.curriculum import Question, QuestionKind
from pne_tracker.domain.quiz import NOT_SURE, score_quiz
from pne_tracker.services.portal_reading import HomeworkPage


@dataclass(frozen=True, slots=True)
class QuestionModel:
    """One question: open, or answered with its explanation."""

    title: str
    intro: str
    id: str
    text: str
    options: list[tuple[str, str]]
    at: int
    of: int
    picked: str
    right: str
    heading: str
    explanation: str
    next_url: str
    next_text: str
    back_url: str
    post_url: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class ResultModel:
    """A finished quiz: how many were known, and the ideas to talk about."""

    title: str
    line: str
    late: bool
    paper: str = ""
    read: str = ""
    reply: str = ""
    known: list[tuple[str, str]] = field(default_factory=list)
    to_talk_about: list[tuple[str, str]] = field(default_factory=list)


def answers_of(page: HomeworkPage) -> Mapping[str, str]:
    """The answers kept so far, by question."""
    entry = page.item.by_occurrence.get(1)
    return entry.values if entry else {}


def first_open(page: HomeworkPage) -> int:
    """The place of the first question without an answer, from 1; the last one when there is none."""
    answers = answers_of(page)
    for place, question in enumerate(page.questions.every, start=1):
        if question.id not in answers:
            return place
    return max(len(page.questions.every), 1)


def question_model(page: HomeworkPage, at: int, error: str = "") -> QuestionModel:
    """The question at that place, never past the first open one."""
    every = page.questions.every
    at = max(1, min(at, first_open(page)))
    question = every[at - 1]
    picked = answers_of(page).get(question.id, "")
    last = at == len(every)
    here = url_for("portal.homework", homework_id=page.item.id)
    return QuestionModel(
        title=say(page.item.template.title),
        intro=say(page.item.template.instructions) if at == 1 and not picked else "",
        id=question.id,
        text=say(question.question),
        options=_options(question),
        at=at,
        of=len(every),
        picked=picked,
        right=question.answer,
        heading=_heading(question, picked),
        explanation=say(question.explanation),
        next_url=here if last else url_for("portal.homework", homework_id=page.item.id, q=at + 1),
        next_text=_("See how it went") if last else _("Next question"),
        back_url=url_for("portal.homework", homework_id=page.item.id, q=at - 1) if at > 1 else "",
        post_url=url_for("portal.answer", homework_id=page.item.id),
        error=error,
    )


def _options(question: Question) -> list[tuple[str, str]]:
    if question.kind is QuestionKind.TRUE_FALSE:
        given = [("true", _("True")), ("false", _("Not true"))]
    else:
        given = [(key, say(text)) for key, text in question.options]
    return [*given, (NOT_SURE, _("Not sure"))]


def _heading(question: Question, picked: str) -> str:
    if picked == question.answer:
        return str(_("Yes, that is so."))
    if not question.explanation.en:
        return str(_("Thank you. We can talk about this one."))
    if picked == NOT_SURE:
        return str(_("Not sure is fine. Here is how it works."))
    return str(_("Not quite. Here is why."))


def result_model(page: HomeworkPage) -> ResultModel:
    """How the quiz went: no grade, what to talk about."""
    entry = page.item.by_occurrence[1]
    scored = score_quiz(page.questions.own, entry.values, page.questions.baseline)
    right = sum(one.right for one in scored.answered)
    return ResultModel(
        title=say(page.item.template.title),
        line=_(
            "You got %(n)s of %(all)s. This is not a test. It shows us what to talk about.",
            n=right,
            all=len(scored.answered),
        ),
        late=entry.late,
        paper=_("From your paper. Your clinic typed it in for you.") if entry.from_paper else "",
        read=read_text(page.item, page.place) if page.item.was_read(entry) else "",
        reply=page.item.reply if page.item.was_read(entry) else "",
        known=[_pair(one.question) for one in scored.answered if one.right],
        to_talk_about=[_pair(one.question) for one in scored.answered if not one.right],
    )


def _pair(question: Question) -> tuple[str, str]:
    return say(question.question), say(question.explanation)
