"""The strip *since the last visit* in words, the same on Today and on the patient's page."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pne_tracker.domain.barriers import STAFF_WORDS, BarrierReason
from pne_tracker.queries.since import Since
from pne_tracker.web.display import NBSP, count_text, long_date, moment_text, number_text


@dataclass(frozen=True, slots=True)
class StripItem:
    """One figure with what it counts."""

    label: str
    value: str
    detail: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class StripView:
    """The strip: since when, who looked at it, its figures, and the same in one line."""

    title: str
    reviewed: str
    items: tuple[StripItem, ...]
    line: str
    new: int
    waits: int


def strip_view(since: Since, timezone: str, *, homework_url: str = "", messages_url: str = "") -> StripView:
    """The strip of one episode; the addresses are where its entries and messages can be read."""
    items = [_calls(since, timezone, messages_url), _questions(since, messages_url)]
    items += [_homework(since), _quiz(since), _pain(since), _sleep(since)]
    items += [_barriers(since), _entries(since, homework_url), _reminders(since)]
    day = long_date(since.on, weekday=True)
    return StripView(
        title=f"Since {day}" if since.visited else f"Since the episode opened, {long_date(since.on)}",
        reviewed=_reviewed(since, timezone),
        items=tuple(item for item in items if item is not None),
        line=_line(since),
        new=since.new,
        waits=len(since.calls) + since.questions,
    )


def _reviewed(since: Since, timezone: str) -> str:
    if since.reviewed_at is None:
        return "Nobody has looked at this yet. The patient sees it when you do."
    day = long_date(since.reviewed_at.astimezone(ZoneInfo(timezone)).date())
    return f"{since.reviewed_by or 'Staff'} looked at this on {day}"


def _calls(since: Since, timezone: str, url: str) -> StripItem | None:
    if not since.calls:
        return None
    return StripItem(
        "Asks to be called", "not read yet", f"since {moment_text(since.calls[0], timezone)}", url
    )


def _questions(since: Since, url: str) -> StripItem | None:
    if not since.questions:
        return None
    return StripItem("Questions", str(since.questions), "to answer", url)


def _homework(since: Since) -> StripItem:
    if not since.assigned:
        return StripItem("Homework", "none", "assigned")
    said = ["done"]
    if since.late:
        said.append(f"{since.late} of them late")
    if since.missed:
        said.append(f"{since.missed} missed")
    return StripItem("Homework", f"{since.done} of {since.assigned}", ", ".join(said))


def _quiz(since: Since) -> StripItem | None:
    if since.quiz is None:
        return None
    return StripItem("Check", f"{since.quiz.right} of {since.quiz.asked}", f"section {since.quiz.section}")


def _pain(since: Since) -> StripItem | None:
    if since.pain is None:
        return None
    first, latest = since.pain.first, since.pain.latest
    if latest.change is None:
        return StripItem("Worst pain", number_text(first.value), "first score")
    value = f"{number_text(first.value)} to {number_text(latest.value)}"
    return StripItem("Worst pain", value, latest.change.words)


def _sleep(since: Since) -> StripItem | None:
    if not since.nights:
        return None
    logged = count_text(len(since.nights), "night")
    if since.efficiency is None:
        return StripItem("Sleep", logged, "logged")
    return StripItem("Sleep", f"{number_text(since.efficiency)}{NBSP}%", f"time asleep in bed, {logged}")


def _barriers(since: Since) -> StripItem | None:
    if not since.barriers:
        return None
    named = [
        f"{STAFF_WORDS[reason]} {since.barriers[reason]}"
        for reason in BarrierReason
        if since.barriers[reason]
    ]
    return StripItem("In the way", count_text(since.barriers.total(), "answer"), ", ".join(named))


def _entries(since: Since, url: str) -> StripItem:
    detail = count_text(since.journals, "journal") + " among them" if since.journals else "handed in"
    return StripItem("New entries", str(since.new), detail, url if since.new else "")


def _reminders(since: Since) -> StripItem | None:
    return StripItem("Reminders", f"{since.reminders} sent", "") if since.reminders else None


def _line(since: Since) -> str:
    parts = []
    if since.assigned:
        parts.append(f"{since.done} of {since.assigned} done")
    if since.late:
        parts.append(f"{since.late} late")
    if since.missed:
        parts.append(f"{since.missed} missed")
    if since.quiz is not None:
        parts.append(f"check {since.quiz.right}/{since.quiz.asked}")
    return ", ".join(parts) or "nothing assigned"
