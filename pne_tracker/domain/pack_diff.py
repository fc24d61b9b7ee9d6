"""What differs between two versions of a pack, in lines for staff. Sections are the same when their slug is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pne_tracker.domain.clinic_weights import changed_lines, weights_of
from pne_tracker.domain.curriculum import HomeworkTemplate, Pack, Section
from pne_tracker.domain.planner_text import count


@dataclass(frozen=True, slots=True)
class Changes:
    """Lines under one heading; there is at least one."""

    title: str
    lines: tuple[str, ...]


def renumbered(before: Pack, after: Pack) -> dict[int, int]:
    """New number by old number, for every section of `before` that `after` still has."""
    places = {section.slug: section.number for section in after.sections}
    return {one.number: places[one.slug] for one in before.sections if one.slug in places}


def pack_changes(before: Pack, after: Pack) -> tuple[Changes, ...]:
    """Everything that differs, under headings; empty for packs that hold the same."""
    groups = (
        ("Sections", _sections(before, after)),
        ("Ideas", _concepts(before, after)),
        ("Homework", _homework(before, after)),
        ("Minutes to teach", _minutes(before, after)),
        ("Texts and questions", _texts(before, after)),
        ("Planner and checks", _planner(before, after)),
    )
    found = ((title, tuple(lines)) for title, lines in groups)
    return tuple(Changes(title, lines) for title, lines in found if lines)


def _pairs(before: Pack, after: Pack) -> Iterator[tuple[Section, Section]]:
    then = {section.slug: section for section in after.sections}
    yield from ((one, then[one.slug]) for one in before.sections if one.slug in then)


def _named(section: Section) -> str:
    return f"{section.number}, {section.title}"


def _sections(before: Pack, after: Pack) -> Iterator[str]:
    known, then = {one.slug for one in before.sections}, {one.slug for one in after.sections}
    yield from (f"New: {_named(one)}" for one in after.sections if one.slug not in known)
    yield from (f"Gone: {_named(one)}" for one in before.sections if one.slug not in then)
    for old, new in _pairs(before, after):
        if old.number != new.number:
            yield f"{old.title}: place {old.number} becomes {new.number}"
        if old.title != new.title:
            yield f"{_named(old)} is called {new.title}"
        names = renumbered(before, after)
        for word, had, has in (("must", old.hard, new.hard), ("had better", old.soft, new.soft)):
            if sorted(names.get(one, -one) for one in had) != sorted(has):
                needed = ", ".join(after.by_number[one].title for one in has) or "nothing"
                yield f"{_named(new)}: {word} come after {needed}"


def _concepts(before: Pack, after: Pack) -> Iterator[str]:
    old = {one.id: one for one in before.concepts}
    new = {one.id: one for one in after.concepts}
    yield from (f"New: {one.idea.en}" for key, one in new.items() if key not in old)
    yield from (f"Gone: {one.idea.en}" for key, one in old.items() if key not in new)
    yield from (
        f"Reworded: {new[key].idea.en}" for key in old if key in new and old[key].idea != new[key].idea
    )
    for then, now in _pairs(before, after):
        if (set(then.primary), set(then.secondary)) != (set(now.primary), set(now.secondary)):
            yield f"{_named(now)} teaches {', '.join(now.primary)}"


def _homework(before: Pack, after: Pack) -> Iterator[str]:
    old, new = before.templates, after.templates
    yield from (f"New: {_item(*new[key])}" for key in new if key not in old)
    yield from (f"Gone: {_item(*old[key])}" for key in old if key not in new)
    for key in old:
        if key in new and old[key][1] != new[key][1]:
            yield f"Changed: {_item(*new[key])}"


def _item(section: Section, item: HomeworkTemplate) -> str:
    return f"{item.title.en} (section {section.number}{'' if item.required else ', optional'})"


def _minutes(before: Pack, after: Pack) -> Iterator[str]:
    for old, new in _pairs(before, after):
        if old.minutes != new.minutes:
            then = f"{old.minutes.low} to {old.minutes.high}"
            now = f"{new.minutes.low} to {new.minutes.high}"
            yield f"{_named(new)}: {then} becomes {now}, usually {new.minutes.typical}"
    was = sum(section.minutes.typical for section in before.sections)
    now_sum = sum(section.minutes.typical for section in after.sections)
    if was != now_sum:
        yield f"All together: usually {was} becomes {now_sum}"


_TEXTS = {
    "education": "note",
    "patient_title": "title in the portal",
    "summary": "summary",
    "handout": "handout",
    "teach_back": "teach-back",
    "talking_points": "talking points",
    "images": "metaphors",
}


def _texts(before: Pack, after: Pack) -> Iterator[str]:
    for old, new in _pairs(before, after):
        words = [word for name, word in _TEXTS.items() if getattr(old, name) != getattr(new, name)]
        changed = set(old.questions) ^ set(new.questions)
        if changed:
            words.append(f"{count(len({one.id for one in changed}), 'question')}")
        if words:
            yield f"{_named(new)}: {', '.join(words)}"
    if before.baseline != after.baseline:
        yield "The questions of the first check"


def _planner(before: Pack, after: Pack) -> Iterator[str]:
    if before.pass_mark != after.pass_mark:
        yield f"Pass mark: {before.pass_mark:.0%} becomes {after.pass_mark:.0%}"
    old, new = {one.id: one for one in before.flags}, {one.id: one for one in after.flags}
    yield from (f"New flag: {one.label}" for key, one in new.items() if key not in old)
    yield from (f"Flag gone: {one.label}" for key, one in old.items() if key not in new)
    if weights_of(before).weights != weights_of(after).weights or _flag_weights(before) != _flag_weights(
        after
    ):
        yield from _weights(before, after)


def _flag_weights(pack: Pack) -> dict[str, int]:
    return {flag.id: flag.weight for flag in pack.flags}


def _weights(before: Pack, after: Pack) -> Iterator[str]:
    yield from changed_lines(before, weights_of(before), weights_of(after))
