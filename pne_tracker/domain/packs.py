"""A curriculum pack from plain data and back, with every mistake named (product.md: curriculum pack).

The data has the shape of the YAML file: the dataclasses of `curriculum.py` as mappings, texts as
`{en, es}`, options as mappings from id to text, `set` for a question's parallel set.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pne_tracker.domain.curriculum import (
    Concept,
    Flag,
    HomeworkKind,
    HomeworkTemplate,
    Minutes,
    Pack,
    Prompt,
    Question,
    QuestionKind,
    Rhythm,
    Schedule,
    Section,
    TeachBack,
    Text,
)
from pne_tracker.domain.pack_reader import Node, PackError, Problem
from pne_tracker.domain.pack_rules import broken_rules

__all__ = ["PackError", "Problem", "loose_question", "pack_from_dict"]

MAX_MINUTES: Final = 240
MAX_DAYS: Final = 365
MAX_VERSION: Final = 40
MAX_TITLE: Final = 120


def pack_from_dict(data: Mapping[str, object]) -> Pack:
    """The pack described by `data`; PackError naming every problem when it is not one.

    The shape is checked first; the rules between parts (numbers, prerequisites, concepts, answers,
    schedules) only when the shape holds, so that one slip is not reported as ten.
    """
    problems: list[Problem] = []
    pack = _pack(Node(data, "", problems))
    if not problems:
        problems.extend(broken_rules(pack))
    if problems:
        raise PackError(problems)
    return pack


def _pack(node: Node) -> Pack:
    named = node.fields(
        ("id", "version", "title", "pass_mark", "sections", "concepts", "flags", "weights"), ("baseline",)
    )
    weights = {name: weight.integer(-1000, 1000) for name, weight in named["weights"].pairs()}
    return Pack(
        id=named["id"].slug(),
        version=named["version"].string(MAX_VERSION),
        title=named["title"].text(),
        pass_mark=named["pass_mark"].fraction(),
        sections=tuple(_section(item) for item in named["sections"].items()),
        concepts=tuple(_concept(item) for item in named["concepts"].items()),
        flags=tuple(_flag(item) for item in named["flags"].items()),
        weights=MappingProxyType(weights),
        baseline=tuple(_question(item) for item in named["baseline"].items()),
    )


def _section(node: Node) -> Section:
    named = node.fields(
        ("number", "slug", "title", "patient_title", "minutes", "education", "summary", "primary"),
        (
            *("secondary", "hard", "soft", "teach_back", "images", "talking_points"),
            *("handout", "homework", "questions"),
        ),
    )
    return Section(
        number=named["number"].integer(1, 200),
        slug=named["slug"].slug(),
        title=named["title"].string(MAX_TITLE),
        patient_title=named["patient_title"].text(),
        minutes=_minutes(named["minutes"]),
        education=named["education"].string(),
        summary=named["summary"].text(),
        primary=named["primary"].strings(),
        secondary=named["secondary"].strings(),
        hard=named["hard"].numbers(),
        soft=named["soft"].numbers(),
        teach_back=_teach_back(named["teach_back"]),
        images=named["images"].strings(),
        talking_points=named["talking_points"].strings(),
        handout=named["handout"].optional_text(),
        homework=tuple(_homework(item) for item in named["homework"].items()),
        questions=tuple(_question(item) for item in named["questions"].items()),
    )


def _minutes(node: Node) -> Minutes:
    if node.absent:
        return Minutes(1, 1, 1)
    named = node.fields(("low", "typical", "high"))
    low, typical, high = (named[name].integer(1, MAX_MINUTES, 1) for name in ("low", "typical", "high"))
    return Minutes(low, typical, high)


def _teach_back(node: Node) -> TeachBack | None:
    if node.absent or node.value is None:
        return None
    named = node.fields(("ask", "listen_for"))
    return TeachBack(ask=named["ask"].text(), listen_for=named["listen_for"].string())


def _optional_string(node: Node) -> str:
    return "" if node.absent or node.value in ("", None) else node.string()


def _homework(node: Node) -> HomeworkTemplate:
    named = node.fields(
        ("key", "kind", "title", "instructions", "schedule"),
        ("required", "minutes", "prompts", "unlocked_by_therapist", "look_for", "barrier"),
    )
    return HomeworkTemplate(
        key=named["key"].slug(),
        kind=named["kind"].choice(HomeworkKind),
        title=named["title"].text(),
        instructions=named["instructions"].text(),
        schedule=_schedule(named["schedule"]),
        required=named["required"].boolean(default=True),
        minutes=named["minutes"].integer(1, MAX_MINUTES, 5),
        prompts=tuple(_prompt(item) for item in named["prompts"].items()),
        unlocked_by_therapist=named["unlocked_by_therapist"].boolean(default=False),
        look_for=_optional_string(named["look_for"]),
        barrier=_optional_string(named["barrier"]),
    )


def _schedule(node: Node) -> Schedule:
    if node.absent:
        return Schedule(Rhythm.ONCE, 1, 1, 1)
    named = node.fields(("rhythm", "entries", "days", "done_at"), ("per_week",))
    weekly = named["per_week"]
    return Schedule(
        rhythm=named["rhythm"].choice(Rhythm),
        entries=named["entries"].integer(1, MAX_DAYS, 1),
        days=named["days"].integer(1, MAX_DAYS, 1),
        done_at=named["done_at"].integer(1, MAX_DAYS, 1),
        per_week=None if weekly.absent or weekly.value is None else weekly.integer(1, 7, 1),
    )


def _options(node: Node) -> tuple[tuple[str, Text], ...]:
    return tuple((key, option.text()) for key, option in node.pairs())


def _prompt(node: Node) -> Prompt:
    named = node.fields(("id", "label"), ("field", "options", "required"))
    return Prompt(
        id=named["id"].slug(),
        label=named["label"].text(),
        field="text" if named["field"].absent else named["field"].string(),
        options=_options(named["options"]),
        required=named["required"].boolean(default=True),
    )


def _question(node: Node) -> Question:
    named = node.fields(("id", "concept", "kind", "question", "answer", "explanation"), ("options", "set"))
    return Question(
        id=named["id"].slug(),
        concept=named["concept"].string(),
        kind=named["kind"].choice(QuestionKind),
        question=named["question"].text(),
        answer=_answer(named["answer"]),
        explanation=named["explanation"].text(),
        options=_options(named["options"]),
        parallel_set="a" if named["set"].absent else named["set"].string(),
    )


def loose_question(node: Node) -> Question:
    """A question of a clinic's own quiz: without a set, and perhaps without a concept or an explanation."""
    named = node.fields(("id", "kind", "question", "answer"), ("concept", "explanation", "options"))
    concept = named["concept"]
    return Question(
        id=named["id"].slug(),
        concept="" if concept.absent or concept.value is None else concept.slug(),
        kind=named["kind"].choice(QuestionKind),
        question=named["question"].text(),
        answer=_answer(named["answer"]),
        explanation=named["explanation"].optional_text() or Text("", ""),
        options=_options(named["options"]),
    )


def _answer(node: Node) -> str:
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return node.string()


def _concept(node: Node) -> Concept:
    named = node.fields(("id", "idea", "instead"), ("why", "evidence"))
    return Concept(
        id=named["id"].slug(),
        idea=named["idea"].text(),
        instead=named["instead"].text(),
        why=_optional_string(named["why"]),
        evidence=_optional_string(named["evidence"]),
    )


def _flag(node: Node) -> Flag:
    named = node.fields(("id", "label", "question", "sections", "weight"), ("also",))
    return Flag(
        id=named["id"].slug(),
        label=named["label"].string(MAX_TITLE),
        question=named["question"].text(),
        sections=named["sections"].numbers(),
        weight=named["weight"].integer(0, 1000),
        also=_optional_string(named["also"]),
    )
