"""Visits as iCalendar (RFC 5545): wall times with their zone's own rules, and not a word about health."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

PRODUCT = "-//PNE Tracker//Visits//EN"
A_DAY, A_MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
ZONE_FROM, ZONE_TO = -1, 3
"""Years before and after the first visit that the zone's rules are written for."""


@dataclass(frozen=True, slots=True)
class Time:
    """One visit: when, for how many minutes, where, and whether it was called off."""

    id: uuid.UUID
    starts_at: dt.datetime
    minutes: int
    zone: str
    changed_at: dt.datetime
    cancelled: bool = False
    place: str = ""


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
        calendar.add_component(_zone(zone, first + ZONE_FROM, first + ZONE_TO))
    title = f"Cita: {sender}" if language.startswith("es") else f"Time with {sender}"
    for one in given:
        calendar.add_component(_event(one, title))
    return bytes(calendar.to_ical())


def _zone(name: str, first: int, last: int) -> Timezone:
    """The rules of a zone from one year to another: each change of the clocks is a component of its own.

    A list of dates in one component is as good by the RFC, but some calendar programs read its first date alone
    and are an hour off from the next year on.
    """
    zone = Timezone()
    zone.add("tzid", name)
    begin = dt.datetime(first, 1, 1, tzinfo=dt.UTC)
    zone.add_component(_rule(begin, ZoneInfo(name), begin))
    for days in range((dt.datetime(last, 1, 1, tzinfo=dt.UTC) - begin).days):
        day = begin + dt.timedelta(days=days)
        if _offset(day, name) != _offset(day + A_DAY, name):
            at = _change(day, name)
            zone.add_component(_rule(at, ZoneInfo(name), at - A_MINUTE))
    return zone


def _offset(at: dt.datetime, name: str) -> dt.timedelta:
    return at.astimezone(ZoneInfo(name)).utcoffset() or dt.timedelta()


def _change(day: dt.datetime, name: str) -> dt.datetime:
    """The minute, within 24 hours of `day`, from which another offset holds."""
    low, high = 0, 24 * 60
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(day + middle * A_MINUTE, name) == _offset(day, name):
            low = middle
        else:
            high = middle
    return day + high * A_MINUTE


def _rule(at: dt.datetime, zone: ZoneInfo, before: dt.datetime) -> TimezoneStandard | TimezoneDaylight:
    """What holds from `at` on. It begins, as the RFC has it, at the wall time of the clock before."""
    here, old = at.astimezone(zone), before.astimezone(zone).utcoffset() or dt.timedelta()
    rule = TimezoneDaylight() if here.dst() else TimezoneStandard()
    rule.add("dtstart", (at + old).replace(tzinfo=None))
    rule.add("tzoffsetfrom", old)
    rule.add("tzoffsetto", here.utcoffset() or dt.timedelta())
    rule.add("tzname", here.tzname() or zone.key)
    return rule


def _event(one: Time, title: str) -> Event:
    event = Event()
    start = one.starts_at.astimezone(ZoneInfo(one.zone))
    event.add("uid", f"{one.id}@pne-tracker")
    event.add("dtstamp", one.changed_at.astimezone(dt.UTC))
    event.add("dtstart", start)
    event.add("dtend", (one.starts_at + dt.timedelta(minutes=one.minutes)).astimezone(ZoneInfo(one.zone)))
    event.add("summary", title)
    if one.place:
        event.add("location", one.place)
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    event.add("sequence", int(one.changed_at.timestamp()) % 2**31)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event
