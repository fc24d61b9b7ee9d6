"""The rules between the parts of a curriculum pack: numbers, prerequisites, concepts, answers, schedules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pne_tracker.domain.curriculum import (
    HomeworkKind,
    HomeworkTemplate,
    Pack,
    Prompt,
    Question,
    QuestionKind,
    Rhythm,
    Schedule,
    Section,
)
from pne_tracker.domain.pack_reader import Problem

PROMPT_FIELDS: Final = ("text", "short", "scale", "yes_no", "choice", "date")
PARALLEL_SETS: Final = ("a", "b")
# Penalties may not reward and rewards may not punish, or adding a flag could lower what it points to.
PENALTIES: Final = frozenset({"prerequisite_hard", "prerequisite_soft", "revisits_first"})
REWARDS: Final = frozenset(
    {
        *("order_step", "start_here", "concept_gap_primary", "concept_gap_secondary"),
        *("concept_gap_partial_primary", "concept_gap_partial_secondary", "concept_gap_more"),
        *("homework_due", "homework_overdue_per_day", "homework_overdue_max", "homework_missed"),
        *("revisit_due", "homework_too", "check_needed"),
        *("weeks_since_taught_per_week", "weeks_since_taught_max"),
    }
)
_PROMPTED: Final = frozenset(
    {
        *(HomeworkKind.JOURNAL, HomeworkKind.READING, HomeworkKind.CONVERSATION),
        *(HomeworkKind.PRACTICE, HomeworkKind.REVIEW, HomeworkKind.IMAGERY),
    }
)


def broken_rules(pack: Pack) -> Iterator[Problem]:
    """Every broken rule of a well-shaped pack, in the order of the data."""
    yield from _numbers(pack)
    yield from _unique_names(pack)
    yield from _concepts(pack)
    yield from _prerequisites(pack)
    yield from _flags(pack)
    yield from _weights(pack.weights)
    for at, section in enumerate(pack.sections):
        yield from _section(section, f"sections[{at}]", pack.concept_ids)
    for at, question in enumerate(pack.baseline):
        yield from _question(question, f"baseline[{at}]", pack.concept_ids)


def _numbers(pack: Pack) -> Iterator[Problem]:
    if not pack.sections:
        yield Problem("sections", "Add at least one section.")
    for at, section in enumerate(pack.sections):
        if section.number != at + 1:
            yield Problem(f"sections[{at}].number", f"Number the sections 1 to n in order: {at + 1} here.")


def _repeated(named: Iterable[tuple[str, str]], what: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, name in named:
        if name in seen:
            yield Problem(path, f"Use another {what}: {name!r} is taken.")
        seen.add(name)


def _unique_names(pack: Pack) -> Iterator[Problem]:
    sections = list(enumerate(pack.sections))
    yield from _repeated(((f"sections[{at}].slug", one.slug) for at, one in sections), "slug")
    yield from _repeated(((f"concepts[{at}].id", one.id) for at, one in enumerate(pack.concepts)), "id")
    yield from _repeated(((f"flags[{at}].id", one.id) for at, one in enumerate(pack.flags)), "id")
    keys = (
        (f"sections[{at}].homework[{nth}].key", item.key)
        for at, one in sections
        for nth, item in enumerate(one.homework)
    )
    yield from _repeated(keys, "homework key")
    ids = [
        (f"sections[{at}].questions[{nth}].id", question.id)
        for at, one in sections
        for nth, question in enumerate(one.questions)
    ]
    ids.extend((f"baseline[{nth}].id", question.id) for nth, question in enumerate(pack.baseline))
    yield from _repeated(ids, "question id")


def _concepts(pack: Pack) -> Iterator[Problem]:
    taught = {name for section in pack.sections for name in section.primary}
    for at, concept in enumerate(pack.concepts):
        if concept.id not in taught:
            yield Problem(
                f"concepts[{at}].id", f"Name {concept.id!r} as primary in a section: none teaches it."
            )


def _prerequisites(pack: Pack) -> Iterator[Problem]:
    numbers = pack.by_number
    for at, section in enumerate(pack.sections):
        for name, needed in (("hard", section.hard), ("soft", section.soft)):
            for nth, number in enumerate(needed):
                where = f"sections[{at}].{name}[{nth}]"
                if number not in numbers:
                    yield Problem(where, f"Name a section of this pack: there is no section {number}.")
                if number in needed[:nth] or (name == "soft" and number in section.hard):
                    yield Problem(where, f"Name section {number} once.")
    circle = _circle({section.number: (*section.hard, *section.soft) for section in pack.sections})
    if circle:
        at = next(at for at, section in enumerate(pack.sections) if section.number == circle[0])
        listed = ", ".join(map(str, circle))
        yield Problem(f"sections[{at}].hard", f"Break the circle of prerequisites between sections {listed}.")


def _circle(needs: Mapping[int, tuple[int, ...]]) -> list[int]:
    """Numbers that wait for one another, sorted; empty when some order meets all prerequisites."""
    waiting = {number: {need for need in needed if need in needs} for number, needed in needs.items()}
    free = [number for number, needed in waiting.items() if not needed]
    while free:
        for number in free:
            del waiting[number]
        for needed in waiting.values():
            needed.difference_update(free)
        free = [number for number, needed in waiting.items() if not needed]
    return sorted(waiting)


def _flags(pack: Pack) -> Iterator[Problem]:
    for at, flag in enumerate(pack.flags):
        if not flag.sections:
            yield Problem(f"flags[{at}].sections", "Name the sections that this flag pulls up.")
        for nth, number in enumerate(flag.sections):
            if number not in pack.by_number:
                message = f"Name a section of this pack: there is no section {number}."
                yield Problem(f"flags[{at}].sections[{nth}]", message)


def _weights(weights: Mapping[str, int]) -> Iterator[Problem]:
    for name, weight in weights.items():
        if name not in PENALTIES | REWARDS:
            known = ", ".join(sorted(PENALTIES | REWARDS))
            yield Problem(f"weights.{name}", f"Remove the unknown weight {name!r}; known: {known}.")
        elif name in PENALTIES and weight > 0:
            yield Problem(
                f"weights.{name}", "Write 0 or a negative number: this weight pushes a section down."
            )
        elif name in REWARDS and weight < 0:
            yield Problem(f"weights.{name}", "Write 0 or a positive number: this weight pulls a section up.")


def _section(section: Section, path: str, known: frozenset[str]) -> Iterator[Problem]:
    minutes = section.minutes
    if not minutes.low <= minutes.typical <= minutes.high:
        yield Problem(f"{path}.minutes", "Order the minutes: low, typical, high.")
    if not section.primary:
        yield Problem(f"{path}.primary", "Name at least one concept that this section teaches first.")
    yield from _section_concepts(section, path, known)
    for at, item in enumerate(section.homework):
        yield from _homework(item, f"{path}.homework[{at}]")
    own = frozenset((*section.primary, *section.secondary))
    for at, question in enumerate(section.questions):
        yield from _question(question, f"{path}.questions[{at}]", own)


def _section_concepts(section: Section, path: str, known: frozenset[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for name, concepts in (("primary", section.primary), ("secondary", section.secondary)):
        for at, concept in enumerate(concepts):
            if concept not in known:
                yield Problem(
                    f"{path}.{name}[{at}]", f"Add the concept {concept!r} to this pack, or remove it."
                )
            if concept in seen:
                yield Problem(f"{path}.{name}[{at}]", f"Name the concept {concept!r} once.")
            seen.add(concept)


def _homework(item: HomeworkTemplate, path: str) -> Iterator[Problem]:
    yield from _schedule(item.schedule, f"{path}.schedule")
    if item.kind in _PROMPTED and not item.prompts:
        yield Problem(
            f"{path}.prompts", f"Add at least one prompt: a {item.kind.value} has no form of its own."
        )
    if item.kind not in _PROMPTED and item.prompts:
        yield Problem(f"{path}.prompts", f"Remove the prompts: the form of a {item.kind.value} is built in.")
    if item.prompts and not any(prompt.required for prompt in item.prompts):
        yield Problem(f"{path}.prompts", "Make at least one prompt required, or a blank entry would count.")
    yield from _repeated(
        ((f"{path}.prompts[{at}].id", prompt.id) for at, prompt in enumerate(item.prompts)), "prompt id"
    )
    for at, prompt in enumerate(item.prompts):
        yield from _prompt(prompt, f"{path}.prompts[{at}]")


def _schedule(schedule: Schedule, path: str) -> Iterator[Problem]:
    if schedule.done_at > schedule.entries:
        yield Problem(f"{path}.done_at", "Ask for no more entries than the schedule expects.")
    if schedule.rhythm is Rhythm.ONCE and schedule.entries != 1:
        yield Problem(f"{path}.entries", "Expect one entry when the rhythm is once.")
    if schedule.rhythm is Rhythm.DAILY and schedule.entries != schedule.days:
        yield Problem(f"{path}.entries", "Expect one entry a day when the rhythm is daily.")
    if (schedule.rhythm is Rhythm.WEEKLY) != (schedule.per_week is not None):
        yield Problem(f"{path}.per_week", "Give per_week when the rhythm is weekly, and only then.")
    elif schedule.per_week is not None and schedule.entries * 7 != schedule.per_week * schedule.days:
        yield Problem(f"{path}.entries", "Expect per_week x days / 7 entries when the rhythm is weekly.")


def _prompt(prompt: Prompt, path: str) -> Iterator[Problem]:
    if prompt.field not in PROMPT_FIELDS:
        yield Problem(f"{path}.field", "Use one of: " + ", ".join(PROMPT_FIELDS) + ".")
    if (prompt.field == "choice") != bool(prompt.options):
        yield Problem(f"{path}.options", "Give options when the field is choice, and only then.")
    elif prompt.options and len(prompt.options) < 2:
        yield Problem(f"{path}.options", "Give at least two options.")


def _question(question: Question, path: str, concepts: frozenset[str]) -> Iterator[Problem]:
    if question.concept not in concepts:
        yield Problem(f"{path}.concept", f"Ask about a concept taught here: {question.concept!r} is not.")
    if question.parallel_set not in PARALLEL_SETS:
        yield Problem(f"{path}.set", "Use set a or b.")
    yield from answer_rules(question, path)


def answer_rules(question: Question, path: str) -> Iterator[Problem]:
    """Whether the options and the right answer fit the kind of a question."""
    if question.kind is QuestionKind.TRUE_FALSE:
        if question.options:
            yield Problem(
                f"{path}.options", "Remove the options: true, false and not sure are always offered."
            )
        answers: tuple[str, ...] = ("true", "false")
    else:
        if not 2 <= len(question.options) <= 5:
            yield Problem(f"{path}.options", "Give two to five options.")
        answers = tuple(key for key, _ in question.options)
    if question.answer not in answers:
        yield Problem(f"{path}.answer", "Name the right answer: one of " + ", ".join(answers) + ".")
