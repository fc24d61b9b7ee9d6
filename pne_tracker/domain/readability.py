"""How easily a text reads, measured by the words alone: a grade for English, an ease for Spanish.

English: Flesch-Kincaid grade, 0.39 x words a sentence + 11.8 x syllables a word - 15.59. Spanish: perspicuity by
Szigriszt, 206.835 - 62.3 x syllables a word - words a sentence; 65 and more is quite easy. Syllables are counted by
vowels, which is near enough to say that a text is too hard, and never says that it is kind or true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MOST_GRADE: Final = 6.0
LEAST_EASE: Final = 65.0
MOST_WORDS: Final[Mapping[str, int]] = {"en": 15, "es": 20}
"""Words of one sentence; Spanish needs more of them for the same."""
ENOUGH_WORDS: Final = 8
"""A text of fewer words is not measured: its grade says nothing."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
_END = re.compile(r"[.!?:;]+[\"')”»]*(?:\s|$)")
_VOWELS_EN = re.compile(r"[aeiouy]+")
_STRONG_ES = "aeoáéíóú"
_NUCLEI_ES = re.compile(r"[aeoáéíóúiuüy]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text reads. `score` is a grade for English and an ease for Spanish; `longest` its longest sentence."""

    language: str
    words: int
    score: float
    longest: str
    longest_words: int

    @property
    def measured(self) -> bool:
        """Whether the text is long enough for its score to mean anything."""
        return self.words >= ENOUGH_WORDS

    @property
    def too_hard(self) -> bool:
        """Whether the text as a whole is harder than patients' texts may be."""
        if not self.measured:
            return False
        return self.score < LEAST_EASE if self.language == "es" else self.score > MOST_GRADE

    @property
    def too_long(self) -> bool:
        """Whether one sentence holds too many words."""
        return self.longest_words > MOST_WORDS[self.language]


def reading_of(text: str, language: str) -> Reading:
    """The measure of `text` in "en" or "es"."""
    sentences = _sentences(text)
    words = _WORD.findall(text)
    longest = max(sentences, key=lambda one: len(_WORD.findall(one)), default="")
    count = _syllables_es if language == "es" else _syllables_en
    score = 0.0
    if words:
        per_sentence = len(words) / max(len(sentences), 1)
        per_word = sum(map(count, words)) / len(words)
        score = (
            206.835 - 62.3 * per_word - per_sentence
            if language == "es"
            else 0.39 * per_sentence + 11.8 * per_word - 15.59
        )
    return Reading(language, len(words), round(score, 1), longest, len(_WORD.findall(longest)))


def advice(reading: Reading) -> tuple[str, ...]:
    """What to change so that patients can read it, in sentences for staff; empty when it reads well."""
    found = []
    if reading.too_hard and reading.language == "es":
        found.append(
            f"The Spanish reads at {reading.score:.0f} of 100; aim for {LEAST_EASE:.0f} or more. "
            "Use shorter words and shorter sentences."
        )
    elif reading.too_hard:
        found.append(
            f"The English reads at grade {reading.score:.1f}; keep it at {MOST_GRADE:.0f} or lower. "
            "Use shorter words and shorter sentences."
        )
    if reading.too_long:
        found.append(
            f"Split the sentence of {reading.longest_words} words that begins “{_beginning(reading.longest)}”."
        )
    return tuple(found)


def _sentences(text: str) -> list[str]:
    parts = (part.strip() for line in text.splitlines() for part in _END.split(line))
    return [part for part in parts if _WORD.search(part)]


def _beginning(sentence: str) -> str:
    words = sentence.split()
    return " ".join(words[:4]) + (" ..." if len(words) > 4 else "")


def _syllables_en(word: str) -> int:
    lower = word.lower()
    groups = len(_VOWELS_EN.findall(lower))
    silent = lower.endswith("e") and not lower.endswith("le")
    quiet_ed = lower.endswith("ed") and not lower.endswith(("ted", "ded"))
    if groups > 1 and (silent or quiet_ed):
        groups -= 1
    return max(groups, 1)


def _syllables_es(word: str) -> int:
    total = 0
    for nucleus in _NUCLEI_ES.findall(word.lower()):
        strong = sum(one in _STRONG_ES for one in nucleus)
        total += max(strong, 1)
    return max(total, 1)
