"""The grade that clinics are told agrees with the two measures that the shipped pack is held to."""

from __future__ import annotations

import pytest

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.domain.readability import advice, reading_of
from tests.domain.curriculum.readability import grades, patient_texts

TEXTS = [(name, text) for name, text in patient_texts(load_shipped()) if reading_of(text.en, "en").measured]


def test_the_grade_is_within_half_a_year_of_the_measure_by_hyphenation() -> None:
    apart = [abs(reading_of(text.en, "en").score - max(grades(text.en))) for _, text in TEXTS]
    assert len(apart) > 100
    assert sum(apart) / len(apart) < 0.3
    assert sorted(apart)[int(len(apart) * 0.95)] < 1.0


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_shipped_handouts_and_summaries_need_no_advice(language: str) -> None:
    for section in load_shipped().sections:
        for text in (section.summary, section.handout):
            assert text is not None
            assert advice(reading_of(text.in_language(language), language)) == (), section.number


def test_long_words_and_long_sentences_are_each_named() -> None:
    hard = (
        "Nociceptive transmission undergoes amplification centrally, necessitating comprehensive education."
    )
    assert "grade" in advice(reading_of(hard, "en"))[0]
    long = "We go out and we sit in the sun and we eat and then we all go back to bed."
    assert advice(reading_of(long, "en")) == (
        "Split the sentence of 20 words that begins “We go out and ...”.",
    )
    spanish = "La neurofisiología contemporánea recomienda reconceptualizaciones multidimensionales para cada persona."
    assert "of 100" in advice(reading_of(spanish, "es"))[0]


def test_a_few_words_are_not_measured() -> None:
    assert not reading_of("Neuroplasticity", "en").too_hard
    assert reading_of("", "es").words == 0
