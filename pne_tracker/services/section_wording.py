"""A clinic's own words for the sections of its pack: read, checked for how they read, kept, and taken back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access, Viewer
from pne_tracker.domain.curriculum import Pack, Section
from pne_tracker.domain.errors import BadInputError, ConflictError, NotFoundError
from pne_tracker.domain.readability import advice, reading_of
from pne_tracker.domain.wording import BY_FIELD, Wording, cleaned, places_of, text_of, with_wording
from pne_tracker.models import Clinic, SectionWording, new_id
from pne_tracker.queries.access import load
from pne_tracker.queries.clinic_packs import wording_of, wording_rows
from pne_tracker.queries.curricula import newest, pack_of
from pne_tracker.queries.patients import account_labels
from pne_tracker.services import audit

Texts = Mapping[tuple[str, str], str]
"""Text by field and language."""


@dataclass(frozen=True, slots=True)
class LastChange:
    """When a text was changed last, and by whom."""

    at: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class WordingPage:
    """A clinic's pack as loaded (`pack`), the same with its own words (`now`), and which texts those are."""

    clinic_id: uuid.UUID
    clinic: str
    pack: Pack
    now: Pack
    own: frozenset[tuple[str, str, str]]
    based_on: uuid.UUID | None
    changes: Mapping[str, LastChange]

    def sections(self, slug: str) -> tuple[Section, Section]:
        """One section as loaded, and with the clinic's words. Raises NotFoundError."""
        for loaded, reworded in zip(self.pack.sections, self.now.sections, strict=True):
            if loaded.slug == slug:
                return loaded, reworded
        raise NotFoundError


def read_wording(session: Session, viewer: Viewer, clinic_id: uuid.UUID) -> WordingPage:
    """The wording of a clinic of the viewer's. Raises NotFoundError out of reach."""
    clinic = load(session, viewer, Clinic, clinic_id)
    pack = pack_of(session, newest(session, clinic).id)
    rows = wording_rows(session, clinic.id, pack.id)
    words = [wording_of(row) for row in rows]
    names = account_labels(session, {row.changed_by for row in rows})
    return WordingPage(
        clinic_id=clinic.id,
        clinic=clinic.name,
        pack=pack,
        now=with_wording(pack, words),
        own=frozenset(one.key for one in words if one.text),
        based_on=rows[-1].id if rows else None,
        changes={row.slug: LastChange(row.changed_at, names.get(row.changed_by, "")) for row in rows},
    )


def advice_on(section: Section, texts: Texts) -> dict[tuple[str, str], tuple[str, ...]]:
    """What to mend in the changed texts that patients read, by field and language; nothing for those that read well.

    A text changed in one language alone is named, too: its twin still says what the pack says.
    """
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    changed = {key for key, text in texts.items() if text != text_of(section, *key)}
    for field, language in sorted(changed):
        if not BY_FIELD[field].for_patients:
            continue
        said = list(advice(reading_of(texts[field, language], language)))
        twin = "es" if language == "en" else "en"
        if (field, twin) in texts and (field, twin) not in changed:
            other = {"en": "English", "es": "Spanish"}[twin]
            said.append(f"The {other} beside it still has the pack’s words.")
        if said:
            found[field, language] = tuple(said)
    return found


def checked_texts(section: Section, texts: Texts) -> dict[tuple[str, str], str]:
    """The texts as they would be kept; an empty one is the pack's own. Raises BadInputError beside its field."""
    known = {(place.field, language): place for place in places_of(section) for language in place.languages}
    found = {}
    for key, text in texts.items():
        if key not in known:
            raise BadInputError("This section has no such text.")
        found[key] = cleaned(text, known[key], field_name(*key)) or text_of(section, *key)
    return found


def field_name(field: str, language: str) -> str:
    """The name of a text's field in a form: "summary_es"."""
    return f"{field}_{language}"


def keep_wording(
    session: Session,
    viewer: Viewer,
    clinic_id: uuid.UUID,
    slug: str,
    texts: Texts,
    *,
    based_on: uuid.UUID | None,
    now: dt.datetime,
) -> int:
    """Keep the texts of one section; returns how many changed. One that is the pack's own counts as none.

    Signed visits keep what they were signed with. Raises BadInputError for a text that cannot be shown,
    ConflictError when somebody else changed wording since `based_on`, NotFoundError for an unknown section.
    """
    clinic = load(session, viewer, Clinic, clinic_id, Access.EDIT)
    page = read_wording(session, viewer, clinic_id)
    loaded, reworded = page.sections(slug)
    wanted = checked_texts(loaded, texts)
    changed = {key: text for key, text in wanted.items() if text != text_of(reworded, *key)}
    if not changed:
        return 0
    if page.based_on != based_on:
        raise ConflictError(
            "Somebody else changed words of this curriculum since you opened them. Look again first."
        )
    for (field, language), text in sorted(changed.items()):
        one = Wording(slug, field, language, "" if text == text_of(loaded, field, language) else text)
        session.add(_row(clinic, page.pack.id, one, viewer, now))
        session.flush()
    audit.record(
        session, viewer, "change", "section_wording", subject_id=clinic.id, now=now, texts=len(changed)
    )
    session.flush()
    return len(changed)


def _row(clinic: Clinic, pack: str, one: Wording, viewer: Viewer, now: dt.datetime) -> SectionWording:
    return SectionWording(
        id=new_id(),
        organisation_id=clinic.organisation_id,
        clinic_id=clinic.id,
        pack=pack,
        slug=one.slug,
        field=one.field,
        language=one.language,
        text=one.text,
        changed_at=now,
        changed_by=viewer.account_id,
    )
