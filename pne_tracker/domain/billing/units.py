"""Units from minutes, by the payer's rule, and the payer's daily limit.

CMS: Pub 100-04 chapter 5 section 20.2 C, the 8-minute rule. AMA: the midpoint of a timed service, per code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pne_tracker.domain.billing.visit import UnitRule

QUARTER = 15
"""Minutes of one unit."""


@dataclass(frozen=True, slots=True)
class Units:
    """Units by code before any limit, and the codes whose equal remainders competed for too few units."""

    by_code: dict[str, int]
    tied: tuple[str, ...] = ()


def count(rule: UnitRule, minutes: Mapping[str, int], prefers: str | None = None) -> Units:
    """The units of the timed codes, given the minutes of each.

    `prefers` is the code that wins among equal remainders under the CMS rule; it changes nothing else.
    """
    if rule is UnitRule.AMA_MIDPOINT:
        return Units({code: (spent + 7) // QUARTER for code, spent in minutes.items()})
    return _pooled(minutes, prefers)


def _pooled(minutes: Mapping[str, int], prefers: str | None) -> Units:
    units = {code: spent // QUARTER for code, spent in minutes.items()}
    left = (sum(minutes.values()) + 7) // QUARTER - sum(units.values())
    if not left:
        return Units(units)
    if len(minutes) == 1:
        return Units({code: whole + left for code, whole in units.items()})
    ranked = sorted(
        (-(spent % QUARTER), code != prefers, -spent, code)
        for code, spent in minutes.items()
        if spent % QUARTER
    )
    for entry in ranked[:left]:
        units[entry[3]] += 1
    if left == len(ranked) or ranked[left - 1][0] != ranked[left][0]:
        return Units(units)
    return Units(
        units, tuple(sorted(code for remainder, _, _, code in ranked if remainder == ranked[left][0]))
    )


def limit(units: Mapping[str, int], minutes: Mapping[str, int], most: int) -> dict[str, int]:
    """The units that stay within `most` of a day.

    One unit falls away at a time: the one with the fewest minutes behind it; of equals the one of the code
    with fewer minutes, then of the higher code.
    """
    kept = dict(units)
    for _ in range(sum(kept.values()) - most):
        weakest = max(
            (code for code in kept if kept[code]),
            key=lambda code: (QUARTER * (kept[code] - 1) - minutes[code], -minutes[code], code),
        )
        kept[weakest] -= 1
    return kept
