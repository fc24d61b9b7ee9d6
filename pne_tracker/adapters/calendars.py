"""Visits as iCalendar (RFC 5545): wall times with their zone's own rules, and not a word about health."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

PRODUCT = "-//PNE Tracker//Visits//EN"
ZONE_FROM, ZONE_TO = -1, 3
"""Years before and after the first visit that the zone's rules are written for."""


@dataclass(frozen=True, slots=True)
class Time:
    """One visit: when, for how many minutes, and whether it was called off."""

    id: uuid.UUID
    starts_at: dt.datetime
    minutes: int
    zone: str
    changed_at: dt.datetime
    cancelled: bool = False


def calendar_of(times: Iterable[Time], sender: str, language: str) -> bytes:
    """The calendar of these visits; `sender` is the clinic's name."""
    given = list(times)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", sender)
    calendar.add("refresh-interval;value=duration", "PT6H")
    for zone in sorted({one.zone for one in given}):
        first = min(one.starts_at for one in given if one.zone == zone).year
        calendar.add_component(
            Timezone.from_tzid(
                zone,
                first_date=dt.date(first + ZONE_FROM, 1, 1),
                last_date=dt.date(first + ZONE_TO, 1, 1),
            )
        )
    title = f"Cita: {sender}" if language.startswith("es") else f"Time with {sender}"
    for one in given:
        calendar.add_component(_event(one, title))
    return bytes(calendar.to_ical())


def _event(one: Time, title: str) -> Event:
    event = Event()
    start = one.starts_at.astimezone(ZoneInfo(one.zone))
    event.add("uid", f"{one.id}@pne-tracker")
    event.add("dtstamp", one.changed_at.astimezone(dt.UTC))
    event.add("dtstart", start)
    event.add("dtend", (one.starts_at + dt.timedelta(minutes=one.minutes)).astimezone(ZoneInfo(one.zone)))
    event.add("summary", title)
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    event.add("sequence", int(one.changed_at.timestamp()) % 2**31)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event
