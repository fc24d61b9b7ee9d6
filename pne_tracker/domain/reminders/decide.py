"""What becomes of a patient's reminders that are due: sent as one message, held, or suppressed with the reason."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pne_tracker.domain.messages.templates import Channel
from pne_tracker.domain.reminders.reasons import Reason, Suppressed
from pne_tracker.domain.reminders.when import first_allowed, free_on, instant_of, is_quiet, local


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder: `obsolete` says why it is not wanted any more, `clock` at what wall time it was planned."""

    id: uuid.UUID
    reason: Reason
    due_at: dt.datetime
    expires_at: dt.datetime
    clock: dt.time
    obsolete: Suppressed | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What counts about the patient. `blocked` stops everything; `sent`: when the last week's messages went."""

    zone: str
    blocked: Suppressed | None
    off: frozenset[Reason]
    sent: Collection[dt.datetime]


@dataclass(frozen=True, slots=True)
class Decision:
    """Ids to send together now, to hold until an instant, and to suppress for a reason."""

    send: tuple[uuid.UUID, ...]
    hold: Mapping[uuid.UUID, dt.datetime]
    suppress: Mapping[uuid.UUID, Suppressed]


def decide(due: Sequence[Due], person: Person, now: dt.datetime, later_today: Sequence[Due] = ()) -> Decision:
    """What to do at `now` with the reminders that are `due`; `later_today` are those still to come this day.

    As only one message a day goes out, what matters less waits for what matters more later the same day.
    """
    suppress = {one.id: why for one in due if (why := _unwanted(one, person, now))}
    left = [one for one in due if one.id not in suppress]
    start, why_wait = _earliest(left, person, now)
    hold: dict[uuid.UUID, dt.datetime] = {}
    for one in left:
        until = _own_start(one, start, person, now) if why_wait is Suppressed.CAP_REACHED else start
        if until <= now:
            continue
        if until < one.expires_at:
            hold[one.id] = until
        else:
            suppress[one.id] = why_wait
    waiting = [one for one in left if one.id not in hold and one.id not in suppress]
    better = _better_later(waiting, later_today, person)
    if better is not None:
        hold |= {one.id: better for one in waiting if better < one.expires_at}
    send = tuple(one.id for one in waiting if one.id not in hold)
    return Decision(send, hold, suppress)


def _unwanted(one: Due, person: Person, now: dt.datetime) -> Suppressed | None:
    if person.blocked:
        return person.blocked
    if one.obsolete:
        return one.obsolete
    if one.reason in person.off:
        return Suppressed.RULE_OFF
    return Suppressed.EXPIRED if now >= one.expires_at else None


def _earliest(left: Sequence[Due], person: Person, now: dt.datetime) -> tuple[dt.datetime, Suppressed]:
    """The first instant from `now` on at which anything may be sent, and what stands before it."""
    free = free_on(person.sent, now, person.zone) if left else local(now, person.zone).date()
    if free > local(now, person.zone).date():
        return first_allowed(instant_of(free, dt.time(), person.zone), person.zone), Suppressed.CAP_REACHED
    morning = first_allowed(now, person.zone)
    if local(morning, person.zone).date() > free:
        free = free_on(person.sent, morning, person.zone)
        return first_allowed(instant_of(free, dt.time(), person.zone), person.zone), Suppressed.QUIET_HOURS
    return morning, Suppressed.QUIET_HOURS


def _own_start(one: Due, start: dt.datetime, person: Person, now: dt.datetime) -> dt.datetime:
    """Held to another day by the caps, a reminder keeps its hour when it is still of use then."""
    if start <= now:
        return start
    at_its_hour = instant_of(local(start, person.zone).date(), one.clock, person.zone)
    keeps = start <= at_its_hour < one.expires_at and not is_quiet(at_its_hour, person.zone)
    return at_its_hour if keeps else start


def _better_later(waiting: Sequence[Due], later_today: Sequence[Due], person: Person) -> dt.datetime | None:
    ranks = [one.reason.rank for one in waiting]
    better = [
        one.due_at
        for one in later_today
        if ranks and one.reason.rank < min(ranks) and not one.obsolete and one.reason not in person.off
    ]
    return min(better, default=None)


def channel_for(
    preferred: str, addresses: Mapping[Channel, str], agreed: Mapping[Channel, bool]
) -> tuple[Channel, str] | Suppressed:
    """The patient's channel with its address, or why there is none. Another channel is never taken unasked.

    `agreed`: the latest answer of each kind. The portal needs no agreement, only a place in it.
    """
    channel = Channel(preferred)
    if channel is not Channel.PORTAL and not agreed.get(channel, False):
        return Suppressed.OPTED_OUT if channel in agreed else Suppressed.NO_CONSENT
    if channel not in addresses:
        return Suppressed.NO_CONTACT_POINT
    return channel, addresses[channel]
