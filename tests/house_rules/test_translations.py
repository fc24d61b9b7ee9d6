"""Patients read every page in their language, and in plain words."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from pne_tracker.domain.crisis import CARD, NOTICE
from pne_tracker.domain.entry_fields import FORMS
from tests.domain.curriculum.readability import grades

ROOT = Path(__file__).resolve().parents[2]
CATALOG = ROOT / "pne_tracker" / "translations" / "es" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%\((\w+)\)[sd]")
STAND_INS = {
    "num": "4",
    "n": "3",
    "all": "9",
    "share": "78",
    "name": "Maya",
    "person": "Maya",
    "day": "on Monday",
}
STAFF_WORDS = {"blocked", "exported", "void", "withdrawn", "signed", "Code %(number)s"}
HIGHEST = 6.0
FORMAL = re.compile(r"\b(tú|tu|tus|vos|vosotros|te|ti|contigo)\b", re.IGNORECASE)


@cache
def found() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Every text marked for translation: first file it is in, singular and plural."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as handle:
        methods, options = parse_mapping_cfg(handle)
    texts: dict[str, tuple[str, tuple[str, ...]]] = {}
    for folder in ("pne_tracker/blueprints", "pne_tracker/web", "templates"):
        for name, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder,
            [
                (pattern.removeprefix(f"{folder}/"), method)
                for pattern, method in methods
                if pattern.startswith(folder)
            ],
            options,
            KEYWORDS,
        ):
            forms = (message,) if isinstance(message, str) else tuple(message)
            texts.setdefault(forms[0], (name, forms))
    return texts


@cache
def catalog() -> Catalog:
    with CATALOG.open("rb") as handle:
        return read_po(handle, locale="es")


def _twin(text: str) -> tuple[str, ...]:
    message = catalog().get(text)
    if not isinstance(message, Message):
        return ()
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_no_text_hides_in_an_f_string_where_it_is_not_found() -> None:
    hidden = re.compile(r"\{\s*(?:_|_l|gettext|ngettext)\(")
    for path in sorted((ROOT / "pne_tracker").rglob("*.py")):
        assert not hidden.search(path.read_text(encoding="utf-8")), path


def test_the_pages_were_looked_through() -> None:
    assert len(found()) > 150
    assert "Save this night" in found()
    assert "Share with %(person)s" in found()


@pytest.mark.parametrize("text", sorted(found()))
def test_every_text_has_a_spanish_twin(text: str) -> None:
    twin = _twin(text)
    assert twin, f"no Spanish for {text!r}"
    assert all(one.strip() for one in twin)


@pytest.mark.parametrize("text", sorted(found()))
def test_a_twin_keeps_the_places_for_names_and_numbers(text: str) -> None:
    for english, spanish in zip(found()[text][1], _twin(text), strict=True):
        assert set(PLACE.findall(spanish)) == set(PLACE.findall(english))


def test_spanish_speaks_with_usted() -> None:
    for text in found():
        for one in _twin(text):
            assert not FORMAL.search(one), one


def test_no_translation_is_left_over() -> None:
    known = {
        message.id if isinstance(message.id, str) else message.id[0] for message in catalog() if message.id
    }
    assert known == set(found())


def _texts(compiled: Catalog) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in compiled if message.id}


def test_the_compiled_catalogue_is_current() -> None:
    fresh = io.BytesIO()
    write_mo(fresh, catalog())
    fresh.seek(0)
    with CATALOG.with_suffix(".mo").open("rb") as handle:
        kept = _texts(read_mo(handle))
    assert kept == _texts(read_mo(fresh))


def _as_read(form: str) -> str:
    return PLACE.sub(lambda place: STAND_INS.get(place[1], "this"), form)


@pytest.mark.parametrize("text", sorted(set(found()) - STAFF_WORDS))
def test_every_english_sentence_reads_at_grade_six_at_most(text: str) -> None:
    """Labels of one or two words have no sentence to grade: there a word of four syllables is too long."""
    for form in found()[text][1]:
        shown = _as_read(form)
        words = re.findall(r"[A-Za-z]+", shown)
        if len(words) > 2:
            assert max(grades(shown)) <= HIGHEST, (shown, grades(shown))


def test_no_english_sentence_has_more_than_fifteen_words() -> None:
    for text in found():
        for sentence in re.split(r"[.!?:]\s", _as_read(text)):
            assert len(sentence.split()) <= 15, sentence


@pytest.mark.parametrize("text", [NOTICE.en, CARD.en])
def test_the_standing_notice_and_the_card_read_at_grade_six_at_most(text: str) -> None:
    assert max(grades(text)) <= HIGHEST


def test_every_form_label_has_both_languages() -> None:
    for specs in FORMS.values():
        for spec in specs:
            for text in (spec.label, *(option for _key, option in spec.options)):
                assert text.en
                assert text.es
