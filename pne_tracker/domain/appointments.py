"""Appointments: where one stands, and what cannot be booked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.wall_time import zone_of

SHORTEST, LONGEST = 5, 480
"""Minutes an appointment may take."""
AHEAD = dt.timedelta(days=400)
MAX_REASON = 200


class AppointmentStatus(StrEnum):
    """Booked until its visit is signed (kept) or somebody calls it off (cancelled)."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Slot:
    """When: the instant it starts, and how many minutes it takes."""

    starts_at: dt.datetime
    minutes: int

    @property
    def ends_at(self) -> dt.datetime:
        """The instant at which it is over."""
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    def overlaps(self, other: Slot) -> bool:
        """Whether both take place at some same instant; one that follows the other directly does not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def slot_of(day: dt.date, clock: dt.time, minutes: int, zone: str) -> Slot:
    """The slot at that wall time of that zone; a time skipped by daylight saving is read by the clock before."""
    start = dt.datetime.combine(day, clock.replace(second=0, microsecond=0), zone_of(zone))
    return Slot(start.astimezone(dt.UTC), minutes)


def refuse_slot(slot: Slot, *, today: dt.date, zone: str) -> None:
    """Raise BadInputError, at the field, for a slot that nobody can mean. `today` is the clinic's day."""
    if not SHORTEST <= slot.minutes <= LONGEST:
        raise BadInputError(f"Write from {SHORTEST} to {LONGEST} minutes, like 45.", at="minutes")
    day = slot.starts_at.astimezone(zone_of(zone)).date()
    if day < today:
        raise BadInputError("That day is over. Choose today or a later day.", at="on_date")
    if day > today + AHEAD:
        raise BadInputError("That is more than a year ahead. Check the year.", at="on_date")


def checked_reason(text: str) -> str:
    """Why an appointment is called off, trimmed. Raises BadInputError when it is missing or too long."""
    text = text.strip()
    if not text:
        raise BadInputError("Write why: it is kept with the appointment.", at="reason")
    if len(text) > MAX_REASON:
        raise BadInputError(f"Shorten the reason to {MAX_REASON} characters.", at="reason")
    return text
