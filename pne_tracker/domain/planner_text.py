"""Small words for staff: dates written out, counts with their noun, codes as words."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


@lru_cache(maxsize=4096)
def written(day: dt.date) -> str:
    """A date written out: "23 November 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 week", "3 weeks"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def spoken(code: str) -> str:
    """A code as words: "done_late" becomes "done late"."""
    return code.replace("_", " ")
