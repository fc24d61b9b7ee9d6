"""A clinic's own homework: templates beside those of the pack, checked, and put into their sections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Pack, Rhythm, Schedule, Text
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.home_load import MOST_TIMES
from pne_tracker.domain.own_homework import DONE_SHARE, IN_WORDS, KINDS, MAX_TEXT, MAX_TITLE, WORDS

MOST_DAYS: Final = 60
PREFIX: Final = "own-"


@dataclass(frozen=True, slots=True)
class ClinicItem:
    """One template: `times` entries within `days` days, for the section of that slug.

    What is no longer `offered` stays readable where it was chosen before.
    """

    slug: str
    kind: str
    title: Text
    instructions: Text
    times: int = 1
    days: int = 7
    required: bool = False
    offered: bool = True


def checked(item: ClinicItem, slugs: Iterable[str]) -> ClinicItem:
    """The item without blanks around its texts. Raises BadInputError that names the field."""
    if item.slug not in set(slugs):
        raise BadInputError("Choose the section it belongs to.", at="slug")
    if item.kind not in set(KINDS):
        raise BadInputError("Choose how it is done.", at="kind")
    title = _both(item.title, "title", f"Write a title of at most {MAX_TITLE} characters", MAX_TITLE)
    text = _both(item.instructions, "text", f"Say what to do, in at most {MAX_TEXT} characters", MAX_TEXT)
    if not 1 <= item.times <= MOST_TIMES:
        raise BadInputError(f"Ask for 1 to {MOST_TIMES} entries.", at="times")
    if not 1 <= item.days <= MOST_DAYS:
        raise BadInputError(f"Give 1 to {MOST_DAYS} days.", at="days")
    return replace(item, title=title, instructions=text)


def _both(text: Text, field: str, ask: str, longest: int) -> Text:
    for language, words in (("en", "English"), ("es", "Spanish")):
        if not 1 <= len(text.in_language(language).strip()) <= longest:
            raise BadInputError(f"{ask}, in {words}.", at=f"{field}_{language}")
    return Text(text.en.strip(), text.es.strip())


def template_of(key: str, item: ClinicItem) -> HomeworkTemplate:
    """The item as those of a pack."""
    kind = HomeworkKind(item.kind)
    often = Schedule(Rhythm.FREE, item.times, item.days, ceil(item.times * DONE_SHARE))
    return HomeworkTemplate(
        key=key,
        kind=kind,
        title=item.title,
        instructions=item.instructions,
        schedule=Schedule(Rhythm.ONCE, 1, item.days, 1) if item.times == 1 else often,
        required=item.required and item.offered,
        prompts=(WORDS,) if kind in IN_WORDS else (),
        offered=item.offered,
    )


def with_own_homework(pack: Pack, items: Iterable[tuple[str, ClinicItem]]) -> Pack:
    """The pack with the clinic's items behind its own; those for sections it does not have are left aside."""
    by_slug: dict[str, list[HomeworkTemplate]] = {}
    for key, item in items:
        by_slug.setdefault(item.slug, []).append(template_of(key, item))
    if not by_slug:
        return pack
    sections = tuple(
        replace(one, homework=(*one.homework, *by_slug.get(one.slug, ()))) for one in pack.sections
    )
    return replace(pack, sections=sections)
