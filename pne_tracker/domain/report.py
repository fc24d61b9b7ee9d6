"""A table of completion: what a screen shows, an export repeats and a list of patients opens, from one computation."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate

from pne_tracker.domain.completion import SMALL_GROUP, UNDER

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Group:
    """One row: its values under the heads after the first, and how many episodes it rests on.

    `parts` are how many stand behind single values, by place, where these are others than the row's. `rests_on` is
    how many its shares rest on, where these are fewer than the row's. All of these are exact up to `FEW`: more may
    be told as any number from there, for no screen needs to know.
    """

    key: str
    label: str
    values: tuple[Value, ...]
    people: int = 0
    rests_on: int | None = None
    parts: Mapping[int, int] = field(default_factory=dict)

    def behind(self, place: int | None) -> int:
        """How many episodes stand behind the value in that place, or behind the whole row."""
        return self.people if place is None else self.parts.get(place, self.people)

    @property
    def shares_rest_on(self) -> int:
        """How many episodes the shares of the row rest on."""
        return self.people if self.rests_on is None else self.rests_on


@dataclass(frozen=True, slots=True)
class Report:
    """Rows under heads, with the definition (a key of `DEFINITIONS`) and a finding in words.

    `people` are the episodes behind all rows together, each once. `shares` are the places of values that are
    shares of 1, `days` those that are days as `2026-11-27`; the others are counts or words.
    """

    key: str
    title: str
    definition: str
    heads: tuple[str, ...]
    groups: tuple[Group, ...]
    finding: str = ""
    shares: frozenset[int] = frozenset()
    people: int = 0
    days: frozenset[int] = frozenset()


def for_sharing(report: Report) -> Report:
    """The report as it may leave the clinic: what rests on one to four people tells no figure.

    A small row is hidden whole. Where a part of a row is small, all its parts and shares are hidden, so that none
    can be told from the rest. Where anything is hidden the finding is too: its sums would tell it.
    """
    groups = tuple(_hidden(one) if _is_small(one) else _told(one, report.shares) for one in report.groups)
    return replace(report, groups=groups, finding=report.finding if groups == report.groups else "")


def _is_small(group: Group) -> bool:
    return any(0 < one < SMALL_GROUP for one in (group.people, group.shares_rest_on))


def _hidden(group: Group) -> Group:
    return replace(group, values=(UNDER, *("" for _ in group.values[1:])))


def _told(group: Group, shares: frozenset[int]) -> Group:
    small = {place for place, people in group.parts.items() if 0 < people < SMALL_GROUP}
    if not small:
        return group
    kept_back = {*group.parts, *shares}
    values = (
        UNDER if place in small - shares else "" if place in kept_back else value
        for place, value in enumerate(group.values)
    )
    return replace(group, values=tuple(values))


def share(part: int, whole: int) -> float | None:
    """part / whole; None when there is nothing to share."""
    return part / whole if whole else None


def middle(counts: Mapping[int, int]) -> float | None:
    """The median of numbers by how often each is there; None where none is."""
    numbers = sorted(counts)
    sums = list(accumulate(counts[one] for one in numbers))
    if not sums or not sums[-1]:
        return None
    lower, upper = (numbers[bisect_right(sums, place)] for place in ((sums[-1] - 1) // 2, sums[-1] // 2))
    return (lower + upper) / 2


def largest(groups: Iterable[Group], size: Callable[[Group], float]) -> Group | None:
    """The group with the largest size; None when none is above 0 or several are equally large."""
    ranked = sorted(groups, key=size, reverse=True)
    if not ranked or size(ranked[0]) <= 0 or (len(ranked) > 1 and size(ranked[0]) == size(ranked[1])):
        return None
    return ranked[0]
