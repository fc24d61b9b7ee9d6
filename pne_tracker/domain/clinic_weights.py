"""A clinic's own planner weights: what each means in words, their bounds, and a pack that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.pack_rules import PENALTIES
from pne_tracker.domain.planner_shapes import DEFAULT_WEIGHTS

MOST: Final = 1000
"""The largest weight either way, as for packs."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight of the planner in words. It lies within `low` and `high`, both included."""

    code: str
    label: str
    meaning: str

    @property
    def low(self) -> int:
        """The smallest value: penalties go below zero, rewards do not."""
        return -MOST if self.code in PENALTIES else 0

    @property
    def high(self) -> int:
        """The largest value: a penalty may vanish, it may not reward."""
        return 0 if self.code in PENALTIES else MOST


GROUPS: Final[tuple[tuple[str, tuple[Weight, ...]], ...]] = (
    (
        "New sections",
        (
            Weight(
                "order_step", "Place in the order", "Times the places from here to the end, itself counted."
            ),
            Weight("start_here", "Section 1 first", "Added to section 1 while it is not taught."),
            Weight(
                "prerequisite_hard",
                "Must come first",
                "For each section that has to be taught before and is not.",
            ),
            Weight(
                "prerequisite_soft",
                "Better first",
                "For each section that had better come before and is not taught.",
            ),
            Weight(
                "revisits_first",
                "Revisits wait",
                "For every new section while two or more wait to be revisited.",
            ),
        ),
    ),
    (
        "Ideas not understood yet",
        (
            Weight(
                "concept_gap_primary",
                "Missed idea, taught here first",
                "The latest answers on it were half right or less.",
            ),
            Weight(
                "concept_gap_secondary",
                "Missed idea, returned to here",
                "The latest answers on it were half right or less.",
            ),
            Weight(
                "concept_gap_partial_primary",
                "Shaky idea, taught here first",
                "More than half right, and under the pass mark.",
            ),
            Weight(
                "concept_gap_partial_secondary",
                "Shaky idea, returned to here",
                "More than half right, and under the pass mark.",
            ),
            Weight(
                "concept_gap_more", "Each further idea", "For up to two more missed ideas of the section."
            ),
        ),
    ),
    (
        "Sections taught before",
        (
            Weight("revisit_due", "To revisit", "The latest check was not yet, or under the pass mark."),
            Weight("check_needed", "No check yet", "Taught, and nobody asked for a teach-back."),
            Weight(
                "weeks_since_taught_per_week", "Each week since taught", "For each full week that has passed."
            ),
            Weight("weeks_since_taught_max", "Weeks, at most", "The weeks together count no more than this."),
        ),
    ),
    (
        "Homework",
        (
            Weight("homework_due", "Homework to review", "It is done, or its day has come."),
            Weight(
                "homework_overdue_per_day", "Each day past due", "For the oldest item that is open or missed."
            ),
            Weight(
                "homework_overdue_max", "Days past due, at most", "The days together count no more than this."
            ),
            Weight("homework_missed", "Missed homework", "An item was missed: ask what got in the way."),
            Weight(
                "homework_too", "Homework of a revisit", "A section to revisit has homework to review, too."
            ),
        ),
    ),
)
WEIGHTS: Final = tuple(weight for _, weights in GROUPS for weight in weights)
BY_CODE: Final[Mapping[str, Weight]] = MappingProxyType({weight.code: weight for weight in WEIGHTS})


@dataclass(frozen=True)
class ClinicWeights:
    """Weights by code and by yellow flag."""

    weights: Mapping[str, int]
    flags: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.weights) + len(self.flags)


NO_WEIGHTS: Final = ClinicWeights(MappingProxyType({}), MappingProxyType({}))


def weights_of(pack: Pack) -> ClinicWeights:
    """Every weight that counts with `pack`."""
    return ClinicWeights(
        {weight.code: {**DEFAULT_WEIGHTS, **pack.weights}[weight.code] for weight in WEIGHTS},
        {flag.id: flag.weight for flag in pack.flags},
    )


def differing(pack: Pack, wanted: ClinicWeights) -> ClinicWeights:
    """Those of `wanted` that differ from the pack's.

    Raises BadInputError for a value out of bounds, with the field's name in `at`, and for a name the pack does
    not have.
    """
    known = weights_of(pack)
    for code, value in wanted.weights.items():
        if code not in BY_CODE:
            raise BadInputError(f"Remove the unknown weight {code!r}.", at=code)
        refuse_out_of_bounds(value, BY_CODE[code].low, BY_CODE[code].high, code)
    for flag, value in wanted.flags.items():
        if flag not in known.flags:
            raise BadInputError(f"Remove the unknown yellow flag {flag!r}.", at=flag_field(flag))
        refuse_out_of_bounds(value, 0, MOST, flag_field(flag))
    return ClinicWeights(
        {code: value for code, value in sorted(wanted.weights.items()) if value != known.weights[code]},
        {flag: value for flag, value in sorted(wanted.flags.items()) if value != known.flags[flag]},
    )


def refuse_out_of_bounds(value: int, low: int, high: int, at: str) -> None:
    """Raise BadInputError unless `value` lies within `low` and `high`."""
    if not low <= value <= high:
        raise BadInputError(f"Write a whole number from {low} to {high}.", at=at)


def flag_field(flag: str) -> str:
    """The name of a flag's field in a form: "flag-poor-sleep"."""
    return f"flag-{flag}"


def with_weights(pack: Pack, own: ClinicWeights) -> Pack:
    """The pack with the clinic's weights; those for flags it does not have are left aside."""
    if not own.count:
        return pack
    known = {code: value for code, value in own.weights.items() if code in BY_CODE}
    flags = tuple(replace(flag, weight=own.flags.get(flag.id, flag.weight)) for flag in pack.flags)
    return replace(pack, weights=MappingProxyType({**pack.weights, **known}), flags=flags)


def changed_lines(pack: Pack, before: ClinicWeights, after: ClinicWeights) -> tuple[str, ...]:
    """What differs between two choices over `pack`, a line each: "Poor sleep: 30 to 45"."""
    old, new = weights_of(with_weights(pack, before)), weights_of(with_weights(pack, after))
    lines = [
        f"{weight.label}: {old.weights[weight.code]} to {new.weights[weight.code]}"
        for weight in WEIGHTS
        if old.weights[weight.code] != new.weights[weight.code]
    ]
    lines += [
        f"{flag.label}: {old.flags[flag.id]} to {new.flags[flag.id]}"
        for flag in pack.flags
        if old.flags[flag.id] != new.flags[flag.id]
    ]
    return tuple(lines)
