"""A clinic's own words in place of a pack's: which texts can be reworded, and the pack with them in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from pne_tracker.domain.curriculum import LANGUAGES, Pack, Section, TeachBack, Text
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.pack_reader import MAX_TEXT

STAFF_LANGUAGES: Final = ("en",)


@dataclass(frozen=True, slots=True)
class Place:
    """A text of a section that a clinic may reword; patients read it in each of `languages`."""

    field: str
    label: str
    languages: tuple[str, ...]
    for_patients: bool
    longest: int = MAX_TEXT


PLACES: Final = (
    Place("education", "Education, for the visit note", STAFF_LANGUAGES, for_patients=False),
    Place("teach_back", "What to ask for a teach-back", LANGUAGES, for_patients=True),
    Place("patient_title", "Title in the portal", LANGUAGES, for_patients=True, longest=200),
    Place("summary", "Summary in the portal", LANGUAGES, for_patients=True),
    Place("handout", "Handout", LANGUAGES, for_patients=True),
)
BY_FIELD: Final[Mapping[str, Place]] = MappingProxyType({place.field: place for place in PLACES})


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in the clinic's own words; empty text means the pack's."""

    slug: str
    field: str
    language: str
    text: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Which text it stands for."""
        return self.slug, self.field, self.language


_TEXTS: Final[Mapping[str, Callable[[Section], Text | None]]] = {
    "education": lambda section: Text(section.education, section.education),
    "teach_back": lambda section: section.teach_back.ask if section.teach_back else None,
    "patient_title": lambda section: section.patient_title,
    "summary": lambda section: section.summary,
    "handout": lambda section: section.handout,
}


def places_of(section: Section) -> tuple[Place, ...]:
    """The texts of this section that can be reworded: one without a teach-back has none to reword."""
    return tuple(place for place in PLACES if place.field != "teach_back" or section.teach_back)


def text_of(section: Section, field: str, language: str) -> str:
    """A text of the section as it stands; "" where it has none."""
    text = _TEXTS[field](section)
    return text.in_language(language) if text else ""


def cleaned(text: str, place: Place, at: str) -> str:
    """`text` with plain line ends and no blanks around it. BadInputError when it is too long or cannot be shown."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(plain) > place.longest:
        raise BadInputError(f"Shorten this text to {place.longest} characters.", at=at)
    if any(not one.isprintable() and one not in "\n\N{NO-BREAK SPACE}" for one in plain):
        raise BadInputError("Remove tabs and other characters that cannot be shown.", at=at)
    return plain


def with_wording(pack: Pack, wordings: Iterable[Wording]) -> Pack:
    """The pack with the clinic's texts in place; those for sections it does not have are left aside."""
    by_section: dict[str, dict[tuple[str, str], str]] = {}
    for one in wordings:
        if one.text:
            by_section.setdefault(one.slug, {})[one.field, one.language] = one.text
    if not by_section:
        return pack
    sections = tuple(_reworded(section, by_section.get(section.slug, {})) for section in pack.sections)
    return replace(pack, sections=sections)


def _reworded(section: Section, own: Mapping[tuple[str, str], str]) -> Section:
    if not own:
        return section
    ask = section.teach_back
    return replace(
        section,
        education=own.get(("education", "en"), section.education),
        patient_title=_text(own, "patient_title", section.patient_title) or section.patient_title,
        summary=_text(own, "summary", section.summary) or section.summary,
        handout=_text(own, "handout", section.handout),
        teach_back=TeachBack(_text(own, "teach_back", ask.ask) or ask.ask, ask.listen_for) if ask else None,
    )


def _text(own: Mapping[tuple[str, str], str], field: str, known: Text | None) -> Text | None:
    """The text with own words where there are some; a language nobody wrote takes the other's words."""
    en = own.get((field, "en")) or (known.en if known else "")
    es = own.get((field, "es")) or (known.es if known else "")
    return Text(en or es, es or en) if en or es else None
