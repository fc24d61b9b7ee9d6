"""Reading grade of English patient texts, the two measures of the content brief, and the texts of a pack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pyphen

from pne_tracker.domain.curriculum import HomeworkTemplate, Pack, Prompt, Question, Section, Text

HYPHENS = pyphen.Pyphen(lang="en_US")
WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?|\d+")
SENTENCE_END = re.compile(r"[.!?:]+[\"')]*(?:\s|$)")
VOWELS = re.compile(r"[aeiouy]+")


@cache
def hyphen_syllables(word: str) -> int:
    """Syllables by hyphenation, which misses some short ones."""
    return len(HYPHENS.positions(word)) + 1


@cache
def heard_syllables(word: str) -> int:
    """The larger of the hyphenation's count and the number of vowel groups (silent e left out)."""
    lower = word.lower()
    groups = len(VOWELS.findall(lower))
    if lower.endswith("e") and not lower.endswith("le") and groups > 1:
        groups -= 1
    return max(hyphen_syllables(word), groups, 1)


def sentences(text: str) -> list[str]:
    """The sentences of a text that hold a word; a line end closes one, too."""
    parts = (part for line in text.splitlines() for part in SENTENCE_END.split(line))
    return [part for part in parts if WORD.search(part)]


def grades(text: str) -> tuple[float, float]:
    """Flesch-Kincaid grade by hyphenation and by the larger count."""
    words = WORD.findall(text)
    per_sentence = len(words) / max(len(sentences(text)), 1)

    def grade(syllables: int) -> float:
        return 0.39 * per_sentence + 11.8 * syllables / len(words) - 15.59

    return grade(sum(map(hyphen_syllables, words))), grade(sum(map(heard_syllables, words)))


def _prompt(prompt: Prompt) -> Text:
    """A prompt read with its options as one sentence."""
    return _joined(prompt.label, *_choices(prompt.options))


def _choices(options: tuple[tuple[str, Text], ...]) -> tuple[Text, ...]:
    if not options:
        return ()
    english = ", ".join(text.en.rstrip(".") for _, text in options) + "."
    spanish = ", ".join(text.es.rstrip(".") for _, text in options) + "."
    return (Text(english, spanish),)


def _joined(*texts: Text) -> Text:
    return Text(" ".join(text.en for text in texts), " ".join(text.es for text in texts))


def _homework(item: HomeworkTemplate) -> Iterator[tuple[str, Text]]:
    yield f"{item.key} title", item.title
    yield f"{item.key} instructions", item.instructions
    for prompt in item.prompts:
        yield f"{item.key} {prompt.id}", _prompt(prompt)


def _question(question: Question) -> tuple[str, Text]:
    return question.id, _joined(question.question, *_choices(question.options), question.explanation)


def _section(section: Section) -> Iterator[tuple[str, Text]]:
    name = f"section {section.number}"
    yield f"{name} title", section.patient_title
    yield f"{name} summary", section.summary
    if section.handout:
        yield f"{name} handout", section.handout
    if section.teach_back:
        yield f"{name} teach-back", section.teach_back.ask
    for item in section.homework:
        yield from _homework(item)
    for question in section.questions:
        yield _question(question)


def patient_texts(pack: Pack) -> Iterator[tuple[str, Text]]:
    """Every text that a patient reads, with its name, put together as it is read."""
    yield "title", pack.title
    for flag in pack.flags:
        yield f"flag {flag.id}", flag.question
    for concept in pack.concepts:
        yield f"idea {concept.id}", concept.idea
        yield f"instead {concept.id}", concept.instead
    for question in pack.baseline:
        yield _question(question)
    for section in pack.sections:
        yield from _section(section)


def single_texts(pack: Pack) -> Iterator[tuple[str, Text]]:
    """Every patient text by itself, options one by one."""
    yield "title", pack.title
    for flag in pack.flags:
        yield f"flag {flag.id}", flag.question
    for concept in pack.concepts:
        yield f"idea {concept.id}", concept.idea
        yield f"instead {concept.id}", concept.instead
    for question in pack.baseline:
        yield from _single_question(question)
    for section in pack.sections:
        name = f"section {section.number}"
        yield f"{name} title", section.patient_title
        yield f"{name} summary", section.summary
        if section.handout:
            yield f"{name} handout", section.handout
        if section.teach_back:
            yield f"{name} teach-back", section.teach_back.ask
        for item in section.homework:
            yield from _single_homework(item)
        for question in section.questions:
            yield from _single_question(question)


def _single_homework(item: HomeworkTemplate) -> Iterator[tuple[str, Text]]:
    yield f"{item.key} title", item.title
    yield f"{item.key} instructions", item.instructions
    for prompt in item.prompts:
        yield f"{item.key} {prompt.id}", prompt.label
        for key, option in prompt.options:
            yield f"{item.key} {prompt.id} {key}", option


def _single_question(question: Question) -> Iterator[tuple[str, Text]]:
    yield f"{question.id} question", question.question
    yield f"{question.id} explanation", question.explanation
    for key, option in question.options:
        yield f"{question.id} {key}", option
