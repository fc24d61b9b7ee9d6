"""A clinic's own words, in the shapes of their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import Section
from pne_tracker.domain.readability import reading_of
from pne_tracker.domain.wording import Place, places_of, text_of
from pne_tracker.services.section_wording import Texts, WordingPage, field_name
from pne_tracker.web.display import count_text, long_date

LANGUAGE_NAMES = {"en": "English", "es": "Spanish"}
ROWS = {"patient_title": 1, "teach_back": 2, "education": 6, "summary": 5, "handout": 14}


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of the list."""

    title: str
    url: str
    own: str
    changed: str


@dataclass(frozen=True, slots=True)
class TextBox:
    """One text to write. `reads` says how it reads now, `pack` is the pack's own where that differs."""

    name: str
    label: str
    language: str
    value: str
    rows: int
    error: str
    reads: str
    pack: str


@dataclass(frozen=True, slots=True)
class TextPair:
    """A text in its languages, side by side. `field` names it for the button that takes it back."""

    field: str
    title: str
    boxes: list[TextBox]
    own: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One text as it will be read: its paragraphs by language."""

    title: str
    texts: list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class WordingView:
    """The page of one section. `preview` is empty until somebody asks for it."""

    clinic_id: str
    slug: str
    title: str
    facts: list[tuple[str, str]]
    pairs: list[TextPair]
    errors: list[tuple[str, str]]
    ask_anyway: bool
    preview: list[Shown]
    based_on: str
    previous: str
    following: str


def section_list(page: WordingPage, viewer: Viewer) -> list[SectionRow]:
    """Every section with how many of its texts are the clinic's own."""
    zone = ZoneInfo(viewer.timezone)
    rows = []
    for section in page.pack.sections:
        own = sum(slug == section.slug for slug, _, _ in page.own)
        last = page.changes.get(section.slug)
        rows.append(
            SectionRow(
                title=f"{section.number}, {section.title}",
                url=address(page, section),
                own=count_text(own, "text") if own else "",
                changed=f"{long_date(last.at.astimezone(zone), year=True)}, {last.by}" if last else "",
            )
        )
    return rows


def address(page: WordingPage, section: Section) -> str:
    """The page of one section's words."""
    return url_for("curriculum.section_wording", clinic_id=page.clinic_id, slug=section.slug)


def texts_now(section: Section) -> dict[tuple[str, str], str]:
    """Every text of a section that can be reworded, as it stands."""
    return {
        (place.field, language): text_of(section, place.field, language)
        for place in places_of(section)
        for language in place.languages
    }


def wording_view(
    page: WordingPage,
    slug: str,
    texts: Texts,
    errors: Mapping[str, str],
    *,
    ask_anyway: bool = False,
    preview: bool = False,
    based_on: str | None = None,
) -> WordingView:
    """The page of one section with the texts as typed, and what is wrong with them by field."""
    loaded, _ = page.sections(slug)
    at = page.pack.sections.index(loaded)
    around = page.pack.sections
    pairs = [_pair(loaded, place, texts, errors) for place in places_of(loaded)]
    known = {box.name for pair in pairs for box in pair.boxes}
    own = sum(one == slug for one, _, _ in page.own)
    return WordingView(
        clinic_id=str(page.clinic_id),
        slug=slug,
        title=f"{loaded.number}, {loaded.title}",
        facts=[("Clinic", page.clinic), ("Your own", count_text(own, "text") if own else "none")],
        pairs=pairs,
        errors=[(name if name in known else "", message) for name, message in errors.items()],
        ask_anyway=ask_anyway,
        preview=[_shown(place, texts) for place in places_of(loaded)] if preview else [],
        based_on=based_on if based_on is not None else str(page.based_on or ""),
        previous=address(page, around[at - 1]) if at else "",
        following=address(page, around[at + 1]) if at + 1 < len(around) else "",
    )


def _pair(loaded: Section, place: Place, texts: Texts, errors: Mapping[str, str]) -> TextPair:
    boxes = [_box(loaded, place, language, texts, errors) for language in place.languages]
    return TextPair(place.field, place.label, boxes, any(box.pack for box in boxes))


def _box(loaded: Section, place: Place, language: str, texts: Texts, errors: Mapping[str, str]) -> TextBox:
    value, pack = texts[place.field, language], text_of(loaded, place.field, language)
    name = field_name(place.field, language)
    return TextBox(
        name=name,
        label=LANGUAGE_NAMES[language],
        language=language,
        value=value,
        rows=ROWS[place.field],
        error=errors.get(name, ""),
        reads=_reads(value, language) if place.for_patients else "",
        pack=pack if value != pack else "",
    )


def _reads(text: str, language: str) -> str:
    reading = reading_of(text, language)
    if not reading.measured:
        return "Too short to measure."
    if language == "es":
        return f"Reads at {reading.score:.0f} of 100; 65 and more is quite easy."
    return f"Reads at grade {max(reading.score, 0):.1f}; 6 and under is plain."


def _shown(place: Place, texts: Texts) -> Shown:
    return Shown(
        place.label,
        [
            (
                LANGUAGE_NAMES[language],
                [line for line in texts[place.field, language].splitlines() if line.strip()],
            )
            for language in place.languages
        ],
    )
