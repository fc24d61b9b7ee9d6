"""Reminders that worked: what was followed by an entry within a day, by reason, hour and channel."""

from __future__ import annotations

import datetime as dt
import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.reminders.reasons import REASON_WORDS, Reason
from pne_tracker.domain.report import Group, Report, share
from pne_tracker.models import (
    Clinic,
    Entry,
    EpisodeStanding,
    Homework,
    OutboxMessage,
    Patient,
    Reminder,
)
from pne_tracker.queries.completion.behind import Listed, listed, people_of
from pne_tracker.queries.completion.filters import CompletionFilter, selected
from pne_tracker.queries.completion.window import Window
from pne_tracker.queries.reminders.pages import ACTED_WITHIN, WENT

CHANNELS = {"email": "Email", "sms": "Text message", "push": "Push", "portal": "Portal only"}
HEADS = ("Sent", "Worked", "Worked, share")
A_DAY = dt.timedelta(days=1)


@dataclass(slots=True)
class Sent:
    """One message that went out, with the reasons it named and the episodes it was about."""

    hour: int
    channel: str
    worked: bool
    reasons: set[str] = field(default_factory=set)
    episodes: set[uuid.UUID] = field(default_factory=set)


def reminder_reports(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window
) -> tuple[Report, Report, Report]:
    """By reason, by hour of the patient's day, and by channel. Two queries.

    A message belongs to the episode of its task, else to the patient's episode under treatment that day. One that
    names several things counts for each of them by reason, and once by hour and channel.
    """
    sent = _sent(session, viewer, chosen, window)
    hours = {hour: f"{hour:02d}:00 to {hour:02d}:59" for hour in range(24)}
    reasons = {one.value: REASON_WORDS[one].capitalize() for one in Reason}
    return (
        _report("reason", "By reason", "Reason", sent, lambda one: one.reasons, reasons),
        _report("hour", "By hour", "Sent at", sent, lambda one: {one.hour}, hours),
        _report("channel", "By channel", "Channel", sent, lambda one: {one.channel}, CHANNELS),
    )


def _sent(session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window) -> list[Sent]:
    first = dt.datetime.combine(window.since - A_DAY, dt.time(), dt.UTC)
    last = dt.datetime.combine(window.until + 2 * A_DAY, dt.time(), dt.UTC)
    entries = _entries(session, viewer, chosen, first, last + ACTED_WITHIN)
    found: dict[uuid.UUID, Sent] = {}
    for message_id, reason, patient_id, at, channel, zone, episode_id, opened, closed in session.execute(
        select(
            OutboxMessage.id,
            Reminder.reason,
            Reminder.patient_id,
            Reminder.settled_at,
            OutboxMessage.channel,
            func.coalesce(Patient.timezone, Clinic.timezone),
            EpisodeStanding.episode_id,
            EpisodeStanding.opened_on,
            EpisodeStanding.closed_on,
        )
        .join(OutboxMessage, OutboxMessage.id == Reminder.message_id)
        .join(Patient, Patient.id == Reminder.patient_id)
        .join(Clinic, Clinic.id == Patient.clinic_id)
        .join(EpisodeStanding, EpisodeStanding.patient_id == Reminder.patient_id)
        .outerjoin(Homework, Homework.id == Reminder.homework_id)
        .where(
            Reminder.status.in_(WENT),
            Reminder.settled_at.between(first, last),
            or_(Homework.id.is_(None), Homework.episode_id == EpisodeStanding.episode_id),
            *selected(viewer, chosen),
        )
    ):
        if at is None:
            continue
        there = at.astimezone(ZoneInfo(zone))
        day = there.date()
        if window.since <= day <= window.until and opened <= day and (closed is None or day <= closed):
            worked = _is_followed(at, entries.get(patient_id, ()))
            one = found.setdefault(message_id, Sent(there.hour, channel, worked))
            one.reasons.add(reason)
            one.episodes.add(episode_id)
    return list(found.values())


def _entries(
    session: Session, viewer: Viewer, chosen: CompletionFilter, first: dt.datetime, last: dt.datetime
) -> dict[uuid.UUID, list[dt.datetime]]:
    """When the patients of the filter handed something in, in order."""
    people = select(EpisodeStanding.patient_id).where(*selected(viewer, chosen))
    found: dict[uuid.UUID, list[dt.datetime]] = defaultdict(list)
    for patient_id, at in session.execute(
        select(Entry.patient_id, Entry.handed_in_at)
        .where(Entry.patient_id.in_(people), Entry.handed_in_at.between(first, last))
        .order_by(Entry.handed_in_at)
    ):
        if at is not None:
            found[patient_id].append(at)
    return found


def _is_followed(at: dt.datetime, entries: Sequence[dt.datetime]) -> bool:
    place = bisect_right(entries, at)
    return place < len(entries) and entries[place] <= at + ACTED_WITHIN


def _report(
    key: str,
    title: str,
    head: str,
    sent: Sequence[Sent],
    groups_of: Callable[[Sent], set[Hashable] | set[str] | set[int]],
    labels: Mapping[str, str] | Mapping[int, str],
) -> Report:
    found: dict[Hashable, list[Sent]] = defaultdict(list)
    for one in sent:
        for name in groups_of(one):
            found[name].append(one)
    groups = tuple(_group(str(name), label, found[name]) for name, label in labels.items() if name in found)
    finding = _finding(sent, groups)
    return Report(key, title, "reminders", (head, *HEADS), groups, finding, frozenset({2}), people_of(groups))


def _group(key: str, label: str, mine: Sequence[Sent]) -> Listed:
    worked = sum(one.worked for one in mine)
    episodes = frozenset().union(*(one.episodes for one in mine))
    acted = frozenset().union(*(one.episodes for one in mine if one.worked))
    return listed(key, label, (len(mine), worked, share(worked, len(mine))), episodes, parts={1: acted})


def _finding(sent: Sequence[Sent], groups: Sequence[Group]) -> str:
    """Where most worked, among groups with at least ten messages; else how many did at all."""
    if not sent:
        return ""
    enough = [one for one in groups if int(one.values[0] or 0) >= 10]
    if len(enough) > 1:
        best = max(enough, key=lambda one: float(one.values[2] or 0))
        return f"Worked best: {best.label.lower()}, {best.values[1]} of {best.values[0]}."
    return (
        f"{sum(one.worked for one in sent)} of {len(sent)} messages were followed by an entry within a day."
    )
