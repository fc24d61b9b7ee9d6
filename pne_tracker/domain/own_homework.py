"""Homework that a therapist writes by hand: checked, and turned into an item like those of a curriculum."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import ceil
from typing import Final

from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Prompt, Rhythm, Schedule, Text
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.home_load import MOST_TIMES

MAX_TITLE: Final = 80
MAX_TEXT: Final = 1000
DONE_SHARE: Final = 0.7
KINDS: Final = {
    HomeworkKind.PRACTICE: "Practice, answered in words",
    HomeworkKind.JOURNAL: "Journal",
    HomeworkKind.READING: "Reading",
    HomeworkKind.CONVERSATION: "Talk with somebody",
    HomeworkKind.EXERCISE_LOG: "Exercise log",
    HomeworkKind.SLEEP_LOG: "Sleep log",
    HomeworkKind.STRESS_LOG: "Stress log",
    HomeworkKind.BREATHING: "Breathing",
}
IN_WORDS: Final = frozenset(
    {HomeworkKind.PRACTICE, HomeworkKind.JOURNAL, HomeworkKind.READING, HomeworkKind.CONVERSATION}
)
WORDS: Final = Prompt("words", Text("How did it go?", "¿Cómo le fue?"))


@dataclass(frozen=True, slots=True)
class OwnItem:
    """What was typed: `times` entries until `due_on`, for one section of the curriculum."""

    title: str
    kind: str
    text: str
    section: int
    due_on: dt.date
    times: int = 1
    required: bool = True


def template_of(own: OwnItem, key: str, today: dt.date) -> HomeworkTemplate:
    """The item, in the language it was written in. Raises BadInputError that names the field."""
    title, text = own.title.strip(), own.text.strip()
    if not title or len(title) > MAX_TITLE:
        raise BadInputError(f"Write a title of at most {MAX_TITLE} characters.", at="title")
    if own.kind not in set(KINDS):
        raise BadInputError("Choose how it is done.", at="kind")
    if not text or len(text) > MAX_TEXT:
        raise BadInputError(f"Say what to do, in at most {MAX_TEXT} characters.", at="text")
    if not 1 <= own.times <= MOST_TIMES:
        raise BadInputError(f"Ask for 1 to {MOST_TIMES} entries.", at="times")
    if own.due_on < today:
        raise BadInputError("Homework is due today or later.", at="due_on")
    kind = HomeworkKind(own.kind)
    days = max((own.due_on - today).days, 1)
    once = Schedule(Rhythm.ONCE, 1, days, 1)
    often = Schedule(Rhythm.FREE, own.times, days, ceil(own.times * DONE_SHARE))
    return HomeworkTemplate(
        key=key,
        kind=kind,
        title=Text(title, title),
        instructions=Text(text, text),
        schedule=once if own.times == 1 else often,
        required=own.required,
        prompts=(WORDS,) if kind in IN_WORDS else (),
    )
