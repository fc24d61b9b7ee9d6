"""A curriculum pack: the sections of pain neuroscience education, what each teaches, asks and sends home.

Shapes only, immutable and free of any file format. `packs.py` builds them from plain data, the adapter
reads the YAML. Patient-facing text comes in every language of the pack, staff text in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Text:
    """One patient-facing text in the pack's languages."""

    en: str
    es: str

    def in_language(self, language: str) -> str:
        """The text in `language` ("en", "es", or a tag like "es-MX"); English when it is another."""
        return self.es if language.lower().startswith("es") else self.en


class HomeworkKind(StrEnum):
    """How a homework item is done, and so which form and which checks it has."""

    QUIZ = "quiz"
    EXERCISE_LOG = "exercise_log"
    SLEEP_LOG = "sleep_log"
    STRESS_LOG = "stress_log"
    FLARE_LOG = "flare_log"
    JOURNAL = "journal"
    READING = "reading"
    CONVERSATION = "conversation"
    PRACTICE = "practice"
    BREATHING = "breathing"
    LATERALITY = "laterality"
    IMAGERY = "imagery"
    REVIEW = "review"


class Rhythm(StrEnum):
    """How the expected entries of a homework item are spread over its days."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is expected of one homework item.

    `entries` in all within `days` days of assigning it; `per_week` of them a week when the rhythm is weekly;
    the item counts as done at `done_at` entries.
    """

    rhythm: Rhythm
    entries: int
    days: int
    done_at: int
    per_week: int | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question of a journal, reading, conversation, practice or review; `field` is its form control."""

    id: str
    label: Text
    field: str = "text"  # text | short | scale (0-10) | yes_no | choice | date
    options: tuple[tuple[str, Text], ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class HomeworkTemplate:
    """A homework item of a section, as proposed at a visit; one not `offered` stays for drafts that chose it.

    A quiz of the clinic's own has its `questions`; one that asks `first_visit` asks them, the first time, in place
    of the pack's baseline. Other quizzes ask what the pack asks.
    """

    key: str
    kind: HomeworkKind
    title: Text
    instructions: Text
    schedule: Schedule
    required: bool = True
    minutes: int = 5
    prompts: tuple[Prompt, ...] = ()
    unlocked_by_therapist: bool = False
    look_for: str = ""
    barrier: str = ""
    offered: bool = True
    questions: tuple[Question, ...] = ()
    first_visit: tuple[Question, ...] = ()


class QuestionKind(StrEnum):
    """The two forms of a check question; both also offer "not sure"."""

    TRUE_FALSE = "true_false"
    CHOOSE_ONE = "choose_one"


@dataclass(frozen=True, slots=True)
class Question:
    """A check question tied to one concept. `answer` is "true", "false" or an option's id."""

    id: str
    concept: str
    kind: QuestionKind
    question: Text
    answer: str
    explanation: Text
    options: tuple[tuple[str, Text], ...] = ()
    parallel_set: str = "a"


@dataclass(frozen=True, slots=True)
class TeachBack:
    """What the therapist asks, and what a good answer has."""

    ask: Text
    listen_for: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes to teach a section: low, typical, high."""

    low: int
    typical: int
    high: int


@dataclass(frozen=True, slots=True)
class Section:
    """One of the sections, 1 to 14 in the shipped pack."""

    number: int
    slug: str
    title: str
    patient_title: Text
    minutes: Minutes
    education: str
    summary: Text
    primary: tuple[str, ...]
    secondary: tuple[str, ...] = ()
    hard: tuple[int, ...] = ()
    soft: tuple[int, ...] = ()
    teach_back: TeachBack | None = None
    images: tuple[str, ...] = ()
    talking_points: tuple[str, ...] = ()
    handout: Text | None = None
    homework: tuple[HomeworkTemplate, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Concept:
    """A belief in plain words, with the common misbelief it answers."""

    id: str
    idea: Text
    instead: Text
    why: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """A yellow flag: its question to the patient, the sections it pulls up and by how much."""

    id: str
    label: str
    question: Text
    sections: tuple[int, ...]
    weight: int
    also: str = ""


@dataclass(frozen=True)
class Pack:
    """A whole curriculum at one version. `weights` holds the planner's numbers by code."""

    id: str
    version: str
    title: Text
    pass_mark: float
    sections: tuple[Section, ...]
    concepts: tuple[Concept, ...]
    flags: tuple[Flag, ...]
    weights: Mapping[str, int]
    baseline: tuple[Question, ...] = field(default=())

    @cached_property
    def by_number(self) -> dict[int, Section]:
        """Sections by number."""
        return {section.number: section for section in self.sections}

    @cached_property
    def concept_ids(self) -> frozenset[str]:
        """Ids of all concepts."""
        return frozenset(concept.id for concept in self.concepts)

    @cached_property
    def templates(self) -> dict[str, tuple[Section, HomeworkTemplate]]:
        """Homework templates by key, with their section."""
        return {item.key: (section, item) for section in self.sections for item in section.homework}
