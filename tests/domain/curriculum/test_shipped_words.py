"""The words of the shipped pack: plain English, a Spanish twin, no blame, nothing copied."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.domain.pack_data import pack_to_dict
from tests.domain.curriculum.readability import WORD, grades, patient_texts, sentences, single_texts

PACK = load_shipped()
READ = dict(patient_texts(PACK))
SINGLE = list(single_texts(PACK))
GUIDE = Path(__file__).parents[4] / "shared" / "reference" / "pne-billing-guide.txt"
RUN = 8


def words(text: str) -> list[str]:
    """Lower-case words without punctuation."""
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of RUN words."""
    found = words(text)
    return {tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)}


def strings(data: object) -> list[str]:
    """Every text of plain data."""
    if isinstance(data, str):
        return [data]
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [text for value in inner for text in strings(value)]


def test_the_measure_knows_an_easy_text_from_a_hard_one() -> None:
    easy = "Your nerves warn you. The pain is real."
    hard = "Peripheral sensitization facilitates disproportionate nociceptive transmission."
    assert max(grades(easy)) < 3
    assert min(grades(hard)) > 12
    assert grades("An open area.")[1] > grades("An open area.")[0], "the second measure hears more syllables"


@pytest.mark.parametrize("name", READ)
def test_a_patient_text_reads_at_sixth_grade_or_below_by_both_measures(name: str) -> None:
    by_hyphens, by_ear = grades(READ[name].en)
    assert max(by_hyphens, by_ear) <= 6, READ[name].en


def test_patient_sentences_stay_under_fifteen_words() -> None:
    long = [
        (name, one) for name, text in SINGLE for one in sentences(text.en) if len(WORD.findall(one)) >= 15
    ]
    assert long == []


def test_every_patient_text_has_a_spanish_twin_of_its_own() -> None:
    same = [name for name, text in SINGLE if text.en.strip().lower() == text.es.strip().lower()]
    assert same == []
    lopsided = [
        name for name, text in SINGLE if len(text.en) > 40 and not 0.7 < len(text.es) / len(text.en) < 2.0
    ]
    assert lopsided == []


def test_the_twins_ask_the_same_number_of_paragraphs() -> None:
    for section in PACK.sections:
        assert section.handout is not None
        assert section.handout.en.count("\n\n") == section.handout.es.count("\n\n") >= 3, section.number


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b(tú|tu|tus|ti|contigo|vos|vosotros|vosotras|te|eres|tienes|puedes|quieres|haz|dile)\b",
        r"\bcrisis\b|\bimaginari[oa]s?\b",
        r"\bestoy (segur|list|cansad|preocupad)[oa]\b",
    ],
)
def test_spanish_says_usted_and_guesses_no_gender(pattern: str) -> None:
    found = [(name, text.es) for name, text in SINGLE if re.search(pattern, text.es, re.IGNORECASE)]
    assert found == []


def test_spanish_questions_open_with_their_mark() -> None:
    unopened = [name for name, text in SINGLE if text.es.count("?") != text.es.count("¿")]
    assert unopened == []


def test_handouts_fill_about_a_page() -> None:
    for section in PACK.sections:
        assert section.handout is not None
        assert 110 <= len(WORD.findall(section.handout.en)) <= 210, section.number


def test_summaries_are_four_to_seven_sentences() -> None:
    lengths = {section.number: len(sentences(section.summary.en)) for section in PACK.sections}
    assert {number: count for number, count in lengths.items() if not 4 <= count <= 7} == {}


def test_no_text_to_patients_blames_or_promises_a_cure() -> None:
    told = [
        (name, text.en)
        for name, text in SINGLE
        if name.endswith(("summary", "handout", "instructions", "explanation"))
    ]
    unkind = r"\b(lazy|fail(ed|ure)?|overdue|cured?|your own fault|give up|non-?complian\w+|pain-free)\b"
    assert [one for one in told if re.search(unkind, one[1], re.IGNORECASE)] == []


@pytest.mark.parametrize("number", range(1, 15))
def test_each_handout_says_when_to_have_a_sign_checked(number: int) -> None:
    handout = PACK.by_number[number].handout
    assert handout is not None
    if number not in {3, 12}:
        assert re.search(r"call us|911|tell us", handout.en, re.IGNORECASE)
        assert re.search(r"llámenos|911|cuéntenos|avísenos|díganos", handout.es, re.IGNORECASE)


@pytest.mark.parametrize("number", [1, 6, 8, 10, 13, 14])
def test_the_sections_on_brain_and_feelings_say_that_pain_is_real(number: int) -> None:
    section = PACK.by_number[number]
    assert section.handout is not None
    assert re.search(r"pain is (always )?real|real pain|It is real", section.summary.en + section.handout.en)


def test_crisis_lines_are_kept_out_of_the_pack() -> None:
    assert [text for text in strings(pack_to_dict(PACK)) if "988" in text] == []


@pytest.mark.skipif(not GUIDE.exists(), reason="the guide is not beside this checkout")
def test_no_sentence_is_taken_from_the_guide() -> None:
    guide = runs(GUIDE.read_text("utf-8"))
    shared = {" ".join(run) for text in strings(pack_to_dict(PACK)) for run in runs(text) & guide}
    assert shared == set()


def test_no_sentence_of_the_notes_is_used_twice() -> None:
    notes = [section.education for section in PACK.sections]
    assert all(not runs(one) & runs(other) for one, other in pairwise(notes))
