"""What a reminding message that went adds to the figures of completion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pne_tracker.domain.standing import Cell, Cells, Measured, Sum

ACTED_WITHIN: Final = dt.timedelta(hours=24)


def worked(went_at: dt.datetime, entries: Iterable[dt.datetime]) -> bool:
    """Whether one of these entries was handed in within a day after the message went."""
    return any(went_at < one <= went_at + ACTED_WITHIN for one in entries)


@dataclass(frozen=True, slots=True)
class Named:
    """One reason of a message that went: when and how, whether it worked, and whether the message counts by it."""

    day: dt.date
    hour: int
    channel: str
    reason: str
    is_first: bool
    worked: bool

    def cells(self) -> Cells:
        """What it adds to the figures."""
        amount = Sum(1, int(self.worked))
        found = {Cell(Measured.REASON, what=self.reason, day=self.day): amount}
        if self.is_first:
            found[Cell(Measured.SENT, self.hour, what=self.channel, day=self.day)] = amount
        return found
