"""Homework entries: what was typed in, checked on the server, with what follows from it (curriculum.md 7).

Blank is never 0. A warning asks "is this right?" and does not refuse; an error does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pne_tracker.domain import entry_texts as say
from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Question
from pne_tracker.domain.entry_derived import derive
from pne_tracker.domain.entry_fields import PREFILLED, FieldSpec, fields_of
from pne_tracker.domain.entry_parse import Mistake, Raw, Value, cleaned, is_blank, parse
from pne_tracker.domain.entry_texts import Message
from pne_tracker.domain.quiz import unanswered

WHOLE_ENTRY: Final = ""


@dataclass(frozen=True, slots=True)
class EntryResult:
    """What became of an entry.

    `values` (typed by field) and `derived` are JSON-safe. `errors` and `warnings` are by field name; the
    error of the whole entry is under "". `notices` are to be shown first and never keep an entry from being
    saved: they tell the patient to seek care, or to stop.
    """

    values: dict[str, Any] = field(default_factory=dict)
    derived: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Message] = field(default_factory=dict)
    warnings: dict[str, Message] = field(default_factory=dict)
    notices: tuple[Message, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the entry may be handed in."""
        return not self.errors


def validate(
    kind: HomeworkKind,
    template: HomeworkTemplate | None,
    raw: Mapping[str, Raw],
    *,
    today: date,
    zone: str = "UTC",
    questions: Sequence[Question] = (),
) -> EntryResult:
    """Check one entry as it is handed in.

    `raw` are form fields by name, `today` the patient's date, `zone` the patient's IANA time zone,
    `questions` those of a quiz (fields are the question ids). Fields the form does not have are ignored. A
    wholly blank entry is refused; the day and time that a form fills in by itself do not make it filled.
    """
    if kind is HomeworkKind.QUIZ:
        return _quiz(questions, raw)
    specs = fields_of(kind, template)
    if all(is_blank(raw.get(spec.name)) for spec in specs if spec.control not in PREFILLED):
        return EntryResult(errors={WHOLE_ENTRY: say.BLANK})
    values, errors, warnings = _parsed(specs, raw, today)
    if errors:
        return EntryResult(values, {}, errors, warnings, _notices_of(kind, values))
    made = derive(kind, values, zone)
    return EntryResult(values, made.figures, made.errors, warnings | made.warnings, made.notices)


def _parsed(
    specs: Sequence[FieldSpec], raw: Mapping[str, Raw], today: date
) -> tuple[dict[str, Value], dict[str, Message], dict[str, Message]]:
    values: dict[str, Value] = {}
    errors: dict[str, Message] = {}
    warnings: dict[str, Message] = {}
    for spec in specs:
        try:
            values[spec.name], warning = parse(spec, raw.get(spec.name), today)
        except Mistake as mistake:
            errors[spec.name] = mistake.message
        else:
            if warning is not None:
                warnings[spec.name] = warning
    return values, errors, warnings


def _notices_of(kind: HomeworkKind, values: Mapping[str, Any]) -> tuple[Message, ...]:
    """Danger signs are answered at once, even while another field is still wrong."""
    signs = values.get("new_signs") if kind is HomeworkKind.FLARE_LOG else None
    return (say.CALL_NOW,) if signs and signs != ["none"] else ()


def _quiz(questions: Sequence[Question], raw: Mapping[str, Raw]) -> EntryResult:
    answers = {one.id: cleaned(raw.get(one.id)) for one in questions}
    if not any(answers.values()):
        return EntryResult(errors={WHOLE_ENTRY: say.BLANK})
    errors = dict.fromkeys(unanswered(questions, answers), say.UNANSWERED)
    return EntryResult({name: answer for name, answer in answers.items() if answer}, errors=errors)
