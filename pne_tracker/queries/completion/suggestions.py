"""The planner's suggestions: followed, passed over, and why."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.choices import REASONS, reason_words
from pne_tracker.domain.report import Group, Report, largest, share
from pne_tracker.models import Account, EpisodeStanding, SectionChoice, Visit
from pne_tracker.queries.completion.behind import Behind, Number
from pne_tracker.queries.completion.choices import BEGAN, Choices, Tally, choices_of, within
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.window import Window, window_of

HEADS = ("Suggested", "Followed", "Another section", "Followed, share")
NOT_GIVEN = "none"
FOLLOWED, PASSED = 1, 2


def choice_reports(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window, titles: Sequence[str]
) -> tuple[Report, Report, Report]:
    """By clinician, by suggested section, and why another was taken."""
    found = choices_of(session, viewer, chosen, window)
    names = session.execute(
        select(Account.id, Account.name)
        .where(Account.id.in_(found.tallies["choices"]))
        .order_by(Account.name, Account.id)
    )
    clinicians = {row[0]: row[1] for row in names}
    sections = {number: f"{number}, {title}" for number, title in enumerate(titles, start=1)}
    return (
        _followed("choices", "Suggestions followed", "Clinician", found, clinicians),
        _reasons(found),
        _followed("suggested", "By suggested section", "Section", found, sections),
    )


def _followed(
    key: str,
    title: str,
    head: str,
    found: Choices,
    labels: Mapping[uuid.UUID, str] | Mapping[int, str],
) -> Report:
    tallies, whole = found.tallies[key], found.whole
    groups = tuple(
        _group(str(name), label, tallies[name]) for name, label in labels.items() if name in tallies
    )
    passed = largest(groups, lambda one: float(one.values[PASSED] or 0))
    finding = ""
    if key == "choices" and groups:
        finding = f"{whole.followed} of {whole.visits} visits began with the section that was suggested."
    elif passed:
        finding = f"Passed over most: {passed.label}, {passed.values[PASSED]} of {passed.values[0]}."
    return Report(key, title, "choices", (head, *HEADS), groups, finding, frozenset({3}), whole.people)


def _group(key: str, label: str, one: Tally) -> Group:
    return Group(
        key,
        label,
        (one.visits, one.followed, one.visits - one.followed, share(one.followed, one.visits)),
        one.people,
        parts={FOLLOWED: one.with_followed, PASSED: one.with_passed},
    )


def _reasons(found: Choices) -> Report:
    tallies = {str(code): one for code, one in found.tallies["why"].items()}
    total = sum(one.visits for one in tallies.values())
    order = [code for code in (*REASONS, *sorted(set(tallies) - set(REASONS))) if code in tallies]
    groups = tuple(
        Group(
            code or NOT_GIVEN,
            reason_words(code),
            (tallies[code].visits, share(tallies[code].visits, total)),
            tallies[code].people,
        )
        for code in order
    )
    most = largest(groups, lambda one: float(one.values[0] or 0))
    finding = f"Named most: {most.label.lower()}, {most.values[0]} of {total}." if most else ""
    return Report(
        "why",
        "Why another section was taken",
        "choices",
        ("Reason", "Visits", "Share"),
        groups,
        finding,
        frozenset({1}),
        found.whole.with_passed,
    )


def behind_suggestions(_session: Session, chosen: CompletionFilter, today: dt.date, number: Number) -> Behind:
    """Episodes with such a visit, followed or not where that was asked."""
    has = (
        select(SectionChoice.id)
        .join(Visit, Visit.id == SectionChoice.visit_id)
        .where(
            SectionChoice.episode_id == EpisodeStanding.episode_id,
            *BEGAN,
            within(window_of(chosen, today)),
            *_of_number(number),
        )
    )
    return Behind(chosen, (has.correlate(EpisodeStanding).exists(),))


def _of_number(number: Number) -> list[ColumnElement[bool]]:
    key = number.group.key
    match number.report.key:
        case "why":
            code = "" if key == NOT_GIVEN else key
            return [SectionChoice.why == code, SectionChoice.followed.is_(False)]
        case "choices":
            conditions = [SectionChoice.chosen_by == uuid.UUID(key)]
        case _:
            conditions = [SectionChoice.suggested == int(key)]
    if number.place is not None:
        conditions.append(SectionChoice.followed.is_(number.place == FOLLOWED))
    return conditions
