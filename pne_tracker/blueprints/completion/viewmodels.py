"""The completion screen in the words and figures of its macros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import url_for

from pne_tracker.blueprints.completion.addresses import address_of
from pne_tracker.blueprints.completion.files import FORMATS
from pne_tracker.domain.access import Permission
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.completion import LONG_STALLED_DAYS, STALLED_DAYS, is_few
from pne_tracker.domain.homework import Adherence
from pne_tracker.domain.progress import State
from pne_tracker.domain.standing import UNDERSTOOD, SectionCount, states_of
from pne_tracker.queries.completion.counts import Overview
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.matrix_export import MatrixRow
from pne_tracker.queries.completion.rows import PAGE, EpisodeRow, StalledRow
from pne_tracker.queries.completion.topics import TOPICS
from pne_tracker.web.display import count_text, joined, long_date, percent_text
from pne_tracker.web.policies import viewer

DROP_WORTH_NAMING = 2


def figures(view: Overview, chosen: CompletionFilter) -> list[dict[str, Any]]:
    """The five figures on top, each with what it counts and the list behind it."""
    address = address_of(chosen)
    counts, adherence = view.sections, view.adherence
    complete = sum(row.complete for row in counts)
    skipped = sum(row.skipped for row in counts)
    places = sum(row.counted for row in counts)
    gap = sum(row.taught - row.understood for row in counts)
    revisit = sum(row.revisit for row in counts)
    share = adherence.share
    return [
        {
            "label": _episodes_label(chosen),
            "value": f"{view.episodes(chosen.status):,}",
            "detail": _counted_apart(view.by_status, chosen),
            "url": url_for("completion.index", **address, _anchor="matrix"),
        },
        {
            "label": "Completion",
            "value": percent_text(complete / places) if places else percent_text(0),
            "detail": f"{complete:,} of {places:,} sections complete, {skipped:,} skipped",
            "url": url_for("completion.index", **address, _anchor="matrix"),
        },
        {
            "label": "Taught, not understood",
            "value": f"{gap:,}",
            "detail": f"sections, {revisit:,} of them to revisit",
            "url": url_for("completion.index", **address, _anchor="funnel"),
        },
        {
            "label": f"Stalled {STALLED_DAYS} days",
            "value": f"{view.stalled:,}",
            "detail": f"{view.long_stalled:,} of them {LONG_STALLED_DAYS} days or more",
            "url": url_for("completion.stalled", **address),
        },
        {
            "label": "Homework adherence",
            "value": percent_text(share) if share is not None else "none yet",
            "detail": _adherence_detail(adherence),
            "url": url_for("completion.about", topic="homework", **address),
        },
    ]


def few_words(total: int) -> str:
    """A word of care where the screen rests on few; "" where it does not."""
    return f"Only {count_text(total, 'episode')}: read with care." if is_few(total) else ""


def _episodes_label(chosen: CompletionFilter) -> str:
    return (
        "All episodes"
        if chosen.status is None
        else f"{chosen.status.value.replace('_', ' ').capitalize()} episodes"
    )


def _counted_apart(by_status: Mapping[EpisodeStatus, int], chosen: CompletionFilter) -> str:
    if chosen.status is None:
        return "open, on hold and discharged together"
    apart = [
        f"{count} {status.value.replace('_', ' ')}"
        for status, count in by_status.items()
        if status is not chosen.status
    ]
    return f"{joined(apart)} counted apart"


def _adherence_detail(adherence: Adherence) -> str:
    if not adherence.expected:
        return "nothing was due in the last 28 days"
    return f"{adherence.done:,} of {adherence.expected:,} entries, last 28 days, {adherence.late:,} late"


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """A section of the funnel; each number opens its patients."""

    number: int
    title: str
    taught: int
    understood: int
    taught_url: str
    understood_url: str


def funnel_rows(
    counts: Sequence[SectionCount], titles: Sequence[str], chosen: CompletionFilter
) -> tuple[FunnelRow, ...]:
    """The rows of the funnel in order of the sections."""

    def link(row: SectionCount, measure: str) -> str:
        return url_for("completion.patients", section=row.section, measure=measure, **address_of(chosen))

    return tuple(
        FunnelRow(
            row.section,
            titles[row.section - 1],
            row.taught,
            row.understood,
            link(row, "taught") if row.taught else "",
            link(row, "understood") if row.understood else "",
        )
        for row in counts
    )


def largest_drops(counts: Sequence[SectionCount]) -> str:
    """Which two sections lose the most between taught and understood, in a sentence; "" when none does."""
    drops = sorted(((row.taught - row.understood, -row.section, row) for row in counts), reverse=True)[:2]
    named = [row for drop, _, row in drops if drop >= DROP_WORTH_NAMING]
    if not named:
        return ""
    numbers = joined([str(row.section) for row in named])
    losses = joined([str(row.taught - row.understood) for row in named])
    if len(named) == 1:
        return f"Section {numbers} loses the most between taught and understood: {losses}."
    return f"Sections {numbers} lose the most between taught and understood: {losses}."


def heat_rows(rows: Sequence[EpisodeRow]) -> list[dict[str, Any]]:
    """The matrix as the heat map wants it."""
    return [
        {
            "name": row.name,
            "url": url_for("patients.show", patient_id=row.patient_id),
            "states": row.states,
            "tail": f"{row.understood} of {row.counted}",
        }
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Stalled:
    """One line of the stalled list."""

    name: str
    url: str
    states: tuple[str, ...]
    detail: str
    days: str
    level: str


def stalled_rows(rows: Sequence[StalledRow]) -> list[Stalled]:
    """The stalled list, longest first."""
    return [
        Stalled(
            name=one.row.name,
            url=url_for("patients.show", patient_id=one.row.patient_id),
            states=one.row.states,
            detail=f"with {one.row.therapist}, last activity {long_date(one.row.active_on)}",
            days=f"{one.days} days",
            level="stop" if one.days >= LONG_STALLED_DAYS else "warn",
        )
        for one in rows
    ]


def numbered(titles: Sequence[str]) -> list[dict[str, Any]]:
    """Sections as the heat map wants them."""
    return [{"number": number, "title": title} for number, title in enumerate(titles, start=1)]


def next_page(
    endpoint: str, chosen: CompletionFilter, page: Sequence[EpisodeRow], anchor: str, **more: object
) -> str:
    """The address of the page after this one, or "" when it is the last."""
    if len(page) < PAGE:
        return ""
    place = {**address_of(chosen), **more, "after": page[-1].key}
    return url_for(endpoint, **place, _anchor=anchor or None)


def tabs(current: str, address: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The topics side by side, the first screen leading; the filter comes along. Goals are for leads."""
    first = {
        "label": "Overview",
        "url": url_for("completion.index", **address),
        "current": current == "",
    }
    others = [
        {
            "label": topic.name,
            "url": url_for("completion.about", topic=key, **address),
            "current": current == key,
        }
        for key, topic in TOPICS.items()
    ]
    goals = {"label": "Goals", "url": url_for("completion.goals"), "current": current == "goals"}
    return [first, *others, *([goals] if viewer().may(Permission.STEER_CARE) else [])]


