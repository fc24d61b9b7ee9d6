"""The paper form as its template draws it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from werkzeug.datastructures import ImmutableMultiDict

from pne_tracker.blueprints.portal.form_models import FormModel, form_model
from pne_tracker.domain.curriculum import HomeworkKind, Question
from pne_tracker.services.entries import Outcome, Typed
from pne_tracker.services.portal_reading import HomeworkPage
from pne_tracker.web.display import long_date

NOT_SURE = ("not_sure", "Not sure")
TRUE_FALSE = [("true", "True"), ("false", "False")]


@dataclass(frozen=True, slots=True)
class PaperModel:
    """The form, whose it is, and for a quiz its questions as (id, text, options, answer)."""

    form: FormModel
    patient: str
    back: str
    days: list[tuple[str, str]]
    questions: list[tuple[str, str, list[tuple[str, str]], str]]
    errors: list[tuple[str, str]]
    done: bool


def typed_form(form: ImmutableMultiDict[str, str]) -> Typed:
    """What was typed; a paper form has no draft, and staff answer its warnings with yes."""
    return Typed(
        occurrence=form.get("_n", type=int) or 1,
        raw={
            name: values if len(values) > 1 else values[0]
            for name, values in form.lists()
            if not name.startswith("_") and name != "csrf_token"
        },
        version=form.get("_version", type=int) or 0,
        sure=form.get("_sure") == "1",
    )


def paper_model(
    page: HomeworkPage, occurrence: int, typed: Typed | None, outcome: Outcome | None, refused: str
) -> PaperModel:
    """The form of one occurrence, with what was typed and what is open."""
    item = page.item
    form = form_model(
        page,
        occurrence,
        raw=typed.raw if typed else {},
        version=outcome.version if outcome else None,
        errors=outcome.errors if outcome else None,
        warnings=outcome.warnings if outcome else None,
        notices=tuple(outcome.notices) if outcome else (),
    )
    quiz = page.questions.every if item.kind is HomeworkKind.QUIZ else ()
    raw = typed.raw if typed else {}
    return PaperModel(
        form=form,
        patient=page.place.given_name,
        back=url_for("homework.show", homework_id=item.id),
        days=_days(page),
        questions=[(one.id, one.question.en, _options(one), str(raw.get(one.id, ""))) for one in quiz],
        errors=[("", refused)] if refused else form.errors,
        done=item.closed or not page.item.open_occurrences(page.today),
    )


def _days(page: HomeworkPage) -> list[tuple[str, str]]:
    """The occurrences that can be entered: by their day where each has one."""
    item = page.item
    return [
        (str(number), long_date(item.days[number - 1], weekday=True) if item.daily else f"Entry {number}")
        for number in item.open_occurrences(page.today)
    ]


def _options(question: Question) -> list[tuple[str, str]]:
    given = [(key, text.en) for key, text in question.options] or TRUE_FALSE
    return [*given, NOT_SURE]
