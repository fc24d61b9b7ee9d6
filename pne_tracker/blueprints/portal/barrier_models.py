"""What got in the way of a task, in the patient's words."""

from __future__ import annotations

from dataclasses import dataclass

from pne_tracker.domain.barriers import LABELS, TIPS, BarrierReason
from pne_tracker.queries.portal_item import Item
from pne_tracker.web.portal_context import language


@dataclass(frozen=True, slots=True)
class Said:
    """A reason that was told, and the tip for it."""

    reason: str
    label: str
    tip: str


@dataclass(frozen=True, slots=True)
class BarrierModel:
    """The question under a task that was missed: what was said so far, and what else can be said."""

    said: list[Said]
    left: list[tuple[str, str]]


def barrier_model(item: Item) -> BarrierModel | None:
    """The question, for an item that was missed or of which something was said; None for all others."""
    if not (item.asks_why or item.barriers) or item.closed:
        return None
    return BarrierModel(
        said=[
            Said(one.value, LABELS[one].in_language(language()), TIPS[one].in_language(language()))
            for one in item.barriers
        ],
        left=[
            (one.value, LABELS[one].in_language(language()))
            for one in BarrierReason
            if one not in item.barriers
        ],
    )
