"""The note of a visit, written from what was recorded: treatment, education, homework and minutes.

Only the record speaks: the same record gives the same note, to the letter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pne_tracker.domain.billing import CODES, PNE, SEPARATE, CodeTable
from pne_tracker.domain.planner_text import count, written
from pne_tracker.domain.progress import TeachBackResult
from pne_tracker.domain.visit_draft import TreatmentDraft

Part = tuple[str, str]
"""A heading and the text under it."""


@dataclass(frozen=True, slots=True)
class NoteSection:
    """A section taught: title, the pack's words for the note, whether it came up before, teach-back."""

    number: int
    title: str
    education: str
    taught_before: bool
    teach_back: str | None


@dataclass(frozen=True, slots=True)
class NoteHomework:
    """An item taken home."""

    title: str
    due_on: dt.date
    required: bool


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What the note is written from.

    `minutes` is how long the visit lasted; `timed_minutes` those of timed codes as billing counts them, PNE
    on its own among them.
    """

    minutes: int | None
    timed_minutes: int
    treatments: tuple[TreatmentDraft, ...]
    sections: tuple[NoteSection, ...]
    homework: tuple[NoteHomework, ...]
    remarks: str = ""
    scores: tuple[str, ...] = ()
    codes: CodeTable = field(default_factory=lambda: CODES)


def note_parts(facts: NoteFacts) -> tuple[Part, ...]:
    """The note in parts, in a fixed order; parts with nothing to say are left out."""
    found = (
        ("Treatment", " ".join(_treatment(row, facts.codes) for row in facts.treatments if row.minutes)),
        ("Education", "\n".join(_section(one) for one in facts.sections)),
        ("Homework", _homework(facts.homework)),
        ("Outcomes", " ".join(facts.scores)),
        ("Remarks", facts.remarks.strip()),
        ("Minutes", _minutes(facts)),
    )
    return tuple((heading, text) for heading, text in found if text)


def note_text(parts: Sequence[Part]) -> str:
    """The note as plain text, one part a paragraph."""
    return "\n\n".join(f"{heading}\n{text}" for heading, text in parts)


HEADINGS = ("Treatment", "Education", "Homework", "Outcomes", "Remarks", "Minutes")
FREE = "Note"
"""The heading of words that stand under none of the others."""


def parts_of(text: str) -> tuple[Part, ...]:
    """A note that somebody wrote over, in parts again: at its headings, words above the first under "Note"."""
    parts: list[list[str]] = []
    for line in text.replace("\r\n", "\n").strip().split("\n"):
        if line.strip() in HEADINGS:
            parts.append([line.strip()])
        elif parts:
            parts[-1].append(line)
        else:
            parts.append([FREE, line])
    return tuple((part[0], "\n".join(part[1:]).strip()) for part in parts if "".join(part[1:]).strip())


def label_of(activity: str, codes: CodeTable = CODES) -> str:
    """What an activity is called: "PNE on its own", the label of its code, or a code that is not known here."""
    if activity == PNE:
        return "PNE on its own"
    return codes[activity].label if activity in codes else activity


def _treatment(row: TreatmentDraft, codes: CodeTable) -> str:
    text = label_of(row.activity, codes) + f", {row.minutes} min"
    text = text[0].upper() + text[1:]
    if row.activity != PNE and row.pne:
        text += f", {row.pne} of them with pain education"
    return f"{text}{_by_assistant(row)}{_decided(row, codes)}{_linked(row)}."


def _by_assistant(row: TreatmentDraft) -> str:
    if not row.assistant:
        return ""
    return ", led by the assistant" if row.assistant == row.minutes else f", {row.assistant} by the assistant"


def _decided(row: TreatmentDraft, codes: CodeTable) -> str:
    if row.decision == SEPARATE:
        return ", given apart from the other treatments"
    if row.combined_with:
        return f", as part of {label_of(row.combined_with, codes)}"
    return ""


def _linked(row: TreatmentDraft) -> str:
    return f", for {row.impairment.strip()}" if row.impairment.strip() else ""


_TEACH_BACK = {
    TeachBackResult.EXPLAINS: "Teach-back: the patient explained it in own words.",
    TeachBackResult.PROMPTED: "Teach-back: the patient explained it with prompts.",
    TeachBackResult.NOT_YET: "Teach-back: not yet explained; to be revisited.",
    None: "Teach-back was not asked for.",
}


def _section(one: NoteSection) -> str:
    again = ", revisited" if one.taught_before else ""
    result = TeachBackResult(one.teach_back) if one.teach_back else None
    return f"Section {one.number}, {one.title}{again}. {one.education.strip()} {_TEACH_BACK[result]}"


def _homework(items: Sequence[NoteHomework]) -> str:
    return " ".join(
        f"{item.title}, by {written(item.due_on)}{'' if item.required else ' (optional)'}." for item in items
    )


def _minutes(facts: NoteFacts) -> str:
    return ", ".join(_minute_parts(facts)) + "." if facts.minutes or facts.treatments else ""


def _minute_parts(facts: NoteFacts) -> Iterator[str]:
    if facts.minutes is not None:
        yield f"Visit {count(facts.minutes, 'minute')}"
    treated = sum(row.minutes for row in facts.treatments)
    yield f"{count(treated, 'minute')} of treatment in all" if facts.minutes else f"{treated} in all"
    yield f"{facts.timed_minutes} of them timed"
    pne = sum(row.minutes if row.activity == PNE else row.pne for row in facts.treatments)
    yield f"{pne} with pain education"
