"""What was handed in, in words for staff: each field with its label, each figure with its unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Question, QuestionKind
from pne_tracker.domain.entry_fields import YES_NO, Control, FieldSpec, fields_of
from pne_tracker.domain.quiz import NOT_SURE

Answer = tuple[str, str]
"""A label and what was written for it."""

FIGURES = {
    "load": ("Load", "minutes x effort"),
    "change": ("Change", "points"),
    "relief": ("Relief", "points"),
    "minutes_in_bed": ("Time in bed", "min"),
    "minutes_asleep": ("Time asleep", "min"),
    "sleep_efficiency": ("Asleep of the time in bed", "%"),
    "hours": ("Lasted", "hours"),
    "left_accuracy": ("Left right", "%"),
    "right_accuracy": ("Right right", "%"),
    "gap_ms": ("Gap between sides", "ms"),
}


def answers(
    kind: HomeworkKind,
    template: HomeworkTemplate,
    values: Mapping[str, object],
    questions: Sequence[Question] = (),
) -> tuple[Answer, ...]:
    """Every filled field of an entry, in the order of its form. `questions` are those of a quiz."""
    if kind is HomeworkKind.QUIZ:
        return tuple(_quiz(one, str(values[one.id])) for one in questions if values.get(one.id))
    return tuple(
        (spec.label.en, _said(spec, values[spec.name]))
        for spec in fields_of(kind, template)
        if values.get(spec.name) not in (None, "", [])
    )


def _quiz(question: Question, answer: str) -> Answer:
    if answer == NOT_SURE:
        return question.question.en, "Not sure"
    if question.kind is QuestionKind.TRUE_FALSE:
        said = "True" if answer == "true" else "False"
    else:
        said = dict(question.options)[answer].en if answer in dict(question.options) else answer
    return question.question.en, said if answer == question.answer else f"{said} (not the right one)"


def _said(spec: FieldSpec, value: object) -> str:
    options = {key: text.en for key, text in (YES_NO if spec.control is Control.YES_NO else spec.options)}
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple):
        return ", ".join(options.get(str(one), str(one)) for one in value)
    return options.get(str(value), str(value))


def figures(derived: Mapping[str, object]) -> tuple[Answer, ...]:
    """What follows from an entry; figures that are not known are left out."""
    found = []
    for name, value in derived.items():
        if value is None or isinstance(value, dict | list):
            continue
        if name == "settled":
            found.append(("Settled by the next morning", "yes" if value else "no"))
        elif name in FIGURES:
            label, unit = FIGURES[name]
            found.append((label, f"{value} {unit}"))
    return tuple(found)
