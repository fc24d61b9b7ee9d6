"""The planner's suggestions: followed, passed over, and why."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.choices import REASONS, reason_words
from pne_tracker.domain.report import Report, largest, share
from pne_tracker.models import Account, SectionChoice, Visit, VisitStatus
from pne_tracker.queries.completion.behind import Listed, listed, people_of
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.window import Window, episode_ids

HEADS = ("Suggested", "Followed", "Another section", "Followed, share")
NOT_GIVEN = "none"


@dataclass(frozen=True, slots=True)
class Choice:
    """One signed visit that began with a suggestion."""

    episode_id: uuid.UUID
    by: uuid.UUID
    suggested: int
    followed: bool
    why: str


def choice_reports(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window, titles: Sequence[str]
) -> tuple[Report, Report, Report]:
    """By clinician, by suggested section, and why another was taken. Two queries.

    Visits without any suggestion, drafts, and visits entered in error do not count.
    """
    choices = _choices(session, viewer, chosen, window)
    names = {
        row[0]: row[1]
        for row in session.execute(
            select(Account.id, Account.name)
            .where(Account.id.in_({one.by for one in choices}))
            .order_by(Account.name, Account.id)
        )
    }
    sections = {number: f"{number}, {title}" for number, title in enumerate(titles, start=1)}
    return (
        _followed("choices", "Suggestions followed", "Clinician", choices, lambda one: one.by, names),
        _reasons([one for one in choices if not one.followed]),
        _followed(
            "suggested", "By suggested section", "Section", choices, lambda one: one.suggested, sections
        ),
    )


def _choices(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> list[Choice]:
    rows = session.execute(
        select(
            SectionChoice.episode_id,
            SectionChoice.chosen_by,
            SectionChoice.suggested,
            SectionChoice.followed,
            SectionChoice.why,
        )
        .join(Visit, Visit.id == SectionChoice.visit_id)
        .where(
            Visit.status == VisitStatus.SIGNED,
            SectionChoice.suggested.is_not(None),
            SectionChoice.on_date.between(window.since, window.until),
            SectionChoice.episode_id.in_(episode_ids(viewer, chosen)),
        )
    )
    return [
        Choice(episode_id, by, suggested, followed, why)
        for episode_id, by, suggested, followed, why in rows
        if suggested is not None
    ]


def _followed(
    key: str,
    title: str,
    head: str,
    choices: Iterable[Choice],
    group_of: Callable[[Choice], Hashable],
    labels: Mapping[uuid.UUID, str] | Mapping[int, str],
) -> Report:
    found: dict[Hashable, list[Choice]] = defaultdict(list)
    for one in choices:
        found[group_of(one)].append(one)
    groups = tuple(_group(str(name), label, found[name]) for name, label in labels.items() if name in found)
    passed = largest(groups, lambda one: float(one.values[2] or 0))
    finding = ""
    if key == "choices" and groups:
        total = sum(len(some) for some in found.values())
        followed = sum(one.followed for some in found.values() for one in some)
        finding = f"{followed} of {total} visits began with the section that was suggested."
    elif passed:
        finding = f"Passed over most: {passed.label}, {passed.values[2]} of {passed.values[0]}."
    return Report(key, title, "choices", (head, *HEADS), groups, finding, frozenset({3}), people_of(groups))


def _group(key: str, label: str, mine: Sequence[Choice]) -> Listed:
    followed = sum(one.followed for one in mine)
    return listed(
        key,
        label,
        (len(mine), followed, len(mine) - followed, share(followed, len(mine))),
        (one.episode_id for one in mine),
        parts={
            1: (one.episode_id for one in mine if one.followed),
            2: (one.episode_id for one in mine if not one.followed),
        },
    )


def _reasons(overridden: Sequence[Choice]) -> Report:
    counts = Counter(one.why for one in overridden)
    order = [code for code in (*REASONS, *sorted(set(counts) - set(REASONS))) if counts[code]]
    groups = tuple(
        listed(
            code or NOT_GIVEN,
            reason_words(code),
            (counts[code], share(counts[code], len(overridden))),
            [one.episode_id for one in overridden if one.why == code],
        )
        for code in order
    )
    most = largest(groups, lambda one: float(one.values[0] or 0))
    finding = f"Named most: {most.label.lower()}, {most.values[0]} of {len(overridden)}." if most else ""
    return Report(
        "why",
        "Why another section was taken",
        "choices",
        ("Reason", "Visits", "Share"),
        groups,
        finding,
        frozenset({1}),
        people_of(groups),
    )
