"""Reminders that worked: what was followed by an entry within a day, by reason, hour and channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.reminders.reasons import REASON_WORDS, Reason
from pne_tracker.domain.report import Group, Report, share
from pne_tracker.models import EpisodeStanding, MessageStanding
from pne_tracker.queries.completion.behind import Behind, Number
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.sent import COLUMNS, Key, Tally, sent_messages
from pne_tracker.queries.completion.window import Window, window_of

LABELS: Final[Mapping[str, Mapping[Key, str]]] = {
    "reason": {one.value: REASON_WORDS[one].capitalize() for one in Reason},
    "hour": {hour: f"{hour:02d}:00 to {hour:02d}:59" for hour in range(24)},
    "channel": {"email": "Email", "sms": "Text message", "push": "Push", "portal": "Portal only"},
}
FIRST_HEADS: Final = {"reason": "Reason", "hour": "Sent at", "channel": "Channel"}
HEADS: Final = ("Sent", "Worked", "Worked, share")
KEYS: Final[Mapping[str, Callable[[str], Key]]] = {"reason": str, "hour": int, "channel": str}
"""How the key of a row is read."""
WORKED: Final = 1
"""The place of the value that says how many worked."""


def reminder_reports(
    session: Session, viewer: Viewer, chosen: CompletionFilter, window: Window
) -> list[Report]:
    """By reason, by hour of the patient's day, and by channel.

    A message that names several things counts for each of them by reason, and once by hour and channel.
    """
    found, people = sent_messages(session, viewer, chosen, window)
    whole = (sum(one.sent for one in found["channel"].values()), _worked(found["channel"]))
    return [_report(name, found[name], whole, people) for name in LABELS]


def _worked(tallies: Mapping[Key, Tally]) -> int:
    return sum(one.worked for one in tallies.values())


def _report(name: str, found: Mapping[Key, Tally], whole: tuple[int, int], people: int) -> Report:
    groups = tuple(_group(str(key), label, found[key]) for key, label in LABELS[name].items() if key in found)
    return Report(
        name,
        f"By {name}",
        "reminders",
        (FIRST_HEADS[name], *HEADS),
        groups,
        _finding(*whole, groups),
        frozenset({2}),
        people,
    )


def _group(key: str, label: str, one: Tally) -> Group:
    values = (one.sent, one.worked, share(one.worked, one.sent))
    return Group(key, label, values, one.people, parts={WORKED: one.acted})


def _finding(sent: int, worked: int, groups: Sequence[Group]) -> str:
    """Where most worked, among groups with at least ten messages; else how many did at all."""
    if not sent:
        return ""
    enough = [one for one in groups if int(one.values[0] or 0) >= 10]
    if len(enough) > 1:
        best = max(enough, key=lambda one: float(one.values[2] or 0))
        return f"Worked best: {best.label.lower()}, {best.values[1]} of {best.values[0]}."
    return f"{worked} of {sent} messages were followed by an entry within a day."


def behind_reminders(_session: Session, chosen: CompletionFilter, today: dt.date, number: Number) -> Behind:
    """Episodes to which such a message belongs, one that worked where that was asked."""
    window = window_of(chosen, today)
    worked = [MessageStanding.worked.is_(True)] if number.place == WORKED else []
    has = select(MessageStanding.id).where(
        MessageStanding.episode_id == EpisodeStanding.episode_id,
        MessageStanding.day.between(window.since, window.until),
        COLUMNS[number.report.key] == KEYS[number.report.key](number.group.key),
        *worked,
    )
    return Behind(chosen, (has.correlate(EpisodeStanding).exists(),))
