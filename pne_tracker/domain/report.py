"""A table of completion: what a screen shows, an export repeats and a list of patients opens, from one computation."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pne_tracker.domain.completion import SMALL_GROUP, UNDER

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Group:
    """One row: its values under the heads after the first, and the episodes it rests on.

    `rests_on` is how many people its shares rest on, where these are fewer than the episodes.
    """

    key: str
    label: str
    values: tuple[Value, ...]
    episodes: frozenset[uuid.UUID] = frozenset()
    rests_on: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Rows under heads, with the definition (a key of `DEFINITIONS`) and a finding in words.

    `shares` are the places of values that are shares of 1; the others are counts or words.
    """

    key: str
    title: str
    definition: str
    heads: tuple[str, ...]
    groups: tuple[Group, ...]
    finding: str = ""
    shares: frozenset[int] = frozenset()

    def episodes(self, key: str) -> frozenset[uuid.UUID]:
        """The episodes behind a row; none for a row that is not there."""
        return next((one.episodes for one in self.groups if one.key == key), frozenset())


def for_sharing(report: Report) -> Report:
    """The report as it may leave the clinic: rows that rest on one to four people tell no figure.

    Where a row is hidden the finding is too: its sums would tell the row.
    """
    groups = tuple(_hidden(one) if _is_small(one) else one for one in report.groups)
    return replace(report, groups=groups, finding=report.finding if groups == report.groups else "")


def _is_small(group: Group) -> bool:
    people = len(group.episodes)
    return any(
        0 < one < SMALL_GROUP for one in (people, people if group.rests_on is None else group.rests_on)
    )


def _hidden(group: Group) -> Group:
    return replace(group, values=(UNDER, *("" for _ in group.values[1:])))


def share(part: int, whole: int) -> float | None:
    """part / whole; None when there is nothing to share."""
    return part / whole if whole else None


def largest(groups: Iterable[Group], size: Callable[[Group], float]) -> Group | None:
    """The group with the largest size; None when none is above 0 or several are equally large."""
    ranked = sorted(groups, key=size, reverse=True)
    if not ranked or size(ranked[0]) <= 0 or (len(ranked) > 1 and size(ranked[0]) == size(ranked[1])):
        return None
    return ranked[0]