@dataclass(frozen=True, slots=True)
class Export:
    """A button that downloads what the page shows."""

    text: str
    url: str
    icon: str


def exports(endpoint: str, place: Mapping[str, Any]) -> list[Export]:
    """The page as a file of each format, and as it may leave the clinic."""
    files = [Export(kind.upper(), url_for(endpoint, **place, kind=kind), "download") for kind in FORMATS]
    return [*files, Export("PDF for sharing", url_for(endpoint, **place, kind="pdf", share="1"), "printer")]


WORDS = {
    "taught": "taught",
    "understood": "understood",
    "complete": "complete",
    "revisit": "to revisit",
    "skipped": "skipped",
    "gap": "taught, not understood",
}


def measure_words(measure: str) -> str:
    """The words of a list behind a number."""
    return WORDS[measure]


def csv_heads(titles: Sequence[str]) -> list[str]:
    """Column heads of the export."""
    sections = [f"{number}, {title}" for number, title in enumerate(titles, start=1)]
    return ["Patient", "MRN", "Therapist", "Episode since", *sections, "Understood", "Counted"]


def csv_row(row: MatrixRow) -> Sequence[object]:
    """One patient's row of the export: the same states as on the screen."""
    name, since = f"{row.family_name}, {row.given_name}", row.opened_on.isoformat()
    return [name, row.mrn, row.therapist, since, *_path_cells(row.path)]


@lru_cache(maxsize=4096)
def _path_cells(path: str) -> tuple[str, ...]:
    """The states of a path in words, how many sections are understood, and how many count."""
    states = states_of(path)
    understood = sum(letter in UNDERSTOOD for letter in path)
    words = (state.value.replace("_", " ") for state in states)
    return (*words, str(understood), str(len(path) - states.count(State.SKIPPED)))
