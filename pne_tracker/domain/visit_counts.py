"""What a signed visit adds to the figures of completion: its billing lines, and how it began."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from pne_tracker.domain.standing import Cell, Cells, Measured, Sum


@dataclass(frozen=True, slots=True)
class Billed:
    """The lines of one code of a signed visit, how many of them have PNE, and their units and minutes."""

    on_date: dt.date
    code: str
    lines: int
    with_pne: int
    units: int
    minutes: int
    pne_minutes: int

    def cells(self) -> Cells:
        """What they add to the figures."""
        sums = {
            Measured.VISIT: Sum(1),
            Measured.LINE: Sum(self.lines, self.with_pne),
            Measured.UNIT: Sum(self.units),
            Measured.MINUTE: Sum(self.minutes, self.pne_minutes),
        }
        return {Cell(one, what=self.code, day=self.on_date): amount for one, amount in sums.items()}


@dataclass(frozen=True, slots=True)
class Choice:
    """How a signed visit began that had a suggestion: who chose, and why where another section was taken."""

    by: uuid.UUID
    suggested: int
    followed: bool
    why: str
    on_date: dt.date

    def cells(self) -> Cells:
        """What it adds to the figures."""
        amount = Sum(1, int(self.followed))
        found = {
            Cell(Measured.CHOICE, what=self.by.hex, day=self.on_date): amount,
            Cell(Measured.SUGGESTED, self.suggested, day=self.on_date): amount,
        }
        if not self.followed:
            found[Cell(Measured.PASSED, what=self.why, day=self.on_date)] = Sum(1)
        return found
