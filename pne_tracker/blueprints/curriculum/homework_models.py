"""The clinic's own homework, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.clinic_homework import ClinicItem
from pne_tracker.domain.curriculum import HomeworkKind, Text
from pne_tracker.domain.errors import BadInputError, ConflictError
from pne_tracker.domain.own_homework import KINDS
from pne_tracker.domain.readability import advice, reading_of
from pne_tracker.services.clinic_homework import HomeworkPage, Kept
from pne_tracker.web.display import count_text, long_date

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One line of the list."""

    title: str
    url: str
    section: str
    asks: str
    offered: bool
    changed: str


@dataclass(frozen=True, slots=True)
class FormView:
    """Everything `curriculum/homework_form.html` shows."""

    clinic_id: UUID
    clinic: str
    is_new: bool
    offered: bool
    based_on: str
    typed: Typed
    sections: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    reads: dict[str, str]
    errors: list[tuple[str, str]]

    def error_of(self, field: str) -> str:
        """The message of that field, or nothing."""
        return dict(self.errors).get(field, "")

    def value_of(self, field: str) -> str:
        """What the field holds."""
        return self.typed.get(field, "")


def list_rows(page: HomeworkPage, viewer: Viewer) -> list[TemplateRow]:
    """The templates, those no longer offered last."""
    sections = dict(_sections(page))
    return [
        TemplateRow(
            title=one.item.title.en,
            url=url_for("curriculum.own_homework", clinic_id=page.clinic_id, key=one.key),
            section=sections.get(one.item.slug, "no section of this version"),
            asks=_asks(one.item),
            offered=one.item.offered,
            changed=f"{long_date(one.changed_at.astimezone(ZoneInfo(viewer.timezone)).date())}, {one.changed_by}",
        )
        for one in page.kept
    ]


def _asks(item: ClinicItem) -> str:
    entries = count_text(item.times, "entry", "entries")
    kind = KINDS[HomeworkKind(item.kind)]
    days = count_text(item.days, "day")
    return f"{kind}, {entries} in {days}, {'required' if item.required else 'optional'}"


def _sections(page: HomeworkPage) -> list[tuple[str, str]]:
    return [(one.slug, f"{one.number} {one.title}") for one in page.pack.sections]


def form_view(
    page: HomeworkPage, kept: Kept | None, typed: Typed, error: BadInputError | ConflictError | None
) -> FormView:
    """The form of a template: as kept, or as typed with what is wrong."""
    return FormView(
        clinic_id=page.clinic_id,
        clinic=page.clinic,
        is_new=kept is None,
        offered=kept is None or kept.item.offered,
        based_on=typed.get("based_on", ""),
        typed=typed,
        sections=_sections(page),
        kinds=[(kind.value, words) for kind, words in KINDS.items()],
        reads={language: _reads(typed.get(f"text_{language}", ""), language) for language in ("en", "es")},
        errors=[(error.at or "title_en", error.message)] if error else [],
    )


def _reads(text: str, language: str) -> str:
    return " ".join(advice(reading_of(text, language))) if text.strip() else ""


def typed_of(kept: Kept | None) -> dict[str, str]:
    """A kept template as its form holds it."""
    if kept is None:
        return {"times": "1", "days": "7"}
    item = kept.item
    return {
        "based_on": str(kept.row_id),
        "slug": item.slug,
        "kind": item.kind,
        "title_en": item.title.en,
        "title_es": item.title.es,
        "text_en": item.instructions.en,
        "text_es": item.instructions.es,
        "times": str(item.times),
        "days": str(item.days),
        **({"required": "1"} if item.required else {}),
    }


def item_typed(form: Typed) -> ClinicItem:
    """What the form says; numbers that cannot be read are 0, which the domain refuses at their field."""
    return ClinicItem(
        slug=form.get("slug", ""),
        kind=form.get("kind", ""),
        title=Text(form.get("title_en", ""), form.get("title_es", "")),
        instructions=Text(_plain(form.get("text_en", "")), _plain(form.get("text_es", ""))),
        times=_whole(form.get("times", "")),
        days=_whole(form.get("days", "")),
        required="required" in form,
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")


def _whole(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
